"""scikit-image's functions, computed by opsin.

One function for each function of the peer, with its signature. The
conventions that they translate:

- ``channel_axis=None``: every axis is spatial unless the caller says otherwise.
- Images of integers become floats from 0 to 1 (-1 to 1 if signed), unless
  ``preserve_range=True``. opsin keeps values and dtypes.
- skimage.transform names borders as numpy.pad does: its ``reflect`` is
  opsin's ``mirror``, its ``symmetric`` opsin's ``reflect``, its ``edge``
  opsin's ``nearest``. skimage.filters and skimage.morphology use the names
  of scipy.ndimage, as opsin does.
- Footprints of even size are centered at ``size // 2 - 1``; opsin and
  scipy.ndimage center them at ``size // 2``. Dilations and closings are
  those of the mirrored footprint, until scikit-image 2.
- A sequence of footprints is applied one after the other.
- Centers of rotation are (column, row).
- `clip` is not translated: linear interpolation exceeds the range of the
  image only by `cval`.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

import opsin

from conformance.translation import NUMPY_TO_OPSIN, Adapter, NotExpressedError, adapting, renamed

ADAPTERS: dict[str, Adapter] = {}

HOMES = {
    "filters": (
        "gaussian",
        "median",
        "sobel",
        "sobel_h",
        "sobel_v",
        "threshold_otsu",
        "difference_of_gaussians",
        "prewitt",
        "prewitt_h",
        "prewitt_v",
        "scharr",
        "scharr_h",
        "scharr_v",
        "laplace",
        "unsharp_mask",
        "threshold_isodata",
        "threshold_li",
        "threshold_local",
        "threshold_mean",
        "threshold_minimum",
        "threshold_multiotsu",
        "threshold_niblack",
        "threshold_sauvola",
        "threshold_triangle",
        "threshold_yen",
        "apply_hysteresis_threshold",
    ),
    "morphology": (
        "erosion",
        "dilation",
        "opening",
        "closing",
        "white_tophat",
        "black_tophat",
        "remove_small_objects",
        "remove_small_holes",
        "flood",
        "flood_fill",
        "isotropic_erosion",
        "isotropic_dilation",
        "isotropic_opening",
        "isotropic_closing",
        "reconstruction",
        "local_maxima",
        "local_minima",
        "h_maxima",
        "h_minima",
        "skeletonize",
        "thin",
        "convex_hull_image",
        "medial_axis",
        "area_opening",
        "area_closing",
        "convex_hull_object",
        "ball",
        "diamond",
        "footprint_rectangle",
        "octagon",
        "octahedron",
        "star",
    ),
    "exposure": (
        "histogram",
        "rescale_intensity",
        "adjust_gamma",
        "adjust_log",
        "adjust_sigmoid",
        "equalize_hist",
        "equalize_adapthist",
        "cumulative_distribution",
        "match_histograms",
        "is_low_contrast",
    ),
    "transform": (
        "resize",
        "rescale",
        "rotate",
        "warp",
        "warp_polar",
        "downscale_local_mean",
        "pyramid_reduce",
        "pyramid_expand",
        "pyramid_gaussian",
        "pyramid_laplacian",
        "integral_image",
        "integrate",
    ),
    "util": ("crop", "invert", "montage", "random_noise", "view_as_blocks", "view_as_windows"),
    "measure": (
        "blur_effect",
        "centroid",
        "euler_number",
        "inertia_tensor",
        "inertia_tensor_eigvals",
        "moments",
        "moments_central",
        "moments_coords",
        "moments_coords_central",
        "moments_hu",
        "moments_normalized",
        "perimeter",
        "perimeter_crofton",
        "shannon_entropy",
        "label",
        "regionprops",
        "regionprops_table",
        "find_contours",
        "approximate_polygon",
        "subdivide_polygon",
        "points_in_poly",
        "block_reduce",
        "profile_line",
        "ransac",
    ),
    "segmentation": (
        "clear_border",
        "expand_labels",
        "felzenszwalb",
        "find_boundaries",
        "join_segmentations",
        "mark_boundaries",
        "random_walker",
        "slic",
        "relabel_sequential",
        "watershed",
    ),
    "restoration": (
        "denoise_wavelet",
        "estimate_sigma",
        "denoise_tv_bregman",
        "denoise_tv_chambolle",
        "inpaint_biharmonic",
        "richardson_lucy",
        "wiener",
    ),
    "metrics": (
        "hausdorff_distance",
        "mean_squared_error",
        "normalized_root_mse",
        "peak_signal_noise_ratio",
        "structural_similarity",
    ),
    "color": (
        "rgb2gray",
        "rgb2hsv",
        "hsv2rgb",
        "rgb2xyz",
        "xyz2rgb",
        "rgb2lab",
        "lab2rgb",
        "xyz2lab",
        "lab2xyz",
        "rgb2ycbcr",
        "ycbcr2rgb",
        "rgb2hed",
        "hed2rgb",
        "rgb2luv",
        "luv2rgb",
        "rgb2yuv",
        "yuv2rgb",
        "rgb2yiq",
        "yiq2rgb",
        "lab2lch",
        "lch2lab",
        "deltaE_cie76",
        "deltaE_ciede94",
        "deltaE_ciede2000",
        "deltaE_cmc",
        "gray2rgb",
        "rgba2rgb",
        "label2rgb",
    ),
    "feature": (
        "BRIEF",
        "ORB",
        "structure_tensor",
        "structure_tensor_eigenvalues",
        "hessian_matrix",
        "hessian_matrix_eigvals",
        "blob_dog",
        "blob_doh",
        "blob_log",
        "canny",
        "corner_fast",
        "corner_harris",
        "corner_peaks",
        "corner_shi_tomasi",
        "corner_subpix",
        "hog",
        "local_binary_pattern",
        "match_descriptors",
        "match_template",
        "peak_local_max",
    ),
    "draw": (
        "bezier_curve",
        "circle_perimeter",
        "circle_perimeter_aa",
        "disk",
        "ellipse",
        "ellipse_perimeter",
        "line",
        "line_aa",
        "polygon",
        "polygon2mask",
        "polygon_perimeter",
        "rectangle",
        "rectangle_perimeter",
        "set_color",
    ),
}
"""The public module of each function. Names that two modules have (``disk``, ``ellipse``) are those of one.

`restoration.denoise_bilateral` and `denoise_nl_means` have no adapters: the weights of scikit-image's bilateral filter
belong to other pixels, and patches of its fast non-local means lack a row and a column.
"""


def peer(name: str) -> Adapter:
    """Return scikit-image's function of a name."""
    (home,) = (module for module, names in HOMES.items() if name in names)
    return getattr(importlib.import_module(f"skimage.{home}"), name)


adapts = adapting(ADAPTERS, peer)


@adapts
def gaussian(
    image: Any, sigma: Any = 1.0, *, mode: Any = "nearest", cval: float = 0, preserve_range: bool = False,
    truncate: float = 4.0, channel_axis: Any = None, out: Any = None,
) -> Any:  # fmt: skip
    result = opsin.filters.gaussian(
        as_floats(image, preserve_range), sigma, mode=mode, cval=cval, truncate=truncate, channel_axis=channel_axis
    )
    return delivered(result, out)


@adapts
def median(
    image: Any, footprint: Any = None, out: Any = None, mode: str = "nearest", cval: float = 0.0,
    behavior: str = "ndimage",
) -> Any:  # fmt: skip
    if behavior == "rank":
        raise NotExpressedError("local histograms of skimage.filters.rank")
    window = 3 if footprint is None else np.asarray(footprint, bool)
    result = opsin.filters.median(image, window, mode=mode, cval=cval, channel_axis=None)
    return delivered(result, out)


@adapts
def sobel(image: Any, mask: Any = None, *, axis: Any = None, mode: Any = "reflect", cval: float = 0.0) -> Any:
    return opsin.filters.sobel(as_floats(image), axis=axis, mask=as_mask(mask), mode=mode, cval=cval, channel_axis=None)


@adapts
def sobel_h(image: Any, mask: Any = None) -> Any:
    return opsin.filters.sobel(as_floats(image), axis=0, mask=as_mask(mask), channel_axis=None)


@adapts
def sobel_v(image: Any, mask: Any = None) -> Any:
    return opsin.filters.sobel(as_floats(image), axis=1, mask=as_mask(mask), channel_axis=None)


@adapts
def threshold_otsu(image: Any = None, nbins: int = 256, *, hist: Any = None) -> Any:
    return opsin.filters.threshold_otsu(image, nbins, hist=as_histogram(hist))


