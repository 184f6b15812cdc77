"""Parameters for the laws."""

SAMPLES = [{"mode": "inner"}, {"mode": "outer", "background": 1}, {"mode": "subpixel"}]
