"""
Corners and a region of interest
================================

Corners mark the parts of a photograph that can be recognized in another one. Here their bounding box, enlarged, selects
a region of interest.
"""

# %%
# The Harris response
# -------------------
#
# The response is positive at corners, negative at edges, and near 0 where the image is flat. It grows with the fourth
# power of the contrast: ``limits`` shows the small values, too.

import opsin

image = opsin.data.photograph("chelsea")
gray = opsin.color.rgb2gray(image)
response = opsin.feature.corner_harris(gray)
opsin.show(response, "Harris response", limits=(-1e7, 1e7))

# %%
# Corners
# -------
#
# ``corner_peaks`` returns the local maxima, one row and column for each, at least 20 pixels apart.

peaks = opsin.feature.corner_peaks(response, min_distance=20, threshold_rel=0.02)
opsin.overlay(image, points=peaks)
print(f"{len(peaks)} corners")

# %%
# The region around them
# ----------------------
#
# ``bounding_box`` returns slices that contain all points, here enlarged by a quarter and clipped to the image.

box = opsin.feature.bounding_box(peaks, grow=0.25, shape=gray.shape)
opsin.show(image[box], f"rows {box[0].start} to {box[0].stop - 1}, columns {box[1].start} to {box[1].stop - 1}")

# sphinx_gallery_thumbnail_number = 2