@adapts
def prewitt(image: Any, mask: Any = None, *, axis: Any = None, mode: Any = "reflect", cval: float = 0.0) -> Any:
    values, inside = as_floats(image), as_mask(mask)
    return opsin.filters.prewitt(values, axis=axis, mask=inside, mode=mode, cval=cval, channel_axis=None)


@adapts
def prewitt_h(image: Any, mask: Any = None) -> Any:
    return opsin.filters.prewitt(as_floats(image), axis=0, mask=as_mask(mask), channel_axis=None)


@adapts
def prewitt_v(image: Any, mask: Any = None) -> Any:
    return opsin.filters.prewitt(as_floats(image), axis=1, mask=as_mask(mask), channel_axis=None)


@adapts
def scharr(image: Any, mask: Any = None, *, axis: Any = None, mode: Any = "reflect", cval: float = 0.0) -> Any:
    values, inside = as_floats(image), as_mask(mask)
    return opsin.filters.scharr(values, axis=axis, mask=inside, mode=mode, cval=cval, channel_axis=None)


@adapts
def scharr_h(image: Any, mask: Any = None) -> Any:
    return opsin.filters.scharr(as_floats(image), axis=0, mask=as_mask(mask), channel_axis=None)


@adapts
def scharr_v(image: Any, mask: Any = None) -> Any:
    return opsin.filters.scharr(as_floats(image), axis=1, mask=as_mask(mask), channel_axis=None)


@adapts
def laplace(image: Any, ksize: int = 3, mask: Any = None) -> Any:
    # Zeros surround larger windows.
    return opsin.filters.laplace(as_floats(image), mask=as_mask(mask), channel_axis=None)


@adapts
def unsharp_mask(
    image: Any, radius: Any = 1.0, amount: float = 1.0, preserve_range: bool = False, *, channel_axis: Any = None
) -> Any:
    return opsin.filters.unsharp_mask(
        as_floats(image, preserve_range), radius, amount, clip=not preserve_range, channel_axis=channel_axis
    )


@adapts
def apply_hysteresis_threshold(image: Any, low: Any, high: Any) -> Any:
    return opsin.filters.apply_hysteresis_threshold(image, low, high, channel_axis=None)


@adapts
def threshold_isodata(image: Any = None, nbins: int = 256, return_all: bool = False, *, hist: Any = None) -> Any:
    return opsin.filters.threshold_isodata(image, nbins, return_all=return_all, hist=as_histogram(hist))


@adapts
def threshold_li(image: Any, *, tolerance: Any = None, initial_guess: Any = None, iter_callback: Any = None) -> Any:
    if iter_callback is not None:
        raise NotExpressedError("callbacks of iterations")
    if callable(initial_guess):
        initial_guess = initial_guess(image - np.min(image)) + np.min(image)
    return opsin.filters.threshold_li(image, tolerance=tolerance, initial_guess=initial_guess)


@adapts
def threshold_local(
    image: Any, block_size: Any = 3, method: str = "gaussian", offset: float = 0, mode: str = "reflect",
    param: Any = None, cval: float = 0,
) -> Any:  # fmt: skip
    if method == "generic":
        raise NotExpressedError("functions of windows")
    values = np.asarray(image)
    values = values.astype(np.float64) if values.dtype.kind != "f" else values
    return opsin.filters.threshold_local(
        values, block_size, method=method, offset=offset, mode=mode, param=param, cval=cval, channel_axis=None
    )


@adapts
def threshold_mean(image: Any) -> Any:
    return opsin.filters.threshold_mean(image)


@adapts
def threshold_minimum(image: Any = None, nbins: int = 256, max_num_iter: int = 10000, *, hist: Any = None) -> Any:
    return opsin.filters.threshold_minimum(image, nbins, max_num_iter=max_num_iter, hist=as_histogram(hist))


@adapts
def threshold_multiotsu(image: Any = None, classes: int = 3, nbins: int = 256, *, hist: Any = None) -> Any:
    return opsin.filters.threshold_multiotsu(image, classes, nbins, hist=as_histogram(hist))


@adapts
def threshold_niblack(image: Any, window_size: Any = 15, k: float = 0.2) -> Any:
    return opsin.filters.threshold_niblack(as_values(image), window_size, k=k, channel_axis=None)


@adapts
def threshold_sauvola(image: Any, window_size: Any = 15, k: float = 0.2, r: Any = None) -> Any:
    values = np.asarray(image)
    if r is None and values.dtype.kind in "iu":
        r = (float(np.iinfo(values.dtype).max) - max(np.iinfo(values.dtype).min, -(2**63))) / 2
    return opsin.filters.threshold_sauvola(as_values(values), window_size, k=k, r=r, channel_axis=None)


@adapts
def threshold_triangle(image: Any, nbins: int = 256) -> Any:
    return opsin.filters.threshold_triangle(image, nbins)


@adapts
def threshold_yen(image: Any = None, nbins: int = 256, *, hist: Any = None) -> Any:
    return opsin.filters.threshold_yen(image, nbins, hist=as_histogram(hist))


@adapts
def difference_of_gaussians(
    image: Any, low_sigma: Any, high_sigma: Any = None, *, mode: Any = "nearest", cval: float = 0,
    channel_axis: Any = None, truncate: float = 4.0,
) -> Any:  # fmt: skip
    return opsin.filters.difference_of_gaussians(
        as_floats(image), low_sigma, high_sigma, mode=mode, cval=cval, truncate=truncate, channel_axis=channel_axis
    )


@adapts
def erosion(image: Any, footprint: Any = None, out: Any = None, *, mode: str = "reflect", cval: float = 0.0) -> Any:
    return delivered(in_sequence(opsin.morphology.erosion, image, footprint, mode, cval), out)


@adapts
def dilation(image: Any, footprint: Any = None, out: Any = None, *, mode: str = "reflect", cval: float = 0.0) -> Any:
    return delivered(in_sequence(opsin.morphology.dilation, image, footprint, mode, cval, mirror=True), out)


@adapts
def opening(image: Any, footprint: Any = None, out: Any = None, *, mode: str = "reflect", cval: float = 0.0) -> Any:
    if not is_sequence(footprint):
        return delivered(in_sequence(opsin.morphology.opening, image, footprint, mode, cval), out)
    eroded = in_sequence(opsin.morphology.erosion, image, footprint, mode, cval)
    return delivered(in_sequence(opsin.morphology.dilation, eroded, footprint, mode, cval), out)


@adapts
def closing(image: Any, footprint: Any = None, out: Any = None, *, mode: str = "reflect", cval: float = 0.0) -> Any:
    if not is_sequence(footprint):
        return delivered(in_sequence(opsin.morphology.closing, image, footprint, mode, cval, mirror=True), out)
    dilated = in_sequence(opsin.morphology.dilation, image, footprint, mode, cval, mirror=True)
    return delivered(in_sequence(opsin.morphology.erosion, dilated, footprint, mode, cval, mirror=True), out)


@adapts
def white_tophat(
    image: Any, footprint: Any = None, out: Any = None, *, mode: str = "reflect", cval: float = 0.0
) -> Any:
    if is_sequence(footprint):
        opened = opening(image, footprint, mode=mode, cval=cval)
        return delivered(image ^ opened if opened.dtype == bool else image - opened, out)
    return delivered(in_sequence(opsin.morphology.white_tophat, image, footprint, mode, cval), out)


@adapts
def black_tophat(
    image: Any, footprint: Any = None, out: Any = None, *, mode: str = "reflect", cval: float = 0.0
) -> Any:
    if is_sequence(footprint):
        closed = closing(image, footprint, mode=mode, cval=cval)
        return delivered(image ^ closed if closed.dtype == bool else closed - image, out)
    return delivered(in_sequence(opsin.morphology.black_tophat, image, footprint, mode, cval, mirror=True), out)


@adapts
def remove_small_objects(
    ar: Any, min_size: Any = None, connectivity: int = 1, *, max_size: Any = 64, out: Any = None
) -> Any:
    largest = max_size if min_size is None else min_size - 1
    return opsin.morphology.remove_small_objects(ar, largest, connectivity=connectivity, out=out)


@adapts
def remove_small_holes(
    ar: Any, area_threshold: Any = None, connectivity: int = 1, *, max_size: Any = 64, out: Any = None
) -> Any:
    largest = max_size if area_threshold is None else area_threshold - 1
    return opsin.morphology.remove_small_holes(ar, largest, connectivity=connectivity, out=out)


@adapts
def flood(
    image: Any, seed_point: Any, *, footprint: Any = None, connectivity: Any = None, tolerance: Any = None
) -> Any:
    tolerance = None if tolerance is None else abs(tolerance)
    return opsin.morphology.flood(
        image, seed_point, footprint=footprint, connectivity=connectivity, tolerance=tolerance, channel_axis=None
    )


