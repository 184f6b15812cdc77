"""
A picture and its texture
=========================

The model of Rudin, Osher and Fatemi divides an image into a part of small total variation, with sharp edges, and the
rest: texture and noise.
"""

# %%
# A noisy image
# -------------
#
# Two squares, with noise of a standard deviation of 30 gray levels.

from pathlib import Path

import numpy as np

import opsin

rng = np.random.default_rng(0)
clean = np.zeros((500, 500))
clean[100:400, 100:400], clean[200:300, 200:300] = 128, 255
noisy = clean + 30 * rng.standard_normal(clean.shape)

# %%
# Two filters
# -----------
#
# The Gaussian removes the noise and the edges with it. Total variation denoising keeps the edges. All numbers are in
# units of the image.

image, texture = opsin.restoration.denoise_rof(noisy, noisy, weight=100, tolerance=0.1, step=0.125)
blurred = opsin.filters.gaussian(noisy, 10)
opsin.compare(noisy, blurred, image, texture, titles=("noisy", "gaussian, sigma 10", "total variation", "texture"))


def rms(found):
    """Return the root mean square difference from the image without noise."""
    return np.sqrt(np.mean((found - clean) ** 2))


for name, picture in {"noisy": noisy, "gaussian": blurred, "total variation": image}.items():
    print(f"{name}: {rms(picture):.1f} gray levels from the image without noise")

# %%
# Files
# -----
#
# Files of bytes need bytes: the conversion of floats is written where it happens.

for name, picture in {"synth_rof.pdf": image, "synth_gaussian.pdf": blurred}.items():
    opsin.io.imsave(name, picture.clip(0, 255).round().astype(np.uint8))
    print(name, Path(name).stat().st_size, "bytes")
