"""What holds for the arrays that come in and go out, whatever the operation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import opsin
from opsin._engine import runtime

import samples
from equality import assert_same

NAMES = list(samples.OPERATIONS)
WITH_OUT = [name for name in NAMES if "out" in samples.OPERATIONS[name].parameters]
WITH_CHANNELS = [
    name
    for name in WITH_OUT
    if "channel_axis" in samples.OPERATIONS[name].parameters and not samples.wants_channels(name)
]
DTYPES = ["bool", "uint8", "uint16", "float32", "float64"]
OTHER_DTYPES = ["int8", "int16", "int32", "uint32", "int64", "uint64", "float16", "longdouble"]
ALL_DTYPES = [*DTYPES, *OTHER_DTYPES]


def try_operation(name: str, image: NDArray[Any], parameters: dict[str, Any]) -> Any:
    """Call the operation; where labels cannot be of the image's dtype, say so by None."""
    try:
        return samples.run(name, image, parameters)
    except TypeError:
        if samples.wants_labels(name) and image.dtype.name not in samples.OPERATIONS[name].dtypes:
            return None
        raise


def promised_dtype(name: str, dtype: Any) -> np.dtype[Any] | None:
    """Return the dtype of the result, by the rules that all operations share."""
    dtype = np.dtype(dtype)
    match samples.OPERATIONS[name].returns:
        case "input":
            return dtype
        case "float":
            small = dtype.kind == "b" or (dtype.kind in "iu" and dtype.itemsize <= 2)
            return np.dtype(np.float32 if small or dtype in (np.float16, np.float32) else np.float64)
        case "bool":
            return np.dtype(bool)
        case "labels":
            return np.dtype(np.int32)
    return None


