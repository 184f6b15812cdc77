"""Images that are drawn here. The same parameters give the same image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._errors import integer

_LONGEST = 16384
"""The longest axis that is drawn; it keeps a mistyped shape from filling the memory."""

_TEXT = (
    "Two retinas look at the same page. The rods are long and thin and count single photons; the cones are short, "
    "come in three kinds, and see the colors of the day. Both hold a pigment that light bends, and the pigment of "
    "the rods is called rhodopsin, or visual purple: a protein of the family of opsins, joined with retinal. A "
    "photon turns the retinal straight, the opsin changes its form, and a cascade of enzymes closes the channels of "
    "the membrane. What was light is now a voltage. The layers behind compare neighbors: a cell that is lit from "
    "all sides says little, and a cell at an edge says much. So the eye sends differences, and not the brightness "
    "of the lamp, down the optic nerve."
)


def disks(shape: Sequence[int] = (320, 440), *, rng: int | np.random.Generator = 0) -> NDArray[np.uint8]:
    """Draw coin-like disks on a table with uneven light.

    The disks differ in size and brightness, have a rim and a relief, and do not
    touch each other or the frame. The light fades towards one corner, so that no
    threshold is right everywhere: the table is as bright on one side as the
    darkest disks on the other.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns, from 1 to 16384. A disk takes a cell of 72 x 72 pixels; what remains is table.
    rng : int or numpy.random.Generator
        Seed, or source of random numbers, for the disks and the noise.

    Returns
    -------
    image : (rows, columns) array of uint8
        By default 24 disks, brighter than the table around them.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of two integers, or `rng` neither an integer nor a generator.
    ValueError
        If `shape` or `rng` is out of range.

    See Also
    --------
    cells : Objects that a single threshold finds.
    photograph : A real photograph of coins, by an extra.

    Examples
    --------
    >>> import opsin
    >>> image = opsin.data.disks()
    >>> image.shape, image.dtype.name
    ((320, 440), 'uint8')
    """
    rows, columns = _shape(shape, 2)
    random = _generator(rng)
    pitch = 72
    y, x = np.ogrid[:rows, :columns]
    light = 1.25 - 0.2 * _ramp(rows) - 0.45 * _ramp(columns).T
    image = (72 + 3 * random.standard_normal((rows, columns))) * light
    count = rows // pitch, columns // pitch
    margin = (rows - count[0] * pitch) / 2, (columns - count[1] * pitch) / 2
    for index in np.ndindex(*count):
        middle = [m + (k + 0.5) * pitch + random.uniform(-4, 4) for m, k in zip(margin, index, strict=True)]
        radius = random.uniform(17, 29)
        metal = random.uniform(118, 168)
        across = random.uniform(3, 5, 2) / radius
        phase = random.uniform(0, 2 * np.pi, 2)
        box = tuple(slice(max(int(m - radius) - 6, 0), int(m + radius) + 8) for m in middle)
        down, right = y[box[0]] - middle[0], x[:, box[1]] - middle[1]
        distance = np.hypot(down, right)
        slope = (-down - right) / (radius * math.sqrt(2))
        rim = np.exp(-(((distance - 0.88 * radius) / 1.6) ** 2))
        relief = np.sin(across[0] * down + phase[0]) * np.sin(across[1] * right + phase[1])
        inside = np.clip(0.8 * radius - distance, 0, 1)
        face = metal * (1 + 0.22 * slope * rim + 0.1 * rim + 0.16 * relief * inside)
        shadow = 0.35 * np.clip((radius + 4 - np.hypot(down - 2.5, right - 2.5)) / 6, 0, 1)
        face += 3 * random.standard_normal(distance.shape)
        cover = np.clip(radius + 0.5 - distance, 0, 1)
        image[box] = image[box] * (1 - shadow) * (1 - cover) + face * light[box] * cover
    return _bytes(image)


def cells(shape: Sequence[int] = (280, 280), *, rng: int | np.random.Generator = 7) -> NDArray[np.uint8]:
    """Draw cells with nuclei on a darker background, as a fluorescence microscope shows them.

    Cells are ellipses that do not overlap; some are cut off by the frame. The
    background is lighter on one side, and there is noise.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns, from 1 to 16384. There is a cell for each 2300 pixels, if it finds a place.
    rng : int or numpy.random.Generator
        Seed, or source of random numbers, for the cells and the noise.

    Returns
    -------
    image : (rows, columns) array of uint8
        The nuclei are the brightest.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of two integers, or `rng` neither an integer nor a generator.
    ValueError
        If `shape` or `rng` is out of range.

    See Also
    --------
    beads : A volume.

    Examples
    --------
    >>> import opsin
    >>> image = opsin.filters.gaussian(opsin.data.cells(), 1.5)
    >>> mask = image > opsin.filters.threshold_otsu(image)
    >>> int(opsin.measure.label(opsin.segmentation.clear_border(mask)).max())
    26
    """
    rows, columns = _shape(shape, 2)
    random = _generator(rng)
    image = 30 + 30 * _ramp(columns).T + 12 * _ramp(rows)
    taken = np.zeros((rows, columns), bool)
    wanted = max(1, rows * columns // 2300)
    y, x = np.ogrid[:rows, :columns]
    for _ in range(100 * wanted):
        row, column = random.uniform(-6, rows + 6), random.uniform(-6, columns + 6)
        short, long = np.sort(random.uniform(11, 22.5, 2))
        turn, brightness = random.uniform(0, np.pi), random.uniform(100, 150)
        reach = 1.6 * long
        box = tuple(slice(max(int(middle - reach), 0), max(int(middle + reach) + 1, 0)) for middle in (row, column))
        down, right = y[box[0]] - row, x[:, box[1]] - column
        along = (down * np.sin(turn) + right * np.cos(turn)) / long
        across = (down * np.cos(turn) - right * np.sin(turn)) / short
        distance = np.hypot(along, across)
        if not (distance < 1).any() or (taken[box] & (distance < 1.35)).any():
            continue
        taken[box] |= distance < 1
        body = 1 / (1 + np.exp((distance - 0.92) * 18))
        rim = 0.25 * np.exp(-(((distance - 0.82) / 0.12) ** 2))
        nucleus = 0.5 * np.exp(-((along - 0.15) ** 2 + (across + 0.1) ** 2) / 0.07)
        image[box] += brightness * body * (0.72 + rim + nucleus)
        wanted -= 1
        if not wanted:
            break
    return _bytes(image + random.normal(0, 10, image.shape))


def page(shape: Sequence[int] = (300, 440), *, rng: int | np.random.Generator = 0) -> NDArray[np.uint8]:
    """Draw a printed page as photographed by a hand-held camera: dark text on paper, in uneven light.

    No threshold is right everywhere: the paper in the shade is darker than the ink
    in the light.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns, from 1 to 16384. The text is repeated until the page is full.
    rng : int or numpy.random.Generator
        Seed, or source of random numbers, for the noise.

    Returns
    -------
    image : (rows, columns) array of uint8
        The text is in Pillow's built-in font, of which the shapes may differ between versions of Pillow.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of two integers, or `rng` neither an integer nor a generator.
    ValueError
        If `shape` or `rng` is out of range.

    Examples
    --------
    >>> import opsin
    >>> image = opsin.data.page()
    >>> background = opsin.filters.gaussian(image.astype("float32"), 12)
    >>> ink = image < 0.85 * background
    """
    from PIL import Image, ImageDraw, ImageFont

    rows, columns = _shape(shape, 2)
    random = _generator(rng)
    paper = Image.new("L", (columns, rows), 0)
    draw = ImageDraw.Draw(paper)
    font = ImageFont.load_default(15)
    margin, line_height = 18, 22
    words = _TEXT.split()
    place, top = 0, margin
    while top + line_height <= rows - margin // 2:
        line = words[place % len(words)]
        place += 1
        while draw.textlength(f"{line} {words[place % len(words)]}", font) <= columns - 2 * margin:
            line += f" {words[place % len(words)]}"
            place += 1
        draw.text((margin, top), line, 255, font)
        top += line_height
    ink = np.asarray(paper, np.float64) / 255
    y, x = _ramp(rows), _ramp(columns).T
    light = 0.3 + 0.7 * np.exp(-((y - 0.2) ** 2 / 0.6 + (x - 0.25) ** 2 / 0.35))
    fibers = 2.5 * random.standard_normal((rows, columns))
    return _bytes((238 * (1 - ink) + 90 * ink) * light + fibers)


def step_wedge(shape: Sequence[int] = (128, 512), *, steps: int = 16) -> NDArray[np.uint8]:
    """Draw a step wedge: gray bars from black to white, side by side.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns, from 1 to 16384.
    steps : int
        Number of bars, 2 to 256.

    Returns
    -------
    image : (rows, columns) array of uint8
        The values rise from 0 to 255 in equal steps, rounded.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of two integers, or `steps` not an integer.
    ValueError
        If `shape` or `steps` is out of range.

    Examples
    --------
    >>> import opsin
    >>> opsin.data.step_wedge((1, 8), steps=4)
    array([[  0,   0,  85,  85, 170, 170, 255, 255]], dtype=uint8)
    """
    rows, columns = _shape(shape, 2)
    steps = integer("steps", steps, low=2, high=256)
    step = np.arange(columns) * steps // columns
    return np.tile(_bytes(step * 255 / (steps - 1)), (rows, 1))


def color_chart(shape: Sequence[int] = (256, 384)) -> NDArray[np.uint8]:
    """Draw a chart of 24 colors: six hues pure, mixed with white and mixed with black, and six grays.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns, from 1 to 16384.

    Returns
    -------
    image : (rows, columns, 3) array of uint8
        RGB. The first row has six hues from red to magenta, the second the same hues mixed with white, the third
        mixed with black, the fourth six grays from white to black.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of two integers.
    ValueError
        If `shape` is out of range.

    Examples
    --------
    >>> import opsin
    >>> chart = opsin.data.color_chart()
    >>> chart.shape
    (256, 384, 3)
    >>> chart[32, 32].tolist(), chart[224, 32].tolist()
    ([230, 25, 25], [255, 255, 255])
    """
    rows, columns = _shape(shape, 2)
    hues = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]], np.float64)
    grays = np.repeat(np.linspace(255, 0, 6)[:, None], 3, axis=1)
    patches = np.stack([25 + 205 * hues, 140 + 105 * hues, 15 + 95 * hues, grays])
    # A dark frame of a sixteenth of a patch parts neighbors.
    y, x = (np.arange(length) * count / length for length, count in ((rows, 4), (columns, 6)))
    inside = (abs(y % 1 - 0.5) <= 0.46875)[:, None] & (abs(x % 1 - 0.5) <= 0.46875)
    chart = patches[np.ix_(y.astype(int), x.astype(int))]
    return _bytes(np.where(inside[..., None], chart, 32))


def beads(shape: Sequence[int] = (32, 128, 128), *, rng: int | np.random.Generator = 0) -> NDArray[np.float32]:
    """Draw a noisy volume: bright beads of several sizes in a dark medium, with the noise of counted photons.

    Parameters
    ----------
    shape : (int, int, int)
        Planes, rows and columns, from 1 to 1024. There is a bead for each 13000 voxels.
    rng : int or numpy.random.Generator
        Seed, or source of random numbers, for the beads and the noise.

    Returns
    -------
    volume : (planes, rows, columns) array of float32
        Values from 0 to 1.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of three integers, or `rng` neither an integer nor a generator.
    ValueError
        If `shape` or `rng` is out of range.

    Examples
    --------
    >>> import opsin
    >>> volume = opsin.data.beads()
    >>> smooth = opsin.filters.gaussian(volume, 1)
    >>> labels = opsin.measure.label(smooth > opsin.filters.threshold_otsu(smooth))
    >>> labels.shape
    (32, 128, 128)
    """
    sizes = _shape(shape, 3)
    random = _generator(rng)
    photons = np.full(sizes, 6.0)
    grid = np.ogrid[tuple(slice(size) for size in sizes)]
    for _ in range(max(1, math.prod(sizes) // 13000)):
        middle = [random.uniform(0, size) for size in sizes]
        radius, brightness = random.uniform(3, 8), random.uniform(25, 60)
        box = tuple(
            slice(max(int(m - radius) - 3, 0), min(int(m + radius) + 4, size))
            for m, size in zip(middle, sizes, strict=True)
        )
        square = sum(
            (axis[tuple(box[k] if k == n else slice(None) for k in range(3))] - middle[n]) ** 2
            for n, axis in enumerate(grid)
        )
        bead = brightness * np.clip((radius - np.sqrt(square)) / 2 + 0.5, 0, 1)
        photons[box] = np.maximum(photons[box], 6 + bead)
    counted: NDArray[np.float32] = np.clip(random.poisson(photons) / 80, 0, 1).astype(np.float32)
    return counted


def shepp_logan_phantom(shape: Sequence[int] = (256, 256)) -> NDArray[np.float32]:
    """Draw the Shepp-Logan phantom: a section of a head made of ten ellipses, for tomography.

    The contrasts are Toft's, which are higher than those of the original.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns, from 1 to 16384.

    Returns
    -------
    image : (rows, columns) array of float32
        Values from 0 to 1. Each pixel is the mean of 3 x 3 samples, so that edges are smooth.

    Raises
    ------
    TypeError
        If `shape` is not a sequence of two integers.
    ValueError
        If `shape` is out of range.

    References
    ----------
    .. [1] L. A. Shepp and B. F. Logan, "The Fourier reconstruction of a head section", IEEE Transactions on Nuclear
       Science, vol. 21, no. 3, pp. 21-43, 1974.
    .. [2] P. Toft, "The Radon transform: theory and implementation", PhD thesis, Technical University of Denmark, 1996,
       annex B.3.

    Examples
    --------
    >>> import opsin
    >>> phantom = opsin.data.shepp_logan_phantom()
    >>> phantom.shape, float(phantom.max())
    ((256, 256), 1.0)
    """
    rows, columns = _shape(shape, 2)
    # Brightness, half axes across and down, middle (right, up), turn in degrees.
    ellipses = [
        (1.0, 0.69, 0.92, 0.0, 0.0, 0),
        (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0),
        (-0.2, 0.11, 0.31, 0.22, 0.0, -18),
        (-0.2, 0.16, 0.41, -0.22, 0.0, 18),
        (0.1, 0.21, 0.25, 0.0, 0.35, 0),
        (0.1, 0.046, 0.046, 0.0, 0.1, 0),
        (0.1, 0.046, 0.046, 0.0, -0.1, 0),
        (0.1, 0.046, 0.023, -0.08, -0.605, 0),
        (0.1, 0.023, 0.023, 0.0, -0.606, 0),
        (0.1, 0.023, 0.046, 0.06, -0.605, 0),
    ]
    image = np.zeros((rows, columns))
    for offset in np.ndindex(3, 3):
        up = 1 - (2 * np.arange(rows)[:, None] + (2 * offset[0] + 1) / 3) / rows
        right = (2 * np.arange(columns) + (2 * offset[1] + 1) / 3) / columns - 1
        for brightness, across, down, x, y, degrees in ellipses:
            cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
            along = ((right - x) * cosine + (up - y) * sine) / across
            other = ((up - y) * cosine - (right - x) * sine) / down
            image += brightness * (along**2 + other**2 <= 1)
    phantom: NDArray[np.float32] = np.clip(image / 9, 0, 1).astype(np.float32)  # sums of tenths are not exact
    return phantom


def _shape(shape: Any, axes: int) -> tuple[int, ...]:
    if isinstance(shape, (str, memoryview)) or not isinstance(shape, Sequence):
        raise TypeError(f"shape must be a sequence of {axes} integers; got {shape!r}.")
    if len(shape) != axes:
        raise ValueError(f"shape must have {axes} integers; got {shape!r}.")
    longest = _LONGEST if axes == 2 else 1024
    return tuple(integer(f"shape[{k}]", length, low=1, high=longest) for k, length in enumerate(shape))


def _generator(rng: Any) -> np.random.Generator:
    if isinstance(rng, np.random.Generator):
        return rng
    try:
        return np.random.default_rng(integer("rng", rng, low=0))
    except TypeError:
        raise TypeError(f"rng must be an integer or a numpy.random.Generator; got {rng!r}.") from None


def _ramp(length: int) -> NDArray[np.float64]:
    """Return a column that rises from 0 towards 1."""
    return (np.arange(length) / length)[:, None]


def _bytes(image: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the image rounded, as uint8."""
    result: NDArray[np.uint8] = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return result
