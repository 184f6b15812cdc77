"""Random comparison of scikit-image with its adapters."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conformance.as_skimage import ADAPTERS, HOMES
from conformance.drawing import NUMPY_MODES, borders, images, windows
from equality import assert_same

skimage = pytest.importorskip("skimage")

Drawn = tuple[tuple[Any, ...], dict[str, Any]]
"""Positional and keyword arguments of a call."""

TOLERANCE = {"float32": 3e-6, "float64": 1e-11}
"""The largest difference of floats, as a part of the largest value."""

COARSE = {
    "equalize_adapthist": 5e-4,
    "equalize_hist": 1e-4,
    "structural_similarity": 1e-8,
    "hog": 1e-6,
    "threshold_multiotsu": 1e-5,
    "match_template": 1e-6,
}
"""Larger ones: of levels that are cut off, of quotients of small differences, of bytes that are computed in float32,
of windows of one value, whose variance the peer rounds, and of shares between the centers of narrow bins."""

MORPHOLOGY_MODES = ("reflect", "constant", "nearest", "mirror", "wrap", "max", "min", "ignore")


@st.composite
def smoothing(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dimensions=(2, 3)))
    sigma = st.sampled_from([0.0, 0.5, 1.0, 2.0])
    settings = draw(borders(image.ndim - colored, several=False))
    settings |= {"channel_axis": -1 if colored else None, "preserve_range": draw(st.booleans())}
    return (image, draw(sigma)), settings


@st.composite
def differences(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 3)))
    return (image, draw(st.sampled_from([0.5, 1.0]))), draw(borders(image.ndim, several=False)) | {
        "high_sigma": draw(st.sampled_from([None, 2.0]))
    }


@st.composite
def medians(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 3)))  # SciPy's rank filters of one axis are not reliable
    footprint = draw(st.none() | windows(image.ndim))
    return (image, footprint), draw(borders(image.ndim, several=False))


@st.composite
def gradients(draw: Any, *, flat: bool = False) -> Drawn:
    image = draw(images(dimensions=(2, 2 if flat else 3)))
    settings: dict[str, Any] = {}
    if not flat:
        settings = draw(borders(image.ndim, several=False)) | {
            # scikit-image smooths along a negative axis, too.
            "axis": draw(st.none() | st.integers(0, image.ndim - 1))
        }
    if draw(st.booleans()):
        settings["mask"] = draw(images(dtypes=("bool",), shape=image.shape))
    return (image,), settings


@st.composite
def gray(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "int16", "float32", "float64"), dimensions=(1, 3)))
    shapes = st.none() | windows(image.ndim)
    footprint = draw(shapes | st.lists(st.tuples(windows(image.ndim, largest=3), st.integers(1, 2)), min_size=1,
                                       max_size=2))  # fmt: skip
    settings = draw(borders(image.ndim, names=MORPHOLOGY_MODES, several=False))
    return (image, footprint), settings | {"cval": settings["cval"] if image.dtype != bool else 0}


@st.composite
def tophats(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "float32", "float64"), dimensions=(1, 3)))
    footprint = draw(st.none() | st.integers(0, 2).map(lambda reach: np.ones((2 * reach + 1,) * image.ndim)))
    return (image, footprint), {"mode": draw(st.sampled_from(["ignore", "reflect", "mirror", "nearest"]))}


@st.composite
def cleaned(draw: Any, dtypes: tuple[str, ...] = ("bool", "uint8", "int32")) -> Drawn:
    image = draw(images(dtypes=dtypes, objects=True))
    return (image,), {"max_size": draw(st.integers(0, 8)), "connectivity": draw(st.integers(1, image.ndim))}


@st.composite
def flooded(draw: Any, *, filled: bool = False) -> Drawn:
    image = draw(images(dtypes=("uint8", "int32", "float64"), objects=True))
    point = tuple(draw(st.integers(0, length - 1)) for length in image.shape)
    footprint = draw(st.none() | st.just(np.ones((3,) * image.ndim)))
    return (image, point, 7)[: 3 if filled else 2], {
        "footprint": footprint,
        "connectivity": draw(st.none() | st.integers(1, image.ndim)),
        "tolerance": draw(st.sampled_from([None, 0, 1])),
    }


@st.composite
def reconstructed(draw: Any) -> Drawn:
    mask = draw(images(dtypes=("uint8", "int32", "float64"), objects=True))
    seed = np.minimum(mask, draw(images(dtypes=(mask.dtype.name,), shape=mask.shape, objects=True)))
    return (seed, mask), {"footprint": draw(st.none() | st.just(np.ones((3,) * mask.ndim)))}


@st.composite
def areas(draw: Any) -> Drawn:
    # The peer ends the process with some images of one or two rows.
    image = draw(images(dtypes=("uint8", "int16", "float32", "float64"), objects=True, dimensions=(2, 3), least=3))
    image = np.ascontiguousarray(image)
    # Of images smaller than the threshold the peer makes zeros.
    return (image, draw(st.integers(0, image.size))), {"connectivity": draw(st.integers(1, image.ndim))}


@st.composite
def ridges(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8"), dimensions=(2, 2), largest=12, objects=True))
    image[0, 0] = 0  # without background the peer's distances mean nothing
    mask = draw(st.none() | images(dtypes=("bool",), shape=image.shape))
    return (image,), {"mask": mask, "return_distance": draw(st.booleans()), "rng": draw(st.integers(0, 99))}


@st.composite
def plateaus(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "int32", "float64"), objects=True, dimensions=(1, 3)))
    return (image,), {"connectivity": draw(st.none() | st.integers(1, image.ndim)), "indices": draw(st.booleans())}


@st.composite
def heights(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "int32", "float64"), objects=True))
    return (image, draw(st.integers(1, 3))), {}


@st.composite
def basins(draw: Any) -> Drawn:
    # The peer computes something else from arrays that are not C-contiguous.
    image = np.ascontiguousarray(draw(images(dtypes=("uint8", "float64"), objects=True)))
    markers = np.ascontiguousarray(draw(images(dtypes=("int32",), shape=image.shape, objects=True)))
    return (image, draw(st.sampled_from([markers, None]))), {
        "connectivity": draw(st.integers(1, image.ndim)),
        "mask": draw(st.none() | images(dtypes=("bool",), shape=image.shape)),
        "compactness": draw(st.sampled_from([0, 0.5])),
        "watershed_line": draw(st.booleans()),
    }


@st.composite
def thick(draw: Any, *, limited: bool = False) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8"), dimensions=(2, 2 if limited else 3), largest=12, objects=True))
    if limited:
        return (image, draw(st.none() | st.integers(1, 3))), {}
    return (image,), {"method": None if image.ndim == 3 else draw(st.sampled_from([None, "zhang", "lee"]))}


@st.composite
def scattered(draw: Any, *, connected: bool = False) -> Drawn:
    image = draw(images(dtypes=("bool",), dimensions=(2, 2), least=2))
    return (image,), {"connectivity": draw(st.integers(1, 2))} if connected else {}


@st.composite
def isotropic(draw: Any) -> Drawn:
    mask = draw(images(dtypes=("bool",), dimensions=(2, 2), least=10, largest=20))
    mask[:5, :5], mask[-5:, -5:] = False, True  # without both the peer's distances mean nothing
    spacing = draw(st.none() | st.just((0.5,) * mask.ndim))
    return (mask, draw(st.sampled_from([0, 0.5, 1, 1.5]))), {"spacing": spacing}


@st.composite
def grown(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True))
    labels.flat[0] = 1  # without labels the peer's distances mean nothing
    return (labels, draw(st.sampled_from([0, 1, 1.5, 3]))), {"spacing": draw(st.sampled_from([1, 0.5]))}


@st.composite
def counted(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "int16", "uint16", "float32", "float64"), dimensions=(2, 3)))
    settings: dict[str, Any] = {"normalize": draw(st.booleans())}
    if image.dtype.kind == "f" and not settings["normalize"]:  # no pixel may be within the range of the dtype
        settings["source_range"] = draw(st.sampled_from(["image", "dtype"]))
    return (image, draw(st.integers(1, 40))), settings


@st.composite
def laplacians(draw: Any) -> Drawn:
    image = draw(images(dimensions=(1, 3)))
    return (image,), {"mask": draw(images(dtypes=("bool",), shape=image.shape))} if draw(st.booleans()) else {}


@st.composite
def sharpened(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    # Beyond -1 and 1 opsin clips to the range of the image.
    image = draw(images(dtypes=("uint8", "int16"), dimensions=(3 if colored else 2, 3)))
    # With a negative channel axis the peer takes the rows for channels.
    settings = {"channel_axis": image.ndim - 1 if colored else None, "preserve_range": draw(st.booleans())}
    return (image, draw(st.sampled_from([0.0, 0.7, 2.0])), draw(st.sampled_from([-0.5, 1.0, 4.0]))), settings


@st.composite
def local_blocks(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 3)))  # SciPy's rank filters of one axis are not reliable
    settings = draw(borders(image.ndim, several=False)) | {
        "method": draw(st.sampled_from(["gaussian", "mean", "median"]))
    }
    return (image, draw(st.sampled_from([1, 3, 5]))), settings | {"offset": draw(st.sampled_from([0, 0.5]))}


@st.composite
def statistics(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "int16", "float64"), dimensions=(2, 3), least=4))
    return (image, draw(st.sampled_from([3, 5]))), {"k": draw(st.sampled_from([0.2, 0.5]))}


@st.composite
def two_thresholds(draw: Any) -> Drawn:
    image = draw(images())
    low, high = (float(np.quantile(image, draw(st.sampled_from([0.1, 0.5, 0.9, 1.0])))) for _ in range(2))
    return (image, low, high), {}


@st.composite
def thresholds(draw: Any, *, varied: bool = False, peaks: bool = False) -> Drawn:
    image = draw(images(dtypes=("uint8", "int16", "float64"), dimensions=(2, 2), least=2))
    if varied:  # few pixels have several thresholds that are equally good
        seed = draw(st.integers(0, 2**32 - 1))
        image = np.random.default_rng(seed).integers(0, 256, (30, 30)).astype(draw(st.sampled_from(["uint8", "int16"])))
    if peaks:
        counts = [1, 4, 9, 4, 1, 1, 3, 7, 3, 1]
        image = np.repeat(np.arange(10), counts).reshape(2, 17).astype(image.dtype)
    return (image,), {}


@st.composite
def shapes(draw: Any) -> Drawn:
    image = draw(images(dimensions=(1, 3), least=2))
    shape = tuple(draw(st.lists(st.integers(1, 12), min_size=image.ndim, max_size=image.ndim)))
    settings = draw(borders(1, names=NUMPY_MODES, several=False))
    return (image, shape), settings | {"order": 1, "anti_aliasing": False, "clip": False}


@st.composite
def scales(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dimensions=(2, 3), least=3))
    colored &= image.ndim == 3
    settings = draw(borders(1, names=NUMPY_MODES, several=False)) | {"channel_axis": -1 if colored else None}
    return (image, draw(st.sampled_from([0.5, 1, 1.5, 2, 3]))), settings | {
        "order": 1,
        "anti_aliasing": False,
        "clip": False,
    }


@st.composite
def rotations(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 3), least=2))
    settings = draw(borders(1, names=NUMPY_MODES, several=False)) | {"preserve_range": draw(st.booleans())}
    if draw(st.booleans()):
        settings["center"] = draw(st.tuples(st.integers(0, 8), st.integers(0, 8)))
    # Angles at which no pixel falls between two others.
    return (image, draw(st.integers(-200, 200)) + 0.123), settings | {"order": 1, "clip": False}


@st.composite
def warps(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 3), least=2))
    settings = draw(borders(1, names=NUMPY_MODES, several=False)) | {"preserve_range": draw(st.booleans())}
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    matrix = np.eye(3) + np.vstack([rng.uniform(-0.3, 0.3, (2, 3)) * [1, 1, 5], [0, 0, 0]])
    if draw(st.booleans()):
        matrix[2, :2] = rng.uniform(0, 0.01, 2)
    mapping = draw(st.sampled_from([matrix, skimage.transform.ProjectiveTransform(matrix), lambda xy: xy * 1.1 - 0.7]))
    if draw(st.booleans()):
        settings["output_shape"] = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    return (image, mapping), settings | {"order": 1, "clip": False}


@st.composite
def polar(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dimensions=(3, 3) if colored else (2, 2), least=3))
    settings = {"channel_axis": -1 if colored else None, "radius": draw(st.none() | st.floats(2, 9))}
    settings |= {"scaling": draw(st.sampled_from(["linear", "log"])), "order": 1, "clip": False}
    return (image,), settings | {"center": draw(st.none() | st.tuples(st.floats(0, 3), st.floats(0, 3)))}


@st.composite
def blocks(draw: Any) -> Drawn:
    image = draw(images())
    return (image, tuple(draw(st.integers(1, 4)) for _ in image.shape)), {"cval": draw(st.sampled_from([0, 3]))}


@st.composite
def reductions(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dimensions=(2, 3)))
    settings = draw(borders(image.ndim, names=("reflect", "constant", "wrap"), several=False))
    settings |= {"channel_axis": -1 if colored else None, "preserve_range": draw(st.booleans())}
    return (image, draw(st.sampled_from([1.5, 2, 3]))), settings


@st.composite
def boxes(draw: Any) -> Drawn:
    sums = skimage.transform.integral_image(draw(images(dtypes=("uint8", "float64"))))
    first = [draw(st.integers(0, length - 1)) for length in sums.shape]
    last = [draw(st.integers(low, length - 1)) for low, length in zip(first, sums.shape, strict=True)]
    return (sums, [first], [last]), {}


@st.composite
def margins(draw: Any) -> Drawn:
    image = draw(images(least=4))
    width = st.integers(0, 2)
    pair = st.tuples(width, width)
    count = image.ndim
    return (image, draw(width | pair | st.lists(pair, min_size=count, max_size=count))), {"copy": draw(st.booleans())}


@st.composite
def mosaics(draw: Any) -> Drawn:
    count, channels = draw(st.integers(1, 5)), draw(st.sampled_from([None, 1, 3]))
    array = draw(images(shape=(count, 3, 4, *([] if channels is None else [channels]))))
    settings = {"padding_width": draw(st.integers(0, 3)), "channel_axis": None if channels is None else -1}
    return (array,), settings | {"fill": 3 if channels is None else [3] * channels}


@st.composite
def noises(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "float64"), least=2))
    image = image.clip(0, 1) if image.dtype.kind == "f" else image
    mode = draw(st.sampled_from(["gaussian", "localvar", "poisson", "salt", "pepper", "s&p", "speckle"]))
    return (image, mode), {"rng": draw(st.integers(0, 99)), "clip": draw(st.booleans())}


@st.composite
def views(draw: Any, *, whole: bool) -> Drawn:
    lengths = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    counts = [draw(st.integers(1, 3)) for _ in lengths]
    array = draw(images(shape=tuple(np.multiply(lengths, counts).tolist())))
    return (array, lengths), {} if whole else {"step": draw(st.integers(1, 3))}


@st.composite
def objects(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "int32"), objects=True))
    return (image,), {
        "connectivity": draw(st.none() | st.integers(1, image.ndim)),
        "return_num": draw(st.booleans()),
        "background": None if image.dtype == bool else draw(st.sampled_from([None, 0, 1])),
    }


@st.composite
def regions(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True, dimensions=(2, 3), least=2))
    labels.flat[0] = 1  # the peer's table of no regions has other dtypes
    intensity = draw(images(dtypes=("uint8", "float64"), shape=labels.shape))
    properties = ("label", "area", "bbox", "centroid", "intensity_mean", "intensity_min", "intensity_max")
    chosen = draw(st.permutations(properties))[: draw(st.integers(1, len(properties)))]
    return (labels, intensity, tuple(chosen)), {"spacing": draw(st.sampled_from([None, (2.0,) * labels.ndim]))}


@st.composite
def things(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True, dimensions=(2, 3), least=2))
    return (labels, draw(images(dtypes=("uint8", "float64"), shape=labels.shape))), {}


@st.composite
def masses(draw: Any, *, central: bool = False, ordered: bool = True, square: bool = False) -> Drawn:
    dimensions = (2, 2) if square else (1, 3)
    image = draw(images(dtypes=("bool", "uint8", "float64"), dimensions=dimensions, least=2)).astype(float) + 1
    settings: dict[str, Any] = {"spacing": draw(st.sampled_from([None, (2.0,) * image.ndim]))}
    if ordered:
        settings["order"] = draw(st.integers(1, 4))
    if central:
        settings["center"] = (draw(st.sampled_from([0.0, 1.5])),) * image.ndim  # about the centroid it leaves some out
    return (image,), settings


@st.composite
def powers(draw: Any, *, spaced: bool = False) -> Drawn:
    return (np.random.default_rng(draw(st.integers(0, 99))).random((4, 4)) + 0.5,), {"order": 3} if spaced else {}


@st.composite
def point_sets(draw: Any) -> Drawn:
    shape = (draw(st.integers(1, 30)), draw(st.integers(1, 3)))
    return (np.random.default_rng(draw(st.integers(0, 99))).random(shape),), {"order": draw(st.integers(0, 4))}


@st.composite
def outlined(draw: Any, **settings: Any) -> Drawn:
    mask = draw(images(dtypes=("bool",), dimensions=(2, 2)))
    return (mask,), {name: draw(values) for name, values in settings.items()}


@st.composite
def joined(draw: Any) -> Drawn:
    first = draw(images(dtypes=("uint8", "int32"), objects=True, dimensions=(1, 3)))
    first.flat[0] = 7  # a map of no labels has another dtype
    return (first, draw(images(dtypes=("uint8", "int32"), objects=True, shape=first.shape))), {}


@st.composite
def blurred(draw: Any, **settings: Any) -> Drawn:
    image = draw(smooth((20, 25)))
    psf = draw(images(dtypes=("float64",), shape=(3, 5))) + 0.6
    return (image + 0.1, psf / psf.sum(), draw(st.integers(1, 5))), {"clip": draw(st.booleans())}


@st.composite
def bordered(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True, dimensions=(2, 3), least=3))
    if draw(st.booleans()):
        return (labels,), {"mask": draw(images(dtypes=("bool",), shape=labels.shape))}
    return (labels,), {"buffer_size": draw(st.integers(0, min(labels.shape) - 1)), "bgval": draw(st.integers(0, 3))}


@st.composite
def numbered(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True))
    labels.flat[0] = 7  # a map of no labels has another dtype
    return (labels, draw(st.integers(1, 5))), {}


@st.composite
def edged(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True, least=2))
    return (
        labels,
        draw(st.integers(1, labels.ndim)),
        draw(st.sampled_from(["thick", "inner", "outer", "subpixel"])),
    ), {}


@st.composite
def marked(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True, dimensions=(2, 2), least=2))
    image = draw(images(dtypes=("uint8", "float64"), shape=labels.shape + draw(st.sampled_from([(), (3,)]))))
    return (image, labels, (1, 0.5, 0), draw(st.sampled_from([None, (0, 0, 1)]))), {
        "mode": draw(st.sampled_from(["thick", "inner", "outer"]))
    }


@st.composite
def levels(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "float64"), dimensions=(2, 2), least=2))
    mask = draw(st.none() | images(dtypes=("bool",), shape=image.shape))
    return (image, draw(st.none() | st.sampled_from([0.5, 100.0]))), {
        "fully_connected": draw(st.sampled_from(["low", "high"])),
        "positive_orientation": draw(st.sampled_from(["low", "high"])),
        "mask": mask,
    }


@st.composite
def profiles(draw: Any) -> Drawn:
    image = draw(images(dtypes=("float64",), dimensions=(2, 2), least=3))
    points = st.tuples(st.integers(-3, 12).map(float), st.integers(-3, 12).map(float))
    return (image, draw(points), draw(points)), {"linewidth": draw(st.integers(1, 3)), "order": 1}


@st.composite
def curves(draw: Any, least: int = 2) -> Any:
    coordinates = st.tuples(st.integers(-5, 5), st.integers(-5, 5))
    return np.array(draw(st.lists(coordinates, min_size=least, max_size=20)), float)


@st.composite
def colors(draw: Any) -> Drawn:
    shape = tuple(draw(st.lists(st.integers(1, 9), min_size=1, max_size=3)))
    axis = draw(st.integers(0, len(shape)))
    return (draw(images(shape=(*shape[:axis], 3, *shape[axis:]))),), {"channel_axis": axis}


@st.composite
def noise(draw: Any) -> Drawn:
    """Draw a plane without equal pixels, of which rounding would decide."""
    shape = draw(st.tuples(st.integers(2, 30), st.integers(2, 30)))
    image = np.random.default_rng(draw(st.integers(0, 1000))).random(shape)
    return (image,), {"sigma": draw(st.sampled_from([0.5, 1.0, 2.0]))}


@st.composite
def matrices(draw: Any, **settings: Any) -> Drawn:
    shape = draw(st.lists(st.integers(2, 15), min_size=2, max_size=3))
    image = np.random.default_rng(draw(st.integers(0, 1000))).random(shape)
    sigma = st.sampled_from([0.5, 1.0, 2.0])
    settings = {
        "sigma": sigma | st.lists(sigma, min_size=len(shape), max_size=len(shape)),
        "mode": st.sampled_from(["constant", "reflect", "mirror", "nearest", "wrap"]),
        "cval": st.sampled_from([0, 0.5]),
        "order": st.sampled_from(["rc", "xy"] if len(shape) == 2 else ["rc"]),
        **settings,
    }
    return (image,), {name: draw(values) for name, values in settings.items()}


@st.composite
def triangles(draw: Any) -> Drawn:
    count, axes = draw(st.sampled_from([(3, 2), (6, 3)]))
    shape = draw(st.lists(st.integers(1, 9), min_size=axes, max_size=axes))
    return (list(np.random.default_rng(draw(st.integers(0, 1000))).standard_normal((count, *shape))),), {}


@st.composite
def edges(draw: Any) -> Drawn:
    (image,), settings = draw(noise())
    quantiles = draw(st.booleans())
    settings |= draw(borders(2, several=False)) | {"use_quantiles": quantiles}
    settings |= {"low_threshold": draw(st.sampled_from([None, 0.05])), "high_threshold": 0.9 if quantiles else 0.25}
    if draw(st.booleans()):
        settings["mask"] = draw(images(dtypes=("bool",), shape=image.shape))
    return (image,), settings


@st.composite
def peaks(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "int16", "float32", "float64"), dimensions=(1, 3), least=2))
    return (image, draw(st.integers(1, 4))), {
        "exclude_border": draw(st.booleans()),
        "threshold_rel": draw(st.sampled_from([None, 0.5])),
        "num_peaks": draw(st.sampled_from([np.inf, 2])),
        "p_norm": draw(st.sampled_from([1, 2, np.inf])),
    }


@st.composite
def denoised(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dtypes=("uint8", "uint16", "float32", "float64"), dimensions=(1 + colored, 3)))
    return (image, draw(st.sampled_from([0.05, 0.3]))), {
        "max_num_iter": draw(st.integers(1, 20)),
        "eps": 0,  # or rounding errors decide when it ends
        "channel_axis": draw(st.integers(0, image.ndim - 1)) if colored else None,
    }


@st.composite
def split(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "uint16", "float64"), dimensions=(2, 2), least=2))
    return (image, draw(st.sampled_from([0.5, 5.0]))), {
        "max_num_iter": draw(st.integers(1, 20)),
        "eps": 0,
        "isotropic": draw(st.booleans()),
    }


@st.composite
def damaged(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "uint16", "float64"), dimensions=(1, 3), least=3))
    mask = draw(images(dtypes=("bool",), shape=image.shape))
    mask &= np.arange(mask.size).reshape(mask.shape) % 3 > 0  # so that the system is regular
    return (image, mask), {}


@st.composite
def unit_colors(draw: Any, channels: int = 3) -> Drawn:
    (image,), keywords = draw(colors())
    rng = np.random.default_rng(image.size)
    shape = [channels if axis == keywords["channel_axis"] else length for axis, length in enumerate(image.shape)]
    return (rng.random(shape).astype(draw(st.sampled_from(["float32", "float64"]))),), keywords


@st.composite
def two_colors(draw: Any) -> Drawn:
    (image,), keywords = draw(unit_colors())
    first, second = 100 * image, 100 * np.random.default_rng(1).random(image.shape).astype(image.dtype)
    return (first, second), keywords


@st.composite
def whites(draw: Any) -> Drawn:
    args, keywords = draw(unit_colors())
    illuminants = st.sampled_from(["A", "d50", "D65", "E"])
    return args, keywords | {"illuminant": draw(illuminants), "observer": draw(st.sampled_from(["2", "10", "R"]))}


@st.composite
def new_channels(draw: Any) -> Drawn:
    image = draw(images())
    return (image,), {"channel_axis": draw(st.integers(-1, image.ndim))}


@st.composite
def painted(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), dimensions=(1, 3), objects=True))
    rng = np.random.default_rng(labels.size)
    kind = draw(st.sampled_from(["overlay", "avg"]))
    colored = kind == "avg" or draw(st.booleans())
    background = st.sampled_from([(0, 0, 0), (0.5, 0.2, 1)])
    return (labels, rng.random((*labels.shape, 3) if colored else labels.shape)), {
        "alpha": draw(st.sampled_from([0, 0.3, 1])), "colors": ["red", (0.2, 0.3, 0.4)], "kind": kind,
        "saturation": draw(st.sampled_from([0, 0.5, 1])), "bg_label": draw(st.sampled_from([0, 1])),
        "bg_color": draw(background), "image_alpha": 0.8,
    }  # fmt: skip


@st.composite
def unit_images(draw: Any) -> np.ndarray:
    return np.abs(draw(images(dtypes=("float32", "float64"))))


def adjusted(**settings: st.SearchStrategy[Any]) -> st.SearchStrategy[Drawn]:
    return st.tuples(st.tuples(unit_images()), st.fixed_dictionaries({}, optional=settings))


@st.composite
def matched(draw: Any) -> Drawn:
    image = draw(images(dtypes=("float32", "float64")))
    reference = np.random.default_rng(image.size).random(image.shape).astype(image.dtype)
    return (image, reference), {"channel_axis": -1 if image.ndim > 1 and draw(st.booleans()) else None}


@st.composite
def compared(draw: Any, *, least: int = 1, **settings: Any) -> Drawn:
    first = draw(images(dtypes=("uint8", "uint16"), dimensions=(1, 3), least=least))
    second = np.random.default_rng(first.size).integers(0, 200, first.shape).astype(first.dtype)
    return (first, second), {name: draw(values) for name, values in settings.items()}


@st.composite
def adapted(draw: Any) -> Drawn:
    shape = draw(st.lists(st.integers(12, 20), min_size=1, max_size=2))
    image = np.random.default_rng(shape[0]).random(shape)
    return (image,), {"kernel_size": draw(st.none() | st.integers(2, 12)), "nbins": draw(st.sampled_from([64, 256]))}


@st.composite
def smooth(draw: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Draw a smooth image without equal differences, which the peer orders at random."""
    noise = np.random.default_rng(draw(st.integers(0, 1000))).random(shape)
    image = scipy.ndimage.gaussian_filter(noise, [2.0] * 2 + [0.0] * (len(shape) - 2))
    return (image - image.min()) / np.ptp(image)


