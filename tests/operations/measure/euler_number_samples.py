"""Parameters for the laws."""

SAMPLES = [{"connectivity": 1}]
