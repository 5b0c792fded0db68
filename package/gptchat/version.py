"""The version of this package, once."""

__version__ = "1.0.0.dev0"
