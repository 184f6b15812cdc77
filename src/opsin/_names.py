"""The names of a package: what completion lists, and what the error for a missing name says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

from ._errors import nearest_name
from ._operation import operations

PEERS_NAMES = {
    "GaussianBlur": "filters.gaussian",
    "LUT": "color.apply_palette",
    "Laplacian": "filters.laplace",
    "Scharr": "filters.scharr",
    "Sobel": "filters.sobel",
    "adaptiveThreshold": "filters.threshold_local",
    "affine_transform": "transform.warp",
    "binary_closing": "morphology.closing",
    "binary_dilation": "morphology.dilation",
    "binary_erosion": "morphology.erosion",
    "binary_fill_holes": "morphology.fill_holes",
    "binary_opening": "morphology.opening",
    "binary_propagation": "morphology.reconstruction",
    "bitwise_not": "util.invert",
    "blur": "filters.uniform",
    "boxFilter": "filters.uniform",
    "calcHist": "exposure.histogram",
    "cartToPolar": "filters.gradient",
    "connectedComponents": "measure.label",
    "connectedComponentsWithStats": "measure.regionprops_table",
    "convolve1d": "filters.convolve",
    "convolve2d": "filters.convolve",
    "copyMakeBorder": "util.pad",
    "correlate1d": "filters.correlate",
    "cube": "morphology.footprint_rectangle",
    "cvtColor": "color.rgb2gray",
    "dilate": "morphology.dilation",
    "distanceTransform": "morphology.distance_transform",
    "distance_transform_bf": "morphology.distance_transform",
    "distance_transform_cdt": "morphology.distance_transform",
    "distance_transform_edt": "morphology.distance_transform",
    "equalizeHist": "exposure.equalize_hist",
    "erode": "morphology.erosion",
    "filter2D": "filters.correlate",
    "floodFill": "morphology.flood_fill",
    "gaussian_filter": "filters.gaussian",
    "gaussian_gradient_magnitude": "filters.gradient",
    "generate_binary_structure": "morphology.footprint_neighbors",
    "geometric_transform": "transform.warp",
    "getStructuringElement": "morphology.footprint_rectangle",
    "grey_closing": "morphology.closing",
    "grey_dilation": "morphology.dilation",
    "grey_erosion": "morphology.erosion",
    "grey_opening": "morphology.opening",
    "img_as_bool": "exposure.convert_dtype",
    "img_as_float": "exposure.convert_dtype",
    "img_as_float32": "exposure.convert_dtype",
    "img_as_float64": "exposure.convert_dtype",
    "img_as_int": "exposure.convert_dtype",
    "img_as_ubyte": "exposure.convert_dtype",
    "img_as_uint": "exposure.convert_dtype",
    "imread": "io.imread",
    "imsave": "io.imsave",
    "imshow": "show",
    "imwrite": "io.imsave",
    "load": "io.imread",
    "map_coordinates": "transform.warp",
    "maximum_filter": "filters.maximum",
    "medianBlur": "filters.median",
    "median_filter": "filters.median",
    "minimum_filter": "filters.minimum",
    "open": "io.imread",
    "percentile_filter": "filters.percentile",
    "prewitt_h": "filters.prewitt",
    "prewitt_v": "filters.prewitt",
    "pyrDown": "transform.pyramid_reduce",
    "pyrUp": "transform.pyramid_expand",
    "rank_filter": "filters.percentile",
    "read": "io.imread",
    "rectangle": "morphology.footprint_rectangle",
    "remap": "transform.warp",
    "rgb2grey": "color.rgb2gray",
    "save": "io.imsave",
    "scharr_h": "filters.scharr",
    "scharr_v": "filters.scharr",
    "sobel_h": "filters.sobel",
    "sobel_v": "filters.sobel",
    "square": "morphology.footprint_rectangle",
    "threshold": "filters.threshold_otsu",
    "uniform_filter": "filters.uniform",
    "warpAffine": "transform.warp",
    "warpPerspective": "transform.warp",
    "warpPolar": "transform.warp_polar",
    "watershed_ift": "segmentation.watershed",
    "write": "io.imsave",
}
"""Names of other libraries, and common ones, for what opsin has elsewhere or under another name."""


def public(
    package: str, names: Sequence[str], places: Mapping[str, str] = MappingProxyType({})
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package that has the public `names`.

    Completion then lists the public names without the files of the package,
    and the error for a missing name says where in opsin it is, if anywhere.

    Parameters
    ----------
    package : str
        The name of the package.
    names : sequence of str
        Its public names.
    places : mapping of str to str
        For names that are imported when they are first used: the module that has them, such as ``".plot"``; for a
        module its own name.
    """

    def missing(name: str) -> Any:
        if name in places:
            module = import_module(places[name], package)
            found = module if places[name] == f".{name}" else getattr(module, name)
            setattr(sys.modules[package], name, found)
            return found
        hint = "" if name.startswith("_") else _hint(name, names)
        raise AttributeError(f"module {package!r} has no attribute {name!r}.{hint}")

    def listed() -> list[str]:
        return sorted(names)

    return missing, listed


def _hint(name: str, names: Sequence[str]) -> str:
    """Return where opsin has what `name` means, or the nearest name, or which names there are."""
    elsewhere = next((one.name for one in operations().values() if one.short_name == name), PEERS_NAMES.get(name))
    if elsewhere:
        return f" Use opsin.{elsewhere}."
    return nearest_name(name, names) or f" It has {', '.join(sorted(names))}."
