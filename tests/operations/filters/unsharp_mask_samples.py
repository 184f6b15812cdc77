"""Parameters for the laws."""

SAMPLES = [{"radius": 2.5, "amount": 3}, {"clip": False}, {"radius": (0, 1.5), "amount": -0.5}]
