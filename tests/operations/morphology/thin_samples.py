"""Parameters for the laws."""

SAMPLES = [{"max_num_iter": 1}]
