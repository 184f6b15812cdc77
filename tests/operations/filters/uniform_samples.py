"""Parameters for the laws."""

SAMPLES = [{"footprint": 5}, {"footprint": 21}, {"footprint": (4, 7), "mode": "constant", "cval": 1}]
