"""
Cells, step by step
===================

Seven operations, from a noisy image of cells to a table of them.
"""

# %%
# The image
# ---------
#
# ``opsin.data.cells`` draws it, so nothing has to be downloaded: cells that do not overlap, on a background that is
# lighter on one side, with noise.

import sys

import numpy as np
from matplotlib import pyplot as plt

import opsin

image = opsin.data.cells()

# %%
# The steps
# ---------
#
# The image is smoothed first, since a threshold of the noise would give many specks. Otsu's method finds the gray level
# that separates the cells from the background, a closing fills small gaps, and cells at the border are removed.

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
    ("gaussian", "less noise", smooth),
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
# This is also the picture at the top of the documentation: ``python examples/plot_first_look.py
# docs/images/first-look.png`` writes it again.

if len(sys.argv) > 1:
    figure.canvas.draw()
    opsin.io.imsave(sys.argv[1], np.asarray(figure.canvas.buffer_rgba())[..., :3], compression=9)
