"""Parameters for the laws."""

SAMPLES = [{"nbins": 16}]