@st.composite
def merged(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(smooth((20, 25, 3) if colored else (20, 25)))
    settings = {"scale": draw(st.sampled_from([1, 30, 100])), "sigma": draw(st.sampled_from([0, 0.8]))}
    settings |= {"min_size": draw(st.sampled_from([1, 20])), "channel_axis": -1 if colored else None}
    return (image,), settings


@st.composite
def superpixels(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(smooth((20, 25, 3) if colored else (20, 25)))
    settings = {"max_num_iter": draw(st.integers(1, 3)), "compactness": 10 if colored else 0.1}
    settings |= {"start_label": draw(st.integers(0, 1)), "channel_axis": -1 if colored else None}
    settings |= {"enforce_connectivity": draw(st.booleans()), "slic_zero": draw(st.booleans())}
    if draw(st.booleans()):
        settings["mask"] = np.ones((20, 25), bool)
        settings["mask"][:5, :7] = False
        settings["enforce_connectivity"] = False  # the peer gives parts of a mask that are alone the first number
    return (image, draw(st.integers(2, 12))), settings


@st.composite
def walks(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(smooth((12, 15, 3) if colored else (12, 15)))
    labels = np.zeros((12, 15), int)
    labels[2], labels[9, 3:], labels[6, 8] = 1, 2, draw(st.sampled_from([0, 3]))
    settings = {"beta": draw(st.sampled_from([10, 130])), "mode": "bf", "channel_axis": -1 if colored else None}
    return (image, labels), settings | {"return_full_prob": draw(st.booleans())}


class Mean:
    """A model of numbers that are all the same."""

    def __init__(self, value: float) -> None:
        self.value = value

    @classmethod
    def from_estimate(cls, values: np.ndarray) -> Mean:
        return cls(float(values.mean()))

    def residuals(self, values: np.ndarray) -> np.ndarray:
        return values - self.value


@st.composite
def outliers(draw: Any) -> Drawn:
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    values = np.where(rng.random(30) < 0.6, 5 + rng.normal(0, 0.1, 30), rng.uniform(-20, 20, 30))
    return (values, Mean, draw(st.integers(1, 5)), draw(st.sampled_from([0.2, 1.0]))), {
        "max_trials": draw(st.integers(1, 30)),
        "stop_probability": draw(st.sampled_from([0.5, 0.99, 1])),
        "stop_sample_num": draw(st.sampled_from([10, np.inf])),
        "initial_inliers": draw(st.sampled_from([None, values < 6])),
        "rng": draw(st.integers(0, 99)),
    }


@st.composite
def corner_settings(draw: Any) -> Drawn:
    return (), {
        "n_keypoints": draw(st.sampled_from([20, 1000])),
        "n_scales": draw(st.integers(1, 3)),
        "downscale": 2,
        "fast_n": draw(st.integers(9, 12)),
        "fast_threshold": draw(st.sampled_from([0.05, 0.1])),
        "harris_k": draw(st.sampled_from([0.04, 0.1])),
    }


@st.composite
def bit_settings(draw: Any) -> Drawn:
    return (draw(st.integers(1, 60)), draw(st.integers(5, 49)), draw(st.sampled_from(["normal", "uniform"]))), {
        "sigma": draw(st.sampled_from([0.5, 1, 2.5])),
        "rng": draw(st.integers(0, 99)),
    }


@st.composite
def noisy(draw: Any, *, denoises: bool = False) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dtypes=("uint8", "float32", "float64"), dimensions=(2, 3), least=4))
    image = np.stack([image, image.swapaxes(0, 1).reshape(image.shape)], axis=-1) if colored else image
    settings: dict[str, Any] = {"channel_axis": -1 if colored else None}
    if not denoises:
        return (image,), settings | {"average_sigmas": draw(st.booleans())}
    return (image, draw(st.sampled_from([None, 0.1]))), settings | {
        "wavelet": draw(st.sampled_from(["haar", "db1", "db2", "db5"])),
        "mode": draw(st.sampled_from(["soft", "hard"])),
        "wavelet_levels": draw(st.sampled_from([None, 1])),
        "method": draw(st.sampled_from(["BayesShrink", "VisuShrink"])),
    }


@st.composite
def spots(draw: Any, *, log_scale: bool = True) -> Drawn:
    image = draw(smooth((40, 45)))
    # Where blobs overlap in a chain, the order of the pairs decides which of them are removed.
    settings: dict[str, Any] = {"max_sigma": 6, "overlap": 1.0}
    settings |= {"log_scale": draw(st.booleans()), "num_sigma": 4} if log_scale else {}
    return (image,), settings | {"threshold": draw(st.sampled_from([0.05, 0.1, None])), "threshold_rel": 0.5}


@st.composite
def circles(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "float64"), dimensions=(2, 2), least=7, largest=14))
    return (image, draw(st.integers(5, 12)), draw(st.sampled_from([0.0, 0.15, 0.4]))), {}


