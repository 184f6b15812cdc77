"""Parameters for the laws; a function makes an array for the image that is tried."""

SAMPLES = [
    {"image": lambda labels: labels.astype("uint8"), "colors": ("red", (0.2, 0.5, 1)), "bg_color": None},
    {"image": lambda labels: labels / 3, "kind": "avg"},
]
