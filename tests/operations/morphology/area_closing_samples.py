"""Parameters for the laws."""

SAMPLES = [{"area_threshold": 5}, {"area_threshold": 9, "connectivity": 2}]
