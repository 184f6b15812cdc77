"""Random comparison of scipy.ndimage with its adapters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import opsin

from conformance.as_ndimage import ADAPTERS
from conformance.drawing import BUGS, borders, chosen_axes, images, origins, sizes, windows
from equality import assert_same

Drawn = tuple[tuple[Any, ...], dict[str, Any]]
"""Positional and keyword arguments of a call."""

TOLERANCE = {"float32": 3e-6, "float64": 1e-11}
"""The largest difference of floats, as a part of the largest value."""


def length(image: np.ndarray, axes: Any) -> int:
    return image.ndim if axes is None else len(axes)


def floats_of(image: np.ndarray) -> dict[str, Any]:
    """Ask for floats: linear filters of scipy.ndimage cut off the fractions of integers between the axes."""
    return {} if image.dtype.kind == "f" else {"output": np.float64}


@st.composite
def smoothing(draw: Any) -> Drawn:
    image = draw(images())
    axes = draw(chosen_axes(image))
    count = length(image, axes)
    sigma = st.sampled_from([0.0, 0.3, 0.7, 1.0, 2.0])
    settings = draw(borders(count)) | floats_of(image) | {"axes": axes}
    return (image, draw(sigma | st.lists(sigma, min_size=count, max_size=count))), settings


@st.composite
def derivatives_1d(draw: Any) -> Drawn:
    image = draw(images())
    settings = draw(borders(1, several=False)) | floats_of(image)
    order = draw(st.integers(0, 3))
    # opsin extends the image, so that derivatives of a constant border are 0.
    settings["cval"] = 0 if order else settings["cval"]
    axis = draw(st.integers(-image.ndim, image.ndim - 1))
    return (image, draw(st.floats(0.5, 3))), settings | {"axis": axis, "order": order}


@st.composite
def boxes(draw: Any) -> Drawn:
    image = draw(images())
    axes = draw(chosen_axes(image))
    count = length(image, axes)
    size = draw(sizes(count))
    settings = draw(borders(count)) | floats_of(image) | {"axes": axes}
    if image.dtype.kind == "f" or "uniform" not in BUGS:
        settings["origin"] = draw(origins([size] * count if isinstance(size, int) else size))
    return (image, size), settings


@st.composite
def boxes_1d(draw: Any, *, dilation: bool = False, linear: bool = False) -> Drawn:
    image = draw(images())
    size = draw(st.integers(1, 7))
    settings = draw(borders(1, several=False)) | {"axis": draw(st.integers(-image.ndim, image.ndim - 1))}
    if linear:
        settings |= floats_of(image)
    if image.dtype.kind == "f" or not linear or "uniform" not in BUGS:
        settings["origin"] = draw(origins([size], dilation=dilation and "dilation" in BUGS))[0]
        if dilation and "dilation" in BUGS and size % 2 == 0:
            settings["origin"] = -1  # of a maximum: the mirrored window has the origin 0
            size += 1
    return (image, size), settings


@st.composite
def ranks(draw: Any, *, maximum: bool = False, dilation: bool = False, one_mode: bool = False) -> Drawn:
    # Rank filters of SciPy 1.17 read beyond images of one axis, and ignore the zeros of their footprints.
    image = draw(images(dimensions=(2 if one_mode else 1, 3)))
    sized = draw(st.booleans())
    axes = draw(chosen_axes(image, ascending=one_mode or not sized))
    count = length(image, axes)
    if sized:
        size = draw(sizes(count, largest=4))
        lengths = [size] * count if isinstance(size, int) else size
        window, boxed = {"size": size}, not one_mode
    else:
        footprint = draw(windows(count))
        if maximum and "dilation" in BUGS and footprint.all():
            footprint = np.pad(footprint, [(0, 1)] * count)
        lengths, window, boxed = footprint.shape, {"footprint": footprint}, False
    if maximum and "dilation" in BUGS and "size" in window:
        lengths = [size + (size % 2 == 0) for size in lengths]
        window = {"size": tuple(lengths)}
    # Where a window is no box, scipy.ndimage takes one mode only.
    settings = draw(borders(count, several=boxed)) | window | {"axes": axes}
    settings["origin"] = draw(origins(lengths, dilation=dilation))
    return (image,), settings


@st.composite
def ranks_of(draw: Any, name: str) -> Drawn:
    (image,), settings = draw(ranks(maximum=True, one_mode=True))
    count = np.count_nonzero(settings["footprint"]) if "footprint" in settings else None
    if count is None:
        dimensions = length(image, settings["axes"])
        count = int(np.prod(np.broadcast_to(settings["size"], dimensions)))
    if name == "rank":
        return (image, draw(st.integers(-count, count - 1))), settings
    return (image, draw(st.sampled_from([0, 10, 33.3, 50, 75, 100, -20]))), settings


@st.composite
def structures(draw: Any, *, dilation: bool = False) -> Drawn:
    """Draw a call of gray morphology with a structuring element that is not flat."""
    if draw(st.booleans()):
        return draw(ranks(dilation=dilation))
    image = draw(images(dtypes=("float32", "float64", "int32")))
    footprint = draw(windows(image.ndim, largest=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    structure = rng.integers(-3, 4, footprint.shape).astype(image.dtype)
    settings = draw(borders(image.ndim, several=False)) | {"footprint": footprint, "structure": structure}
    return (image,), settings


@st.composite
def signed(draw: Any) -> Drawn:
    """Draw a call of a difference, which is negative for some windows: opsin saturates where scipy.ndimage wraps."""
    args, settings = draw(structures(dilation=True))
    image = args[0].astype(np.float64) if args[0].dtype.kind == "u" else args[0]
    return (image, *args[1:]), settings


@st.composite
def binary(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "float64"), objects=True))
    axes = draw(chosen_axes(image, ascending=True))
    count = length(image, axes)
    settings: dict[str, Any] = {"axes": axes, "border_value": draw(st.integers(0, 1))}
    if draw(st.booleans()):
        settings["structure"] = structure = draw(windows(count, largest=3))
        settings["origin"] = draw(origins(structure.shape, dilation=True))
    if draw(st.booleans()):
        settings["mask"] = draw(images(dtypes=("bool",), shape=image.shape))
    return (image,), settings


def propagated(image: np.ndarray, **settings: Any) -> np.ndarray:
    """Dilate until nothing changes; binary_propagation of SciPy 1.17 writes beyond arrays."""
    before = image != 0
    while True:
        after = scipy.ndimage.binary_dilation(before, **settings)
        if np.array_equal(after, before):
            return after
        before = after


@st.composite
def spreading(draw: Any) -> Drawn:
    """Draw a call of binary_propagation with a structuring element that contains its center, so that it ends."""
    args, settings = draw(binary())
    settings.pop("origin", None)
    settings.pop("structure", None)
    return args, settings


@st.composite
def gradients(draw: Any) -> Drawn:
    image = draw(images())
    settings = draw(borders(image.ndim)) | floats_of(image) | {"cval": 0}  # as in derivatives_1d
    return (image, draw(st.integers(-image.ndim, image.ndim - 1))), settings


@st.composite
def holes(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "float64"), objects=True))
    structure = scipy.ndimage.generate_binary_structure(image.ndim, draw(st.integers(1, image.ndim)))
    return (image, draw(st.sampled_from([None, structure]))), {}


@st.composite
def distances(draw: Any, name: str) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "float64"), objects=True))
    image.flat[0] = 0
    settings: dict[str, Any] = {}
    if name != "edt":
        settings["metric"] = draw(st.sampled_from(["chessboard", "taxicab"]))
    if name == "edt" or (name == "bf" and draw(st.booleans())):
        settings |= {"metric": "euclidean"} if name == "bf" else {}
        settings["sampling"] = draw(st.none() | st.just((0.5, 2.0, 1.0)[: image.ndim]))
    return (image,), settings


@st.composite
def laplacians(draw: Any) -> Drawn:
    image = draw(images())
    axes = draw(chosen_axes(image, ascending=True))
    return (image,), draw(borders(length(image, axes))) | floats_of(image) | {"cval": 0, "axes": axes}


@st.composite
def blobs(draw: Any) -> Drawn:
    image = draw(images())
    axes = draw(chosen_axes(image, ascending=True))
    count = length(image, axes)
    sigma = st.sampled_from([0.5, 1.0, 2.0])
    # With several modes, scipy.ndimage takes that of the second derivative for all axes.
    settings = draw(borders(count, several=False)) | floats_of(image) | {"axes": axes, "cval": 0}
    return (image, draw(sigma | st.lists(sigma, min_size=count, max_size=count))), settings


@st.composite
def slopes(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 2)))
    settings = draw(borders(2, several=False)) | floats_of(image) | {"cval": 0}
    return (image, draw(st.sampled_from([0.5, 1.0, 2.0]))), settings


@st.composite
def weighted(draw: Any) -> Drawn:
    image = draw(images())
    axes = draw(chosen_axes(image, ascending=True))
    count = length(image, axes)
    weights = draw(images(dtypes=("float64", "int32"), dimensions=(count, count), largest=5)) % 7
    # Several modes are not for windows of more than one axis.
    settings = draw(borders(count, several=False)) | floats_of(image) | {"axes": axes}
    return (image, weights), settings | {"origin": draw(origins(weights.shape))}


@st.composite
def weighted_1d(draw: Any) -> Drawn:
    image = draw(images())
    weights = draw(images(dtypes=("float64", "int32"), dimensions=(1, 1), largest=6)) % 7
    settings = draw(borders(1, several=False)) | floats_of(image)
    settings |= {"axis": draw(st.integers(-image.ndim, image.ndim - 1)), "origin": draw(origins(weights.shape))[0]}
    return (image, weights), settings


@st.composite
def objects(draw: Any) -> Drawn:
    image = draw(images(dtypes=("bool", "uint8", "int32", "float32"), objects=True))
    if draw(st.booleans()):
        return (image,), {}
    return (image, scipy.ndimage.generate_binary_structure(image.ndim, draw(st.integers(1, image.ndim)))), {}


@st.composite
def counted(draw: Any) -> Drawn:
    image = draw(images())
    low = draw(st.integers(-50, 50))
    args = (image, low, low + draw(st.integers(1, 300)), draw(st.integers(1, 20)))
    if draw(st.booleans()):
        labels = draw(images(dtypes=("int32",), objects=True, shape=image.shape))
        index = draw(st.none() | st.just([int(value) for value in np.unique(labels)]))
        args += (labels, index)
    return args, {}


@st.composite
def rotations(draw: Any) -> Drawn:
    image = draw(images(dimensions=(2, 3), least=2))
    mode = draw(st.sampled_from(["grid-constant", "grid-wrap", "nearest", "mirror", "reflect"]))
    axes = draw(st.permutations(range(image.ndim)))[:2]
    # Angles at which no pixel falls between two others.
    angle = draw(st.integers(-200, 200)) + 0.123
    settings = {"axes": tuple(axes), "reshape": False, "order": 1, "mode": mode, "cval": draw(st.sampled_from([0, 5]))}
    return (image, angle), settings | floats_of(image)


@st.composite
def boxed(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True))
    return (labels, draw(st.integers(0, 4))), {}


@st.composite
def labeled(draw: Any) -> Drawn:
    labels = draw(images(dtypes=("uint8", "int32"), objects=True))
    image = draw(images(dtypes=("float64",), shape=labels.shape))  # sums of integers are integers there
    if draw(st.booleans()):
        return (image,), {}
    return (image, labels), {"index": draw(st.sampled_from(sorted(set(labels.ravel().tolist()))))}


@st.composite
def interpolations(draw: Any, kind: str) -> Drawn:
    image = draw(images(least=2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    axes = image.ndim
    mode = draw(st.sampled_from(["grid-constant", "grid-wrap", "nearest", "mirror", "reflect"]))
    settings = {"order": 1, "mode": mode, "cval": draw(st.sampled_from([0, 5]))} | floats_of(image)
    if kind == "zoom":
        settings |= {"grid_mode": draw(st.booleans())}
        return (image, draw(st.sampled_from([0.6, 1.3, 2, 3.7]))), settings
    if kind == "shift":
        return (image, rng.uniform(-4, 4, axes)), settings
    if kind == "affine_transform":
        return (image, np.eye(axes) + rng.uniform(-0.5, 0.5, (axes, axes))), settings | {
            "offset": rng.uniform(-3, 3, axes),
            "output_shape": draw(st.none() | st.tuples(*[st.integers(1, 9)] * axes)),
        }
    if kind == "map_coordinates":
        return (
            image,
            rng.uniform(-9, 15, (axes, *draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))),
        ), settings
    return (image, lambda point: tuple(0.8 * place + 0.3 for place in point)), settings


CALLS: dict[str, st.SearchStrategy[Drawn]] = {
    "gaussian_filter": smoothing(),
    "gaussian_filter1d": derivatives_1d(),
    "uniform_filter": boxes(),
    "uniform_filter1d": boxes_1d(linear=True),
    "sobel": gradients(),
    "prewitt": gradients(),
    "laplace": laplacians(),
    "gaussian_laplace": blobs(),
    "correlate": weighted(),
    "convolve": weighted(),
    "correlate1d": weighted_1d(),
    "convolve1d": weighted_1d(),
    "median_filter": ranks(one_mode=True),
    "rank_filter": ranks_of("rank"),
    "percentile_filter": ranks_of("percentile"),
    "minimum_filter": ranks(),
    "maximum_filter": ranks(maximum=True),
    "minimum_filter1d": boxes_1d(),
    "maximum_filter1d": boxes_1d(dilation=True),
    "grey_erosion": structures(),
    "grey_dilation": structures(dilation=True),
    "grey_opening": structures(dilation=True),
    "grey_closing": structures(dilation=True),
    "white_tophat": signed(),
    "black_tophat": signed(),
    "morphological_gradient": signed(),
    "gaussian_gradient_magnitude": slopes(),
    "generate_binary_structure": st.tuples(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.just({})),
    "binary_erosion": binary(),
    "binary_dilation": binary(),
    "binary_opening": binary(),
    "binary_closing": binary(),
    "binary_propagation": spreading(),
    "binary_fill_holes": holes(),
    "distance_transform_edt": distances("edt"),
    "distance_transform_cdt": distances("cdt"),
    "distance_transform_bf": distances("bf"),
    "label": objects(),
    "find_objects": boxed(),
    "sum_labels": labeled(),
    "mean": labeled(),
    "variance": labeled(),
    "standard_deviation": labeled(),
    "center_of_mass": labeled(),
    "minimum_position": labeled(),
    "maximum_position": labeled(),
    "extrema": labeled(),
    "minimum": labeled(),
    "maximum": labeled(),
    "median": labeled(),
    "histogram": counted(),
    "rotate": rotations(),
    "zoom": interpolations("zoom"),
    "shift": interpolations("shift"),
    "affine_transform": interpolations("affine_transform"),
    "map_coordinates": interpolations("map_coordinates"),
    "geometric_transform": interpolations("geometric_transform"),
}

REFERENCES: dict[str, Callable[..., Any]] = {"binary_propagation": propagated}


def test_every_adapter_is_compared() -> None:
    assert set(CALLS) == set(ADAPTERS)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=40, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_results_are_those_of_the_peer(name: str, data: st.DataObject) -> None:
    args, keywords = data.draw(CALLS[name])
    expected = REFERENCES.get(name, getattr(scipy.ndimage, name))(*args, **keywords)
    got = ADAPTERS[name](*args, **keywords)
    if name == "find_objects":
        assert got == expected
        return
    if name == "histogram" and np.asarray(expected).dtype == object:
        for one, other in zip(got, expected, strict=True):
            assert_same(one, other)
        return
    dtype = np.asarray(expected[0] if isinstance(expected, tuple) else expected).dtype
    # Integers of up to 16 bits are computed in float32. Derivatives cancel: the error is that of the image's values.
    narrow = "output" in keywords and np.asarray(args[0]).dtype.itemsize < 4
    relative = TOLERANCE.get("float32" if narrow else dtype.name, 0)
    if dtype.kind == "f":
        largest = 1.0 if name == "extrema" else float(np.max(np.abs(expected)))
        relative *= max(1.0, float(np.max(np.abs(args[0])))) / max(1.0, largest)
    assert_same(got, expected, relative=relative)


def shows(bug: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(bug in BUGS, reason=BUGS.get(bug, ""), strict=True)


def test_values_follow_the_order_of_axes() -> None:
    image = np.random.default_rng(0).random((6, 7))
    expected = scipy.ndimage.uniform_filter(image, (1, 5), axes=(1, 0))
    assert_same(ADAPTERS["uniform_filter"](image, (1, 5), axes=(1, 0)), expected, relative=1e-12)


@shows("dilation")
def test_origin_of_a_dilation_of_even_size() -> None:
    image = np.array([[0, 0, 0, 0, 1, 0, 0, 0, 0]])
    expected = scipy.ndimage.grey_dilation(image, (1, 2), origin=(0, -1))
    assert_same(ADAPTERS["grey_dilation"](image, (1, 2), origin=(0, -1)), expected)


@shows("uniform")
def test_float_results_of_a_displaced_box() -> None:
    image = np.array([2, 4, 6])
    result = opsin.filters.uniform(image, 2, origin=-1, out=np.empty(3))
    assert_same(result, np.array([3.0, 5.0, 6.0]))
