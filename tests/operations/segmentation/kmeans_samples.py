"""Parameters for the laws."""

SAMPLES = [{"n_clusters": 3, "rng": 0}, {"n_clusters": 6, "rng": 1, "eps": 0}]
