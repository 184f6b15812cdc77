"""Parameters for the laws."""

SAMPLES = [{"axis": 0}, {"axis": -1, "mode": "constant", "cval": 1}]
