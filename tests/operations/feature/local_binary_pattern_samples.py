"""Parameters for the laws."""

SAMPLES = [
    {"P": 8, "R": 1},
    {"P": 6, "R": 2.5, "method": "uniform"},
    {"P": 5, "R": 1.2, "method": "nri_uniform"},
    {"P": 8, "R": 1, "method": "ror"},
    {"P": 8, "R": 1, "method": "var"},
]
