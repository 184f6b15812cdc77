"""Parameters for the laws."""

SAMPLES = [
    {"radius": 9, "output_shape": (20, 30)},
    {"output_shape": (33, 21), "scaling": "log", "radius": 15, "order": "cubic", "mode": "mirror"},
]
