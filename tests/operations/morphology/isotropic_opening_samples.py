"""Parameters for the laws."""

SAMPLES = [{"radius": 2}, {"radius": 1.5, "spacing": (1.0, 0.5)}]
