"""Parameters for the laws."""

SAMPLES = [{"mode": "constant", "cval": 1}]
