"""Parameters for the laws."""

SAMPLES = [{"footprint": 3, "iterations": 2}, {"footprint": (4, 9)}]
