"""An operation with controls: change its parameters and see or hear what becomes of the image or the sound."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._operation import operations
from .._page.notebook import Shown
from .._page.view import Reply
from .._pipeline import Array, Pipeline, find_operation, why_no_step
from ..audio.sound import Sound, SoundLike, as_sound
from .chain import Chain, Outcome, Stage
from .controls import checked_value, described, is_settable, unknown
from .live import Live
from .sight import Sight


class Explorer(Shown):
    """What `explore` returns: controls, and the result for what they are set to.

    In a notebook it is shown as a picture with its controls. It works in
    scripts, too: `set` does what a person does with the controls.

    Attributes
    ----------
    values : dict
        The values of all controls by name.
    result : array, Sound, number, dict or tuple
        What the operation returns for these values.
    pipeline : Pipeline
        The operations with these values.
    """

    kind = "explore"

    def __init__(self, stages: list[Stage], chain: Chain) -> None:
        self._stages = stages
        self._chain = chain
        self._live = Live(chain)
        self._changes, self._count = threading.Condition(), 0
        self._sight = Sight()
        self._values = [{control.name: control.value for control in stage.controls} for stage in stages]
        names = [control.name for stage in stages for control in stage.controls]
        self._places = {
            (control.name if names.count(control.name) == 1 else f"{control.name}_{index + 1}"): (index, control.name)
            for index, stage in enumerate(stages)
            for control in stage.controls
        }

    @property
    def values(self) -> dict[str, Any]:
        """The values of all controls by name."""
        return {name: self._values[index][inner] for name, (index, inner) in self._places.items()}

    def set(self, **values: Any) -> Explorer:
        """Change values, as the controls do.

        Parameters
        ----------
        **values
            The values by the names of their controls. If several steps of a pipeline have a parameter of one name, the
            number of the step follows: ``sigma_1``, ``sigma_2``.

        Returns
        -------
        Explorer
            The same object.

        Raises
        ------
        TypeError
            If a value has the wrong type.
        ValueError
            If there is no such control, or a value is not allowed. All values are then as before.
        """
        changed = [dict(own) for own in self._values]
        for name, value in values.items():
            if name not in self._places:
                raise unknown(name, list(self._places))
            index, inner = self._places[name]
            changed[index][inner] = value
        self._values = [stage.checked(own) for stage, own in zip(self._stages, changed, strict=True)]
        if "_widget" in vars(self):
            self._widget.send({"changed": self._all_told()})
        with self._changes:
            self._count += 1
            self._changes.notify_all()
        return self

    @property
    def result(self) -> Any:
        """What the operation returns for the values; it is computed when it is first used."""
        outcome = self._outcome()
        if outcome.first is not None:
            raise outcome.first
        return outcome.result

    @property
    def pipeline(self) -> Pipeline:
        """The operations with the values, as a pipeline."""
        if any(stage.operation is None for stage in self._stages):
            raise TypeError("only operations of opsin have a pipeline; this is a function of your own.")
        return Pipeline(*(stage.step(own) for stage, own in zip(self._stages, self._values, strict=True)))

    def open(self, *, wait: bool = True) -> None:
        """Open the controls as a page in the browser, and wait until Ctrl-C.

        The page comes from a server that only this computer reaches. Notebooks
        do not need it. The page follows later calls of `set`.

        Parameters
        ----------
        wait : bool
            False: return at once. The page is there until Python ends.
        """
        from .._page.server import show_in_browser

        show_in_browser(self, waits=wait)

    def __repr__(self) -> str:
        titles = " | ".join(stage.title for stage in self._stages)
        return f"<Explorer of {titles}: {', '.join(f'{name}={value!r}' for name, value in self.values.items())}>"

    def _outcome(self, message: Mapping[str, Any] | None = None) -> Outcome:
        """Return what there is for a message of the page, or else the whole."""
        steps = [(stage, own, True) for stage, own in zip(self._stages, self._values, strict=True)]
        return self._live.whole(steps) if message is None else self._live.asked(steps, message)

    def _told(self, index: int) -> dict[str, Any]:
        own = self._values[index]
        return {control.name: control.to_page(own[control.name]) for control in self._stages[index].controls}

    def _all_told(self) -> list[dict[str, Any]]:
        return [self._told(index) for index in range(len(self._stages))]

    # The page.

    def later(self, count: int, seconds: float) -> dict[str, Any]:
        """Wait until `set` has been called more than `count` times, and return all values and how often it has."""
        with self._changes:
            if self._changes.wait_for(lambda: self._count > count, seconds):
                return {"count": self._count, "changed": self._all_told()}
        return {"count": count}

    @property
    def start(self) -> dict[str, Any]:
        """The first message to the page."""
        steps = [
            {
                "title": stage.title,
                "help": stage.operation.summary if stage.operation else "",
                "controls": [control.as_json() for control in stage.controls if is_settable(control.value)],
                "values": self._told(index),
            }
            for index, stage in enumerate(self._stages)
        ]
        return {"steps": steps, "sound": isinstance(self._chain.inputs[0], Sound), "count": self._count}

    def receive(self, message: Mapping[str, Any], content: bytes = b"") -> Reply:
        """Answer a message of the page."""
        if message.get("stop"):
            self._live.stop()
            return {}, []
        wrong: dict[str, str] = {}
        for index, given in enumerate(message.get("values", [])):
            stage = self._stages[index]
            known = {control.name: control for control in stage.controls}
            try:
                found = {name: known[name].from_page(value) for name, value in given.items() if name in known}
                self._values[index] = stage.checked({**self._values[index], **found})
            except (TypeError, ValueError) as error:
                wrong[str(index)] = str(error)
        reply, parts = self._sight.reply(self._outcome(message), message)
        if wrong or "errors" in reply:
            reply["errors"] = {**reply.get("errors", {}), **wrong}
        return reply, parts

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return what Jupyter shows: the widget, and a picture for exports."""
        try:
            shown = self._widget._repr_mimebundle_()
        except ImportError as error:
            return {"text/plain": f"{self!r}\n{error}"}
        data, metadata = shown if isinstance(shown, tuple) else (shown or {}, {})
        picture = self._picture()
        return {**data, "text/plain": repr(self), **({"image/png": picture} if picture else {})}, metadata

    def _picture(self) -> bytes | None:
        """Return the result as PNG, for what shows no controls."""
        from io import BytesIO

        from ..io import imsave

        outcome = self._outcome()
        if isinstance(outcome.result, Sound):
            return None
        told, parts = self._sight.reply(outcome, {"draw": {"view": [0, 0, 2**31, 2**31], "size": [800, 800]}})
        if not parts:
            return None
        found = told["picture"]
        shape = (found["rows"], found["columns"], *([found["channels"]] if found["channels"] > 1 else []))
        stream = BytesIO()
        imsave(stream, np.frombuffer(parts[0], np.uint8).reshape(shape), format="png")
        return stream.getvalue()


