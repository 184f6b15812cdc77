"""Parameters for the laws; a function makes a value for the image that is tried."""

SAMPLES = [{"connectivity": lambda image: image.ndim}]
