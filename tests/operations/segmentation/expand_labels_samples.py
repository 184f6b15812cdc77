"""Parameters for the laws."""

SAMPLES = [{"distance": 3}, {"distance": 2.5, "spacing": (1.0, 0.5)}]
