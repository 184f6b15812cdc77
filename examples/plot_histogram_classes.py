"""
Two classes by the histogram
============================

Pixels of two classes, with noise, make a histogram of two hills. Two Gaussians are fitted to it, and where they cross
is the threshold.
"""

# %%
# Objects with noise
# ------------------

import matplotlib.pyplot as plt
import numpy as np

import opsin

rng = np.random.default_rng(1)
points = np.zeros((256, 256))
points[tuple(rng.integers(0, 256, (2, 100)))] = 1
blurred = opsin.filters.gaussian(points, 6.4)
truth = blurred > blurred.mean()
image = truth + 0.2 * rng.standard_normal(truth.shape)
opsin.show(image)

# %%
# The fit
# -------
#
# ``gaussian_mixture`` returns the class of each pixel and a table of the Gaussians.

labels, table = opsin.segmentation.gaussian_mixture(image, 2)
threshold = table["threshold"][0]
for weight, mean, std in zip(table["weight"], table["mean"], table["std"], strict=True):
    print(f"{weight:.0%} of the pixels: {mean:.2f} +- {std:.2f}")

counts, centers = opsin.exposure.histogram(image, 60)
width = centers[1] - centers[0]
figure, axes = plt.subplots()
axes.plot(centers, counts, ".")
for weight, mean, std in zip(table["weight"], table["mean"], table["std"], strict=True):
    curve = weight / std / np.sqrt(2 * np.pi) * np.exp(-(((centers - mean) / std) ** 2) / 2)
    axes.plot(centers, image.size * width * curve)
axes.axvline(threshold, linestyle="--")

# %%
# The classes
# -----------
#
# The noise leaves single pixels in the wrong class. An opening removes them from the objects, and a closing from the
# background.

opened = opsin.morphology.opening(labels == 1, 3)
cleaned = opsin.morphology.closing(opened, 3)
opsin.show([labels, cleaned], [f"above {threshold:.2f}", "cleaned"])

# sphinx_gallery_thumbnail_number = 2
