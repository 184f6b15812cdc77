"""Parameters for the laws."""

SAMPLES = [
    {"sigma": 0, "mode": "nearest"},
    {"sigma": 2, "use_quantiles": True, "low_threshold": 0.5, "high_threshold": 0.8},
]
