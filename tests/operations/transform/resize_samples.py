"""Parameters for the laws."""

SAMPLES = [
    {"output_shape": 13},
    {"output_shape": 3, "order": "lanczos"},
    {"output_shape": 13, "order": "nearest"},
    {"output_shape": 13, "order": "cubic", "anti_aliasing": False},
    {"output_shape": 13, "order": "area"},
    {"output_shape": (90, 160), "order": "cubic"},
    {"output_shape": (90, 7), "order": "lanczos"},
]
