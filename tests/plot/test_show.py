"""What is drawn is read back from the figure, as values and as pixels."""

from __future__ import annotations

import re
import subprocess
import sys

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from opsin.plot.show import show


def drawn(axes) -> np.ndarray:
    """Return the RGB pixels of the axes as they are painted."""
    canvas = axes.figure.canvas
    canvas.draw()
    box = axes.get_window_extent()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    top = pixels.shape[0] - int(box.y1)
    return pixels[top + 2 : top + int(box.height) - 2, int(box.x0) + 2 : int(box.x1) - 2]


def colors_of(pixels: np.ndarray) -> int:
    """Return the number of colours that are more than the blended edge of a square."""
    _, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    return int((counts > 1000).sum())


RAMP = np.arange(12).reshape(3, 4)


@pytest.mark.parametrize(
    ("image", "limits", "bar"),
    [
        (RAMP > 5, (0, 1), False),
        (RAMP.astype(np.uint8), (0, 255), False),
        (RAMP.astype(np.uint16) * 300, (0, 3300), True),
        (RAMP - 4, (-4, 7), True),
        (np.int32(RAMP) - 4, (-4, 7), True),
        (RAMP / 20, (0, 1), False),
        (np.float16(RAMP) / 2, (0, 5.5), True),
        (np.float32(RAMP) - 0.5, (-0.5, 10.5), True),
        (np.where(RAMP == 3, np.nan, RAMP * 2.0), (0, 22), True),
        (np.where(RAMP == 3, np.inf, RAMP * 2.0), (0, 22), True),
        (np.full((2, 2), np.nan), (0, 1), False),
        (np.full((2, 2), 7, np.uint16), (6.5, 7.5), True),
        (np.full((2, 2), 1e20), (1e20 - 1e17, 1e20 + 1e17), True),
        (np.full((2, 2), 0.3), (0, 1), False),
    ],
)
def test_range_of_each_dtype(image, limits, bar):
    axes = show(image)
    assert axes.images[0].get_clim() == pytest.approx(limits)
    assert (len(axes.figure.axes) == 2) == bar
    axes.figure.canvas.draw()


def test_limits_and_cmap():
    axes = show(RAMP.astype(np.int32), limits=(2, 5), cmap="viridis", title="window")
    assert axes.images[0].get_clim() == (2, 5)
    assert axes.images[0].get_cmap().name == "viridis"
    assert axes.get_title() == "window"


def test_pixels_are_squares_when_magnified():
    image = np.array([[0, 255], [255, 0]], np.uint8)
    pixels = drawn(show(image))
    assert set(np.unique(pixels)) == {0, 255}
    half = (pixels.shape[0] // 2, pixels.shape[1] // 2)
    assert (pixels[: half[0] - 2, : half[1] - 2] == 0).all()


def test_nan_is_pink_in_gray_and_colour():
    image = np.full((3, 3), 0.5)
    image[1, 1] = np.nan
    for one in (image, np.dstack([image] * 3), np.dstack([image] * 4)):
        pixels = drawn(show(one))
        center = pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]
        assert center.tolist() == [255, 0, 102]


def test_labels_have_colours_of_their_own():
    labels = np.arange(40, dtype=np.int32).reshape(5, 8)
    axes = show(labels)
    pixels = drawn(axes)
    assert colors_of(pixels) == 40
    assert pixels[5, 5].tolist() == [0, 0, 0]
    assert len(axes.figure.axes) == 1
    far = np.array([[0, 1], [2**31 - 5, 1]], np.int32)
    assert colors_of(drawn(show(far))) == 3


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (np.array([[[0, 128, 255]]], np.uint8), [0, 128, 255]),
        (np.array([[[0, 2000, 4000]]], np.uint16), [0, 128, 255]),
        (np.array([[[-1.0, 0.0, 1.0]]]), [0, 128, 255]),
        (np.array([[[0.0, 0.5, 0.25]]]), [0, 128, 64]),
        (np.array([[[False, True, False]]]), [0, 255, 0]),
    ],
)
def test_colour_is_never_clipped_unseen(image, expected):
    axes = show(image)
    assert np.abs(drawn(axes)[10, 10].astype(int) - expected).max() <= 1
    told = [text.get_text() for text in axes.texts]
    natural = image.dtype in (np.uint8, bool) or (image.min() >= 0 and image.max() <= 1)
    assert told == ([] if natural else [f"{image.dtype}, shown from {image.min():g} to {image.max():g}"])


