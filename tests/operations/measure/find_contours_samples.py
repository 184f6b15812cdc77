"""Parameters for the laws."""

SAMPLES = [
    {"level": 0.5, "fully_connected": "high"},
    {"positive_orientation": "high", "mask": lambda image: image == image},
]
