"""Parameters for the laws."""

SAMPLES = [{"mode": "constant", "cval": 1}, {"axes": 0, "mode": "mirror"}]