def test_alpha_lets_the_page_through():
    image = np.array([[[0, 0, 60000, 0], [0, 0, 60000, 65535]]], np.uint16)
    pixels = drawn(show(image))
    assert pixels[20, 20].tolist() == [255, 255, 255]
    assert pixels[20, -20].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    "image", [RAMP > 3, RAMP.astype(np.uint8), RAMP.astype(np.uint16) * 5000, RAMP - 3, RAMP / 20, RAMP * 1.5]
)
def test_histogram_counts_every_pixel(image):
    axes = show(image, hist=True)
    below = next(one for one in axes.figure.axes if one.get_ylabel() == "pixels")
    assert sum(patch.get_data().values.sum() for patch in below.patches) == image.size
    color = show(np.dstack([image] * 3), hist=True).figure.axes
    below = next(one for one in color if one.get_ylabel() == "pixels")
    assert [patch.get_data().values.sum() for patch in below.patches] == [image.size] * 3


def test_axes_of_the_caller():
    figure, axes = plt.subplots(1, 2)
    assert show(RAMP.astype(np.uint8), axes=axes[1]) is axes[1]
    assert len(axes[1].images) == 1
    assert not axes[0].images
    assert plt.get_fignums() == [figure.number]


def test_input_is_unchanged():
    image = np.array([[0.0, np.nan], [3.0, 1.0]])
    before = image.copy()
    image.flags.writeable = False
    drawn(show(image, hist=True))
    assert np.array_equal(image, before, equal_nan=True)


@pytest.mark.parametrize(
    ("image", "options", "error", "message"),
    [
        (np.zeros((5, 6, 7)), {}, ValueError, r"got \(5, 6, 7\)\. Show one plane.*image\[2\]"),
        (np.zeros(5), {}, ValueError, r"got \(5,\)"),
        (np.zeros((0, 5)), {}, ValueError, "no pixels"),
        (RAMP * 1j, {}, TypeError, "np.abs"),
        ([["a"]], {}, TypeError, "array of numbers"),
        (RAMP, {"limits": (5, 5)}, ValueError, "must rise"),
        (RAMP, {"limits": 5}, TypeError, "pair"),
        (RAMP, {"cmap": "grey-ish"}, ValueError, "cmap must name"),
        (RAMP, {"hist": 1}, TypeError, "hist must be True or False"),
    ],
)
def test_errors(image, options, error, message):
    with pytest.raises(error, match=message):
        show(image, **options)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    "shape",
    [(5, 6, 7), (3, 40, 50), (5, 6, 1), (5, 6, 2), (2, 7, 50, 60), (5, 10, 20, 3), (5, 10, 20, 1), (2, 3, 4, 5, 6)],
)
def test_the_advice_for_more_dimensions_can_be_followed(shape):
    image = np.random.default_rng(0).random(shape)
    with pytest.raises(ValueError, match="got") as raised:
        show(image)
    advice = re.findall(r"image\[[^]]*\]|np\.moveaxis\([^)]*\)", str(raised.value))
    assert len(advice) == (2 if shape[0] == 3 else 1)
    for expression in advice:
        show(eval(expression, {"image": image, "np": np}))


def test_several_images_are_shown_side_by_side():
    images = [np.full((4, 5), level, np.uint8) for level in (10, 20, 30, 40, 50)]
    axes = show(images, [str(k) for k in range(5)])
    assert len(plt.get_fignums()) == 1
    assert len(axes) == len(axes[0].figure.axes) == 5
    assert [one.get_title() for one in axes] == list("01234")
    assert [int(drawn(one)[5, 5, 0]) for one in axes] == [10, 20, 30, 40, 50]
    own = plt.subplots(1, 2)[1]
    assert show((images[0], RAMP > 3), axes=own) == list(own)
    assert [one.get_title() for one in own] == ["", ""]


@pytest.mark.parametrize(
    ("images", "options", "error", "message"),
    [
        ([RAMP, RAMP], {"title": "both"}, TypeError, "text for each of the 2 images; got 'both'"),
        ([RAMP, RAMP], {"title": ["one"]}, ValueError, "text for each of the 2 images; got 1"),
        ([RAMP, RAMP], {"hist": True}, ValueError, "single image"),
        ([RAMP, RAMP], {"axes": 3}, TypeError, "axes must be a sequence"),
        ([RAMP, np.zeros((2, 3, 4, 5))], {}, ValueError, r"got \(2, 3, 4, 5\)"),
        ([RAMP, RAMP], {"cmap": "greyish"}, ValueError, "cmap must name"),
        (RAMP, {"title": ["one"]}, TypeError, "only if image is a list or tuple"),
    ],
)
def test_errors_of_several_images(images, options, error, message):
    with pytest.raises(error, match=message):
        show(images, **options)
    assert not plt.get_fignums()


def test_hist_needs_axes_of_its_own():
    with pytest.raises(TypeError, match="those of the image and those of its histogram"):
        show(RAMP, hist=True, axes=plt.subplots()[1])


def test_matplotlib_is_imported_only_when_called_and_named_when_missing():
    code = (
        "import sys; from opsin.plot.show import show; assert 'matplotlib' not in sys.modules\n"
        "sys.modules['matplotlib'] = None\n"
        "try: show([[1, 2]])\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'opsin[plots]'" in done.stdout