@st.composite
def corners(draw: Any) -> Drawn:
    image = draw(smooth((30, 30)))
    points = draw(st.lists(st.tuples(st.integers(8, 21), st.integers(8, 21)), min_size=1, max_size=4))
    return (image, np.array(points)), {"window_size": draw(st.sampled_from([5, 7])), "alpha": 0.95}


@st.composite
def cells(draw: Any) -> Drawn:
    shape = draw(st.tuples(st.integers(16, 30), st.integers(16, 30))) + draw(st.sampled_from([(), (3,)]))
    image = draw(images(dtypes=("uint8", "float64"), shape=shape))
    return (np.abs(image), draw(st.integers(2, 9))), {
        "pixels_per_cell": draw(st.sampled_from([(4, 4), (5, 3)])),
        "cells_per_block": draw(st.sampled_from([(1, 1), (2, 3)])),
        "block_norm": draw(st.sampled_from(["L1", "L1-sqrt", "L2", "L2-Hys"])),
        "transform_sqrt": draw(st.booleans()),
        "feature_vector": draw(st.booleans()),
        "channel_axis": -1 if len(shape) > 2 else None,
    }


@st.composite
def patterns(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "int32"), dimensions=(2, 2), objects=True))
    methods = st.sampled_from(["default", "ror", "uniform", "nri_uniform", "var"])
    return (image, draw(st.integers(1, 12)), draw(st.sampled_from([1, 1.5, 2])), draw(methods)), {}


