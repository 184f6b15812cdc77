"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np
from numpy.typing import NDArray


def _halves(image: NDArray[np.generic]) -> NDArray[np.int64]:
    return np.asarray(np.indices(image.shape)[:1].sum(axis=0) // 2)


SAMPLES = [
    {"label_img": _halves, "channel_axis": None},
    {"label_img": _halves, "channel_axis": None, "mode": "subpixel", "outline_color": (1, 0.5, 0)},
]
