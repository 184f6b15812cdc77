"""
Faces and privacy
=================

A cascade of simple tests finds faces within milliseconds. What is found is blurred, and nothing else.
"""

# %%
# A detector
# ----------
#
# ``Cascade`` reads the files of OpenCV, of Haar and of local binary pattern features. The extra ``faces`` brings a file
# for frontal faces. Without grouping, a detector may return other regions too.

from importlib.util import find_spec
from pathlib import Path

import opsin

image = opsin.data.photograph("astronaut")
folder = Path(find_spec("skimage").submodule_search_locations[0], "data")
detector = opsin.faces.Cascade(folder / "lbpcascade_frontalface_opencv.xml")
found = detector.detect_multi_scale(image, scale_factor=1.2, step_ratio=1, min_size=(10, 10), max_size=(200, 200))
for box in found:
    print(f"row {box['r']}, column {box['c']}: {box['width']} x {box['height']} pixels")

# %%
# The face
# --------
#
# ``detect_faces`` groups neighboring detections and leaves out those that stand alone.

(face,) = opsin.faces.detect_faces(image)
opsin.overlay(image, boxes=[face])

# %%
# Privacy
# -------
#
# ``blur_regions`` blurs the face with a Gaussian of 8 pixels. The blur uses pixels inside of the box only.

private = opsin.faces.blur_regions(image, [face], sigma=8)
opsin.show(private, "blurred")

# %%
# Superpixels
# -----------
#
# SLIC divides the image into segments of similar color, and ``label2rgb`` fills each with its mean color.

segments = opsin.segmentation.slic(image, n_segments=400)
flat = opsin.color.label2rgb(segments, image, kind="avg")
opsin.show([opsin.segmentation.mark_boundaries(image, segments), flat], ["400 segments", "mean colors"])

# sphinx_gallery_thumbnail_number = 1
