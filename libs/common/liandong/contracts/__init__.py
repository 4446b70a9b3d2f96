"""The contracts of the platform as files: generated from the code, compared and guarded."""
