"""
Cells, step by step
===================

Seven operations, from a noisy picture of cells to a table of them. The picture is made here, so nothing has to be
downloaded: bright cells with a rim and a grain of their own, on a background that is lighter on one side, under the
noise of a camera.
"""

# %%
# The scene
# ---------
#
# Cells are ellipses at random places, none on top of another.

import sys

import numpy as np
from matplotlib import pyplot as plt

import opsin


def cells(size: int = 280, count: int = 34, seed: int = 7) -> np.ndarray:
    """Return a picture of cells, uint8."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:size, :size]
    picture = 30 + 30 * columns / size + 12 * rows / size
    taken = np.zeros((size, size), bool)
    for _ in range(4000):
        row, column = rng.uniform(-6, size + 6, 2)
        long, short = np.sort(rng.uniform(11, 22.5, 2))[::-1]
        turn, brightness = rng.uniform(0, np.pi), rng.uniform(100, 150)
        down, right = rows - row, columns - column
        along = (down * np.sin(turn) + right * np.cos(turn)) / long
        across = (down * np.cos(turn) - right * np.sin(turn)) / short
        distance = np.hypot(along, across)
        if (taken & (distance < 1.35)).any():
            continue
        taken |= distance < 1.0
        edge = 1 / (1 + np.exp((distance - 0.92) * 18))
        rim = 0.25 * np.exp(-(((distance - 0.82) / 0.12) ** 2))
        nucleus = 0.5 * np.exp(-(((along - 0.15) ** 2 + (across + 0.1) ** 2) / 0.07))
        picture += brightness * edge * (0.72 + rim + nucleus)
        count -= 1
        if not count:
            break
    picture += rng.normal(0, 10, picture.shape)
    return np.clip(picture.round(), 0, 255).astype(np.uint8)


image = cells()

# %%
# The steps
# ---------
#
# The noise would make a thousand specks of its own, so it is smoothed first. Otsu's method finds the grey level that
# parts the cells from the background, a closing fills the dents, and cells that the frame cuts off are left out.

smooth = opsin.filters.gaussian(image, 1.5)
edges = opsin.filters.sobel(smooth)
level = opsin.filters.threshold_otsu(smooth)
mask = opsin.morphology.closing(smooth > level, 5)
whole = opsin.segmentation.clear_border(mask)
labels = opsin.measure.label(whole)
table = opsin.measure.regionprops_table(labels, properties=("area", "centroid"))
print(f"Otsu's level: {level}. {labels.max()} whole cells, of {table['area'].mean():.0f} pixels on average.")

# %%
# What each step gives
# --------------------
#
# ``opsin.show`` knows how to show each of them: bytes from black to white, masks in black and white, and labels each
# in a colour of its own.

panels = [
    ("image", f"{image.shape[0]} x {image.shape[1]} uint8", image),
    ("gaussian", "the noise is gone", smooth),
    ("sobel", "how steep the image is", edges / edges.max()),
    ("threshold, closing", f"a mask: brighter than {level}", mask),
    ("clear_border, label", f"{labels.max()} whole cells, numbered", labels),
]
figure, axes = plt.subplots(1, len(panels), figsize=(14.2, 3.34), dpi=100)
figure.subplots_adjust(left=0.004, right=0.996, bottom=0.01, top=0.84, wspace=0.025)
for ax, (name, caption, picture) in zip(axes, panels, strict=True):
    opsin.show(picture, axes=ax)
    ax.spines[:].set_visible(False)
    ax.text(0, 1.105, name, transform=ax.transAxes, fontsize=13, fontweight="bold", color="#1d2733")
    ax.text(0, 1.03, caption, transform=ax.transAxes, fontsize=11, color="#5b6b7c")
axes[-1].imshow(smooth, cmap="gray", alpha=0.4)
for number, (row, column) in enumerate(zip(table["centroid-0"], table["centroid-1"], strict=True), start=1):
    axes[-1].text(column, row, number, color="white", fontsize=8.5, fontweight="bold", ha="center", va="center")

# %%
# The picture at the top of the documentation is this one: ``python examples/plot_first_look.py
# docs/images/first-look.png`` writes it again.

if len(sys.argv) > 1:
    figure.canvas.draw()
    opsin.io.imsave(sys.argv[1], np.asarray(figure.canvas.buffer_rgba())[..., :3], compression=9)
