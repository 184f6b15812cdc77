"""The peers' own tests, with opsin behind the peers' names."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from conformance.peer_tests import PEERS, judged, matches, recorded, summary, supported

SECONDS = 240
"""The limit for the tests of one peer, which take about 10 seconds of one core."""


@pytest.mark.parametrize("name", PEERS)
def test_peer_tests_end_as_expected(name: str, tmp_path: Path) -> None:
    peer = PEERS[name]
    reason = supported(peer)
    if reason is not None:
        pytest.skip(reason)
    records = recorded(peer, tmp_path, SECONDS)
    complaints = list(judged(peer, records))
    assert not complaints, "\n".join([*complaints, summary(peer, records)])
    reached = {function for record in records.values() for function in record["reached"]}
    missed = set(importlib.import_module(f"conformance.as_{name}").ADAPTERS) - reached - peer.unreached
    assert not missed, f"No test of {peer.package} reaches opsin through {', '.join(sorted(missed))}."


def record(outcome: str, *, called: bool = True) -> dict[str, object]:
    return {"called": ["label"] if called else [], "reached": [], "causes": [], "outcome": outcome, "message": "1 != 2"}


def test_new_failures_and_new_passes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [("feature", "test_a[*]"), ("bug", "test_b"), ("bug", "test_gone")]
    monkeypatch.setattr("conformance.peer_tests.expected", lambda _: lines)
    records = {
        "test_a[1]": record("failed"),
        "test_a[2]": record("passed"),
        "test_b": record("failed"),
        "test_c": record("failed"),
        "test_d": record("failed", called=False),
    }
    assert list(judged(PEERS["ndimage"], records)) == [
        "test_a[2] passes, but 'test_a[*]' expects it to fail (feature).",
        "test_c fails, and no line expects it: 1 != 2",
        "'test_gone' stands for no test that calls opsin.",
    ]


def test_only_a_star_is_special_in_a_pattern() -> None:
    assert matches("a[*]", "a[1-x]")
    assert not matches("a[1]", "a1")
    assert not matches("a[*]", "ba[1]")
