"""Parameters for the laws."""

SAMPLES = [{"weight": 0.5}, {"eps": 0, "max_num_iter": 3}]
