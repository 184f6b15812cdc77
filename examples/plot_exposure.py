"""
Contrast
========

A photograph that does not use the whole range of gray levels looks flat. Its histogram shows why. Stretching the range
and equalizing the histogram locally are two ways to improve it.
"""

# %%
# The histogram
# -------------
#
# ``hist=True`` draws the histogram beside the image. Few pixels of this photograph are darker than 50 or brighter than
# 200.

import opsin

image = opsin.data.photograph("chelsea")[..., 0]
opsin.show(image, "as taken", hist=True)

# %%
# A linear stretch
# ----------------
#
# ``rescale_intensity`` maps 100 to 0 and 240 to 255; what is outside is clipped. The dtype remains. No level is
# added between the levels that were there, so the histogram has gaps.

stretched = opsin.exposure.rescale_intensity(image, in_range=(100, 240), out_range=(0, 255))
opsin.show(stretched, "100 to 240 becomes 0 to 255", hist=True)

# %%
# Contrast limited adaptive histogram equalization
# ------------------------------------------------
#
# CLAHE equalizes the histogram of the surroundings of each pixel, and limits how far it amplifies the contrast.
# Details appear in dark and in bright regions alike. The entropy, in bits, tells how evenly the gray levels are used.

equalized = opsin.exposure.equalize_adapthist(image)
opsin.show(equalized, "CLAHE", hist=True)
for name, picture in {"as taken": image, "stretched": stretched, "CLAHE": equalized}.items():
    print(f"{name}: {opsin.measure.shannon_entropy(picture):.2f} bits")

# %%
# Color
# -----
#
# The lightness of a color image is equalized, so its hues do not change.

coffee = opsin.data.photograph("coffee")
vivid = opsin.exposure.equalize_adapthist(coffee, clip_limit=0.03)
opsin.show([coffee, vivid], ["as taken", "CLAHE, clip_limit=0.03"])

# sphinx_gallery_thumbnail_number = 3
