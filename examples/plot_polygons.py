"""
A photograph as nested polygons
===============================

A segment of an image becomes polygons with holes, and islands in the holes, which can be drawn at any size.
"""

# %%
# A segment
# ---------
#
# The segment that contains the pixel in row 75 and column 110.

import numpy as np

import opsin

image = opsin.transform.rescale(opsin.data.photograph("chelsea"), 0.5)
labels, _ = opsin.segmentation.kmeans(image, 3, rng=0)
mask = labels == labels[75, 110]
opsin.compare(image, mask, titles=("the photograph", "one of three segments"))

# %%
# Polygons
# --------
#
# ``polygons`` returns the outer outlines. Each has a list of the outlines inside of it, which alternate between holes
# and islands. ``tolerance`` is how far, in pixels, an outline may be from the exact one.

shapes = opsin.measure.polygons(mask, tolerance=1)


def area(shape):
    """Return the area of a polygon by the shoelace formula, without its holes."""
    row, column = shape.outer.T
    whole = abs(np.sum(row[:-1] * column[1:] - row[1:] * column[:-1])) / 2
    return whole - sum(map(area, shape.inners))


print(f"{len(shapes)} outlines. Area of the polygons: {sum(map(area, shapes)):.0f}; pixels: {mask.sum()}.")

# %%
# Drawn
# -----
#
# The figure is saved as SVG, which can be scaled without loss.

axes = opsin.overlay(np.zeros_like(image), polygons=shapes, fill="orange")
opsin.save_figure(axes, "cat.svg")

# %%
# Squares within squares
# ----------------------
#
# Outlines may be nested to any depth.

rings = np.maximum(*np.abs(np.indices((60, 60)) - 29.5)) // 5 % 2 == 1
(shape,) = opsin.measure.polygons(rings)
depth = 1
while shape.inners:
    (shape,) = shape.inners
    depth += 1
print(f"nested {depth} deep")
opsin.overlay(np.zeros((*rings.shape, 3), np.uint8), polygons=opsin.measure.polygons(rings), fill="orange")

# sphinx_gallery_thumbnail_number = 2
