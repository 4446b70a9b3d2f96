"""An upgrade from an earlier revision of this repository, played with that revision's own code."""
