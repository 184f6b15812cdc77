"""The pictures of the reference: what an operation does to a sample image, drawn when the documentation is built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import opsin
from opsin._operation import Operation

CELLS = "opsin.data.cells()"
MASK = f"opsin.filters.gaussian({CELLS}, 1.5) > 100"
LABELS = f"opsin.measure.label({MASK})"
CHART = "opsin.data.color_chart((128, 192))"
PAGE = "opsin.data.page()[90:190, 20:190]"
DISKS = "opsin.data.disks()[:160, :220]"
CAMERA = 'opsin.data.photograph("camera")'
HEAD = f"{CAMERA}[60:260, 120:380]"
CAT = 'opsin.data.photograph("chelsea")'
FACE = 'opsin.data.photograph("astronaut")[:220, 120:320]'
CUP = 'opsin.data.photograph("coffee")'
COINS = 'opsin.data.photograph("coins")'
MOON = 'opsin.data.photograph("moon")'
SCAN = 'opsin.data.photograph("page")'
TISSUE = 'opsin.data.photograph("immunohistochemistry")'
NOISY = f"opsin.util.random_noise({HEAD}, rng=0)"
BLURRED = f"opsin.filters.uniform({HEAD}, 5)"
GRAY_CUP = f"opsin.color.rgb2gray({CUP})"
HORSE = 'opsin.data.photograph("horse")[..., 0] < 128'

HEIGHT = 3.0
"""The height of all pictures, in inches, so that their titles are of one size."""


@dataclass(frozen=True)
class Picture:
    """Two expressions: the image, and the result of an operation on ``image``, which may be a picture itself."""

    source: str
    result: str


def inverse(forward: str, backward: str) -> Picture:
    """Return the picture of a conversion back to RGB."""
    return Picture(f"opsin.color.{forward}({FACE})", f"opsin.color.{backward}(image)")


def local(name: str, settings: str) -> Picture:
    """Return the picture of a threshold for each pixel."""
    return Picture(SCAN, f"image > opsin.filters.{name}(image, {settings})")


SHOWN = {
    "color.apply_matrix": Picture(
        FACE,
        "opsin.color.apply_matrix(image, [[0.39, 0.77, 0.19], [0.35, 0.69, 0.17], [0.27, 0.53, 0.13]])",
    ),
    "color.apply_palette": Picture(
        LABELS, "opsin.color.apply_palette(image, np.random.default_rng(1).random((60, 3), np.float32))"
    ),
    "color.hed2rgb": Picture(TISSUE, "opsin.color.hed2rgb(opsin.color.rgb2hed(image) * [1, 0, 0])"),
    "color.hsv2rgb": inverse("rgb2hsv", "hsv2rgb"),
    "color.lab2rgb": inverse("rgb2lab", "lab2rgb"),
    "color.label2rgb": Picture(LABELS, f"opsin.color.label2rgb(image, {CELLS}, kind='overlay')"),
    "color.lab2lch": Picture(f"opsin.color.rgb2lab({FACE})", "opsin.color.lab2lch(image)"),
    "color.lab2xyz": Picture(f"opsin.color.rgb2lab({FACE})", "opsin.color.lab2xyz(image)"),
    "color.lch2lab": Picture(f"opsin.color.lab2lch(opsin.color.rgb2lab({FACE}))", "opsin.color.lch2lab(image)"),
    "color.luv2rgb": inverse("rgb2luv", "luv2rgb"),
    "color.rgb2gray": Picture(CHART, "opsin.color.rgb2gray(image)"),
    "color.rgb2hed": Picture(TISSUE, "5 * opsin.color.rgb2hed(image)[..., 0]"),
    "color.rgba2rgb": Picture(
        f"np.dstack([{CHART}, np.linspace(0, 255, 128 * 192).reshape(128, 192).round().astype(np.uint8)])",
        "opsin.color.rgba2rgb(image)",
    ),
    "color.xyz2lab": Picture(f"opsin.color.rgb2xyz({FACE})", "opsin.color.xyz2lab(image)"),
    "color.xyz2rgb": inverse("rgb2xyz", "xyz2rgb"),
    "color.ycbcr2rgb": inverse("rgb2ycbcr", "ycbcr2rgb"),
    "color.yiq2rgb": inverse("rgb2yiq", "yiq2rgb"),
    "color.yuv2rgb": inverse("rgb2yuv", "yuv2rgb"),
    "exposure.adjust_gamma": Picture(CAMERA, "opsin.exposure.adjust_gamma(image, 0.5)"),
    "exposure.adjust_log": Picture(CAMERA, "opsin.exposure.adjust_log(image)"),
    "exposure.adjust_sigmoid": Picture(CAMERA, "opsin.exposure.adjust_sigmoid(image)"),
    "exposure.equalize_adapthist": Picture(MOON, "opsin.exposure.equalize_adapthist(image, clip_limit=0.02)"),
    "exposure.equalize_hist": Picture(MOON, "opsin.exposure.equalize_hist(image)"),
    "exposure.histogram": Picture(DISKS, "opsin.exposure.histogram(image)"),
    "exposure.match_histograms": Picture(CUP, f"opsin.exposure.match_histograms(image, {CAT})"),
    "exposure.rescale_intensity": Picture(MOON, "opsin.exposure.rescale_intensity(image, in_range=(80, 160))"),
    "faces.blur_regions": Picture(
        'opsin.data.photograph("astronaut")',
        "opsin.faces.blur_regions(image, opsin.faces.detect_faces(image), 12)",
    ),
    "faces.detect_faces": Picture(
        'opsin.data.photograph("astronaut")', "opsin.overlay(image, boxes=opsin.faces.detect_faces(image))"
    ),
    "feature.blob_dog": Picture(
        'opsin.color.rgb2gray(opsin.data.photograph("hubble_deep_field")[:300, :450])',
        "opsin.overlay(image, points=opsin.feature.blob_dog(image, max_sigma=20, threshold=0.1)[:, :2])",
    ),
    "feature.blob_doh": Picture(
        COINS, "opsin.overlay(image, points=opsin.feature.blob_doh(image, min_sigma=10, max_sigma=30)[:, :2])"
    ),
    "feature.blob_log": Picture(
        'opsin.color.rgb2gray(opsin.data.photograph("hubble_deep_field")[:300, :450])',
        "opsin.overlay(image, points=opsin.feature.blob_log(image, max_sigma=20, threshold=0.1)[:, :2])",
    ),
    "feature.canny": Picture(CAMERA, "opsin.feature.canny(image, 2)"),
    "feature.corner_fast": Picture(
        GRAY_CUP,
        "opsin.overlay(image, points=opsin.feature.corner_peaks(opsin.feature.corner_fast(image), min_distance=5))",
    ),
    "feature.corner_harris": Picture(
        "opsin.data.page()",
        "opsin.overlay(image, points=opsin.feature.corner_peaks(opsin.feature.corner_harris(image), min_distance=5))",
    ),
    "feature.corner_peaks": Picture(
        "opsin.data.photograph('checkerboard')",
        "opsin.overlay(image, points=opsin.feature.corner_peaks(opsin.feature.corner_harris(image), min_distance=15))",
    ),
    "feature.corner_shi_tomasi": Picture(
        GRAY_CUP,
        "opsin.overlay(image, points=opsin.feature.corner_peaks("
        "opsin.feature.corner_shi_tomasi(image), min_distance=5, threshold_rel=0.1))",
    ),
    "feature.hog": Picture(CAMERA, "opsin.feature.hog(image, visualize=True)[1].clip(0, 20)"),
    "feature.local_binary_pattern": Picture(
        'opsin.data.photograph("brick")[:200, :300]',
        'opsin.feature.local_binary_pattern(image, 8, 2, method="uniform")',
    ),
    "feature.match_template": Picture(COINS, "opsin.feature.match_template(image, image[170:220, 75:130])"),
    "feature.peak_local_max": Picture(
        f"opsin.morphology.distance_transform({MASK})",
        "opsin.overlay(image, points=opsin.feature.peak_local_max(image, min_distance=8))",
    ),
    "filters.apply_hysteresis_threshold": Picture(
        f"opsin.filters.sobel({COINS})", "opsin.filters.apply_hysteresis_threshold(image, 20, 60)"
    ),
    "filters.convolve": Picture(HEAD, "opsin.filters.convolve(image, np.eye(15) / 15)"),
    "filters.correlate": Picture(HEAD, "opsin.filters.correlate(image, [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])"),
    "filters.difference_of_gaussians": Picture(HEAD, "opsin.filters.difference_of_gaussians(image, 1, 4)"),
    "filters.gaussian": Picture(HEAD, "opsin.filters.gaussian(image, 3)"),
    "filters.gaussian_laplace": Picture(HEAD, "opsin.filters.gaussian_laplace(image, 2)"),
    "filters.gradient": Picture(DISKS, "list(opsin.filters.gradient(image))"),
    "filters.laplace": Picture(f"opsin.filters.gaussian({HEAD}, 1)", "opsin.filters.laplace(image)"),
    "filters.maximum": Picture(HEAD, "opsin.filters.maximum(image, 7)"),
    "filters.median": Picture(f'opsin.util.random_noise({HEAD}, "s&p", rng=0)', "opsin.filters.median(image, 3)"),
    "filters.minimum": Picture(HEAD, "opsin.filters.minimum(image, 7)"),
    "filters.percentile": Picture(HEAD, "opsin.filters.percentile(image, 20, 7)"),
    "filters.prewitt": Picture(HEAD, "opsin.filters.prewitt(image)"),
    "filters.scharr": Picture(HEAD, "opsin.filters.scharr(image)"),
    "filters.sobel": Picture(HEAD, "opsin.filters.sobel(image)"),
    "filters.threshold_isodata": Picture(COINS, "image > opsin.filters.threshold_isodata(image)"),
    "filters.threshold_li": Picture(COINS, "image > opsin.filters.threshold_li(image)"),
    "filters.threshold_local": local("threshold_local", "35, offset=10"),
    "filters.threshold_mean": Picture(COINS, "image > opsin.filters.threshold_mean(image)"),
    "filters.threshold_minimum": Picture(CAMERA, "image > opsin.filters.threshold_minimum(image)"),
    "filters.threshold_multiotsu": Picture(
        CAMERA, "np.digitize(image, opsin.filters.threshold_multiotsu(image)).astype(np.int32)"
    ),
    "filters.threshold_niblack": local("threshold_niblack", "25, k=0.8"),
    "filters.threshold_otsu": Picture(CELLS, "image > opsin.filters.threshold_otsu(image)"),
    "filters.threshold_sauvola": local("threshold_sauvola", "25"),
    "filters.threshold_triangle": Picture(CELLS, "image > opsin.filters.threshold_triangle(image)"),
    "filters.threshold_yen": Picture(CELLS, "image > opsin.filters.threshold_yen(image)"),
    "filters.uniform": Picture(HEAD, "opsin.filters.uniform(image, 9)"),
    "filters.unsharp_mask": Picture(MOON, "opsin.filters.unsharp_mask(image, 5, 3)"),
    "measure.block_reduce": Picture(HEAD, "opsin.measure.block_reduce(image, 8, func=np.max)"),
    "measure.find_contours": Picture(CELLS, "opsin.overlay(image, polygons=opsin.measure.find_contours(image, 100))"),
    "measure.label": Picture(MASK, "opsin.measure.label(image)"),
    "measure.polygons": Picture(
        HORSE,
        "opsin.overlay(image, polygons=opsin.measure.polygons(image))",
    ),
    "morphology.area_closing": Picture(HEAD, "opsin.morphology.area_closing(image, 500)"),
    "morphology.area_opening": Picture(HEAD, "opsin.morphology.area_opening(image, 500)"),
    "morphology.black_tophat": Picture(PAGE, "opsin.morphology.black_tophat(image, 9)"),
    "morphology.closing": Picture(PAGE, "opsin.morphology.closing(image, 9)"),
    "morphology.convex_hull_image": Picture(HORSE, "opsin.morphology.convex_hull_image(image)"),
    "morphology.convex_hull_object": Picture(
        f"opsin.filters.sobel({COINS}) > 60", "opsin.morphology.convex_hull_object(image)"
    ),
    "morphology.dilation": Picture(PAGE, "opsin.morphology.dilation(image, 3)"),
    "morphology.distance_transform": Picture(MASK, "opsin.morphology.distance_transform(image)"),
    "morphology.erosion": Picture(PAGE, "opsin.morphology.erosion(image, 3)"),
    "morphology.fill_holes": Picture(f"opsin.filters.sobel({COINS}) > 40", "opsin.morphology.fill_holes(image)"),
    "morphology.flood": Picture(CUP + "[..., 0]", "opsin.morphology.flood(image, (200, 90), tolerance=40)"),
    "morphology.flood_fill": Picture(
        CUP + "[..., 0]", "opsin.morphology.flood_fill(image, (200, 90), 255, tolerance=40)"
    ),
    "morphology.h_maxima": Picture(
        f"opsin.filters.gaussian({CELLS}, 2)",
        "opsin.morphology.isotropic_dilation(opsin.morphology.h_maxima(image, 20), 2)",
    ),
    "morphology.isotropic_closing": Picture(PAGE + " < 128", "opsin.morphology.isotropic_closing(image, 2)"),
    "morphology.isotropic_dilation": Picture(MASK, "opsin.morphology.isotropic_dilation(image, 5)"),
    "morphology.isotropic_erosion": Picture(MASK, "opsin.morphology.isotropic_erosion(image, 5)"),
    "morphology.isotropic_opening": Picture(CELLS + " > 75", "opsin.morphology.isotropic_opening(image, 3)"),
    "morphology.local_maxima": Picture(
        f"opsin.filters.gaussian({CELLS}, 3)",
        "opsin.morphology.isotropic_dilation(opsin.morphology.local_maxima(image), 2)",
    ),
    "morphology.local_minima": Picture(
        f"opsin.filters.gaussian({CELLS}, 3)",
        "opsin.morphology.isotropic_dilation(opsin.morphology.local_minima(image), 2)",
    ),
    "morphology.medial_axis": Picture(HORSE, "opsin.morphology.medial_axis(image)"),
    "morphology.opening": Picture(CELLS + " > 75", "opsin.morphology.opening(image, 5)"),
    "morphology.reconstruction": Picture(
        CELLS, "opsin.morphology.reconstruction(opsin.morphology.erosion(image, 15), image)"
    ),
    "morphology.remove_small_holes": Picture(
        f"opsin.filters.sobel({COINS}) > 20", "opsin.morphology.remove_small_holes(image, max_size=200)"
    ),
    "morphology.remove_small_objects": Picture(
        CELLS + " > 75", "opsin.morphology.remove_small_objects(image, max_size=50)"
    ),
    "morphology.skeletonize": Picture(HORSE, "opsin.morphology.skeletonize(image)"),
    "morphology.thin": Picture(HORSE, "opsin.morphology.thin(image, 8)"),
    "morphology.white_tophat": Picture(CELLS, "opsin.morphology.white_tophat(image, 15)"),
    "restoration.denoise_bilateral": Picture(NOISY, "opsin.restoration.denoise_bilateral(image, sigma_color=0.25)"),
    "restoration.denoise_nl_means": Picture(NOISY, "opsin.restoration.denoise_nl_means(image, h=0.08)"),
    "restoration.denoise_rof": Picture(NOISY, "list(opsin.restoration.denoise_rof(image))"),
    "restoration.denoise_tv_bregman": Picture(NOISY, "opsin.restoration.denoise_tv_bregman(image)"),
    "restoration.denoise_tv_chambolle": Picture(NOISY, "opsin.restoration.denoise_tv_chambolle(image)"),
    "restoration.denoise_wavelet": Picture(NOISY, "opsin.restoration.denoise_wavelet(image)"),
    "restoration.find_missing": Picture(
        f"np.where(np.hypot(*np.indices({HEAD}.shape)) % 60 < 3, 255, {HEAD}).astype(np.uint8)",
        "opsin.restoration.find_missing(image, value=255)",
    ),
    "restoration.inpaint_biharmonic": Picture(
        f"np.where(np.indices({HEAD}.shape).sum(0) % 40 < 4, 0, {HEAD}).astype(np.uint8)",
        "opsin.restoration.inpaint_biharmonic(image, np.indices(image.shape).sum(0) % 40 < 4)",
    ),
    "restoration.richardson_lucy": Picture(
        BLURRED, "opsin.restoration.richardson_lucy(image, np.full((5, 5), 1 / 25), 10)"
    ),
    "restoration.wiener": Picture(BLURRED, "opsin.restoration.wiener(image, np.full((5, 5), 1 / 25), 0.02)"),
    "segmentation.clear_border": Picture(MASK, "opsin.segmentation.clear_border(image)"),
    "segmentation.expand_labels": Picture(LABELS, "opsin.segmentation.expand_labels(image, 8)"),
    "segmentation.felzenszwalb": Picture(
        CUP,
        "opsin.segmentation.mark_boundaries(image, opsin.segmentation.felzenszwalb(image, 300, sigma=1, min_size=100))",
    ),
    "segmentation.find_boundaries": Picture(LABELS, "opsin.segmentation.find_boundaries(image)"),
    "segmentation.gaussian_mixture": Picture(CELLS, "opsin.segmentation.gaussian_mixture(image, 2)[0]"),
    "segmentation.kmeans": Picture(CUP, "opsin.segmentation.kmeans(image, 4)[0]"),
    "segmentation.mark_boundaries": Picture(
        CELLS, f"opsin.segmentation.mark_boundaries(image, {LABELS}, color=(1, 0.5, 0))"
    ),
    "segmentation.random_walker": Picture(
        f"opsin.filters.gaussian({CELLS}, 1)",
        "opsin.segmentation.random_walker(image, np.where(image > 110, 2, image < 60))",
    ),
    "segmentation.slic": Picture(CUP, "opsin.segmentation.mark_boundaries(image, opsin.segmentation.slic(image, 200))"),
    "segmentation.watershed": Picture(
        f"-opsin.morphology.distance_transform({MASK})",
        "opsin.segmentation.watershed(image, opsin.measure.label(opsin.morphology.h_minima(image, 1)), mask=image < 0)",
    ),
    "transform.downscale_local_mean": Picture(HEAD, "opsin.transform.downscale_local_mean(image, 8)"),
    "transform.pyramid_expand": Picture(HEAD, "opsin.transform.pyramid_expand(image)"),
    "transform.pyramid_reduce": Picture(HEAD, "opsin.transform.pyramid_reduce(image, 4)"),
    "transform.rescale": Picture(HEAD, "opsin.transform.rescale(image, 0.2)"),
    "transform.resize": Picture(CUP, "opsin.transform.resize(image, (200, 200))"),
    "transform.rotate": Picture(CUP, "opsin.transform.rotate(image, 20)"),
    "transform.warp": Picture(
        CUP,
        "opsin.transform.warp(image, opsin.transform.ProjectiveTransform([[1, 0.2, 0], [0, 1, 0], [0, 0.001, 1]]))",
    ),
    "transform.warp_polar": Picture('opsin.data.photograph("retina")', "opsin.transform.warp_polar(image, radius=700)"),
    "transform.zoom": Picture(HEAD, "opsin.transform.zoom(image, (1, 0.5))"),
    "util.crop": Picture(CUP, "opsin.util.crop(image, ((40, 60), (100, 150)))"),
    "util.invert": Picture(CUP, "opsin.util.invert(image)"),
    "util.pad": Picture(HEAD, 'opsin.util.pad(image, 60, mode="reflect")'),
    "util.random_noise": Picture(HEAD, "opsin.util.random_noise(image, rng=0)"),
}
"""What is shown of a function; other operations are shown with their defaults, if their result is an image."""

ALONE = {
    "data.beads": "opsin.data.beads()[16]",
    "data.cells": "opsin.data.cells()",
    "data.color_chart": "opsin.data.color_chart()",
    "data.disks": "opsin.data.disks()",
    "data.page": "opsin.data.page()",
    "data.shepp_logan_phantom": "opsin.data.shepp_logan_phantom()",
    "data.step_wedge": "opsin.data.step_wedge()",
    "morphology.ellipse": "opsin.morphology.ellipse(12, 6) > 0",
    "morphology.octagon": "opsin.morphology.octagon(7, 5) > 0",
    "morphology.star": "opsin.morphology.star(6) > 0",
    "morphology.ball": "opsin.morphology.ball(8)[3] > 0",
    "morphology.diamond": "opsin.morphology.diamond(8) > 0",
    "morphology.disk": "opsin.morphology.disk(8) > 0",
}
"""What is shown by itself."""


def picture(name: str) -> Picture | None:
    """Return what is shown of a function of opsin, as ``"filters.gaussian"``; None if nothing is."""
    if name in ALONE:
        return Picture(ALONE[name], "image")
    operation = opsin.operations().get(name)
    if name in SHOWN or operation is None:
        return SHOWN.get(name)
    return by_default(operation)


def by_default(operation: Operation) -> Picture | None:
    """Return the picture of an operation that needs no settings and makes an image of an image."""
    others = [one for one in operation.parameters.values() if one.required and one is not operation.image]
    if others or not operation.gives_image or operation.image.role is None:
        return None
    sources = {"mask": MASK, "labels": LABELS, "image": HEAD}
    source = sources.get(operation.image.role.name)
    if operation.image.role.channels == 3:
        source = FACE
    return None if source is None else Picture(source, f"opsin.{operation.name}(image)")


def path(name: str) -> str:
    """Return the path of a picture in the documentation."""
    return f"reference/pictures/{name}.png"


def write(folder: Path) -> None:
    """Draw all pictures into the documentation's folder."""
    import matplotlib as mpl

    mpl.use("agg")
    for name in dict.fromkeys([*opsin.operations(), *SHOWN, *ALONE]):
        shown = picture(name)
        if shown is not None:
            target = folder / path(name)
            target.parent.mkdir(exist_ok=True)
            draw(shown, name, target)


