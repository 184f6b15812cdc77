"""A chain for a page: computed in a thread of its own, so that a newer change can stop it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.iterate import stopped_by
from .._engine.runtime import Stop, Stopped
from .chain import Chain, Outcome, Steps, keys

PATIENCE = 0.4
"""Seconds for which a page waits for the whole before it receives how far it is."""

BRIEFLY = 0.02
"""Seconds to wait when a page requests how far it is: a change may follow at any time."""


class Live:
    """Computes one thing at a time: a new request stops what is computed for other steps."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._work: _Work | None = None

    def outcome(self, steps: Steps, view: Sequence[int] | None = None, patience: float | None = PATIENCE) -> Outcome:
        """Return the outcome of steps, or what there is of it.

        Parameters
        ----------
        steps : sequence of (Stage, dict, bool)
            The stages with their values, and whether they are on.
        view : sequence of int, optional
            The part that is seen: its first row and column, and those after its last ones. If that is quicker, it
            alone is computed, and the whole is left for the next time.
        patience : float, optional
            The seconds to wait for the whole; None: as long as it takes.
        """
        wanted = keys(steps)
        work = self._work
        if work is not None and work.keys != wanted:
            work.stop.ask()
        elif work is not None and work.is_done:
            return work.result()
        if view is not None:
            part = self._chain.part(steps, view)
            if part is not None:
                return part
        if work is None or work.keys != wanted or work.stop.is_asked:
            if any(stage.operation is None for stage, _, is_on in steps if is_on):
                # Functions of a caller may not be made for other threads.
                self.stop(wait=True)
                self._work = None
                return self._chain.run(steps)
            work = self._work = _Work(self._chain, steps, wanted, work)
        try:
            work.wait(patience)
        except KeyboardInterrupt:
            work.stop.ask()
            raise
        return work.result() if work.is_done else work.so_far()

    def asked(self, steps: Steps, message: Mapping[str, Any]) -> Outcome:
        """Return what a message of a page requests: `draw` the part that is seen, `rest` the whole."""
        draw = message.get("draw")
        if not draw and self._work is not None and self._work.stop.is_asked and self._work.keys == keys(steps):
            return self._work.so_far()  # a person stopped it
        view = None if message.get("rest") or not draw else tuple(int(one) for one in draw["view"])
        return self.outcome(steps, view, PATIENCE if draw and not message.get("rest") else BRIEFLY)

    def whole(self, steps: Steps) -> Outcome:
        """Return the whole outcome of steps, however long it takes."""
        while True:
            outcome = self.outcome(steps, None, None)
            if outcome.progress is None:
                return outcome

    def stop(self, *, wait: bool = False) -> None:
        """Stop what is computed."""
        if self._work is not None:
            self._work.stop.ask()
            if wait:
                self._work.thread.join()


class _Work:
    """The computation of steps in a thread."""

    def __init__(self, chain: Chain, steps: Steps, wanted: list[Any], before: _Work | None) -> None:
        self.keys = wanted
        self.stop = Stop()
        self.thread = threading.Thread(target=self._run, args=(chain, steps, before), daemon=True)
        self._ended = threading.Event()
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None
        self._share = 0.0
        self._seen: Outcome | None = None
        self.thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it has come to its end, and was not stopped before."""
        return self._outcome is not None or self._error is not None

    def wait(self, seconds: float | None) -> None:
        self._ended.wait(seconds)

    def result(self) -> Outcome:
        if self._outcome is None:
            assert self._error is not None
            raise self._error
        return self._outcome

    def so_far(self) -> Outcome:
        """Return what there is to see, if anything, and how far it is."""
        shown, share = self._seen, self._share
        if shown is None:
            return Outcome(None, None, {}, None, None, 0.0, -1, progress=share)
        return Outcome(shown.image, shown.result, {}, None, shown.stage, 0.0, shown.serial, shown.known, share)

    def _run(self, chain: Chain, steps: Steps, before: _Work | None) -> None:
        try:
            if before is not None:
                before.thread.join()
            if not self.stop.is_asked:
                with stopped_by(self.stop):
                    self._outcome = chain.run(steps, self._report)
        except Stopped:
            pass
        except BaseException as error:
            self._error = error
        finally:
            self._ended.set()

    def _report(self, share: float, shown: Outcome | None) -> None:
        self._share, self._seen = share, shown or self._seen
