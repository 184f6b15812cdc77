"""What holds for images of one to four spatial axes, and for channels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import samples
from sentences import call, fail, same

NAMES = list(samples.OPERATIONS)
EACH = [(name, axes) for name in NAMES for axes in samples.axes_of(name)]
WITH_CHANNELS = [
    name
    for name, operation in samples.OPERATIONS.items()
    if operation.function.__annotations__.get("channel_axis") == "ChannelAxis" and operation.gives_image
]
DTYPES = ["bool", "uint8", "uint16", "float32", "float64", "int32"]


def spatial(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with the choice that every axis is spatial, where there is one."""
    annotation = samples.OPERATIONS[name].function.__annotations__.get("channel_axis")
    chooses = annotation in ("ChannelAxis", "ColorAxis", "NoChannels")
    return {**parameters, "channel_axis": None} if chooses else parameters


@pytest.mark.parametrize(("name", "axes"), EACH)
def test_one_to_four_axes(name: str, axes: int) -> None:
    operation = samples.OPERATIONS[name]
    for shape in samples.SHAPES_BY_AXES[axes]:
        for dtype in DTYPES:
            if not samples.accepts(name, dtype):
                continue
            image = samples.image(name, shape, dtype)
            for parameters in samples.parameter_sets(name, axes):
                chosen = spatial(name, parameters)
                result = samples.run(name, image, chosen)
                where = call(name, image, parameters)
                keeps_shape = operation.gives_image and operation.kind in ("point", "window")
                if keeps_shape and result.shape[:axes] != shape:  # channels may follow
                    fail(f"{where} returns an image of shape {result.shape}")
                strided = np.zeros(tuple(2 * length for length in image.shape), image.dtype)
                strided = strided[(slice(None, None, 2),) * image.ndim]
                strided[...] = image
                same(f"{where} depends on the strides", samples.run(name, strided, chosen), result)
                flipped = np.asfortranarray(image)
                same(f"{where} depends on Fortran order", samples.run(name, flipped, chosen), result)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_axes_that_are_not_declared_are_refused(name: str) -> None:
    allowed = samples.axes_of(name)
    image = samples.OPERATIONS[name].image.name
    for axes, shapes in samples.SHAPES_BY_AXES.items():
        if axes not in allowed:
            parameters = spatial(name, samples.parameter_sets(name, allowed[0])[0])
            with pytest.raises(ValueError, match=image):
                samples.run(name, samples.image(name, shapes[-1], np.uint8), parameters)
    with pytest.raises(ValueError, match=image):
        samples.run(name, np.array(3, np.uint8), samples.parameter_sets(name, allowed[0])[0])


@pytest.mark.parametrize(
    ("name", "axes"),
    [
        pair
        for pair in EACH
        if samples.OPERATIONS[pair[0]].kind == "window" and samples.OPERATIONS[pair[0]].gives_image and pair[1] > 1
    ],
)
def test_the_order_of_the_axes_does_not_matter(name: str, axes: int) -> None:
    for parameters in samples.parameter_sets(name, axes):
        if "axis" in parameters or any(isinstance(value, (tuple, list, np.ndarray)) for value in parameters.values()):
            continue  # these say something about single axes
        for dtype in DTYPES:
            image = samples.image(name, samples.SHAPES_BY_AXES[axes][-1], dtype)
            chosen = spatial(name, parameters)
            expected = samples.run(name, image, chosen)
            for shift in range(1, axes):
                order = tuple((axis + shift) % axes for axis in range(axes))
                found = samples.run(name, np.ascontiguousarray(image.transpose(order)), chosen)
                sentence = f"{call(name, image, parameters)} with the axes in the order {order} differs"
                # Rounding errors are relative to the image; the result may be a small difference of large numbers.
                scale = np.abs(image).max(initial=1) / np.abs(expected).max(initial=1)
                relative = (1e-12 if found.dtype == np.float64 else 1e-5) * max(1.0, float(scale))
                same(sentence, found, np.ascontiguousarray(expected.transpose(order)), relative=relative, levels=1)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 300])
@pytest.mark.parametrize("name", WITH_CHANNELS)
def test_each_channel_is_processed_independently(name: str, count: int) -> None:
    for axes in samples.axes_of(name)[:3]:
        shape = (3, 9, 12)[-axes:] if axes < 4 else (2, 3, 5, 4)
        for parameters in samples.parameter_sets(name, axes):
            for dtype in ("uint8", "float32"):
                channels = [samples.image(name, shape, dtype, seed) for seed in range(count)]
                one_by_one = [samples.run(name, channel, {**parameters, "channel_axis": None}) for channel in channels]
                for position in {0, axes // 2, axes}:
                    image = np.stack(channels, axis=position)
                    found = samples.run(name, image, {**parameters, "channel_axis": position - axes - 1})
                    sentence = f"{call(name, image, parameters)} mixes the channels along axis {position}"
                    same(sentence, found, np.stack(one_by_one, axis=position), relative=1e-6, levels=1)


@pytest.mark.parametrize("name", WITH_CHANNELS)
def test_three_or_four_channels_at_the_end_are_found(name: str) -> None:
    for count in (3, 4):
        image = np.stack([samples.image(name, (9, 12), "uint8", seed) for seed in range(count)], axis=-1)
        for parameters in samples.parameter_sets(name):
            expected = samples.run(name, image, {**parameters, "channel_axis": 2})
            sentence = f"{call(name, image, parameters)} does not take the last axis as channels"
            same(sentence, samples.run(name, image, parameters), expected)
