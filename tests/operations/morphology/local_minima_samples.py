"""Parameters for the laws."""

SAMPLES = [{"connectivity": 1}, {"allow_borders": False}]