@st.composite
def descriptors(draw: Any) -> Drawn:
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    several = [rng.random((draw(st.integers(2, 20)), 8)) for _ in range(2)]
    return tuple(several), {
        "metric": draw(st.sampled_from([None, "euclidean", "cityblock"])),
        "cross_check": draw(st.booleans()),
        "max_distance": draw(st.sampled_from([np.inf, 0.9])),
        "max_ratio": draw(st.sampled_from([1.0, 0.8])),
    }


@st.composite
def templates(draw: Any) -> Drawn:
    image = draw(images(dtypes=("float64",), dimensions=(2, 3), least=4))
    part = image[tuple(slice(0, draw(st.integers(2, length))) for length in image.shape)]
    settings = {"pad_input": draw(st.booleans()), "mode": draw(st.sampled_from(NUMPY_MODES)), "constant_values": 0.5}
    return (image, part), settings


@st.composite
def levels_of(draw: Any) -> Drawn:
    colored = draw(st.booleans())
    image = draw(images(dimensions=(3, 3) if colored else (1, 3), least=2))
    settings = {"channel_axis": image.ndim - 1 if colored else None, "preserve_range": draw(st.booleans())}
    # The peer repeats the last of more Laplacian levels than there are.
    return (image,), settings | {"downscale": draw(st.sampled_from([2, 3])), "max_layer": draw(st.integers(-1, 1))}


