"""
Raise the contrast
==================

A photograph often uses only a part of the range of its values. Three ways to spread them.
"""

# %%
# As it was taken
# ---------------
#
# One channel of a photograph, as bytes. Few pixels are brighter than 200.

import opsin

image = opsin.data.photograph("chelsea")[..., 0]
opsin.show(image, "as taken", hist=True)

# %%
# Stretched
# ---------
#
# ``rescale_intensity`` maps one range to another. What was equal stays equal, so that the histogram gets gaps.

stretched = opsin.exposure.rescale_intensity(image, in_range=(100, 240), out_range=(0, 255))
opsin.show(stretched, "100 to 240 becomes 0 to 255", hist=True)

# %%
# Equalized where it is
# ---------------------
#
# ``equalize_adapthist`` (CLAHE) equalizes each region by itself, and limits how much noise is amplified.

equalized = opsin.exposure.equalize_adapthist(image)
opsin.show(equalized, "CLAHE", hist=True)

# %%
# A color image keeps its hues.

coffee = opsin.data.photograph("coffee")
vivid = opsin.exposure.equalize_adapthist(coffee, clip_limit=0.03)
opsin.compare(coffee, vivid, titles=("as taken", "CLAHE"))

# %%
# In numbers
# ----------
#
# The entropy tells how evenly the values are used.

for name, pixels in {"as taken": image, "stretched": stretched, "CLAHE": equalized}.items():
    print(f"{name}: {opsin.measure.shannon_entropy(pixels):.2f} bits")
