"""
Larger, smaller, turned
=======================

What happens to the pixels when a picture changes its size or its direction, and which choices there are.
"""

# %%
# Smaller
# -------
#
# The rings get finer outwards, until a ring is as wide as a pixel. Taking every fourth pixel makes rings that are not
# there. With antialiasing, which is the default, each new pixel weighs all the old ones that it stands for, and what is
# too fine to be shown turns gray.

import numpy as np
from matplotlib import pyplot as plt

import opsin

row, column = np.mgrid[-256:256, -256:256]
rings = (127.5 + 127.5 * np.cos(np.pi * (row**2 + column**2) / 512)).astype(np.uint8)
small = {
    "rings, 512 x 512": rings,
    "128 x 128, no antialiasing": opsin.transform.resize(rings, (128, 128), anti_aliasing=False),
    "128 x 128": opsin.transform.resize(rings, (128, 128)),
    "128 x 128, area": opsin.transform.resize(rings, (128, 128), order="area"),
}
figure, axes = plt.subplots(1, 4, figsize=(13, 3.5), layout="constrained")
for ax, (name, picture) in zip(axes, small.items(), strict=True):
    opsin.show(picture, name, axes=ax)

# %%
# Larger
# ------
#
# An eye, ten times as large. ``"nearest"`` keeps the pixels as they are, and is right for labels and masks; the others
# draw curves between them, each a little sharper than the one before.

astronaut = opsin.data.photograph("astronaut")
eye = astronaut[88:112, 186:222]
figure, axes = plt.subplots(1, 4, figsize=(13, 2.7), layout="constrained")
for ax, order in zip(axes, ["nearest", "linear", "cubic", "lanczos"], strict=True):
    opsin.show(opsin.transform.resize(eye, (240, 360), order=order), order, axes=ax)

# %%
# Turned
# ------
#
# A positive angle turns the picture counter-clockwise. The result keeps the shape of the picture, and loses its
# corners, or is as large as the whole of it needs. ``mode`` says what lies beyond the border.

turned = {
    "rotate(image, 20)": opsin.transform.rotate(astronaut, 20),
    "resize=True": opsin.transform.rotate(astronaut, 20, resize=True),
    "mode='reflect'": opsin.transform.rotate(astronaut, 20, mode="reflect"),
    "center=(110, 220)": opsin.transform.rotate(astronaut, 20, center=(110, 220)),
}
figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained")
for ax, (name, picture) in zip(axes, turned.items(), strict=True):
    opsin.show(picture, name, axes=ax)
    ax.set_xlabel(f"{picture.shape[0]} x {picture.shape[1]}")

# %%
# Quarter turns move the pixels and change none of them.

print(np.array_equal(opsin.transform.rotate(astronaut, 90, resize=True), np.rot90(astronaut)))

# sphinx_gallery_thumbnail_number = 3
