"""Parameters for the laws."""

SAMPLES = [
    {"dtype": "float32"},
    {"dtype": "float64"},
]
