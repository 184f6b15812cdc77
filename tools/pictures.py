"""The pictures of the reference: what an operation does to a sample image, drawn when the documentation is built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import opsin
from opsin._operation import Operation

MASK = "opsin.filters.gaussian(opsin.data.cells(), 1.5) > 100"
CHART = "opsin.data.color_chart((128, 192))"
PAGE = "opsin.data.page()[90:190, 20:190]"
DISKS = "opsin.data.disks()[:160, :220]"

HEIGHT = 3.0
"""The height of all pictures, in inches, so that their titles are of one size."""


@dataclass(frozen=True)
class Picture:
    """Two expressions: the image, and the result of an operation on ``image``."""

    source: str
    result: str


SHOWN = {
    "opsin.color.rgb2gray": Picture(CHART, "opsin.color.rgb2gray(image)"),
    "opsin.color.rgba2rgb": Picture(
        f"np.dstack([{CHART}, np.linspace(0, 255, 128 * 192).reshape(128, 192).round().astype(np.uint8)])",
        "opsin.color.rgba2rgb(image)",
    ),
    "opsin.exposure.histogram": Picture(DISKS, "opsin.exposure.histogram(image)"),
    "opsin.filters.difference_of_gaussians": Picture(
        "opsin.data.cells()", "opsin.filters.difference_of_gaussians(image, 2, 8)"
    ),
    "opsin.filters.gaussian": Picture("opsin.data.cells()", "opsin.filters.gaussian(image, 3)"),
    "opsin.filters.median": Picture("opsin.data.cells()", "opsin.filters.median(image, 7)"),
    "opsin.filters.sobel": Picture(DISKS, "opsin.filters.sobel(image)"),
    "opsin.filters.threshold_otsu": Picture("opsin.data.cells()", "image > opsin.filters.threshold_otsu(image)"),
    "opsin.filters.uniform": Picture("opsin.data.cells()", "opsin.filters.uniform(image, 9)"),
    "opsin.segmentation.mark_boundaries": Picture(
        "opsin.data.cells()",
        f"opsin.segmentation.mark_boundaries(image, opsin.measure.label({MASK}), color=(1, 0.5, 0))",
    ),
    "opsin.measure.label": Picture(MASK, "opsin.measure.label(image)"),
    "opsin.morphology.closing": Picture(PAGE, "opsin.morphology.closing(image, 9)"),
    "opsin.morphology.black_tophat": Picture(PAGE, "opsin.morphology.black_tophat(image, 9)"),
    "opsin.morphology.dilation": Picture(PAGE, "opsin.morphology.dilation(image, 3)"),
    "opsin.morphology.distance_transform": Picture(MASK, "opsin.morphology.distance_transform(image)"),
    "opsin.morphology.flood": Picture(
        "opsin.data.cells()", "opsin.morphology.flood(image, (0, 0), tolerance=15, connectivity=1)"
    ),
    "opsin.morphology.erosion": Picture(PAGE, "opsin.morphology.erosion(image, 3)"),
    "opsin.morphology.opening": Picture("opsin.data.cells() > 75", "opsin.morphology.opening(image, 5)"),
    "opsin.morphology.white_tophat": Picture("opsin.data.cells()", "opsin.morphology.white_tophat(image, 15)"),
    "opsin.segmentation.clear_border": Picture(MASK, "opsin.segmentation.clear_border(image)"),
    "opsin.morphology.h_maxima": Picture(
        "opsin.filters.gaussian(opsin.data.cells(), 2)",
        "opsin.morphology.isotropic_dilation(opsin.morphology.h_maxima(image, 20), 2)",
    ),
    "opsin.morphology.reconstruction": Picture(
        "opsin.data.cells()", "opsin.morphology.reconstruction(opsin.morphology.erosion(image, 15), image)"
    ),
    "opsin.morphology.skeletonize": Picture(PAGE + " < 128", "opsin.morphology.skeletonize(image)"),
    "opsin.segmentation.watershed": Picture(
        f"-opsin.morphology.distance_transform({MASK})",
        "opsin.segmentation.watershed(image, opsin.measure.label(opsin.morphology.h_minima(image, 1)), mask=image < 0)",
    ),
    "opsin.segmentation.expand_labels": Picture(
        f"opsin.measure.label({MASK})", "opsin.segmentation.expand_labels(image, 8)"
    ),
    "opsin.transform.rescale": Picture("opsin.data.cells()", "opsin.transform.rescale(image, 0.2)"),
    "opsin.transform.resize": Picture(CHART, "opsin.transform.resize(image, (96, 96))"),
    "opsin.transform.rotate": Picture(CHART, "opsin.transform.rotate(image, 20)"),
}
"""What is shown of an operation; the others are shown with their defaults, if their result is an image."""

ALONE = {
    "opsin.data.beads": "opsin.data.beads()[16]",
    "opsin.data.cells": "opsin.data.cells()",
    "opsin.data.color_chart": "opsin.data.color_chart()",
    "opsin.data.disks": "opsin.data.disks()",
    "opsin.data.page": "opsin.data.page()",
    "opsin.data.shepp_logan_phantom": "opsin.data.shepp_logan_phantom()",
    "opsin.data.step_wedge": "opsin.data.step_wedge()",
    "opsin.morphology.ellipse": "opsin.morphology.ellipse(12, 6) > 0",
    "opsin.morphology.octagon": "opsin.morphology.octagon(7, 5) > 0",
    "opsin.morphology.star": "opsin.morphology.star(6) > 0",
    "opsin.morphology.ball": "opsin.morphology.ball(8)[3] > 0",
    "opsin.morphology.diamond": "opsin.morphology.diamond(8) > 0",
    "opsin.morphology.disk": "opsin.morphology.disk(8) > 0",
}
"""What is shown by itself."""


def picture(full: str) -> Picture | None:
    """Return what is shown of a function, given its full name; None if nothing is."""
    if full in ALONE:
        return Picture(ALONE[full], "image")
    operation = opsin.operations().get(full.removeprefix("opsin."))
    if full in SHOWN or operation is None:
        return SHOWN.get(full)
    return by_default(operation)


def by_default(operation: Operation) -> Picture | None:
    """Return the picture of an operation that needs no settings and makes an image of an image."""
    others = [one for one in operation.parameters.values() if one.required and one is not operation.image]
    if others or not operation.gives_image or operation.image.role is None:
        return None
    sources = {"mask": MASK, "labels": f"opsin.measure.label({MASK})", "image": "opsin.data.cells()"}
    source = sources.get(operation.image.role.name)
    if operation.image.role.channels == 3:
        source = CHART
    return None if source is None else Picture(source, f"opsin.{operation.name}(image)")


def path(full: str) -> str:
    """Return the path of a picture in the documentation."""
    return f"reference/pictures/{full.removeprefix('opsin.')}.png"


def write(folder: Path) -> None:
    """Draw all pictures into the documentation's folder."""
    import matplotlib as mpl

    mpl.use("agg")
    names = [f"opsin.{name}" for name in opsin.operations()]
    for full in [*names, *ALONE]:
        shown = picture(full)
        if shown is not None:
            target = folder / path(full)
            target.parent.mkdir(exist_ok=True)
            draw(shown, target)


def draw(shown: Picture, target: Path) -> None:
    """Draw the image and the result side by side, or the image alone."""
    from matplotlib import pyplot as plt

    names: dict[str, Any] = {"opsin": opsin, "np": np}
    image = names["image"] = eval(shown.source, names)
    if shown.result == "image":
        axes = [opsin.show(image)]
    else:
        result = eval(shown.result, names)
        if isinstance(result, tuple):  # counts and the levels that they are of
            axes = list(plt.subplots(1, 2, figsize=(8, 3), layout="constrained")[1])
            opsin.show(image, "image", axes=axes[0])
            axes[1].fill_between(result[1], result[0], step="mid", color="#8fa3b8")
            axes[1].set_title(shown.result)
        else:
            axes = opsin.show([image, result], ["image", shown.result])
    for one in axes:
        one.title.set_fontsize(9)
        one.title.set_fontfamily("monospace")
    figure = axes[0].figure
    figure.set_size_inches(figure.get_size_inches() * HEIGHT / figure.get_size_inches()[1])
    figure.savefig(target, dpi=160)
    plt.close("all")
