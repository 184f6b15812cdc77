"""Parameters for the laws."""

SAMPLES = [
    {"src": (0, 1), "dst": (4.5, 7)},
    {"src": (3, -2), "dst": (0, 9), "linewidth": 3, "mode": "constant", "cval": 1},
    {"src": (1, 1), "dst": (6, 2), "linewidth": 2, "reduce_func": None, "order": 3},
]