def explore(
    what: str | Pipeline | Callable[..., Any], image: ArrayLike | SoundLike, *others: Any, **controls: Any
) -> Explorer:
    """Change the parameters of an operation by controls, and see or hear the result at once.

    In a notebook, with ``pip install 'opsin[notebook]'``, the result is shown
    with a control for each parameter; the picture follows while a slider moves.
    A pixel's value is shown under the cursor, the wheel zooms. In scripts and
    tests the object that is returned does the same by `Explorer.set`, and
    `Explorer.open` shows it in the browser.

    Parameters
    ----------
    what : str, callable or Pipeline
        An operation or its name, such as ``"sobel"``: its controls come from its declaration. A pipeline: each step has
        its controls. Or any function of an image, or of a sound, whose other parameters are given as `controls`.
    image : array_like, or Sound
        The image or the sound, the first argument of the function.
    *others
        Further arguments of the function.
    **controls
        For operations the first values of parameters. For other functions what can be set: ``(low, high)`` or
        ``(low, high, step)`` for a slider, integers if all are, a list of choices, True or False, a number, a text.

    Returns
    -------
    Explorer
        With `values`, `set(...)`, `result` and `pipeline`.

    Raises
    ------
    TypeError
        If `what` is no operation, function or pipeline, or a control has no such form.
    ValueError
        If there is no such operation, or it has no such parameter.

    Examples
    --------
    >>> import opsin
    >>> disks = opsin.data.disks()
    >>> bright = opsin.explore(lambda image, t: image > t, disks, t=(10, 240))
    >>> bool((bright.set(t=120).result == (disks > 120)).all())
    True
    >>> opsin.explore("gaussian", disks).set(sigma=3).pipeline
    Pipeline(('filters.gaussian', {'sigma': 3}))
    """
    first = as_sound(image) if isinstance(image, (Sound, tuple)) and _is_sound(image) else np.asarray(image)
    chain = Chain(first, *others)
    if isinstance(what, Pipeline):
        stages = [Stage.of(step.operation, first, dict(step.values)) for step in what.steps]
        explorer = Explorer(stages, chain)
        return explorer.set(**controls) if controls else explorer
    by_function = {operation.function: operation for operation in operations().values()}
    operation = find_operation(what) if isinstance(what, str) else by_function.get(what) if _hashable(what) else None
    if operation is not None:
        if not others and (reason := why_no_step(operation)):
            raise ValueError(f"{operation.name} cannot be explored on an image alone: {reason}.")
        # Further arrays are a part of the step, given by place or by name.
        given: dict[str, Any] = {name: controls.pop(name) for name in list(controls) if name in operation.arrays}
        places = list(operation.parameters)[1:]
        if others and set(places[: len(others)]) <= set(operation.arrays):
            given |= dict(zip(places, others, strict=False))
            chain = Chain(first)
        missing = [name for name, one in operation.arrays.items() if one.required and name not in given]
        if missing and not len(chain.inputs) > 1:
            raise ValueError(f"{operation.name} also needs {', '.join(missing)}: give an array, or the path of a file.")
        given = {name: one if isinstance(one, str) else Array.of(np.asarray(one)) for name, one in given.items()}
        stage = Stage.of(operation, first, given)
        explorer = Explorer([stage], chain)
        return explorer.set(**controls) if controls else explorer
    if not callable(what):
        raise TypeError(
            f"what must be an operation, its name, a function or a Pipeline; got {what!r} ({type(what).__name__})."
        )
    defaults = _defaults(what)
    made = tuple(described(name, control, defaults.get(name)) for name, control in controls.items())
    for control in made:
        checked_value(control, control.value)
    name = getattr(what, "__name__", type(what).__name__)
    return Explorer([Stage("function" if name == "<lambda>" else name, made, function=what)], chain)


def _is_sound(image: Any) -> bool:
    """Return whether an input is a sound: a Sound, or a pair of an array and a rate."""
    return isinstance(image, Sound) or (len(image) == 2 and np.ndim(image[0]) > 0 and np.ndim(image[1]) == 0)


def _hashable(what: Any) -> bool:
    return getattr(type(what), "__hash__", None) is not None


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {one.name: one.default for one in parameters if one.default is not one.empty}
