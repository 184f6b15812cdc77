"""
Count the coins
===============

A photograph of coins on an uneven background: how many are there, and how large are they? The answer takes a
threshold, a closing, and labels.
"""

# %%
# A threshold
# -----------
#
# The photograph comes with scikit-image, which the extra ``samples`` installs. Otsu's method finds the gray level that
# best separates the two groups of the histogram.

import numpy as np
from matplotlib import pyplot as plt

import opsin

image = opsin.data.photograph("coins")
otsu = opsin.filters.threshold_otsu(image)
counts, levels = opsin.exposure.histogram(image)
print(f"Otsu's threshold is {otsu}")

figure, axes = plt.subplots(1, 3, figsize=(12, 3.2), layout="constrained")
opsin.show(image, "the photograph", axes=axes[0])
axes[1].fill_between(levels, counts, step="mid", color="#8fa3b8")
axes[1].axvline(otsu, color="#d9572f")
axes[1].set(title=f"Otsu's threshold: {otsu}", xlabel="gray level", yticks=[], xlim=(0, 255), ylim=0)
axes[1].spines[["top", "left", "right"]].set_visible(False)
opsin.show(image > otsu, f"brighter than {otsu}", axes=axes[2])

# %%
# The far end of the table is as bright as the darkest coins: above the threshold it is one region with the coins
# there, and that region touches the border. The right level for these coins is higher, and so the steps below use
# 120 instead.

mask = image > 120
print(f"Brighter than {otsu}: {np.mean(image > otsu):.0%} of the pixels. Brighter than 120: {np.mean(mask):.0%}.")

# %%
# Closing, and the border
# -----------------------
#
# A closing with a square of 5 pixels fills the dark details of the coins. What touches the border is then removed: the
# rest of the table.

closed = opsin.morphology.closing(mask, 5)
cleared = opsin.segmentation.clear_border(closed)
opsin.show([mask, closed, cleared], ["brighter than 120", "closing", "clear_border"])

# %%
# A number for each
# -----------------
#
# ``label`` numbers the connected regions. Regions of up to 100 pixels are specks, not coins: they are removed, and the
# others are numbered again.

labels = opsin.measure.label(cleared)
labels = opsin.morphology.remove_small_objects(labels, max_size=100)
labels, *_ = opsin.segmentation.relabel_sequential(labels)
opsin.overlay(image, labels, numbers=True)
print(f"{labels.max()} coins")

# %%
# From Otsu's threshold the same steps lose the coins that are one region with the table.

lower = opsin.segmentation.clear_border(opsin.morphology.closing(image > otsu, 5))
areas = opsin.measure.regionprops_table(opsin.measure.label(lower), properties=("area",))["area"]
print(f"From {otsu}: {np.sum(areas > 100)} coins")

# %%
# Their sizes
# -----------
#
# ``regionprops`` is a mapping from labels to regions. Here the coins are numbered by size.

regions = opsin.measure.regionprops(labels, image)
diameters = np.array([2 * np.sqrt(region.area / np.pi) for region in regions.values()])
middles = [region.centroid for region in regions.values()]
by_size = np.argsort(diameters)[::-1]

figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), width_ratios=(5, 4), layout="constrained")
opsin.show(image, f"{len(regions)} coins, the largest first", axes=left)
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
# The command line
# ----------------
#
# The same steps, to an image of the labels:
#
# .. code-block:: console
#
#    $ opsin info coins.png
#    $ opsin apply threshold_otsu coins.png
#    $ opsin apply "> 120 | closing 5 | clear_border | label | remove_small_objects" coins.png -o labels.png

# sphinx_gallery_thumbnail_number = 3
