"""Parameters for the laws."""

SAMPLES = [{"kernel_size": 5, "clip_limit": 0.2}, {"nbins": 16, "clip_limit": 0}, {"kernel_size": 4000, "nbins": 3000}]
