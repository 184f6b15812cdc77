"""Parameters for the laws."""

SAMPLES = [{"nbins": 7, "source_range": "dtype"}, {"source_range": (0, 1), "normalize": True}]
