"""Parameters for the laws."""

SAMPLES = [{"footprint": 5}, {"footprint": (3, 4), "mode": "reflect"}]