@adapts
def flood_fill(
    image: Any, seed_point: Any, new_value: Any, *, footprint: Any = None, connectivity: Any = None,
    tolerance: Any = None, in_place: bool = False,
) -> Any:  # fmt: skip
    tolerance = None if tolerance is None else abs(tolerance)
    return opsin.morphology.flood_fill(
        image, seed_point, new_value, footprint=footprint, connectivity=connectivity, tolerance=tolerance,
        channel_axis=None,
        out=image if in_place else None,
    )  # fmt: skip


@adapts
def isotropic_erosion(image: Any, radius: float, out: Any = None, spacing: Any = None) -> Any:
    return isotropic(opsin.morphology.isotropic_erosion, image, radius, out, spacing)


@adapts
def isotropic_dilation(image: Any, radius: float, out: Any = None, spacing: Any = None) -> Any:
    return isotropic(opsin.morphology.isotropic_dilation, image, radius, out, spacing)


@adapts
def isotropic_opening(image: Any, radius: float, out: Any = None, spacing: Any = None) -> Any:
    return isotropic(opsin.morphology.isotropic_opening, image, radius, out, spacing)


@adapts
def isotropic_closing(image: Any, radius: float, out: Any = None, spacing: Any = None) -> Any:
    return isotropic(opsin.morphology.isotropic_closing, image, radius, out, spacing)


def isotropic(function: Any, image: Any, radius: float, out: Any, spacing: Any) -> Any:
    """Apply a function of morphology with balls."""
    result = function(np.asarray(image) != 0, radius, spacing=1.0 if spacing is None else spacing)
    return delivered(result, out)


@adapts
def reconstruction(seed: Any, mask: Any, method: str = "dilation", footprint: Any = None, offset: Any = None) -> Any:
    if offset is not None:
        raise NotExpressedError("footprints with an offset")
    if footprint is not None and any(size % 2 == 0 for size in np.shape(footprint)):
        raise ValueError("the sizes of a footprint must be odd.")
    result = opsin.morphology.reconstruction(seed, mask, method=method, footprint=footprint, channel_axis=None)
    return result if result.dtype.kind == "f" else result.astype(np.float64)


@adapts
def local_maxima(
    image: Any, footprint: Any = None, connectivity: Any = None, indices: bool = False, allow_borders: bool = True
) -> Any:
    return extrema(opsin.morphology.local_maxima, image, footprint, connectivity, indices, allow_borders)


@adapts
def local_minima(
    image: Any, footprint: Any = None, connectivity: Any = None, indices: bool = False, allow_borders: bool = True
) -> Any:
    return extrema(opsin.morphology.local_minima, image, footprint, connectivity, indices, allow_borders)


def extrema(function: Any, image: Any, footprint: Any, connectivity: Any, indices: bool, allow_borders: bool) -> Any:
    """Find the extrema of an image."""
    if footprint is not None:
        raise NotExpressedError("neighborhoods of any shape")
    result = function(image, connectivity=connectivity, allow_borders=allow_borders, channel_axis=None)
    return np.nonzero(result) if indices else result


@adapts
def h_maxima(image: Any, h: Any, footprint: Any = None) -> Any:
    return opsin.morphology.h_maxima(image, h, footprint=footprint, channel_axis=None).astype(np.uint8)


@adapts
def h_minima(image: Any, h: Any, footprint: Any = None) -> Any:
    return opsin.morphology.h_minima(image, h, footprint=footprint, channel_axis=None).astype(np.uint8)


@adapts
def watershed(
    image: Any, markers: Any = None, connectivity: Any = 1, offset: Any = None, mask: Any = None, compactness: Any = 0,
    watershed_line: bool = False,
) -> Any:  # fmt: skip
    if offset is not None:
        raise NotExpressedError("neighborhoods with an offset")
    dtype = np.int32 if markers is None or np.ndim(markers) == 0 else np.asarray(markers).dtype
    result = opsin.segmentation.watershed(
        image, markers, connectivity=connectivity, mask=None if mask is None else np.asarray(mask, bool),
        compactness=compactness, watershed_line=watershed_line, channel_axis=None,
    )  # fmt: skip
    return result.astype(dtype)


@adapts
def skeletonize(image: Any, *, method: Any = None) -> Any:
    return opsin.morphology.skeletonize(np.asarray(image) != 0, method=method)


@adapts
def thin(image: Any, max_num_iter: Any = None) -> Any:
    return opsin.morphology.thin(np.asarray(image) != 0, max_num_iter)


@adapts
def medial_axis(image: Any, mask: Any = None, return_distance: bool = False, *, rng: Any = None) -> Any:
    return opsin.morphology.medial_axis(
        np.asarray(image) != 0,
        None if mask is None else np.asarray(mask, bool),
        return_distance=return_distance,
        rng=rng,
    )


@adapts
def area_opening(
    image: Any, area_threshold: int = 64, connectivity: int = 1, parent: Any = None, tree_traverser: Any = None
) -> Any:
    return opsin.morphology.area_opening(image, area_threshold, connectivity=connectivity, channel_axis=None)


@adapts
def area_closing(
    image: Any, area_threshold: int = 64, connectivity: int = 1, parent: Any = None, tree_traverser: Any = None
) -> Any:
    return opsin.morphology.area_closing(image, area_threshold, connectivity=connectivity, channel_axis=None)


@adapts
def convex_hull_object(image: Any, *, connectivity: int = 2) -> Any:
    return opsin.morphology.convex_hull_object(np.asarray(image) != 0, connectivity=connectivity)


@adapts
def convex_hull_image(
    image: Any, offset_coordinates: bool = True, tolerance: float = 1e-10, include_borders: bool = True
) -> Any:
    if not offset_coordinates or not include_borders:
        raise NotExpressedError("hulls of the middles of pixels")
    return opsin.morphology.convex_hull_image(np.asarray(image) != 0)


@adapts
def expand_labels(label_image: Any, distance: float = 1, spacing: Any = 1) -> Any:
    return opsin.segmentation.expand_labels(label_image, distance, spacing=spacing)


@adapts
def histogram(
    image: Any, nbins: int = 256, source_range: Any = "image", normalize: bool = False, *, channel_axis: Any = None
) -> Any:
    return opsin.exposure.histogram(
        image, nbins, source_range=source_range, normalize=normalize, channel_axis=channel_axis
    )


@adapts
def resize(
    image: Any, output_shape: Any, order: Any = None, mode: str = "reflect", cval: float = 0, clip: bool = True,
    preserve_range: bool = False, anti_aliasing: Any = None, anti_aliasing_sigma: Any = None,
) -> Any:  # fmt: skip
    image = np.asarray(image)
    shape = (output_shape,) * image.ndim if np.ndim(output_shape) == 0 else tuple(output_shape)
    if len(shape) > image.ndim:
        image = image.reshape(image.shape + (1,) * (len(shape) - image.ndim))
    shape += image.shape[len(shape) :]
    order = interpolation(image, order)
    smaller = any(after < before for after, before in zip(shape, image.shape, strict=True))
    if anti_aliasing is None:
        anti_aliasing = image.dtype != bool and not (order == 0 and image.dtype.kind in "iu")
    if anti_aliasing and smaller:
        raise NotExpressedError("antialiasing by a Gaussian")
    values = image if order == 0 else as_floats(image, preserve_range)
    return opsin.transform.resize(
        values, shape, order=order, mode=renamed(mode, NUMPY_TO_OPSIN), cval=cval, anti_aliasing=False,
        channel_axis=None,
    )  # fmt: skip


@adapts
def rescale(
    image: Any, scale: Any, order: Any = None, mode: str = "reflect", cval: float = 0, clip: bool = True,
    preserve_range: bool = False, anti_aliasing: Any = None, anti_aliasing_sigma: Any = None, *,
    channel_axis: Any = None,
) -> Any:  # fmt: skip
    image = np.asarray(image)
    order = interpolation(image, order)
    if anti_aliasing and np.min(scale) < 1:
        raise NotExpressedError("antialiasing by a Gaussian")
    if anti_aliasing is None and np.min(scale) < 1 and image.dtype != bool and order > 0:
        raise NotExpressedError("antialiasing by a Gaussian")
    values = image if order == 0 else as_floats(image, preserve_range)
    return opsin.transform.rescale(
        values, scale, order=order, mode=renamed(mode, NUMPY_TO_OPSIN), cval=cval, anti_aliasing=False,
        channel_axis=channel_axis,
    )  # fmt: skip


