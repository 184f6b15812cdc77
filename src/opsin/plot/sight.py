"""What a page receives of a result: the visible pixels, the histogram, the value under the cursor, a table, a sound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..audio.sound import Sound, wav_bytes
from .chain import Outcome
from .parts import Box
from .pixels import Limits, are_labels, color_numbers, data_limits, label_colors, natural_limits, painted

_SAMPLES = 500_000
"""Values that a histogram is drawn of."""

_BINS = 256
_ROWS = 200
_PLACES = 20_000
_LETTERS = 500


class Sight:
    """Answers the requests of a page about outcomes; what was found out about the last one is remembered."""

    def __init__(self) -> None:
        self._serial: Any = None
        self._known: dict[str, Any] = {}

    def reply(self, outcome: Outcome, message: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return what `message` requests: the picture of a part, a value."""
        if outcome.progress is not None:
            return self._unfinished(outcome, message)
        told: dict[str, Any] = {
            "serial": outcome.serial,
            "milliseconds": round(outcome.milliseconds, 1),
            "errors": {str(index): text for index, text in outcome.errors.items()},
        }
        if isinstance(outcome.result, Sound):
            return {**told, **_of_sound(outcome.result)}, [wav_bytes(outcome.result)]
        picture = _as_picture(outcome.image, message.get("plane"))
        if picture is None:
            return {**told, "text": _text(outcome.result)}, []
        array, plane = picture
        if self._serial != (outcome.serial, message.get("plane")):
            self._serial, self._known = (outcome.serial, message.get("plane")), _facts(array)
        told |= {"shape": list(np.shape(outcome.image)), "dtype": str(array.dtype), **plane}
        told |= {"size": list(array.shape[:2]), **{key: self._known[key] for key in ("histogram", "limits", "note")}}
        told |= _beside(outcome)
        return self._seen(told, array, message, (0, 0, *array.shape[:2]), self._known["range"])

    def _unfinished(self, outcome: Outcome, message: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return what is requested of the part that is computed, and how far the rest is."""
        told: dict[str, Any] = {"unfinished": round(outcome.progress or 0.0, 4)}
        if outcome.known is None:
            return told, []
        top, left, bottom, right = outcome.known
        told |= {"size": list(outcome.image.shape[:2]), "milliseconds": round(outcome.milliseconds, 1)}
        told |= {"shape": list(outcome.image.shape), "dtype": str(outcome.image.dtype)}
        # The display range is that of the last result, which is like this one, so that it does not jump.
        if self._known.get("like") == (outcome.image.dtype, outcome.image.ndim):
            limits = self._known["range"]
        else:
            limits = _facts(outcome.image[top:bottom, left:right])["range"]
        return self._seen(told, outcome.image, message, outcome.known, limits)

    def _seen(
        self,
        told: dict[str, Any],
        array: NDArray[Any],
        message: Mapping[str, Any],
        known: Box,
        limits: Limits | None,
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Return a reply with the picture and the value that are requested, as far as they are known."""
        parts = []
        top, left, bottom, right = known
        if message.get("draw"):
            drawn = _drawn(array, message["draw"], limits, known)
            if drawn is not None:
                told["picture"], part = drawn
                parts.append(part)
        if message.get("at"):
            row, column = (int(one) for one in message["at"])
            if top <= row < bottom and left <= column < right:
                told["at"] = [row, column]
                told["value"] = _value(array[row, column])
        return told, parts


def _as_picture(image: Any, plane: Any) -> tuple[NDArray[Any], dict[str, int]] | None:
    """Return the image, or a plane of it, that can be painted, and which plane it is; None if there is none."""
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "biufc" or image.size == 0:
        return None
    if image.dtype.kind == "c":
        image = np.abs(image)
    if image.ndim < 2:
        return None
    leading = image.shape[: -3 if image.ndim > 2 and image.shape[-1] in (3, 4) else -2]
    if not leading:
        return image, {"planes": 0}
    count = math.prod(leading)
    number = min(max(int(plane), 0), count - 1) if plane is not None else count // 2
    return image[np.unravel_index(number, leading)], {"planes": count, "plane": number}


def _facts(array: NDArray[Any]) -> dict[str, Any]:
    """Return the display range, the histogram and the range in words."""
    if are_labels(array):
        return {"range": None, "limits": None, "histogram": None, "note": _counted(array)}
    natural = natural_limits(array)
    low, high = natural or data_limits([array])
    return {
        "range": (low, high),
        "like": (array.dtype, array.ndim),
        "limits": [low, high],
        "histogram": _histogram(array, (low, high)),
        "note": "" if natural else f"shown from {low:.6g} to {high:.6g}",
    }


def _counted(labels: NDArray[Any]) -> str:
    """Return how many labels there are, counted only if they are few enough to count quickly."""
    top = int(labels.max())
    if top > 10_000_000:
        return "labels"
    count = int(np.count_nonzero(np.bincount(labels.ravel(), minlength=1)[1:]))
    return f"{count} label{'' if count == 1 else 's'}"


def _histogram(array: NDArray[Any], limits: Limits) -> dict[str, Any] | None:
    low, high = limits
    step = max(1, int(np.ceil((array.shape[0] * array.shape[1] / _SAMPLES) ** 0.5)))
    sampled = array[::step, ::step]
    channels = [sampled] if array.ndim == 2 else [sampled[..., c] for c in range(3)]
    if array.dtype.kind in "bu" and array.dtype.itemsize == 1:
        counts = [np.bincount(one.astype(np.uint8).ravel(), minlength=_BINS if high > 1 else 2) for one in channels]
        edges = (-0.5, len(counts[0]) - 0.5)
    else:
        bins = _BINS if array.dtype.kind == "f" else int(min(_BINS, high - low + 1))
        edges = (low, high) if array.dtype.kind == "f" else (low - 0.5, high + 0.5)
        values = [one.astype(np.float64) if one.dtype.kind == "f" else one for one in channels]
        if not low + (high - low) / _BINS > low:  # so narrow that bins would be empty
            return None
        counts = [np.histogram(one[np.isfinite(one)], bins, edges)[0] for one in values]
    return {"low": edges[0], "high": edges[1], "counts": [one.tolist() for one in counts], "every": step * step}


def _drawn(
    array: NDArray[Any], asked: Mapping[str, Any], limits: Limits | None, known: Box
) -> tuple[dict[str, Any], bytes] | None:
    """Return the bytes of a part of an image at the resolution of the page; None if nothing of it is known."""
    rows, columns = array.shape[:2]
    top, left, bottom, right = (int(one) for one in asked["view"])
    top, left = min(max(top, 0), rows - 1), min(max(left, 0), columns - 1)
    bottom, right = min(max(bottom, top + 1), rows), min(max(right, left + 1), columns)
    height, width = (max(int(one), 1) for one in asked["size"])
    step = max(1, min((bottom - top) // height, (right - left) // width))
    # A part that is known only partly begins at a pixel that would be drawn of the whole.
    top += max(0, -(-(known[0] - top) // step)) * step
    left += max(0, -(-(known[1] - left) // step)) * step
    bottom, right = min(bottom, known[2]), min(right, known[3])
    if top >= bottom or left >= right:
        return None
    part = array[top:bottom:step, left:right:step]
    if limits is None:
        colors = np.rint(label_colors() * 255).astype(np.uint8)[color_numbers(part)]
    else:
        colors = painted(part, limits)
    # The last pixels of a coarse picture reach over the border of the part.
    view = [top, left, top + step * part.shape[0], left + step * part.shape[1]]
    told = {"view": view, "rows": part.shape[0], "columns": part.shape[1]}
    return {**told, "channels": 1 if colors.ndim == 2 else colors.shape[-1]}, np.ascontiguousarray(colors).tobytes()


def _value(pixel: Any) -> str:
    if np.ndim(pixel):
        return ", ".join(_value(one) for one in pixel)
    return f"{pixel:.6g}" if isinstance(pixel, (float, np.floating)) else str(pixel)


def _beside(outcome: Outcome) -> dict[str, Any]:
    """Return what is shown beside or over the image: tables, numbers, points, curves."""
    result = outcome.result
    if result is outcome.image or outcome.stage is None:
        return {}
    operation = outcome.stage.operation
    name = operation.results[0].name if operation and operation.results else ""
    if isinstance(result, np.ndarray) and result.ndim == 2 and result.shape[1] == 2 and name == "points":
        return {"points": _places(result), "text": f"{len(result)} points"}
    if name == "curves" and isinstance(result, list):
        return {"curves": [_places(one) for one in result[:_PLACES]], "text": f"{len(result)} curves"}
    columns = list(result.values()) if isinstance(result, dict) else []
    if columns and all(isinstance(one, np.ndarray) and one.ndim == 1 for one in columns):
        length = len(columns[0])
        rows = [[_value(column[row]) for column in columns] for row in range(min(length, _ROWS))]
        return {"table": {"columns": list(result), "rows": rows, "count": length}}
    if isinstance(result, tuple) and result and result[0] is outcome.image:
        return {}
    return {"text": f"{outcome.stage.title}: {_text(result)}"}


def _places(points: Any) -> list[Any]:
    """Return points without those that are nowhere."""
    array = np.asarray(points)[:_PLACES]
    return array[np.isfinite(array).all(axis=1)].tolist() if array.ndim == 2 else []


def _text(result: Any) -> str:
    if isinstance(result, (bool, int, float, np.generic)):
        return _value(result)
    if isinstance(result, np.ndarray):
        return f"array of {result.dtype}, shape {result.shape}: {np.array2string(result, threshold=20, precision=6)}"
    if isinstance(result, tuple) and result:
        return "\n".join(_text(one) for one in result[:20])
    text = repr(result)
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}..."


def _of_sound(sound: Sound) -> dict[str, Any]:
    """Return what a page receives of a sound: its extremes in as many parts as a screen has columns."""
    parts = min(800, max(sound.frames, 1))
    mono = sound.mono().samples
    edges = np.linspace(0, len(mono), parts + 1).astype(np.intp)[:-1]
    low = np.minimum.reduceat(mono, edges) if len(mono) else np.zeros(parts)
    high = np.maximum.reduceat(mono, edges) if len(mono) else np.zeros(parts)
    envelope = np.round(np.stack([low, high]).astype(np.float64), 4).tolist()
    return {"sound": {"rate": sound.rate, "duration": sound.duration, "envelope": envelope}, "text": repr(sound)}
