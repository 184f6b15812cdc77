"""Parameters for the laws."""

SAMPLES = [{"gain": 2}, {"inv": True}]