@st.composite
def expansions(draw: Any) -> Drawn:
    (image,), settings = draw(levels_of())
    settings.pop("max_layer")
    return (image, settings.pop("downscale")), settings | {"mode": "wrap"}


PLACES = st.integers(-12, 25)
LIMITS = st.none() | st.tuples(st.integers(1, 20), st.integers(1, 20))


@st.composite
def outlines(draw: Any, *, whole: bool = False) -> Drawn:
    points = st.lists(st.tuples(PLACES, PLACES), min_size=3, max_size=9)
    corners = np.array(draw(points))
    if whole:
        return (draw(st.tuples(st.integers(1, 20), st.integers(1, 20))), corners), {}
    return (corners[:, 0], corners[:, 1]), {"shape": draw(LIMITS)}


def drawn(*places: st.SearchStrategy[Any]) -> st.SearchStrategy[Drawn]:
    return st.tuples(st.tuples(*places), st.fixed_dictionaries({"shape": LIMITS}))


@st.composite
def colored(draw: Any) -> Drawn:
    image = draw(images(dtypes=("uint8", "float64"), dimensions=(2, 2), least=2))
    if draw(st.booleans()):
        image = np.stack([image] * 3, axis=-1)
    rows, columns = np.nonzero(draw(images(dtypes=("bool",), shape=image.shape[:2])))
    color = (3, 1, 2) if image.ndim > 2 else 7
    return (np.ascontiguousarray(image), (rows, columns), color), {}


