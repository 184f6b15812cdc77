"""Parameters for the laws."""

SAMPLES = [{"isotropic": False}, {"weight": 0.5, "eps": 0, "max_num_iter": 7}]
