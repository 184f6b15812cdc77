"""
Touching disks, measured
========================

Four disks touch, so that connected components do not separate them. The normalized cut of a graph of the pixels
does.
"""

# %%
# Disks with noise
# ----------------

import numpy as np

import opsin

row, column = np.indices((100, 100))
discs = {(28, 24): 16, (40, 50): 14, (67, 58): 15, (24, 70): 14}
image = sum(((row - r) ** 2 + (column - c) ** 2 < radius**2).astype(float) for (r, c), radius in discs.items())
mask = image > 0
image += 1 + 0.2 * np.random.default_rng(0).standard_normal(image.shape)
print(f"{opsin.measure.label(mask).max()} connected region")

# %%
# Spectral clustering
# -------------------
#
# Neighboring pixels of the mask are connected, the more strongly the more similar they are. ``spectral`` cuts the graph
# into four parts of about equal size where the connections are fewest.

labels = opsin.segmentation.spectral(image, 4, mask=mask, rng=0)
opsin.overlay(image, labels)

# %%
# Sizes and positions
# -------------------

table = opsin.measure.regionprops_table(labels, image, properties=("label", "area", "centroid", "intensity_mean"))
for number, area, r, c in zip(table["label"], table["area"], table["centroid-0"], table["centroid-1"], strict=True):
    print(f"{number}: {area:.0f} pixels around row {r:.1f}, column {c:.1f}")

# %%
# The large ones
# --------------
#
# Regions of up to 650 pixels are removed and the others numbered again. ``find_objects`` returns the slices of each.

large = opsin.morphology.remove_small_objects(labels, max_size=650)
large, *_ = opsin.segmentation.relabel_sequential(large)
opsin.show(image[opsin.measure.find_objects(large)[1]], "the second large disk")

# sphinx_gallery_thumbnail_number = 1
