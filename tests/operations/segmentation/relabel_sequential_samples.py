"""Parameters for the laws."""

SAMPLES = [{"offset": 7}]
