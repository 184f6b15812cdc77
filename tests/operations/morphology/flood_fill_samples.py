"""Parameters for the laws; a function makes a value for the image that is tried."""

SAMPLES = [
    {"seed_point": lambda image: (0,) * image.ndim, "new_value": 1},
    {"seed_point": lambda image: (-1,) * image.ndim, "new_value": 0, "tolerance": 100},
]
