"""Parameters for the laws."""

SAMPLES = [{"in_range": (10, 200), "out_range": (0, 100)}, {"in_range": "dtype", "out_range": (1, 0)}]