PAIRS = st.tuples(PLACES, PLACES)
RADII = st.integers(1, 20)

FACTORS = st.sampled_from([0.4, 1.0, 2.5])
SPANS = st.sampled_from(["image", "dtype", (0.2, 0.7), (-1.0, 0.5)])

CALLS: dict[str, st.SearchStrategy[Drawn]] = {
    "gaussian": smoothing(),
    "median": medians(),
    "sobel": gradients(),
    "sobel_h": gradients(flat=True),
    "sobel_v": gradients(flat=True),
    "prewitt": gradients(),
    "prewitt_h": gradients(flat=True),
    "prewitt_v": gradients(flat=True),
    "scharr": gradients(),
    "scharr_h": gradients(flat=True),
    "scharr_v": gradients(flat=True),
    "laplace": laplacians(),
    "unsharp_mask": sharpened(),
    "threshold_otsu": thresholds(),
    "threshold_isodata": thresholds(varied=True),
    "threshold_li": thresholds(),
    "threshold_local": local_blocks(),
    "threshold_mean": thresholds(),
    "threshold_minimum": thresholds(peaks=True),
    "threshold_multiotsu": thresholds(varied=True),
    "threshold_niblack": statistics(),
    "threshold_sauvola": statistics(),
    "threshold_triangle": thresholds(),
    "threshold_yen": thresholds(peaks=True),
    "apply_hysteresis_threshold": two_thresholds(),
    "difference_of_gaussians": differences(),
    "erosion": gray(),
    "dilation": gray(),
    "opening": gray(),
    "closing": gray(),
    "white_tophat": tophats(),
    "black_tophat": tophats(),
    "remove_small_objects": cleaned(),
    "remove_small_holes": cleaned(("bool",)),
    "flood": flooded(),
    "flood_fill": flooded(filled=True),
    "isotropic_erosion": isotropic(),
    "isotropic_dilation": isotropic(),
    "isotropic_opening": isotropic(),
    "isotropic_closing": isotropic(),
    "expand_labels": grown(),
    "reconstruction": reconstructed(),
    "local_maxima": plateaus(),
    "local_minima": plateaus(),
    "h_maxima": heights(),
    "h_minima": heights(),
    "watershed": basins(),
    "skeletonize": thick(),
    "thin": thick(limited=True),
    "medial_axis": ridges(),
    "area_opening": areas(),
    "area_closing": areas(),
    "convex_hull_object": scattered(connected=True),
    "convex_hull_image": scattered(),
    "histogram": counted(),
    "resize": shapes(),
    "rescale": scales(),
    "rotate": rotations(),
    "warp": warps(),
    "warp_polar": polar(),
    "downscale_local_mean": blocks(),
    "pyramid_reduce": reductions(),
    "integral_image": images().map(lambda image: ((image,), {})),
    "integrate": boxes(),
    "crop": margins(),
    "invert": st.tuples(images(), st.booleans()).map(lambda drawn: (drawn, {})),
    "montage": mosaics(),
    "random_noise": noises(),
    "view_as_blocks": views(whole=True),
    "view_as_windows": views(whole=False),
    "label": objects(),
    "blur_effect": st.tuples(st.tuples(smooth((20, 25)), st.integers(1, 12)), st.just({})),
    "moments": masses(),
    "moments_central": masses(central=True),
    "centroid": masses(ordered=False),
    "inertia_tensor": masses(ordered=False, square=True),
    "inertia_tensor_eigvals": masses(ordered=False, square=True),
    "moments_coords": point_sets(),
    "moments_coords_central": point_sets(),
    "moments_normalized": powers(spaced=True),
    "moments_hu": powers(),
    "perimeter": outlined(neighborhood=st.sampled_from([4, 8])),
    "perimeter_crofton": outlined(directions=st.sampled_from([2, 4])),
    "euler_number": outlined(connectivity=st.sampled_from([None, 1, 2])),
    "regionprops": things(),
    "regionprops_table": regions(),
    "join_segmentations": joined(),
    "richardson_lucy": blurred(),
    "wiener": blurred(),
    "clear_border": bordered(),
    "find_boundaries": edged(),
    "relabel_sequential": numbered(),
    "mark_boundaries": marked(),
    "find_contours": levels(),
    "block_reduce": st.tuples(
        st.tuples(images(dimensions=(1, 3)), st.integers(1, 4), st.sampled_from([np.sum, np.max])), st.just({})
    ),
    "profile_line": profiles(),
    "approximate_polygon": st.tuples(st.tuples(curves(), st.sampled_from([0.0, 0.5, 2.0])), st.just({})),
    "subdivide_polygon": st.tuples(st.tuples(curves(9), st.integers(1, 7), st.booleans()), st.just({})),
    "points_in_poly": st.tuples(st.tuples(curves(), curves(1)), st.just({})),
    "denoise_tv_chambolle": denoised(),
    "denoise_tv_bregman": split(),
    "inpaint_biharmonic": damaged(),
    "rgb2gray": colors(),
    "canny": edges(),
    "corner_harris": noise(),
    "corner_shi_tomasi": noise(),
    "structure_tensor": matrices(cval=st.just(0)),
    "structure_tensor_eigenvalues": triangles(),
    "hessian_matrix": matrices(cval=st.just(0), use_gaussian_derivatives=st.booleans()),
    "hessian_matrix_eigvals": triangles(),
    "corner_peaks": peaks(),
    "peak_local_max": peaks(),
    **dict.fromkeys(
        [
            "rgb2hsv",
            "hsv2rgb",
            "rgb2xyz",
            "xyz2rgb",
            "rgb2ycbcr",
            "ycbcr2rgb",
            "rgb2hed",
            "hed2rgb",
            "rgb2luv",
            "luv2rgb",
        ],
        unit_colors(),
    ),
    **dict.fromkeys(
        ["rgb2yuv", "yuv2rgb", "rgb2yiq", "yiq2rgb", "lab2lch", "lch2lab"],
        unit_colors(),
    ),
    **dict.fromkeys(["deltaE_cie76", "deltaE_ciede2000", "deltaE_ciede94", "deltaE_cmc"], two_colors()),
    **dict.fromkeys(["rgb2lab", "lab2rgb", "xyz2lab", "lab2xyz"], whites()),
    "gray2rgb": new_channels(),
    "rgba2rgb": unit_colors(4),
    "label2rgb": painted(),
    "rescale_intensity": adjusted(in_range=SPANS, out_range=SPANS),
    "adjust_gamma": adjusted(gamma=FACTORS, gain=FACTORS),
    "adjust_log": adjusted(gain=FACTORS, inv=st.booleans()),
    "adjust_sigmoid": adjusted(cutoff=FACTORS, gain=FACTORS, inv=st.booleans()),
    "equalize_hist": adjusted(nbins=st.integers(2, 40)),
    "hausdorff_distance": compared(method=st.sampled_from(["standard", "modified"])),
    "mean_squared_error": compared(),
    "normalized_root_mse": compared(normalization=st.sampled_from(["euclidean", "mean"])),
    "peak_signal_noise_ratio": compared(data_range=st.sampled_from([None, 100])),
    "structural_similarity": compared(
        least=7, data_range=st.sampled_from([255, 7]), full=st.booleans(), gradient=st.booleans()
    ),
    "shannon_entropy": st.tuples(st.tuples(images()), st.just({"base": 3})),
    "equalize_adapthist": adapted(),
    "cumulative_distribution": adjusted(nbins=st.integers(2, 40)),
    "match_histograms": matched(),
    "is_low_contrast": st.tuples(st.tuples(images(dtypes=("uint8", "uint16"), dimensions=(2, 2))), st.just({})),
    **dict.fromkeys(["ball", "diamond", "octahedron"], st.tuples(st.tuples(st.integers(0, 6)), st.just({}))),
    "star": st.tuples(st.tuples(st.integers(0, 6)), st.just({"dtype": "float32"})),
    "octagon": st.tuples(st.tuples(st.integers(0, 6), st.integers(1, 5)), st.just({})),
    "footprint_rectangle": st.tuples(st.tuples(st.tuples(st.integers(1, 6), st.integers(1, 6))), st.just({})),
    "pyramid_expand": expansions(),
    "pyramid_gaussian": levels_of(),
    "pyramid_laplacian": levels_of(),
    "felzenszwalb": merged(),
    "slic": superpixels(),
    "random_walker": walks(),
    "blob_dog": spots(log_scale=False),
    "blob_doh": spots(log_scale=False),  # by logarithms the peer's largest sigma is less than max_sigma
    "blob_log": spots(),
    "corner_fast": circles(),
    "corner_subpix": corners(),
    "BRIEF": bit_settings(),
    "ORB": corner_settings(),
    "ransac": outliers(),
    "estimate_sigma": noisy(),
    "denoise_wavelet": noisy(denoises=True),
    "hog": cells(),
    "local_binary_pattern": patterns(),
    "match_descriptors": descriptors(),
    "match_template": templates(),
    "line": st.tuples(st.tuples(PLACES, PLACES, PLACES, PLACES), st.just({})),
    # The peer rounds negative places to 0, and leaves out half of a curve of a small weight.
    "bezier_curve": drawn(*[st.integers(0, 40)] * 6, st.sampled_from([0.8, 1, 2.5])),
    "line_aa": st.tuples(st.tuples(PLACES, PLACES, PLACES, PLACES), st.just({})),
    "disk": drawn(PAIRS, RADII.map(lambda radius: radius - 0.3)),
    "ellipse": drawn(PLACES, PLACES, RADII, RADII),
    "circle_perimeter": drawn(PLACES, PLACES, RADII, st.sampled_from(["bresenham", "andres"])),
    "circle_perimeter_aa": drawn(PLACES, PLACES, RADII),
    "ellipse_perimeter": drawn(PLACES, PLACES, RADII, RADII, st.just(0)),
    "polygon": outlines(),
    "polygon2mask": outlines(whole=True),
    "polygon_perimeter": outlines(),
    "rectangle": drawn(PAIRS, PAIRS),
    "rectangle_perimeter": drawn(PAIRS, PAIRS),
    "set_color": colored(),
}


