"""Parameters for the laws."""

SAMPLES = [{"method": "lee"}]
