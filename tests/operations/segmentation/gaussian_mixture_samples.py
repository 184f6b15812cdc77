"""Parameters for the laws."""

SAMPLES = [{"n_components": 1}, {"n_components": 1, "nbins": 7, "max_num_iter": 2}]

DEFAULTS = False
