"""Parameters for the laws; a function makes a value for the image that is tried."""

SAMPLES = [
    {"seed_point": lambda image: (0,) * image.ndim},
    {"seed_point": lambda image: (-1,) * image.ndim, "tolerance": 0.3, "connectivity": 1},
    {"seed_point": lambda image: (0,) * image.ndim, "tolerance": 100},
]
