"""
Edges, a sketch and total variation
===================================

The gradient of a photograph, thresholded, looks like a pencil drawing. Total variation denoising removes noise and
keeps the edges.
"""

# %%
# Blur and edges
# --------------
#
# Values keep their range: the Sobel magnitude of a uint8 image is in gray levels per pixel.

import opsin

image = opsin.data.photograph("astronaut")
gray = image[..., 0]
blurred = opsin.filters.gaussian(gray, 5)
edges = opsin.filters.sobel(gray)
opsin.show([gray, blurred, edges], ["red channel", "gaussian, sigma 5", "sobel"])

# %%
# A sketch with a slider
# ----------------------
#
# ``explore`` makes a slider for each parameter of a function that has a range, given as (least, greatest, step). In a
# notebook the picture follows it. A script sets the value and reads the result.

sketch = opsin.explore(lambda edges, x: edges < x, edges, x=(2.5, 102, 1.25))
sketch.set(x=25)
opsin.show(sketch.result, "less than 25 gray levels per pixel")

# %%
# Noise
# -----
#
# ``random_noise`` keeps the dtype. The variance, and the weight of the denoising, are in units of the range of the
# dtype, so that the same numbers hold for any dtype.

part = image[200:-100, 200:-150]
noisy = opsin.util.random_noise(part, mode="gaussian", var=0.02, rng=0)
clean = opsin.restoration.denoise_tv_bregman(noisy, weight=5)
opsin.compare(part, noisy, clean, titles=("part", "noisy", "total variation"))
for name, picture in {"noisy": noisy, "total variation": clean}.items():
    print(f"{name}: {opsin.metrics.peak_signal_noise_ratio(part, picture):.1f} dB")

# sphinx_gallery_thumbnail_number = 3
