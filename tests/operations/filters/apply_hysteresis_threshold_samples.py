"""Parameters for the laws."""

SAMPLES = [{"low": 0.3, "high": 0.8}, {"low": 60, "high": 200}]
