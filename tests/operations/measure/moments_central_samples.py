"""Parameters for the laws."""

SAMPLES = [{"order": 2, "center": 1.5}, {"spacing": 2.0}]
