"""
Count the coins
===============

A photograph of coins on an uneven background: how many are there, and how large are they? The answer takes a
threshold, some tidying up, and a table.
"""

# %%
# A level that parts coins from table
# -----------------------------------
#
# The photograph comes with scikit-image. Otsu's method finds the grey level that best parts the histogram in two, but
# the far end of the table is as bright as the darkest coins, and comes along.

import numpy as np
from matplotlib import pyplot as plt
from skimage import data

import opsin

image = data.coins()
level = opsin.filters.threshold_otsu(image)
counts, levels = opsin.exposure.histogram(image)

figure, axes = plt.subplots(1, 3, figsize=(12, 3.2), layout="constrained")
opsin.show(image, "the photograph", axes=axes[0])
axes[1].fill_between(levels, counts, step="mid", color="#8fa3b8")
axes[1].axvline(level, color="#d9572f")
axes[1].set(title=f"Otsu's level: {level}", xlabel="grey level", yticks=[], xlim=(0, 255), ylim=0)
axes[1].spines[["top", "left", "right"]].set_visible(False)
opsin.show(image > level, f"brighter than {level}", axes=axes[2])

# %%
# Tidying up
# ----------
#
# A level of 120 leaves most of the table behind. A closing with a square of 5 pixels fills the dark details of the
# coins, and what touches the frame of the picture is left out: here that is the rest of the table.

mask = image > 120
closed = opsin.morphology.closing(mask, 5)
cleared = opsin.segmentation.clear_border(closed)

figure, axes = plt.subplots(1, 3, figsize=(12, 3.4), layout="constrained")
opsin.show(mask, "brighter than 120", axes=axes[0])
opsin.show(closed, "closing", axes=axes[1])
opsin.show(cleared, "clear_border", axes=axes[2])

# %%
# A number for each
# -----------------
#
# ``label`` numbers what hangs together, and ``regionprops_table`` measures all of it in one pass. The specks that are
# left are no coins: those have more than 100 pixels.

labels = opsin.measure.label(cleared)
table = opsin.measure.regionprops_table(labels, properties=("label", "area", "bbox", "centroid"))
coins = table["area"] > 100
print(f"{labels.max()} regions, of which {coins.sum()} are coins")

# %%

diameters = 2 * np.sqrt(table["area"][coins] / np.pi)
middles = np.stack([table["centroid-0"], table["centroid-1"]], axis=1)[coins]
by_size = np.argsort(diameters)[::-1]

figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), width_ratios=(5, 4), layout="constrained")
opsin.show(image, f"{coins.sum()} coins, the largest first", axes=left)
for place, coin in enumerate(by_size, start=1):
    row, column = middles[coin]
    left.add_patch(plt.Circle((column, row), diameters[coin] / 2 + 2, fill=False, color="#ffb000", linewidth=1.6))
    circle = {"boxstyle": "circle,pad=0.2", "facecolor": "#1b3a5c", "edgecolor": "none", "alpha": 0.85}
    left.text(column, row, f"{place:2}", color="white", fontsize=9, ha="center", va="center", bbox=circle)
right.vlines(np.arange(1, len(by_size) + 1), 0, diameters[by_size], color="#c9d3de", linewidth=3)
right.plot(np.arange(1, len(by_size) + 1), diameters[by_size], "o", color="#1f8bb8")
right.set(title="their diameters, in pixels", xlabel="coin", xticks=[1, 6, 12, 18, 24], ylim=0)
right.spines[["top", "right"]].set_visible(False)

# %%
# The same on the command line, down to a picture of the labels:
#
# .. code-block:: console
#
#    $ opsin apply "> 120 | closing 5 | clear_border | label" coins.png -o labels.png

# sphinx_gallery_thumbnail_number = 3