@adapts
def rotate(
    image: Any, angle: float, resize: bool = False, center: Any = None, order: Any = None, mode: str = "constant",
    cval: float = 0, clip: bool = True, preserve_range: bool = False,
) -> Any:  # fmt: skip
    image = np.asarray(image)
    values = as_floats(image, preserve_range)
    return opsin.transform.rotate(
        values, angle, resize=resize, center=None if center is None else tuple(center)[::-1],
        order=interpolation(image, order), mode=renamed(mode, NUMPY_TO_OPSIN), cval=cval,
        channel_axis=2 if image.ndim == 3 else None,
    )  # fmt: skip


@adapts
def warp(
    image: Any, inverse_map: Any, map_args: Any = None, output_shape: Any = None, order: Any = None,
    mode: str = "constant", cval: float = 0.0, clip: bool = True, preserve_range: bool = False,
) -> Any:  # fmt: skip
    image = np.asarray(image)
    matrix = getattr(inverse_map, "params", inverse_map)
    if np.shape(matrix) == (3, 3):
        mapping: Any = opsin.transform.ProjectiveTransform.from_xy(matrix)
    elif callable(inverse_map):
        mapping = lambda points: np.asarray(inverse_map(points[:, ::-1], **(map_args or {})))[:, ::-1]  # noqa: E731
    elif image.ndim == 2:
        mapping = inverse_map
    else:
        raise NotExpressedError("coordinates of channels")
    return opsin.transform.warp(
        as_floats(image, preserve_range), mapping, output_shape=None if output_shape is None else output_shape[:2],
        order=interpolation(image, order), mode=renamed(mode, NUMPY_TO_OPSIN), cval=cval,
        channel_axis=2 if image.ndim == 3 else None,
    )  # fmt: skip


