"""
Posters by k-means
==================

K-means finds the few colors that represent all colors of a photograph best. Replaced by other colors, they make
a poster.
"""

# %%
# Three colors
# ------------
#
# ``kmeans`` returns a label for each pixel and the color of each label, from the darkest to the brightest.

import numpy as np

import opsin

image = opsin.transform.rescale(opsin.data.photograph("chelsea"), 0.5)
labels, centers = opsin.segmentation.kmeans(image, 3, rng=0)
flat = centers.round().astype(np.uint8)[labels]
print(centers.round(1))

# %%
# Other colors
# ------------
#
# An array of colors, indexed by the labels, is an image.

art = [np.random.default_rng(i).integers(0, 256, (3, 3), np.uint8)[labels] for i in range(4)]
opsin.compare(image, flat, *art)
