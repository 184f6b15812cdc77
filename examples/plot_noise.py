"""
Salt in the picture
===================

Some pixels of a picture have gone white, and others black. A mean over the neighbours spreads them about; the median
takes no notice of them.
"""

# %%
# Three filters
# -------------
#
# One pixel in ten is salt or pepper. Each filter is shown on the same part of the picture, with the mean difference
# from the picture as it was.

import numpy as np
from matplotlib import pyplot as plt

import opsin

clean = opsin.data.photograph("camera")
rng = np.random.default_rng(0)
chance = rng.random(clean.shape)
noisy = clean.copy()
noisy[chance < 0.05] = 0
noisy[chance > 0.95] = 255


def error(picture: np.ndarray) -> float:
    """Return the mean difference from the clean picture, in gray levels."""
    return float(np.mean(np.abs(picture.astype(float) - clean)))


results = {
    "salt and pepper": noisy,
    "uniform, 3 x 3": opsin.filters.uniform(noisy, 3),
    "gaussian, sigma 1": opsin.filters.gaussian(noisy, 1),
    "median, 3 x 3": opsin.filters.median(noisy, 3),
}
figure, axes = plt.subplots(1, 4, figsize=(13, 3.7), layout="constrained")
for ax, (name, picture) in zip(axes, results.items(), strict=True):
    opsin.show(picture[60:220, 160:320], name, axes=ax)
    ax.set_xlabel(f"{error(picture):.1f} gray levels from the original")

# %%
# How large a window?
# -------------------
#
# The more pixels a mean takes, the less each grain of salt weighs, but the picture blurs. A median of 3 x 3 is right as
# long as fewer than five of its nine pixels are noise.

sizes = np.arange(3, 16, 2)
figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ax.plot(sizes, [error(opsin.filters.uniform(noisy, size)) for size in sizes], "o-", color="#8fa3b8", label="uniform")
ax.plot(sizes, [error(opsin.filters.median(noisy, size)) for size in sizes], "o-", color="#d9572f", label="median")
ax.set(xlabel="window (pixels)", ylabel="mean difference (gray levels)", ylim=0, xticks=sizes)
ax.legend(frameon=False)
ax.spines[["top", "right"]].set_visible(False)

# %%
# Color
# ------
#
# A last axis of three is color, and each channel is filtered by itself: nothing has to be said. Where a channel was
# hit, the other two were not, so the noise has colors.

astronaut = opsin.data.photograph("astronaut")
speckled = np.where(rng.random(astronaut.shape) < 0.1, 255, astronaut).astype(np.uint8)
results = {
    "salt in every channel": speckled,
    "gaussian, sigma 1": opsin.filters.gaussian(speckled, 1),
    "median, 3 x 3": opsin.filters.median(speckled, 3),
}
figure, axes = plt.subplots(1, 3, figsize=(12, 4.2), layout="constrained")
for ax, (name, picture) in zip(axes, results.items(), strict=True):
    opsin.show(picture[20:260, 100:340], name, axes=ax)

# sphinx_gallery_thumbnail_number = 3
