"""Parameters for the laws."""

SAMPLES = [{"corners": [[0, 0]], "window_size": 5}]
