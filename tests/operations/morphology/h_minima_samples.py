"""Parameters for the laws."""

SAMPLES = [{"h": 1}, {"h": 0.4, "footprint": 5}, {"h": 100}]
