"""Image processing for Python, with the sound half of the same tutorials."""

__version__ = "0.1.0"
