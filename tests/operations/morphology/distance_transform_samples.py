"""Parameters for the laws."""

SAMPLES = [
    {"spacing": (0.5, 2.0)},
    {"metric": "taxicab"},
    {"metric": "chessboard", "spacing": 3.0},
]