@adapts
def warp_polar(
    image: Any, center: Any = None, *, radius: Any = None, output_shape: Any = None, scaling: str = "linear",
    channel_axis: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    image = np.asarray(image)
    order, preserve_range = kwargs.pop("order", None), kwargs.pop("preserve_range", False)
    return opsin.transform.warp_polar(
        as_floats(image, preserve_range), center, radius=radius, output_shape=output_shape, scaling=scaling,
        order=interpolation(image, order), mode=renamed(kwargs.pop("mode", "constant"), NUMPY_TO_OPSIN),
        cval=kwargs.pop("cval", 0), channel_axis=channel_axis,
    )  # fmt: skip


@adapts
def downscale_local_mean(image: Any, factors: Any, cval: float = 0, clip: bool = True) -> Any:
    image = np.asarray(image)
    return opsin.transform.downscale_local_mean(
        as_floats(image, preserve_range=True), tuple(factors), cval=cval, channel_axis=None
    )


@adapts
def pyramid_reduce(
    image: Any, downscale: float = 2, sigma: Any = None, order: int = 1, mode: str = "reflect", cval: float = 0,
    preserve_range: bool = False, *, channel_axis: Any = None,
) -> Any:  # fmt: skip
    values = as_floats(image, preserve_range)
    return opsin.transform.pyramid_reduce(
        values, downscale, sigma=sigma, order=interpolation(values, order), mode=mode, cval=cval,
        channel_axis=channel_axis,
    )  # fmt: skip


@adapts
def integral_image(image: Any, *, dtype: Any = None) -> Any:
    return opsin.transform.integral_image(image, dtype=dtype, channel_axis=None)


@adapts
def integrate(ii: Any, start: Any, end: Any) -> Any:
    return opsin.transform.integrate(ii, start, end).astype(np.float64)


@adapts
def crop(ar: Any, crop_width: Any, copy: bool = False, order: str = "K") -> Any:
    result = opsin.util.crop(ar, crop_width, channel_axis=None)
    return np.array(result, order=order, copy=True) if copy else result


@adapts
def invert(image: Any, signed_float: bool = False) -> Any:
    return opsin.util.invert(image, signed_float=signed_float)


@adapts
def montage(
    arr_in: Any, fill: Any = "mean", rescale_intensity: bool = False, grid_shape: Any = None, padding_width: int = 0, *,
    channel_axis: Any = None,
) -> Any:  # fmt: skip
    if rescale_intensity:
        raise NotExpressedError("ranges of stretched images")
    return opsin.util.montage(
        arr_in, fill=fill, grid_shape=grid_shape, padding_width=padding_width, channel_axis=channel_axis
    )


@adapts
def random_noise(image: Any, mode: str = "gaussian", rng: Any = None, clip: bool = True, **kwargs: Any) -> Any:
    return opsin.util.random_noise(as_floats(image), mode.lower(), rng=rng, clip=clip, **kwargs)


@adapts
def view_as_blocks(arr_in: Any, block_shape: Any) -> Any:
    return opsin.util.view_as_blocks(arr_in, block_shape)


@adapts
def view_as_windows(arr_in: Any, window_shape: Any, step: Any = 1) -> Any:
    return opsin.util.view_as_windows(arr_in, window_shape, step)


@adapts
def label(label_image: Any, background: Any = None, return_num: bool = False, connectivity: Any = None) -> Any:
    return opsin.measure.label(
        label_image, connectivity=connectivity, background=0 if background is None else background,
        return_num=return_num, channel_axis=None,
    )  # fmt: skip


@adapts
def regionprops(
    label_image: Any, intensity_image: Any = None, cache: bool = True, *, extra_properties: Any = None,
    spacing: Any = None, offset: Any = None,
) -> Any:  # fmt: skip
    if offset is not None:
        raise NotExpressedError("offsets of coordinates")
    regions = opsin.measure.regionprops(
        label_image, intensity_image, spacing=1.0 if spacing is None else spacing, extra_properties=extra_properties
    )
    return list(regions.values())


@adapts
def regionprops_table(
    label_image: Any, intensity_image: Any = None, properties: Any = ("label", "bbox"), *, cache: bool = True,
    separator: str = "-", extra_properties: Any = None, spacing: Any = None,
) -> Any:  # fmt: skip
    if extra_properties is not None and len(extra_properties) == 0:
        extra_properties = None
    table = opsin.measure.regionprops_table(
        label_image, intensity_image, properties=properties, spacing=1.0 if spacing is None else spacing,
        extra_properties=extra_properties,
    )  # fmt: skip
    return {name.replace("-", separator): column for name, column in table.items()}


@adapts
def blur_effect(image: Any, h_size: int = 11, channel_axis: Any = None, reduce_func: Any = np.max) -> Any:
    if reduce_func is not np.max:
        raise NotExpressedError("blur along each axis")
    return opsin.measure.blur_effect(as_floats(image), h_size, channel_axis=channel_axis)


@adapts
def moments(image: Any, order: int = 3, *, spacing: Any = None) -> Any:
    found = opsin.measure.moments(image, order, spacing=1.0 if spacing is None else spacing, channel_axis=None)
    return like(image, found)


@adapts
def moments_central(image: Any, center: Any = None, order: int = 3, *, spacing: Any = None) -> Any:
    found = opsin.measure.moments_central(
        image, center, order=order, spacing=1.0 if spacing is None else spacing, channel_axis=None
    )
    return like(image, found)


@adapts
def moments_normalized(mu: Any, order: int = 3, spacing: Any = None) -> Any:
    return like(mu, opsin.measure.moments_normalized(mu, order, spacing=1.0 if spacing is None else spacing))


@adapts
def moments_hu(nu: Any) -> Any:
    return like(nu, opsin.measure.moments_hu(nu))


@adapts
def moments_coords(coords: Any, order: int = 3) -> Any:
    return like(coords, opsin.measure.moments_coords(coords, order))


@adapts
def moments_coords_central(coords: Any, center: Any = None, order: int = 3) -> Any:
    return like(coords, opsin.measure.moments_coords_central(coords, center, order))


@adapts
def centroid(image: Any, *, spacing: Any = None) -> Any:
    return opsin.measure.centroid(image, spacing=1.0 if spacing is None else spacing, channel_axis=None)


@adapts
def inertia_tensor(image: Any, mu: Any = None, *, spacing: Any = None) -> Any:
    if mu is not None:
        raise NotExpressedError("the inertia of moments")
    found = opsin.measure.inertia_tensor(image, spacing=1.0 if spacing is None else spacing, channel_axis=None)
    return like(image, found)


@adapts
def inertia_tensor_eigvals(image: Any, mu: Any = None, T: Any = None, *, spacing: Any = None) -> Any:
    if mu is not None or T is not None:
        raise NotExpressedError("the inertia of moments")
    return opsin.measure.inertia_tensor_eigvals(
        image, spacing=1.0 if spacing is None else spacing, channel_axis=None
    ).tolist()


@adapts
def perimeter(image: Any, neighborhood: int = 4) -> Any:
    return opsin.measure.perimeter(image, neighborhood)


@adapts
def perimeter_crofton(image: Any, directions: int = 4) -> Any:
    return opsin.measure.perimeter_crofton(image, directions)


@adapts
def euler_number(image: Any, connectivity: Any = None) -> Any:
    return opsin.measure.euler_number(np.asarray(image) > 0, connectivity)


@adapts
def clear_border(labels: Any, buffer_size: int = 0, bgval: int = 0, mask: Any = None, *, out: Any = None) -> Any:
    return opsin.segmentation.clear_border(labels, buffer_size=buffer_size, bgval=bgval, mask=mask, out=out)


@adapts
def join_segmentations(s1: Any, s2: Any, return_mapping: bool = False) -> Any:
    return opsin.segmentation.join_segmentations(s1, s2, return_mapping=return_mapping)


@adapts
def relabel_sequential(label_field: Any, offset: int = 1) -> Any:
    return opsin.segmentation.relabel_sequential(label_field, offset)


@adapts
def find_boundaries(label_img: Any, connectivity: int = 1, mode: str = "thick", background: int = 0) -> Any:
    return opsin.segmentation.find_boundaries(label_img, connectivity, mode=mode, background=background)


@adapts
def mark_boundaries(
    image: Any, label_img: Any, color: Any = (1, 1, 0), outline_color: Any = None, mode: str = "outer",
    background_label: int = 0,
) -> Any:  # fmt: skip
    if mode == "subpixel":
        raise NotExpressedError("enlargement by splines")
    return opsin.segmentation.mark_boundaries(
        as_floats(image), label_img, color, outline_color=outline_color, mode=mode, background_label=background_label
    )


@adapts
def find_contours(
    image: Any, level: Any = None, fully_connected: str = "low", positive_orientation: str = "low", *,
    mask: Any = None,
) -> Any:  # fmt: skip
    if min(np.shape(image)) < 2:
        raise ValueError("Input array must be at least 2x2.")
    return opsin.measure.find_contours(
        image, level, fully_connected=fully_connected, positive_orientation=positive_orientation, mask=mask
    )


@adapts
def approximate_polygon(coords: Any, tolerance: float) -> Any:
    return opsin.measure.approximate_polygon(coords, max(tolerance, 0))


@adapts
def subdivide_polygon(coords: Any, degree: int = 2, preserve_ends: bool = False) -> Any:
    return opsin.measure.subdivide_polygon(coords, degree, preserve_ends=preserve_ends)


@adapts
def block_reduce(image: Any, block_size: Any = 2, func: Any = np.sum, cval: Any = 0, func_kwargs: Any = None) -> Any:
    return opsin.measure.block_reduce(
        image, tuple(block_size) if np.ndim(block_size) else block_size, func=func, cval=cval, func_kwargs=func_kwargs,
        channel_axis=None,
    )  # fmt: skip


@adapts
def profile_line(
    image: Any, src: Any, dst: Any, linewidth: int = 1, order: Any = None, mode: str = "reflect", cval: float = 0.0, *,
    reduce_func: Any = np.mean,
) -> Any:  # fmt: skip
    if image.dtype.kind != "f":
        raise NotExpressedError("values that are cut off to integers")
    if mode in ("constant", "wrap"):
        raise NotExpressedError("borders of the interpolation")
    return opsin.measure.profile_line(
        image, tuple(src), tuple(dst), linewidth=linewidth, order=interpolation(image, order), mode=mode, cval=cval,
        reduce_func=reduce_func,
    )  # fmt: skip


@adapts
def points_in_poly(points: Any, verts: Any) -> Any:
    return opsin.measure.points_in_poly(points, verts)


@adapts
def denoise_tv_chambolle(
    image: Any, weight: float = 0.1, eps: float = 2e-4, max_num_iter: int = 200, *, channel_axis: Any = None
) -> Any:
    return opsin.restoration.denoise_tv_chambolle(
        as_floats(image), weight, eps=eps, max_num_iter=max_num_iter, channel_axis=channel_axis
    )


@adapts
def denoise_tv_bregman(
    image: Any, weight: float = 5.0, max_num_iter: int = 100, eps: float = 1e-3, isotropic: bool = True, *,
    channel_axis: Any = None,
) -> Any:  # fmt: skip
    if channel_axis is not None or np.ndim(image) != 2 or min(np.shape(image)) < 2:
        raise NotExpressedError("channels that depend on each other, axes of one pixel")
    return opsin.restoration.denoise_tv_bregman(
        as_floats(image), weight, max_num_iter=max_num_iter, eps=eps, isotropic=isotropic, channel_axis=None
    )


@adapts
def inpaint_biharmonic(image: Any, mask: Any, *, split_into_regions: bool = False, channel_axis: Any = None) -> Any:
    if split_into_regions or isinstance(image, np.ma.MaskedArray):
        raise NotExpressedError("regions that do not know of each other, masked arrays")
    return opsin.restoration.inpaint_biharmonic(as_floats(image), np.asarray(mask, bool), channel_axis=channel_axis)


@adapts
def rgb2gray(rgb: Any, *, channel_axis: int = -1) -> Any:
    return opsin.color.rgb2gray(as_floats(rgb), channel_axis=channel_axis)


@adapts
def canny(
    image: Any, sigma: float = 1.0, low_threshold: Any = None, high_threshold: Any = None, mask: Any = None,
    use_quantiles: bool = False, *, mode: str = "constant", cval: float = 0.0,
) -> Any:  # fmt: skip
    image = np.asarray(image)
    unit = np.iinfo(image.dtype).max if image.dtype.kind in "iu" and not use_quantiles else 1
    return opsin.feature.canny(
        as_floats(image), sigma, low_threshold=0.1 if low_threshold is None else low_threshold / unit,
        high_threshold=0.2 if high_threshold is None else high_threshold / unit,
        mask=None if mask is None else np.asarray(mask, bool), use_quantiles=use_quantiles, mode=mode, cval=cval,
        channel_axis=None,
    )  # fmt: skip


@adapts
def corner_harris(image: Any, method: str = "k", k: float = 0.05, eps: float = 1e-6, sigma: float = 1) -> Any:
    return opsin.feature.corner_harris(
        as_floats(image), method=method, k=k, eps=eps, sigma=sigma, channel_axis=None
    )  # fmt: skip


@adapts
def corner_shi_tomasi(image: Any, sigma: float = 1) -> Any:
    return opsin.feature.corner_shi_tomasi(as_floats(image), sigma, channel_axis=None)


@adapts
def structure_tensor(
    image: Any, sigma: Any = 1, mode: str = "constant", cval: float = 0, order: str = "rc"
) -> Any:  # fmt: skip
    return list(
        opsin.feature.structure_tensor(
            as_floats(image), sigma, mode=mode, cval=cval, order=order, channel_axis=None
        )
    )  # fmt: skip


@adapts
def structure_tensor_eigenvalues(A_elems: Any) -> Any:
    return opsin.feature.structure_tensor_eigenvalues(A_elems)


@adapts
def hessian_matrix(
    image: Any, sigma: Any = 1, mode: str = "constant", cval: float = 0, order: str = "rc",
    use_gaussian_derivatives: Any = None,
) -> Any:  # fmt: skip
    return list(
        opsin.feature.hessian_matrix(
            as_floats(image), sigma, mode=mode, cval=cval, order=order,
            use_gaussian_derivatives=bool(use_gaussian_derivatives), channel_axis=None,
        )
    )  # fmt: skip


@adapts
def hessian_matrix_eigvals(H_elems: Any) -> Any:
    return opsin.feature.hessian_matrix_eigvals(H_elems)


@adapts
def peak_local_max(
    image: Any, min_distance: int = 1, threshold_abs: Any = None, threshold_rel: Any = None,
    exclude_border: Any = True, num_peaks: float = np.inf, footprint: Any = None, labels: Any = None,
    num_peaks_per_label: float = np.inf, p_norm: float = np.inf,
) -> Any:  # fmt: skip
    return opsin.feature.peak_local_max(
        image, min_distance, threshold_abs=threshold_abs, threshold_rel=threshold_rel, exclude_border=exclude_border,
        num_peaks=num_peaks, footprint=footprint, labels=labels, num_peaks_per_label=num_peaks_per_label,
        p_norm=p_norm,
    )  # fmt: skip


@adapts
def corner_peaks(
    image: Any, min_distance: int = 1, threshold_abs: Any = None, threshold_rel: Any = None,
    exclude_border: Any = True, indices: bool = True, num_peaks: float = np.inf, footprint: Any = None,
    labels: Any = None, *, num_peaks_per_label: float = np.inf, p_norm: float = np.inf,
) -> Any:  # fmt: skip
    points = opsin.feature.corner_peaks(
        image, min_distance, threshold_abs=threshold_abs, threshold_rel=threshold_rel, exclude_border=exclude_border,
        num_peaks=np.inf if num_peaks is None else num_peaks, footprint=footprint, labels=labels,
        num_peaks_per_label=num_peaks_per_label, p_norm=p_norm,
    )  # fmt: skip
    if indices:
        return points
    peaks = np.zeros(np.shape(image), bool)
    peaks[tuple(points.T)] = True
    return peaks


def color_space(name: str) -> None:
    """Enter the adapter of a conversion between color spaces."""

    def convert(image: Any, *, channel_axis: int = -1) -> Any:
        result = getattr(opsin.color, name)(as_floats(image), channel_axis=channel_axis)
        return result.astype(np.float64) if "hed" in name else result

    convert.__name__ = name
    adapts(convert)


for space in (
    "rgb2hsv", "hsv2rgb", "rgb2xyz", "xyz2rgb", "rgb2ycbcr", "ycbcr2rgb", "rgb2hed", "hed2rgb", "rgb2luv", "luv2rgb",
    "rgb2yuv", "yuv2rgb", "rgb2yiq", "yiq2rgb", "lab2lch", "lch2lab",
):  # fmt: skip
    color_space(space)


def color_difference(name: str, *factors: str) -> None:
    """Enter the adapter of a difference of colors, whose factors may be positional."""

    def measure(lab1: Any, lab2: Any, *args: float, channel_axis: int = -1, **constants: float) -> Any:
        constants |= dict(zip(factors, args, strict=False))
        lab1, lab2 = np.broadcast_arrays(as_floats(lab1), as_floats(lab2))
        return getattr(opsin.color, name)(lab1, lab2, channel_axis=channel_axis, **constants)

    measure.__name__ = name
    adapts(measure)


color_difference("deltaE_cie76")
color_difference("deltaE_ciede94", "kH", "kC", "kL", "k1", "k2")
color_difference("deltaE_ciede2000", "kL", "kC", "kH")
color_difference("deltaE_cmc", "kL", "kC")


def lab_space(name: str) -> None:
    """Enter the adapter of a conversion with a white."""

    def convert(image: Any, illuminant: str = "D65", observer: str = "2", *, channel_axis: int = -1) -> Any:
        return getattr(opsin.color, name)(
            as_floats(image), illuminant=illuminant.upper(), observer=observer.upper(), channel_axis=channel_axis
        )

    convert.__name__ = name
    adapts(convert)


for space in ("rgb2lab", "lab2rgb", "xyz2lab", "lab2xyz"):
    lab_space(space)


@adapts
def gray2rgb(image: Any, *, channel_axis: int = -1) -> Any:
    return opsin.color.gray2rgb(image, channel_axis=channel_axis)


@adapts
def rgba2rgb(rgba: Any, background: Any = (1, 1, 1), *, channel_axis: int = -1) -> Any:
    return np.clip(opsin.color.rgba2rgb(as_floats(rgba), background=background, channel_axis=channel_axis), 0, 1)


@adapts
def label2rgb(
    label: Any, image: Any = None, colors: Any = None, alpha: float = 0.3, bg_label: int = 0,
    bg_color: Any = (0, 0, 0), image_alpha: float = 1, kind: str = "overlay", *, saturation: float = 0,
    channel_axis: int = -1,
) -> Any:  # fmt: skip
    under = image if image is None or kind == "avg" else as_floats(image)
    if image is None or np.asarray(under).dtype.kind != "f":
        raise NotExpressedError("results of bytes")
    return opsin.color.label2rgb(
        label, under, colors=colors, alpha=alpha, bg_label=bg_label, bg_color=bg_color, image_alpha=image_alpha,
        kind=kind, saturation=saturation, channel_axis=channel_axis,
    )  # fmt: skip


@adapts
def rescale_intensity(image: Any, in_range: Any = "image", out_range: Any = "dtype") -> Any:
    image = np.asarray(image)
    kept = isinstance(out_range, (tuple, list)) or out_range in ("image", "dtype")
    if image.dtype.kind != "f" or not kept or isinstance(in_range, type):
        raise NotExpressedError("other dtypes of the result")
    return opsin.exposure.rescale_intensity(image, in_range=in_range, out_range=out_range)


def in_range(image: Any) -> np.ndarray:
    """Return an image of floats without negative values, which are another matter in scikit-image."""
    image = np.asarray(image)
    if image.dtype.kind != "f" or np.any(image < 0):
        raise NotExpressedError("integers that are cut off, and negative values")
    return image


@adapts
def adjust_gamma(image: Any, gamma: float = 1, gain: float = 1) -> Any:
    return opsin.exposure.adjust_gamma(in_range(image), gamma, gain)


@adapts
def adjust_log(image: Any, gain: float = 1, inv: bool = False) -> Any:
    return opsin.exposure.adjust_log(in_range(image), gain, inv=inv)


@adapts
def adjust_sigmoid(image: Any, cutoff: float = 0.5, gain: float = 10, inv: bool = False) -> Any:
    return opsin.exposure.adjust_sigmoid(in_range(image), cutoff, gain, inv=inv)


@adapts
def equalize_hist(image: Any, nbins: int = 256, mask: Any = None) -> Any:
    image = np.asarray(image)
    if image.dtype.kind != "f":
        raise NotExpressedError("floats from integers")
    return opsin.exposure.equalize_hist(image, nbins, mask=None if mask is None else np.asarray(mask, bool))


@adapts
def equalize_adapthist(image: Any, kernel_size: Any = None, clip_limit: float = 0.01, nbins: int = 256) -> Any:
    image = np.asarray(image)
    if image.dtype != np.float64 or image.min() == image.max() or image.min() < 0 or image.max() > 1:
        raise NotExpressedError("floats from integers, images of one value, clipped values")
    channels = -1 if image.shape[-1] in (3, 4) and image.ndim > 2 else None
    if channels is not None and image.shape[-1] == 4:
        raise NotExpressedError("transparency that is left out")
    return opsin.exposure.equalize_adapthist(
        image, kernel_size, clip_limit=clip_limit, nbins=nbins, channel_axis=channels
    )


@adapts
def hausdorff_distance(image0: Any, image1: Any, method: str = "standard") -> Any:
    return opsin.metrics.hausdorff_distance(image0, image1, method=method)


@adapts
def mean_squared_error(image0: Any, image1: Any) -> Any:
    return np.float64(opsin.metrics.mean_squared_error(image0, image1))


@adapts
def normalized_root_mse(image_true: Any, image_test: Any, *, normalization: str = "euclidean") -> Any:
    return np.float64(opsin.metrics.normalized_root_mse(image_true, image_test, normalization=normalization.lower()))


@adapts
def peak_signal_noise_ratio(image_true: Any, image_test: Any, *, data_range: Any = None) -> Any:
    image_true = np.asarray(image_true)
    if data_range is None and (np.any(image_true < 0) or (image_true.dtype.kind == "f" and np.any(image_true > 1))):
        raise NotExpressedError("the range of signed numbers, and of floats beyond 1")
    return np.float64(opsin.metrics.peak_signal_noise_ratio(image_true, image_test, data_range=data_range))


@adapts
def structural_similarity(
    im1: Any, im2: Any, *, win_size: Any = None, gradient: bool = False, data_range: Any = None,
    channel_axis: Any = None, gaussian_weights: bool = False, full: bool = False, **constants: Any,
) -> Any:  # fmt: skip
    im1 = np.asarray(im1)
    if data_range is None and im1.dtype.kind != "u":
        raise NotExpressedError("the range of signed numbers and floats")
    return opsin.metrics.structural_similarity(
        im1, im2, win_size=win_size, data_range=data_range, channel_axis=channel_axis,
        gaussian_weights=gaussian_weights, full=full, gradient=gradient, **constants,
    )  # fmt: skip


@adapts
def shannon_entropy(image: Any, base: float = 2) -> Any:
    return opsin.measure.shannon_entropy(image, base)


@adapts
def cumulative_distribution(image: Any, nbins: int = 256) -> Any:
    return opsin.exposure.cumulative_distribution(image, nbins)


@adapts
def match_histograms(image: Any, reference: Any, *, channel_axis: Any = None) -> Any:
    if np.asarray(image).dtype.kind != "f":
        raise NotExpressedError("floats from integers")
    return opsin.exposure.match_histograms(image, reference, channel_axis=channel_axis)


@adapts
def is_low_contrast(
    image: Any, fraction_threshold: float = 0.05, lower_percentile: float = 1, upper_percentile: float = 99,
    method: str = "linear",
) -> Any:  # fmt: skip
    image = np.asarray(image)
    if image.dtype.kind == "f" or (image.dtype.kind == "i" and image.dtype != bool):
        raise NotExpressedError("the range of signed numbers")
    return opsin.exposure.is_low_contrast(
        image, fraction_threshold, lower_percentile=lower_percentile, upper_percentile=upper_percentile
    )


def footprint(name: str, count: int) -> None:
    """Enter the adapter of a function that makes a footprint from so many numbers."""

    def make(*args: Any, dtype: Any = np.uint8, decomposition: Any = None, **settings: Any) -> Any:
        if decomposition is not None:
            if name in ("ball", "star"):
                raise NotExpressedError("footprints that are approximated by a sequence")
            settings["decomposition"] = decomposition
        dtype = args[count] if len(args) > count else dtype
        return getattr(opsin.morphology, name)(*args[:count], dtype=dtype, **settings)

    make.__name__ = name
    adapts(make)


for maker in ("ball", "diamond", "footprint_rectangle", "octahedron", "star"):
    footprint(maker, 1)
footprint("octagon", 2)


@adapts
def pyramid_expand(
    image: Any, upscale: float = 2, sigma: Any = None, order: int = 1, mode: str = "reflect", cval: float = 0,
    preserve_range: bool = False, *, channel_axis: Any = None,
) -> Any:  # fmt: skip
    values = as_floats(image, preserve_range)
    if mode != "wrap":
        raise NotExpressedError("two borders of one name")
    return opsin.transform.pyramid_expand(
        values, upscale, sigma=sigma, order=interpolation(values, order), mode=mode, cval=cval,
        channel_axis=channel_axis,
    )  # fmt: skip


def pyramid(name: str) -> None:
    """Enter the adapter of a function that returns the levels of a pyramid."""

    def levels(
        image: Any, max_layer: int = -1, downscale: float = 2, sigma: Any = None, order: int = 1,
        mode: str = "reflect", cval: float = 0, preserve_range: bool = False, *, channel_axis: Any = None,
    ) -> Any:  # fmt: skip
        values = as_floats(image, preserve_range)
        return getattr(opsin.transform, name)(
            values, max_layer, downscale=downscale, sigma=sigma, order=interpolation(values, order), mode=mode,
            cval=cval, channel_axis=channel_axis,
        )  # fmt: skip

    levels.__name__ = name
    adapts(levels)


pyramid("pyramid_gaussian")
pyramid("pyramid_laplacian")


@adapts
def felzenszwalb(
    image: Any, scale: float = 1, sigma: float = 0.8, min_size: int = 20, *, channel_axis: Any = -1
) -> Any:
    labels = opsin.segmentation.felzenszwalb(
        as_floats(image),
        scale,
        sigma=sigma,
        min_size=min_size,
        channel_axis=None if np.ndim(image) == 2 else channel_axis,
    )
    return labels.astype(np.int64) - 1


@adapts
def slic(
    image: Any, n_segments: int = 100, compactness: float = 10.0, max_num_iter: int = 10, sigma: Any = 0,
    spacing: Any = None, convert2lab: Any = None, enforce_connectivity: bool = True, min_size_factor: float = 0.5,
    max_size_factor: float = 3, slic_zero: bool = False, start_label: int = 1, mask: Any = None, *,
    channel_axis: Any = -1,
) -> Any:  # fmt: skip
    labels = opsin.segmentation.slic(
        as_floats(image), n_segments, compactness=compactness, max_num_iter=max_num_iter, sigma=sigma,
        spacing=spacing, convert2lab=convert2lab, enforce_connectivity=enforce_connectivity,
        min_size_factor=min_size_factor, max_size_factor=max_size_factor, slic_zero=slic_zero, start_label=start_label,
        mask=as_mask(mask), channel_axis=channel_axis,
    )  # fmt: skip
    return labels.astype(np.int64)


@adapts
def random_walker(
    data: Any, labels: Any, beta: float = 130, mode: str = "cg_j", tol: float = 1e-3, copy: bool = True,
    return_full_prob: bool = False, spacing: Any = None, *, prob_tol: float = 1e-3, channel_axis: Any = None,
) -> Any:  # fmt: skip
    if not copy:
        raise NotExpressedError("results in place of the markers")
    result = opsin.segmentation.random_walker(
        as_floats(data), np.asarray(labels).astype(np.int64),
        beta=beta, mode="cg_j" if mode == "cg" else mode, tol=tol, return_full_prob=return_full_prob, spacing=spacing,
        channel_axis=channel_axis,
    )  # fmt: skip
    return result if return_full_prob else result.astype(np.asarray(labels).dtype)


def blobs(name: str) -> None:
    """Enter the adapter of a function that finds blobs."""

    def find(image: Any, *args: Any, **settings: Any) -> Any:
        names = ("min_sigma", "max_sigma", "sigma_ratio" if name == "blob_dog" else "num_sigma", "threshold", "overlap")
        settings |= dict(zip(names, args, strict=False))
        return getattr(opsin.feature, name)(as_floats(image), **settings)

    find.__name__ = name
    adapts(find)


for blob in ("blob_dog", "blob_doh", "blob_log"):
    blobs(blob)


@adapts
def corner_fast(image: Any, n: int = 12, threshold: float = 0.15) -> Any:
    return opsin.feature.corner_fast(as_floats(image), n, threshold, channel_axis=None)


@adapts
def corner_subpix(image: Any, corners: Any, window_size: int = 11, alpha: float = 0.99) -> Any:
    values = as_floats(image)
    return opsin.feature.corner_subpix(values, corners, window_size, alpha=alpha).astype(values.dtype)


@adapts
def hog(
    image: Any, orientations: int = 9, pixels_per_cell: Any = (8, 8), cells_per_block: Any = (3, 3),
    block_norm: str = "L2-Hys", visualize: bool = False, transform_sqrt: bool = False, feature_vector: bool = True, *,
    channel_axis: Any = None,
) -> Any:  # fmt: skip
    result = opsin.feature.hog(
        image, orientations, pixels_per_cell=pixels_per_cell, cells_per_block=cells_per_block, block_norm=block_norm,
        transform_sqrt=transform_sqrt, feature_vector=feature_vector, visualize=visualize, channel_axis=channel_axis,
    )  # fmt: skip
    if visualize:
        return result
    return result.astype(np.float32) if np.asarray(image).dtype == np.float32 else result


@adapts
def local_binary_pattern(image: Any, P: int, R: float, method: str = "default") -> Any:
    return opsin.feature.local_binary_pattern(image, P, R, method=method)


@adapts
def match_descriptors(
    descriptors1: Any, descriptors2: Any, metric: Any = None, p: float = 2, max_distance: float = np.inf,
    cross_check: bool = True, max_ratio: float = 1.0,
) -> Any:  # fmt: skip
    return opsin.feature.match_descriptors(
        descriptors1, descriptors2, metric=metric, max_distance=max_distance, cross_check=cross_check,
        max_ratio=max_ratio,
    )  # fmt: skip


@adapts
def richardson_lucy(image: Any, psf: Any, num_iter: int = 50, clip: bool = True, filter_epsilon: Any = None) -> Any:
    result = opsin.restoration.richardson_lucy(
        as_values(image), psf, num_iter, filter_epsilon=filter_epsilon, channel_axis=None
    )
    return np.clip(result, -1, 1) if clip else result


@adapts
def wiener(image: Any, psf: Any, balance: float, reg: Any = None, is_real: bool = True, clip: bool = True) -> Any:
    if np.iscomplexobj(psf) or np.iscomplexobj(reg):
        raise NotExpressedError("transfer functions")
    result = opsin.restoration.wiener(as_values(image), psf, balance, reg=reg, channel_axis=None)
    return np.clip(result, -1, 1) if clip else result


@adapts
def ORB(
    downscale: float = 1.2, n_scales: int = 8, n_keypoints: int = 500, fast_n: int = 9, fast_threshold: float = 0.08,
    harris_k: float = 0.04,
) -> Any:  # fmt: skip
    return opsin.feature.ORB(
        n_keypoints, downscale=downscale, n_scales=n_scales, fast_n=fast_n, fast_threshold=fast_threshold,
        harris_k=harris_k,
    )  # fmt: skip


@adapts
def BRIEF(
    descriptor_size: int = 256, patch_size: int = 49, mode: str = "normal", sigma: float = 1, rng: Any = 1
) -> Any:  # fmt: skip
    return opsin.feature.BRIEF(descriptor_size, patch_size=patch_size, mode=mode, sigma=sigma, rng=rng)


@adapts
def ransac(
    data: Any, model_class: Any, min_samples: float, residual_threshold: float, is_data_valid: Any = None,
    is_model_valid: Any = None, max_trials: int = 100, stop_sample_num: float = np.inf, stop_residuals_sum: float = 0,
    stop_probability: float = 1, rng: Any = None, initial_inliers: Any = None,
) -> Any:  # fmt: skip
    return opsin.feature.ransac(
        data, model_class, min_samples, residual_threshold, is_data_valid=is_data_valid, is_model_valid=is_model_valid,
        max_trials=max_trials, stop_sample_num=stop_sample_num, stop_residuals_sum=stop_residuals_sum,
        stop_probability=stop_probability, rng=rng, initial_inliers=initial_inliers,
    )  # fmt: skip


@adapts
def estimate_sigma(image: Any, average_sigmas: bool = False, *, channel_axis: Any = None) -> Any:
    result = opsin.restoration.estimate_sigma(
        image, average_sigmas=average_sigmas, channel_axis=channel_axis, data_range=1
    )
    return list(result) if isinstance(result, np.ndarray) else np.float64(result)


@adapts
def denoise_wavelet(
    image: Any, sigma: Any = None, wavelet: str = "db1", mode: str = "soft", wavelet_levels: Any = None,
    convert2ycbcr: bool = False, method: str = "BayesShrink", rescale_sigma: bool = True, *, channel_axis: Any = None,
) -> Any:  # fmt: skip
    if convert2ycbcr:
        raise NotExpressedError("luminance and chrominance")
    if wavelet.startswith(("sym", "coif", "bior", "rbio", "dmey")):
        raise NotExpressedError("other wavelets")
    if np.ndim(sigma):
        raise NotExpressedError("a sigma for each channel")
    values, whole = as_floats(image), np.asarray(image).dtype.kind in "iu"
    if sigma is not None and whole and rescale_sigma:
        sigma = sigma / np.iinfo(np.asarray(image).dtype).max
    result = opsin.restoration.denoise_wavelet(
        values, sigma, wavelet=wavelet, mode=mode, wavelet_levels=wavelet_levels, method=method,
        channel_axis=channel_axis,
    )  # fmt: skip
    return np.clip(result, -1 if values.min() < 0 else 0, 1) if whole else result


@adapts
def match_template(
    image: Any, template: Any, pad_input: bool = False, mode: str = "constant", constant_values: float = 0
) -> Any:
    return opsin.feature.match_template(
        as_values(image), as_values(template), pad_input=pad_input, mode=renamed(mode, NUMPY_TO_OPSIN),
        cval=constant_values,
    )  # fmt: skip


@adapts
def line(r0: int, c0: int, r1: int, c1: int) -> Any:
    return opsin.draw.line(r0, c0, r1, c1)


@adapts
def bezier_curve(
    r0: int, c0: int, r1: int, c1: int, r2: int, c2: int, weight: float, shape: Any = None
) -> Any:  # fmt: skip
    return opsin.draw.bezier_curve(r0, c0, r1, c1, r2, c2, weight, shape=shape)


@adapts
def line_aa(r0: int, c0: int, r1: int, c1: int) -> Any:
    return opsin.draw.line_aa(r0, c0, r1, c1)


@adapts
def disk(center: Any, radius: float, *, shape: Any = None) -> Any:
    return opsin.draw.disk(tuple(center), radius, shape=shape)


@adapts
def ellipse(r: float, c: float, r_radius: float, c_radius: float, shape: Any = None, rotation: float = 0.0) -> Any:
    return opsin.draw.ellipse(r, c, r_radius, c_radius, rotation=rotation, shape=shape)


@adapts
def circle_perimeter(r: int, c: int, radius: int, method: str = "bresenham", shape: Any = None) -> Any:
    return opsin.draw.circle_perimeter(r, c, radius, method=method, shape=shape)


@adapts
def circle_perimeter_aa(r: int, c: int, radius: int, shape: Any = None) -> Any:
    return opsin.draw.circle_perimeter_aa(r, c, radius, shape=shape)


@adapts
def ellipse_perimeter(r: int, c: int, r_radius: int, c_radius: int, orientation: float = 0, shape: Any = None) -> Any:
    return opsin.draw.ellipse_perimeter(r, c, r_radius, c_radius, orientation=orientation, shape=shape)


@adapts
def rectangle(start: Any, end: Any = None, extent: Any = None, shape: Any = None) -> Any:
    rows = opsin.draw.rectangle(tuple(start), end=end, extent=extent, shape=shape)
    sides = [len(np.unique(one)) for one in rows]
    return tuple(one.reshape(sides).T for one in rows)  # the peer's are in the order of Fortran


@adapts
def rectangle_perimeter(start: Any, end: Any = None, extent: Any = None, shape: Any = None, clip: bool = False) -> Any:
    return opsin.draw.rectangle_perimeter(start, end, extent=extent, shape=shape, clip=clip)


@adapts
def polygon(r: Any, c: Any, shape: Any = None) -> Any:
    return opsin.draw.polygon(r, c, shape=shape)


@adapts
def polygon_perimeter(r: Any, c: Any, shape: Any = None, clip: bool = False) -> Any:
    return opsin.draw.polygon_perimeter(r, c, shape=shape, clip=clip)


@adapts
def polygon2mask(image_shape: Any, polygon: Any) -> Any:
    return opsin.draw.polygon2mask(image_shape, polygon)


@adapts
def set_color(image: Any, coords: Any, color: Any, alpha: Any = 1) -> Any:
    opsin.draw.set_color(image, coords, color, alpha, channel_axis=-1 if image.ndim > 2 else None, out=image)


def as_floats(image: Any, preserve_range: bool = False) -> np.ndarray:
    """Return an image of floats: integers divided by the largest of their dtype."""
    image = np.asarray(image)
    if image.dtype.kind == "c":
        raise NotExpressedError("complex numbers")
    if image.dtype.kind == "f":
        return image.astype(np.float32, copy=False) if image.dtype.itemsize < 8 else image
    if preserve_range or image.dtype == bool:
        return image.astype(np.float64)
    return np.maximum(image / np.iinfo(image.dtype).max, -1.0)


def as_mask(mask: Any) -> Any:
    """Return a mask, which scikit-image's tests give as numbers."""
    return None if mask is None else np.asarray(mask, bool)


def as_values(image: Any) -> np.ndarray:
    """Return an image of integers as float64."""
    image = np.asarray(image)
    return image if image.dtype.kind == "f" else image.astype(np.float64)


def like(image: Any, result: np.ndarray) -> np.ndarray:
    """Return a result as floats of the precision of an image."""
    return result.astype(np.float32) if np.asarray(image).dtype in (np.float16, np.float32) else result


def as_histogram(hist: Any) -> Any:
    """Return a histogram with a list of counts and values as a tuple of them."""
    return tuple(hist) if isinstance(hist, list) and len(hist) == 2 and np.ndim(hist[0]) == 1 else hist


def interpolation(image: np.ndarray, order: Any) -> int:
    """Return the order of interpolation, of those that opsin computes in the same way."""
    if order is None:
        return 0 if image.dtype == bool else 1
    if order > 1:
        raise NotExpressedError("splines")
    return int(order)


def delivered(result: np.ndarray, out: Any) -> Any:
    """Return a result, in an array if one is given."""
    if out is None:
        return result
    out[...] = result
    return out


def is_sequence(footprint: Any) -> bool:
    """Return whether this is a sequence of footprints, each with a number of iterations."""
    return isinstance(footprint, (tuple, list)) and bool(footprint) and isinstance(footprint[0], (tuple, list)) \
        and np.ndim(footprint[0][0]) > 0  # fmt: skip


def in_sequence(
    function: Any, image: Any, footprint: Any, mode: str, cval: float, *, mirror: bool = False
) -> np.ndarray:
    """Apply a function with one footprint after the other."""
    result = np.asarray(image)
    for element, iterations in footprint if is_sequence(footprint) else [(footprint, 1)]:
        if element is not None:
            element = np.asarray(element, bool)
            element = np.pad(element, [(1 - size % 2, 0) for size in element.shape])
            element = np.flip(element) if mirror else element
        for _ in range(iterations):
            result = function(result, element, mode=mode, cval=cval, channel_axis=None)
    return result
