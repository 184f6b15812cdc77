"""Parameters for the laws."""

SAMPLES = [
    {"angle": 30},
    {"angle": 90},
    {"angle": 90, "resize": True},
    {"angle": 180},
    {"angle": -20, "resize": True, "order": 3, "mode": "reflect"},
]