@pytest.mark.parametrize("dtype", ALL_DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_dtype_is_as_promised_and_input_unchanged(name: str, dtype: str) -> None:
    for parameters in samples.parameter_sets(name):
        image = samples.image(name, (12, 15), dtype)
        before = image.copy()
        result = try_operation(name, image, parameters)
        np.testing.assert_array_equal(image, before)
        if promised_dtype(name, dtype) is None or result is None:
            continue
        if "order" not in parameters:  # derivatives of the Gaussian have a promise of their own
            assert result.dtype == promised_dtype(name, dtype)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", samples.SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_memory_layout_does_not_matter(name: str, shape: tuple[int, int], dtype: str) -> None:
    image = samples.image(name, shape, dtype)
    wide = np.zeros((2 * shape[0], 3 * shape[1], *image.shape[2:]), image.dtype)
    wide[::2, ::3] = image
    turned = np.ascontiguousarray(image[::-1, ::-1])
    swapped = image.astype(image.dtype.newbyteorder())
    read_only = image.copy()
    read_only.flags.writeable = False
    offset = np.zeros(image.nbytes + 1, np.uint8)[1:].view(image.dtype).reshape(image.shape)
    offset[...] = image
    framed = np.zeros((shape[0] + 4, shape[1] + 6, *image.shape[2:]), image.dtype)
    framed[2:-2, 3:-3] = image
    layouts = [np.asfortranarray(image), wide[::2, ::3], turned[::-1, ::-1], swapped, read_only, offset]
    layouts += [framed[2:-2, 3:-3], image[::-1].copy()[::-1]]
    for parameters in samples.parameter_sets(name):
        expected = try_operation(name, image, parameters)
        for layout in layouts:
            assert_same(try_operation(name, layout, parameters), expected)


@pytest.mark.parametrize("dtype", ALL_DTYPES)
@pytest.mark.parametrize("name", WITH_OUT)
def test_out_is_filled_and_returned(name: str, dtype: str) -> None:
    image = samples.image(name, (21, 34), dtype)
    for parameters in samples.parameter_sets(name):
        expected = try_operation(name, image, parameters)
        if expected is None:
            continue
        wide = np.zeros((expected.shape[0], 2 * expected.shape[1], *expected.shape[2:]), expected.dtype)
        for out in (np.zeros_like(expected), wide[:, ::2], np.zeros_like(expected)[::-1]):
            assert samples.OPERATIONS[name].function(image, **parameters, out=out) is out
            assert_same(out, expected)


@pytest.mark.parametrize("name", WITH_OUT)
def test_out_may_overlap_the_input(name: str) -> None:
    image = samples.image(name, (40, 33), np.uint8)
    for parameters in samples.parameter_sets(name):
        expected = samples.run(name, image, parameters)
        if expected.shape != image.shape or expected.dtype != image.dtype:
            continue
        for start in (0, 3):
            memory = np.zeros((43, *image.shape[1:]), np.uint8)
            memory[start : start + 40] = image
            out = memory[:40]
            samples.OPERATIONS[name].function(memory[start : start + 40], **parameters, out=out)
            assert_same(out, expected)


@pytest.mark.parametrize("name", WITH_OUT)
def test_wrong_out_is_refused(name: str) -> None:
    image = samples.image(name, (9, 8), np.uint8)
    parameters = samples.parameter_sets(name)[0]
    function = samples.OPERATIONS[name].function
    right = np.asarray(function(image, **parameters))
    with pytest.raises(TypeError, match="out must be"):
        function(image, **parameters, out=[[0]])
    with pytest.raises(TypeError, match="out must have dtype"):
        function(image, **parameters, out=right.astype(np.complex64))
    with pytest.raises(ValueError, match="out must have shape"):
        function(image, **parameters, out=np.zeros((*right.shape, 2), right.dtype))
    frozen = right.copy()
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        function(image, **parameters, out=frozen)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)], ids=str)
@pytest.mark.parametrize("name", [name for name in NAMES if samples.OPERATIONS[name].kind in ("point", "stencil")])
def test_empty_images_give_empty_results(name: str, shape: tuple[int, int]) -> None:
    for parameters in samples.parameter_sets(name):
        image = samples.image(name, shape, np.uint8)
        assert samples.run(name, image, parameters).shape[:2] == shape


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((3, 4), complex), np.array([["a"]]), np.array([[None]]), "image", np.zeros(3, "M8[s]")],
    ids=repr,
)
@pytest.mark.parametrize("name", NAMES)
def test_images_of_other_things_are_refused(name: str, wrong: Any) -> None:
    first = next(iter(samples.OPERATIONS[name].parameters))
    with pytest.raises(TypeError, match=first):
        samples.run(name, wrong, samples.parameter_sets(name)[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_single_number_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"image|labels"):
        samples.run(name, np.array(3, np.uint8), samples.parameter_sets(name)[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_one_thread_and_many_give_the_same(name: str, dtype: str) -> None:
    image = samples.image(name, (300, 257), dtype)
    for parameters in samples.parameter_sets(name):
        found = []
        for count in (1, 2, 3):
            with opsin.threads(count):
                found.append(try_operation(name, image, parameters))
        for result in found[1:]:
            if result is not None:
                assert_same(result, found[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_every_instruction_set_gives_the_same(name: str, dtype: str) -> None:
    before = runtime.simd_tier()
    image = samples.image(name, (70, 131), dtype)
    for parameters in samples.parameter_sets(name):
        found = []
        for tier in runtime.simd_tiers():
            runtime.set_simd_tier(tier)
            try:
                found.append(try_operation(name, image, parameters))
            finally:
                runtime.set_simd_tier(before)
        for result in found[1:]:
            # Fused multiply-adds differ in the last bits, which may decide a rounding.
            if result is not None:
                assert_same(result, found[0], relative=1e-5 if dtype != "float64" else 1e-11, levels=1)


@pytest.mark.parametrize("name", [name for name in NAMES if "mode" in samples.OPERATIONS[name].parameters])
def test_misspelt_border_gets_the_nearest_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"mode must be one of .*Did you mean 'constant'\?"):
        samples.run(
            name,
            samples.image(name, (5, 6), np.uint8),
            {**samples.parameter_sets(name)[0], "mode": "constnt"},
        )


@pytest.mark.parametrize("name", WITH_CHANNELS)
def test_channels_are_worked_on_one_by_one(name: str) -> None:
    operation = samples.OPERATIONS[name]
    image = np.stack([samples.image(name, (19, 23), np.uint8, seed) for seed in range(3)], axis=-1)
    for parameters in samples.parameter_sets(name):
        expected = np.stack([samples.run(name, image[..., c].copy(), parameters) for c in range(3)], axis=-1)
        assert_same(samples.run(name, image, parameters), expected, levels=1)
        first = np.ascontiguousarray(np.moveaxis(image, -1, 0))
        result = operation.function(first, **parameters, channel_axis=0)
        assert_same(np.moveaxis(result, 0, -1), expected, levels=1)
