"""
Rotate the colors
=================

The colors of an image are points in a cube. A rotation would move some of them out of the cube. In logit space, where
the cube is infinite, nothing leaves it.
"""

# %%
# The rotation
# ------------
#
# ``apply_matrix`` multiplies the three channels of each pixel by a matrix. With ``space="logit"`` the inverse of the
# logistic function is applied before, and the function itself after, in one pass over the image.

import numpy as np

import opsin


def turned(image, angle):
    """Rotate the colors about the red axis; green becomes blue after a quarter."""
    c, s = np.cos(angle), np.sin(angle)
    return opsin.color.apply_matrix(image, [[1, 0, 0], [0, c, s], [0, -s, c]], space="logit")


image = opsin.data.photograph("rocket")
angles = [0, np.pi / 4, np.pi / 2, np.pi]
opsin.compare(*(turned(image, angle) for angle in angles), titles=[f"{np.degrees(a):.0f} degrees" for a in angles])

# %%
# An animation
# ------------
#
# ``animate`` takes an iterable of frames. This one is a generator, so that only one frame is in memory at a time.

frames = (turned(image, i * np.pi / 10) for i in range(20))
opsin.animate(frames, "rotation.gif", fps=20, titles=[f"Angle: {i}*pi/10" for i in range(20)])
print(opsin.io.info("rotation.gif").pages, "frames")