def in_order(labels: np.ndarray) -> np.ndarray:
    """Number labels in the order in which rows meet them, as opsin does and scikit-image not always."""
    numbers, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    first[numbers == 0] = -1
    rank = np.argsort(np.argsort(first))
    return rank[inverse].reshape(labels.shape) + (0 not in numbers)


def between_classes(image: np.ndarray, thresholds: np.ndarray) -> float:
    """Return the mean square of the means of classes, which the best thresholds make the greatest."""
    values = image.ravel().astype(np.float64)
    classes = np.digitize(values, thresholds, right=True)
    counts = np.bincount(classes, minlength=len(thresholds) + 1)
    means = np.bincount(classes, values, len(counts)) / np.maximum(counts, 1)
    return float((counts * means**2).sum() / len(values))


def painted(rows: np.ndarray, columns: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """Return an image of pixels near (0, 0)."""
    image = np.zeros((200, 200))
    image[rows + 100, columns + 100] = covered
    return image


def described(extractor: Any) -> list[np.ndarray]:
    """Return the descriptors of points of an image, and which of them have one."""
    image = skimage.data.coins()[:150, :200]
    extractor.extract(image, np.array([[30, 40], [3, 5], [90, 100], [75, 33], [149, 190]]))
    return [extractor.descriptors, extractor.mask]


def found_corners(detector: Any) -> np.ndarray:
    """Return the corners of an image in their order: places, scales, orientations and responses."""
    detector.detect(np.pad(skimage.data.coins()[:150, :200] / 255, 100))  # far from the border
    columns = [detector.keypoints, detector.scales, detector.orientations, detector.responses]
    rows = np.column_stack(columns)
    return rows[np.lexsort(rows.T)]


def test_every_adapter_is_compared() -> None:
    assert set(CALLS) == set(ADAPTERS) == {name for names in HOMES.values() for name in names}


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=40, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_results_are_those_of_the_peer(name: str, data: st.DataObject) -> None:
    args, keywords = data.draw(CALLS[name])
    args_of_peer = copy.deepcopy(args)
    expected = ADAPTERS[name].__wrapped__(*args_of_peer, **keywords)
    got = ADAPTERS[name](*args, **keywords)
    if name == "felzenszwalb":
        got, expected = in_order(got + 1), in_order(expected + 1)
    if name == "BRIEF":
        got, expected = described(got), described(expected)
    if name == "ORB":
        got, expected = found_corners(got), found_corners(expected)
    if name == "ransac":
        got, expected = ([model and model.value, inliers] for model, inliers in (got, expected))
    if name == "ransac" and expected[1] is None:
        assert got == expected
        return
    if name == "set_color":
        got, expected = args[0], args_of_peer[0]
    if name in ("pyramid_gaussian", "pyramid_laplacian"):
        got, expected = tuple(got), tuple(expected)
    if name == "threshold_multiotsu" and len(args) == 1:
        assert len(got) == len(expected)
        # The peer computes in float32, so that another pair of thresholds may seem the best.
        got, expected = (between_classes(args[0], thresholds) for thresholds in (got, expected))
    if name == "circle_perimeter_aa":
        got, expected = painted(*got), painted(*expected)  # the peer gives some pixels twice
    if name in HOMES["draw"] and isinstance(expected, tuple):
        got, expected = (np.unique(np.stack([one.ravel() for one in found]), axis=1) for found in (got, expected))
    if name == "join_segmentations":
        expected = expected.astype(np.int32)
    if name == "regionprops":
        names = ("label", "area", "bbox", "centroid", "intensity_mean", "moments_central", "image", "coords")
        got, expected = (
            [np.asarray(region[name], float) for region in regions for name in names] for regions in (got, expected)
        )
    if name == "regionprops_table":
        got = {column: np.asarray(values).astype(expected[column].dtype) for column, values in got.items()}
    if name == "relabel_sequential":
        got, expected = ([np.asarray(one).astype(int) for one in results] for results in (got, expected))
    if name == "label":
        (got, *count), (expected, *peer_count) = (one if isinstance(one, tuple) else (one,) for one in (got, expected))
        assert count == peer_count
        got, expected = got.astype(np.int64), in_order(expected)
    wide = not args or np.asarray(args[0]).dtype.name != "float32"
    assert_same(got, expected, relative=COARSE.get(name, TOLERANCE["float64" if wide else "float32"]))
