"""What holds for the arrays that operations take and return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import opsin
from opsin._engine import runtime

import samples
from sentences import call, fail, same

NAMES = list(samples.OPERATIONS)
WITH_OUT = [name for name in NAMES if "out" in samples.OPERATIONS[name].parameters]
DTYPES = ["bool", "uint8", "uint16", "float32", "float64"]
OTHER_DTYPES = ["int8", "int16", "int32", "uint32", "int64", "uint64", "float16", "longdouble"]
ALL_DTYPES = [*DTYPES, *OTHER_DTYPES]


def each(names: list[str], dtypes: list[str]) -> pytest.MarkDecorator:
    """Run a law for each operation and each of the dtypes that it takes."""
    return pytest.mark.parametrize(
        ("name", "dtype"), [(name, dtype) for name in names for dtype in dtypes if samples.accepts(name, dtype)]
    )


@each(NAMES, ALL_DTYPES)
def test_dtype_is_as_promised_and_input_unchanged(name: str, dtype: str) -> None:
    operation = samples.OPERATIONS[name]
    for parameters in samples.parameter_sets(name):
        image = samples.image(name, (12, 15), dtype)
        before = image.copy()
        found = samples.run(name, image, parameters)
        same(f"{call(name, image, parameters)} changes its image", image, before)
        results = found if isinstance(found, tuple) else (found,)
        for result, promised in zip(results, operation.result_dtypes(dtype, **parameters), strict=False):
            for part in result if isinstance(result, list) else [result]:
                if promised is not None and part.dtype != promised:
                    fail(f"{call(name, image, parameters)} promises {promised} and returns {part.dtype}")


@pytest.mark.parametrize("name", NAMES)
def test_arrays_of_other_dtypes_are_refused(name: str) -> None:
    first = samples.OPERATIONS[name].image.name
    for dtype in (*ALL_DTYPES, "complex64", "M8[s]", "m8[s]", "U1", "O", "V2"):
        if samples.accepts(name, dtype):
            continue
        shape = (4, 5, 3) if samples.wants_channels(name) else (4, 5)
        for parameters in samples.parameter_sets(name):
            if any(callable(value) for value in parameters.values()) or "hist" in parameters:
                continue
            with pytest.raises(TypeError, match=rf"^{first}\b"):
                samples.run(name, np.zeros(shape, dtype), parameters)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", samples.SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_memory_layout_does_not_matter(name: str, shape: tuple[int, int], dtype: str) -> None:
    if not samples.accepts(name, dtype):
        dtype = "int32"
    image = samples.image(name, shape, dtype)
    wide = np.zeros((2 * shape[0], 3 * shape[1], *image.shape[2:]), image.dtype)
    wide[::2, ::3] = image
    turned = np.ascontiguousarray(image[::-1, ::-1])
    read_only = image.copy()
    read_only.flags.writeable = False
    offset = np.zeros(image.nbytes + 1, np.uint8)[1:].view(image.dtype).reshape(image.shape)
    offset[...] = image
    framed = np.zeros((shape[0] + 4, shape[1] + 6, *image.shape[2:]), image.dtype)
    framed[2:-2, 3:-3] = image
    layouts = {
        "Fortran order": np.asfortranarray(image),
        "steps": wide[::2, ::3],
        "negative strides": turned[::-1, ::-1],
        "negative rows": image[::-1].copy()[::-1],
        "another byte order": image.astype(image.dtype.newbyteorder()),
        "read-only memory": read_only,
        "unaligned memory": offset,
        "part of a larger image": framed[2:-2, 3:-3],
    }
    for parameters in samples.parameter_sets(name):
        expected = samples.run(name, image, parameters)
        for layout, array in layouts.items():
            sentence = f"{call(name, image, parameters)} depends on the memory layout ({layout})"
            same(sentence, samples.run(name, array, parameters), expected)


@each(WITH_OUT, ALL_DTYPES)
def test_out_is_filled_and_returned(name: str, dtype: str) -> None:
    image = samples.image(name, (21, 34), dtype)
    for parameters in samples.parameter_sets(name):
        expected = samples.run(name, image, parameters)
        wide = np.zeros((expected.shape[0], 2 * expected.shape[1], *expected.shape[2:]), expected.dtype)
        for out in (np.zeros_like(expected), wide[:, ::2], np.zeros_like(expected)[::-1]):
            found = samples.run(name, image, {**parameters, "out": out})
            if found is not out:
                fail(f"{call(name, image, parameters)} with out= returns another array")
            same(f"{call(name, image, parameters)} differs with out=", out, expected)


@each(WITH_OUT, ["uint8", "float32"])
def test_out_of_float64_takes_results_of_float32(name: str, dtype: str) -> None:
    image = samples.image(name, (21, 34), dtype)
    for parameters in samples.parameter_sets(name):
        expected = samples.run(name, image, parameters)
        if expected.dtype == np.float32:
            out = np.zeros(expected.shape)
            samples.run(name, image, {**parameters, "out": out})
            same(f"{call(name, image, parameters)} differs with out= of float64", out.astype(np.float32), expected)


MASKED = [name for name in NAMES if (mask := samples.OPERATIONS[name].arrays.get("mask")) and mask.role.name == "mask"]


@pytest.mark.parametrize("name", MASKED)
def test_masks_may_be_zeros_and_ones_of_any_dtype(name: str) -> None:
    image = samples.image(name, (12, 15), np.uint8)
    parameters = samples.parameter_sets(name)[-1]
    mask = np.ones((12, 15), bool)
    mask[3:5, 4:9] = False
    if name == "restoration.inpaint_biharmonic":
        mask = ~mask
    expected = samples.run(name, image, {**parameters, "mask": mask})
    for dtype in ("uint8", "int64", "float32", "float64"):
        found = samples.run(name, image, {**parameters, "mask": mask.astype(dtype)})
        same(f"{call(name, image, parameters)} differs with a mask of {dtype}", found, expected)
        for value in (2, 7):
            wrong = mask.astype(dtype)
            wrong[0, 0] = value
            with pytest.raises(ValueError, match="mask must be an array of bool, or of numbers that are 0 or 1"):
                samples.run(name, image, {**parameters, "mask": wrong})


def extremes(shape: tuple[int, ...], dtype: str) -> list[NDArray[Any]]:
    """Return images of numbers at the ends of a dtype, and of what is no number."""
    rng = np.random.default_rng(0)
    largest = float(np.finfo(dtype).max)
    images = [np.where(rng.random(shape) < 0.5, -largest / 3, largest / 2), np.full(shape, np.nan)]
    images += [rng.choice(values, shape) for values in ([np.inf, -np.inf, 1], [np.nan, np.inf, 0.5], [np.inf])]
    return [image.astype(dtype) for image in (*images, rng.random(shape) * float(np.finfo(dtype).tiny))]


@each(NAMES, ["float16", "float32", "float64"])
def test_extreme_floats_give_no_warnings(name: str, dtype: str) -> None:
    shape = samples.image(name, (7, 9), dtype).shape
    for parameters in samples.parameter_sets(name):
        for image in extremes(shape, dtype):
            try:
                samples.run(name, image, parameters)
            except (TypeError, ValueError):
                continue  # some operations refuse what is not finite
            except Warning as warning:  # an error, in tests
                fail(f"{call(name, image, parameters)} of extreme floats warns: {warning}")


@pytest.mark.parametrize("name", WITH_OUT)
def test_out_may_overlap_the_input(name: str) -> None:
    for dtype in ("uint8", "float32", "int16"):
        if not samples.accepts(name, dtype):
            continue
        for parameters in samples.parameter_sets(name):
            image = samples.image(name, (40, 40), dtype)
            expected = samples.run(name, image, parameters)
            if expected.shape != image.shape or expected.dtype != image.dtype:
                continue
            for rows, columns in ((0, 0), (3, 0), (0, 1), (1, 2)):
                memory = np.zeros((43, 42, *image.shape[2:]), dtype)
                source = memory[rows : rows + 40, columns : columns + 40]
                source[...] = image
                for out in (memory[:40, :40], memory[39::-1, :40], memory[:40, :40].swapaxes(0, 1)):
                    kept = memory.copy()
                    samples.run(name, source, {**parameters, "out": out})
                    sentence = f"{call(name, image, parameters)} differs if out overlaps it by {rows}, {columns}"
                    same(sentence, out, expected)
                    memory[...] = kept


@pytest.mark.parametrize("name", NAMES)
def test_bool_results_are_zeros_and_ones(name: str) -> None:
    for dtype in ALL_DTYPES:
        if not samples.accepts(name, dtype):
            continue
        for parameters in samples.parameter_sets(name):
            if samples.OPERATIONS[name].result_dtypes(dtype, **parameters)[0] != np.bool_:
                continue
            image = samples.image(name, (11, 70), dtype)
            result = samples.run(name, image, parameters)
            result = result[0] if isinstance(result, tuple) else result
            results = [result]
            if name in WITH_OUT:
                wide = np.full((*result.shape, 2), 77, np.uint8).view(bool)[..., 0]
                for out in (np.full(result.shape, 77, np.uint8).view(bool), wide):
                    results.append(samples.run(name, image, {**parameters, "out": out}))
            for found in results:
                values = np.unique(np.ascontiguousarray(found).view(np.uint8))
                if values.size and values[-1] > 1:
                    fail(f"{call(name, image, parameters)} puts the bytes {values.tolist()} into an array of bool")


@pytest.mark.parametrize("name", WITH_OUT)
def test_wrong_out_is_refused(name: str) -> None:
    image = samples.image(name, (9, 8), np.uint8)
    parameters = samples.arguments(samples.parameter_sets(name)[0], image)
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
@pytest.mark.parametrize("name", [name for name in NAMES if samples.OPERATIONS[name].kind in ("point", "window")])
def test_empty_images_give_empty_results(name: str, shape: tuple[int, int]) -> None:
    for parameters in samples.parameter_sets(name):
        image = samples.image(name, shape, np.uint8)
        results = samples.run(name, image, parameters)
        for result in results if isinstance(results, tuple) else (results,):
            assert result.shape[:2] == shape


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_one_thread_and_many_give_the_same(name: str, dtype: str) -> None:
    if not samples.accepts(name, dtype):
        dtype = "int32"
    image = samples.image(name, (300, 257), dtype)
    for parameters in samples.parameter_sets(name):
        with opsin.threads(1):
            expected = samples.run(name, image, parameters)
        for count in (2, 3):
            with opsin.threads(count):
                found = samples.run(name, image, parameters)
            same(f"{call(name, image, parameters)} differs on {count} threads", found, expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_every_instruction_set_gives_the_same(name: str, dtype: str) -> None:
    if not samples.accepts(name, dtype):
        dtype = "int32"
    before = runtime.simd_tier()
    image = samples.image(name, (70, 131), dtype)
    for parameters in samples.parameter_sets(name):
        found = {}
        for tier in runtime.simd_tiers():
            runtime.set_simd_tier(tier)
            try:
                found[tier] = samples.continuous(name, samples.run(name, image, parameters))
            finally:
                runtime.set_simd_tier(before)
        first, *others = found
        for tier in others:
            # Fused multiply-adds differ in the last bits, which may decide a rounding.
            sentence = f"{call(name, image, parameters)} differs between {first} and {tier}"
            same(sentence, found[tier], found[first], relative=1e-5 if dtype != "float64" else 1e-11, levels=1)


def test_threads_are_what_was_asked() -> None:
    before = opsin.get_num_threads()
    with opsin.threads(3):
        assert opsin.get_num_threads() == 3
    assert opsin.get_num_threads() == before
