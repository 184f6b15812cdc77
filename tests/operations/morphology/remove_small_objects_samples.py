"""Parameters for the laws; a function makes a value for the image that is tried."""

SAMPLES = [{"max_size": 3}, {"max_size": 2, "connectivity": lambda image: image.ndim}]
