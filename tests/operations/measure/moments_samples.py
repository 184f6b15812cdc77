"""Parameters for the laws."""

SAMPLES = [{"order": 5}, {"spacing": 0.5}]
