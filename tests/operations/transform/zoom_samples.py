"""Parameters for the laws."""

SAMPLES = [
    {"zoom": 0.5},
    {"zoom": (2, 0.3), "order": "cubic"},
    {"zoom": 1.7, "order": 0},
    {"zoom": 1.2, "order": 3, "grid_mode": True, "mode": "mirror"},
]
