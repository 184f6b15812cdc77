"""Parameters for the laws."""

SAMPLES = [{"illuminant": "A", "observer": "10"}]