def draw(shown: Picture, name: str, target: Path) -> None:
    """Draw the image and the result side by side, or one of them alone."""
    from matplotlib import pyplot as plt
    from matplotlib.axes import Axes

    names: dict[str, Any] = {"opsin": opsin, "np": np}
    image = names["image"] = eval(shown.source, names)
    result = eval(shown.result, names)
    title = name.partition(".")[2]
    if isinstance(result, Axes):
        axes = [result]
    elif shown.result == "image":
        axes = [opsin.show(image)]
    elif isinstance(result, tuple):  # counts and the levels that they are of
        axes = list(plt.subplots(1, 2, figsize=(8, 3), layout="constrained")[1])
        opsin.show(image, "image", axes=axes[0])
        axes[1].fill_between(result[1], result[0], step="mid", color="#8fa3b8")
        axes[1].set_title(title)
    elif isinstance(result, list):
        axes = opsin.show([image, *result], ["image", *(f"{title}[{place}]" for place in range(len(result)))])
    else:
        axes = opsin.show([image, result], ["image", title])
    for one in axes:
        one.title.set_fontsize(9)
        one.title.set_fontfamily("monospace")
    figure = axes[0].figure
    figure.set_size_inches(figure.get_size_inches() * HEIGHT / figure.get_size_inches()[1])
    figure.savefig(target, dpi=160)
    plt.close("all")
