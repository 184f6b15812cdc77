"""Parameters for the laws."""

SAMPLES = [
    {"signed_float": True},
]
