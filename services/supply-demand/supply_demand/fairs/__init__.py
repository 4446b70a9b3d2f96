"""对接会: fairs at which demands meet offers."""
