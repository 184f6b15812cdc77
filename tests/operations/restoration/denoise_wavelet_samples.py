"""Parameters for the laws."""

SAMPLES = [{"wavelet": "db3", "mode": "hard"}, {"sigma": 0.2, "method": "VisuShrink", "wavelet_levels": 3}]
