"""Steps that follow each other; what did not change is not computed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from .._engine.iterate import progress
from .._operation import Operation
from .._pipeline import Step, as_step
from .controls import Control, checked_value, declared, unknown
from .parts import Box, in_strips, part_of

Steps: TypeAlias = "Sequence[tuple[Stage, Mapping[str, Any], bool]]"
"""Stages with their values, and whether each is on."""

Report: TypeAlias = Callable[[float, "Outcome | None"], object]
"""Gets the share of the work that is done, and what there is to see already."""


@dataclass(frozen=True)
class Stage:
    """A step whose parameters are changed by controls."""

    title: str
    controls: tuple[Control, ...]
    function: Callable[..., Any] | None = None
    operation: Operation | None = None
    """The operation, if it is none of the caller's functions."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that have no control."""
    files: Mapping[str, Any] = field(default_factory=dict)
    """Images that are opened, by the names of their files."""

    @classmethod
    def of(
        cls,
        operation: Operation,
        image: Any = None,
        start: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Stage:
        """Return the stage of an operation for an image, with other first values than its defaults.

        Further arrays have controls if there are `files` to choose from.
        """
        given = dict(start or {})
        known = {control.name: control for control in declared(operation, image, with_arrays=files is not None)}
        fixed = {name: given.pop(name) for name in list(given) if name in operation.arrays and name not in known}
        for name in given:
            if name not in known:
                raise unknown(name, list(known))
        controls = [replace(one, value=given.get(name, one.value)) for name, one in known.items()]
        return cls(operation.short_name, tuple(controls), operation=operation, fixed=fixed, files=files or {})

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of all parameters with those that are given, if they are allowed."""
        known = {control.name: control for control in self.controls}
        found = {name: control.value for name, control in known.items()}
        for name, value in values.items():
            if name not in known:
                raise unknown(name, list(known))
            found[name] = value if self.operation else checked_value(known[name], value)
        if self.operation is not None:
            self.step(found)
        return found

    def step(self, values: Mapping[str, Any]) -> Step:
        """Return the step of a pipeline with these values, without those that are the defaults."""
        assert self.operation is not None
        settings = self.operation.parameters
        return as_step(
            (
                self.operation.function if self.operation.name.partition(".")[0] != "pipeline" else self.title,
                {
                    name: value
                    for name, value in {**self.fixed, **values}.items()
                    if settings[name].required or not _is_default(value, settings[name].default)
                },
            )
        )

    def __call__(self, values: Mapping[str, Any], *inputs: Any) -> Any:
        """Return the result for `inputs`."""
        if self.operation is not None:
            if len(inputs) == 1:
                return self.step(values)(inputs[0], self.files)
            return self.operation.function(*inputs, **self.fixed, **values)
        assert self.function is not None
        return self.function(*inputs, **self.fixed, **values)


def _is_default(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(np.all(value == default))


@dataclass(frozen=True)
class Outcome:
    """What came of a chain."""

    image: Any
    """The last image that there was, which is shown."""
    result: Any
    """The result of the last step, which may be no image."""
    errors: Mapping[int, str]
    """What went wrong at which step; such a step is left out."""
    first: Exception | None
    stage: Stage | None
    """The stage that gave the result."""
    milliseconds: float
    """How long it took to compute what had changed."""
    serial: int
    known: Box | None = None
    """The part of the image that is computed, if not all of it is."""
    progress: float | None = None
    """The share of the work that is done, if there is more to do."""


class Chain:
    """Computes steps for one input, and remembers the results of each."""

    def __init__(self, *inputs: Any) -> None:
        self.inputs = inputs
        self._kept: list[tuple[Any, tuple[Any, Exception | None]]] = []
        self._serial = 0
        self._spent = 0.0

    def run(self, steps: Steps, report: Report | None = None) -> Outcome:
        """Return the outcome of stages with their values, those left out that are off."""
        start = time.perf_counter()
        # What the next step takes, and what is shown, which is the first of several results.
        image = shown = result = self.inputs[0]
        errors: dict[int, str] = {}
        first: Exception | None = None
        last: Stage | None = None
        ended = ""
        kept, serial = self._kept, self._serial
        for index, (step, key) in enumerate(zip(steps, keys(steps), strict=True)):
            stage, values, is_on = step
            if index < len(kept) and kept[index][0] == key:
                found, error = kept[index][1]
            else:
                del kept[index:]
                self._serial += 1
                if not is_on:
                    found, error = None, None
                elif ended:
                    found, error = None, TypeError(ended)
                else:
                    found, error = self._computed(stage, values, image, self._told(steps, index, report))
                kept.append((key, (found, error)))
            if not is_on:
                continue
            if error is not None:
                errors[index] = _words(error)
                first = first or error
                continue
            result, last = found, stage
            if isinstance(found, np.ndarray) and _gives_image(stage):
                image = shown = found
            elif stage.operation is not None:
                ended = f"{stage.title} gives no image that a further step could take."
            if isinstance(found, tuple) and found and isinstance(found[0], np.ndarray) and _gives_image(stage):
                shown = found[0]
        if len(kept) > len(steps):
            del kept[len(steps) :]
            self._serial += 1
        if self._serial != serial:
            self._spent = 1000 * (time.perf_counter() - start)
        return Outcome(shown, result, errors, first, last, self._spent, self._serial)

    def part(self, steps: Steps, view: Sequence[int]) -> Outcome | None:
        """Return the outcome in the part of the image that is seen; None if it is not quicker than `run`.

        It may be called while another thread runs the chain.
        """
        start = time.perf_counter()
        kept, image = list(self._kept), self.inputs[0]
        known = 0
        for (key, (found, error)), one, (stage, _, is_on) in zip(kept, keys(steps), steps, strict=False):
            if key != one:
                break
            if is_on and error is None:
                if not (isinstance(found, np.ndarray) and _gives_image(stage)):
                    return None
                image = found
            known += 1
        further = [(stage, values) for stage, values, is_on in steps[known:] if is_on]
        if len(self.inputs) > 1 or any(stage.operation is None for stage, _ in further):
            return None
        try:
            found = part_of([stage.step(values) for stage, values in further], image, view)
        except (TypeError, ValueError):
            return None
        if found is None:
            return None
        spent = 1000 * (time.perf_counter() - start)
        return Outcome(found[0], found[0], {}, None, further[-1][0], spent, self._serial, found[1], 0.0)

    def _told(self, steps: Steps, index: int, report: Report | None) -> Callable[[float, Any, int], object] | None:
        """Return what a step is to call while it is computed."""
        if report is None:
            return None
        places = [number for number, (_, _, is_on) in enumerate(steps) if is_on]
        at, stage = places.index(index), steps[index][0]

        def told(share: float, image: Any, rows: int) -> None:
            outcome = None
            if index == places[-1] and image is not None:
                known = (0, 0, rows, image.shape[1])
                outcome = Outcome(image, image, {}, None, stage, 0.0, self._serial, known)
            report((at + share) / len(places), outcome)

        return told

    def _computed(
        self, stage: Stage, values: Mapping[str, Any], image: Any, told: Callable[[float, Any, int], object] | None
    ) -> tuple[Any, Exception | None]:
        try:
            if told is None or stage.operation is None or len(self.inputs) > 1:
                return stage(values, image, *self.inputs[1:]), None
            told(0.0, None, 0)
            found = in_strips(stage.step(values), image, told)
            if found is None:
                with progress(lambda number, limit: told(number / limit, None, 0)):
                    found = stage(values, image)
            return found, None
        except Exception as error:
            return None, error


def keys(steps: Steps) -> list[Any]:
    """Return what identifies steps."""
    return [(stage.title, id(stage.function), repr(sorted(values.items())), is_on) for stage, values, is_on in steps]


def _gives_image(stage: Stage) -> bool:
    return stage.operation is None or bool(stage.operation.results and stage.operation.results[0].is_image)


def _words(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, (ValueError, TypeError)) else f"{type(error).__name__}: {text}"
