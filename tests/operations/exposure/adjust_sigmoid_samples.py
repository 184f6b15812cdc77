"""Parameters for the laws."""

SAMPLES = [{"cutoff": 0.2, "gain": 5}, {"inv": True}]
