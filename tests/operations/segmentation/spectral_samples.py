"""Parameters for the laws."""

SAMPLES = [{"n_segments": 3, "rng": 0}, {"n_segments": 2, "rng": 0, "mask": lambda image: image < 2, "beta": 0}]
