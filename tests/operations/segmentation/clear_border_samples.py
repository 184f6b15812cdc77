"""Parameters for the laws; a function makes an array for the image that is tried."""

SAMPLES = [{"bgval": 1}, {"mask": lambda image: image < 2}]
