"""The messages of the page of the studio: images, steps, pictures, and the program that does the same."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _recipe, data, io
from .._names import PEERS_NAMES
from .._operation import Operation, operations
from .._page.view import Reply
from .._pipeline import OWN_STEPS, Pipeline, is_mask, pipeline_of_steps, plain_steps, why_no_step
from ..io.writing import held_channels, held_dtypes
from ..plot.chain import Chain, Outcome, Stage
from ..plot.live import Live
from ..plot.sight import Sight


class Studio:
    """An image and steps, for a page; the page holds the steps, so that it can undo what is done.

    Parameters
    ----------
    image : array_like
        The image to begin with.
    name : str
        The name of its file, for the program that is exported.
    """

    kind = "studio"

    def __init__(self, image: NDArray[Any], name: str = "image.png") -> None:
        self._files: dict[str, NDArray[Any]] = {}
        self._take(image, name)

    def _take(self, image: NDArray[Any], name: str) -> None:
        self._image, self._name = image, name
        self._files[name] = image
        self._stages = {operation.name: Stage.of(operation, image, files=self._files) for operation in _possible()}
        self._live, self._sight, self._before = Live(Chain(image)), Sight(), Sight()

    @property
    def start(self) -> dict[str, Any]:
        """The first message to the page: the image, the operations and their controls, the samples."""
        return {
            "name": self._name,
            "images": list(self._files),
            "samples": [name for name in data.__all__ if not name.startswith("photograph")],
            "operations": [
                {
                    "name": name,
                    "title": stage.title,
                    "subject": name.partition(".")[0],
                    "help": stage.operation.summary if stage.operation else "",
                    "others": " ".join(_other_words(name, stage)).lower(),
                    "controls": [control.as_json() for control in stage.controls],
                    "values": {control.name: control.to_page(control.value) for control in stage.controls},
                }
                for name, stage in self._stages.items()
            ],
        }

    def receive(self, message: Mapping[str, Any], content: bytes = b"") -> Reply:
        """Answer a message of the page."""
        if message.get("stop"):
            self._live.stop()
            return {}, []
        for name in ("open", "add", "sample", "load", "export", "save"):
            if name in message:
                return getattr(self, f"_{name}")(message, content)  # type: ignore[no-any-return]
        return self._look(message)

    def _look(self, message: Mapping[str, Any]) -> Reply:
        """Return what there is to see of the result."""
        steps, wrong = [], {}
        for index, told in enumerate(message.get("steps", [])):
            stage = self._stages[told["operation"]]
            try:
                steps.append((stage, stage.checked(_values(stage, told)), bool(told["on"])))
            except (TypeError, ValueError) as error:
                wrong[str(index)] = str(error)
                steps.append((stage, {}, False))
        reply, parts = self._sight.reply(self._live.asked(steps, message), message)
        if wrong or "errors" in reply:
            reply["errors"] = {**reply.get("errors", {}), **wrong}
        if message.get("before") and "picture" in reply:
            first = Chain(self._image).run([])
            told, others = self._before.reply(first, message)
            if told.get("size") == reply["size"]:
                reply["before"] = told["picture"]
                parts += others
        return reply, parts

    def _open(self, message: Mapping[str, Any], content: bytes) -> Reply:
        name = PurePath(str(message["open"])).name or "image.png"
        image = _read(content, name)
        self._live.stop()
        self._take(image, name)
        return self.start, []

    def _add(self, message: Mapping[str, Any], content: bytes) -> Reply:
        """Open a further image, for steps that take one besides that which they change."""
        name = PurePath(str(message["add"])).name or "image.png"
        image = _read(content, name)
        self._live.stop()
        self._files[name] = image
        self._live = Live(Chain(self._image))  # nothing that was computed with another image of this name
        return {"added": name, "images": list(self._files)}, []

    def _sample(self, message: Mapping[str, Any], content: bytes) -> Reply:
        name = message["sample"]
        if name not in self.start["samples"]:
            raise ValueError(f"there is no sample {name!r}.")
        self._live.stop()
        self._take(getattr(data, name)(), f"{name}.png")
        return self.start, []

    def _load(self, message: Mapping[str, Any], content: bytes) -> Reply:
        """Return the steps of a recipe."""
        pipeline = pipeline_of_steps(_recipe.read(content.decode("utf-8", "replace")))
        steps = []
        for step in pipeline.steps:
            name = step.operation.name
            stage = self._stages[name]
            values = {control.name: control.to_page(control.value) for control in stage.controls}
            known = {control.name: control for control in stage.controls}
            for key, value in step.values:
                if isinstance(value, Pipeline):
                    raise ValueError(f"{step.operation.short_name}: the studio has no control for {key}={value!r}.")
                plain = value.array().tolist() if hasattr(value, "array") else value
                if known[key].kind == "image" and plain not in self._files:
                    where = "an array in the recipe" if hasattr(value, "array") else f"the file {plain!r}"
                    raise ValueError(f"{step.operation.short_name} takes {where} for {key}; open that image first.")
                values[key] = known[key].to_page(plain)
            steps.append({"operation": name, "values": values, "on": True})
        return {"steps": steps}, []

    def _export(self, message: Mapping[str, Any], content: bytes) -> Reply:
        """Return the program that does the same, in three forms."""
        pipeline, outcome = self._pipeline(message["export"]), self._whole(message["export"])
        if outcome.progress is not None:
            return {"unfinished": outcome.progress}, []
        suffix = _suffix(_first(outcome))
        return {
            "code": self._code(pipeline, suffix),
            "command": self._command(pipeline, suffix),
            "recipe": "" if pipeline is None else _recipe.written(plain_steps(pipeline)),
        }, []

    def _save(self, message: Mapping[str, Any], content: bytes) -> Reply:
        """Return the result as a file."""
        outcome = self._whole(message["save"])
        if outcome.progress is not None:
            return {"unfinished": outcome.progress}, []
        suffix = _suffix(_first(outcome))
        if not suffix:
            raise ValueError("the last step gives no image; copy the text or the table.")
        stream = BytesIO()
        io.imsave(stream, np.asarray(_first(outcome)), format=suffix)
        return {"name": f"{PurePath(self._name).stem}-result{suffix}"}, [stream.getvalue()]

    def _whole(self, told: Any) -> Outcome:
        """Return the outcome of steps none of which may fail, or how far it is."""
        stages = [self._stages[one["operation"]] for one in told]
        steps = [
            (stage, stage.checked(_values(stage, one)) if one["on"] else {}, bool(one["on"]))
            for stage, one in zip(stages, told, strict=True)
        ]
        outcome = self._live.outcome(steps)
        if outcome.first is not None:
            raise outcome.first
        return outcome

    def _pipeline(self, steps: Any) -> Pipeline | None:
        found = []
        for told in steps:
            if told["on"]:
                stage = self._stages[told["operation"]]
                found.append(stage.step(stage.checked(_values(stage, told))))
        return Pipeline(*found) if found else None

    def _code(self, pipeline: Pipeline | None, suffix: str) -> str:
        lines = ["import opsin", "", f"image = opsin.io.imread({self._name!r})"]
        result = "image"
        for index, step in enumerate(pipeline.steps if pipeline else ()):
            is_last = pipeline is not None and index == len(pipeline.steps) - 1
            result = "result" if is_last and not suffix else "image"
            if step.operation.name in operations():
                values = [f"{name}={_argument(step.operation, name, value)}" for name, value in step.values]
                call = f"opsin.{step.operation.name}({', '.join(['image', *values])})"
            else:
                call = f"opsin.{Pipeline(step)!r}(image)"
            lines.append(f"{result} = {call}")
        if pipeline and suffix and len(pipeline.steps[-1].operation.results) > 1:
            lines[-1] = lines[-1].replace("image = ", "image, *others = ", 1)
        stem = PurePath(self._name).stem
        lines.append(f'opsin.io.imsave("{stem}-result{suffix}", image)' if suffix else "print(result)")
        if any("np.array(" in line for line in lines):
            lines.insert(0, "import numpy as np")
        return "\n".join(lines) + "\n"

    def _command(self, pipeline: Pipeline | None, suffix: str) -> str:
        if pipeline is None:
            return ""
        words = ["opsin", "apply", " | ".join(map(str, pipeline.steps)), self._name]
        if suffix:
            words += ["-o", f"{PurePath(self._name).stem}-result{suffix}"]
        return shlex.join(words) + "\n"


def _argument(operation: Operation, name: str, value: Any) -> str:
    """Return the code of an argument; images are read from their files."""
    if name not in operation.arrays or not isinstance(value, str):
        return repr(value)
    return f"opsin.io.imread({value!r}){' != 0' if is_mask(operation, name) else ''}"


def _possible() -> list[Operation]:
    """Return the operations that can be steps, those of the library by subject, then the others."""
    return [one for one in [*operations().values(), *OWN_STEPS.values()] if not why_no_step(one)]


def _other_words(name: str, stage: Stage) -> list[str]:
    """Return what else finds an operation: its names elsewhere, and the words that its parameters take."""
    theirs = [word for word, ours in PEERS_NAMES.items() if ours == name]
    return theirs + [str(one) for control in stage.controls if not control.further for one in control.choices]


def _values(stage: Stage, told: Mapping[str, Any]) -> dict[str, Any]:
    known = {control.name: control for control in stage.controls}
    return {name: known[name].from_page(value) for name, value in told["values"].items()}


class _File(BytesIO):
    name = ""
    """What messages call it."""


def _read(content: bytes, name: str) -> NDArray[Any]:
    stream = _File(content)
    stream.name = name
    return io.imread(stream)


def _first(outcome: Outcome) -> Any:
    """Return the result, or the first of several."""
    return outcome.result[0] if isinstance(outcome.result, tuple) else outcome.result


def _suffix(result: Any) -> str:
    """Return the suffix of a format that holds an image as it is; empty if it is none."""
    if not isinstance(result, np.ndarray) or result.ndim < 2:
        return ""
    channels = result.shape[-1] if result.ndim == 3 else 0
    is_flat = result.ndim == 2 or (result.ndim == 3 and channels in held_channels("image.png"))
    if is_flat and result.dtype.name in held_dtypes("image.png") and (result.dtype != bool or result.ndim == 2):
        return ".png"
    return ".tif" if result.dtype != bool else ".npy"
