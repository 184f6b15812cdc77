"""Parameters for the laws; a function makes a value for the image that is tried."""

SAMPLES = [{"area_threshold": 5}, {"area_threshold": 9, "connectivity": lambda image: image.ndim}]
