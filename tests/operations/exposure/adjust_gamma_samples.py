"""Parameters for the laws."""

SAMPLES = [{"gamma": 0.45}, {"gamma": 2.2, "gain": 1.5}]
