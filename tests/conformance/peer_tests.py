"""Run a peer's own tests with opsin behind the peer's names.

    python tests/conformance/peer_tests.py ndimage [--all]

prints the tests that reach opsin and fail, by cause; ``--all`` prints every
one of them. The public functions of the peer are replaced by the adapters
before its tests are imported. For each test are recorded: the adapters that
it called, the adapters that returned a result of opsin, and how it ended.

``expected_<peer>.txt`` lists the tests that are expected to fail, by cause.
A test that calls no adapter says nothing about opsin and is not judged.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """A library whose tests are run."""

    name: str
    package: str
    version: str
    """The first two numbers of the version that the expected differences were written for."""
    files: tuple[str, ...]
    """The files of tests that concern the adapted functions, from the folder of tests."""
    unreached: frozenset[str] = frozenset()
    """The adapted functions that no test calls in a way that opsin has."""


PEERS = {
    "ndimage": Peer(
        "ndimage",
        "scipy",
        "1.17",
        ("test_filters.py", "test_interpolation.py", "test_measurements.py", "test_morphology.py"),
    ),
    "skimage": Peer(
        "skimage",
        "skimage",
        "0.26",
        (
            "color/test_colorconv.py",
            "color/test_colorlabel.py",
            "color/test_delta_e.py",
            "draw/test_draw.py",
            "draw/test_polygon2mask.py",
            "exposure/test_exposure.py",
            "exposure/test_histogram_matching.py",
            "feature/test_blob.py",
            "feature/test_brief.py",
            "feature/test_canny.py",
            "feature/test_corner.py",
            "feature/test_hog.py",
            "feature/test_match.py",
            "feature/test_orb.py",
            "feature/test_peak.py",
            "feature/test_template.py",
            "feature/test_texture.py",
            "filters/test_edges.py",
            "filters/test_gaussian.py",
            "filters/test_median.py",
            "filters/test_thresholding.py",
            "filters/test_unsharp_mask.py",
            "measure/test_block.py",
            "measure/test_blur_effect.py",
            "measure/test_ccomp.py",
            "measure/test_entropy.py",
            "measure/test_find_contours.py",
            "measure/test_fit.py",
            "measure/test_label.py",
            "measure/test_moments.py",
            "measure/test_pnpoly.py",
            "measure/test_polygon.py",
            "measure/test_profile.py",
            "measure/test_regionprops.py",
            "metrics/test_set_metrics.py",
            "metrics/test_simple_metrics.py",
            "metrics/test_structural_similarity.py",
            "morphology/test_convex_hull.py",
            "morphology/test_extrema.py",
            "morphology/test_flood_fill.py",
            "morphology/test_footprints.py",
            "morphology/test_gray.py",
            "morphology/test_isotropic.py",
            "morphology/test_max_tree.py",
            "morphology/test_misc.py",
            "morphology/test_reconstruction.py",
            "morphology/test_skeletonize.py",
            "restoration/test_denoise.py",
            "restoration/test_inpaint.py",
            "restoration/test_restoration.py",
            "segmentation/test_boundaries.py",
            "segmentation/test_clear_border.py",
            "segmentation/test_expand_labels.py",
            "segmentation/test_felzenszwalb.py",
            "segmentation/test_join.py",
            "segmentation/test_random_walker.py",
            "segmentation/test_slic.py",
            "segmentation/test_watershed.py",
            "transform/test_geometric.py",
            "transform/test_integral.py",
            "transform/test_pyramids.py",
            "transform/test_warps.py",
            "util/test_arraycrop.py",
            "util/test_invert.py",
            "util/test_montage.py",
            "util/test_random_noise.py",
            "util/test_shape.py",
        ),
        frozenset({"apply_hysteresis_threshold", "euler_number", "perimeter", "perimeter_crofton", "pyramid_expand"}),
    ),
}


def tests_of(peer: Peer) -> Path | None:
    """Return the folder of a peer's tests, or None if they are not installed.

    Wheels of SciPy contain them. Those of scikit-image do not; the folder
    ``tests/skimage`` of its source distribution can be named by the
    environment variable ``SKIMAGE_TESTS``.
    """
    spec = importlib.util.find_spec(peer.package)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "ndimage" / "tests"
    if peer.name == "skimage":
        folder = Path(os.environ.get("SKIMAGE_TESTS", "missing"))
    return folder if folder.is_dir() else None


def supported(peer: Peer) -> str | None:
    """Return why the tests of a peer cannot be run and compared, or None."""
    installed = importlib.import_module(peer.package).__version__
    if not installed.startswith(f"{peer.version}."):
        return f"The expected differences are those of {peer.package} {peer.version}; {installed} is installed."
    if tests_of(peer) is None:
        return f"The tests of {peer.package} {installed} are not installed: its wheel does not contain them."
    return None


@dataclass
class Record:
    """What happened in one test."""

    called: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    causes: set[str] = field(default_factory=set)
    """Why adapters refused calls."""
    outcome: str = "passed"
    message: str = ""


class Recorder:
    """A plugin of pytest that records each test."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = defaultdict(Record)
        self.current = Record()

    def watched(self, name: str, adapter: Any) -> Any:
        """Return an adapter whose calls are recorded."""
        from conformance.translation import NotExpressedError

        @functools.wraps(adapter)
        def call(*args: Any, **kwargs: Any) -> Any:
            self.current.called.add(name)
            try:
                result = adapter(*args, **kwargs)
            except NotExpressedError as error:
                self.current.causes.add(error.cause)
                raise
            except Exception:
                self.current.reached.add(name)
                raise
            self.current.reached.add(name)
            return result

        return call

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.current = self.records[nodeid]

    def pytest_runtest_logreport(self, report: Any) -> None:
        record = self.records[report.nodeid]
        if report.outcome != "passed" and record.outcome != "failed":
            record.outcome = report.outcome
            crash = getattr(report.longrepr, "reprcrash", None)
            record.message = crash.message if crash else str(report.longrepr)


def run(peer: Peer, target: Path) -> int:
    """Run a peer's tests in this process, and write the records to a file."""
    import pytest
    from hypothesis import settings

    recorder = Recorder()
    adapters = importlib.import_module(f"conformance.as_{peer.name}").ADAPTERS
    watched = {name: recorder.watched(name, adapter) for name, adapter in adapters.items()}
    {"ndimage": replace_ndimage, "skimage": replace_skimage}[peer.name](watched)
    settings.register_profile("peer", derandomize=True, deadline=None, max_examples=20, database=None)
    settings.load_profile("peer")
    folder = tests_of(peer)
    assert folder is not None
    options = ["-q", "--no-header", "--no-summary", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist", "-c",
               os.devnull, "--rootdir", str(folder), "--import-mode=importlib" if peer.name == "skimage" else
               "--import-mode=prepend", "-W", "ignore::pytest.PytestWarning"]  # fmt: skip
    status = pytest.main([*options, *(str(folder / file) for file in peer.files)], plugins=[recorder])
    records = {
        nodeid: {
            "called": sorted(record.called),
            "reached": sorted(record.reached),
            "causes": sorted(record.causes),
            "outcome": record.outcome,
            "message": record.message,
        }
        for nodeid, record in recorder.records.items()
    }
    target.write_text(json.dumps(records))
    return int(status)


def replace_ndimage(adapters: dict[str, Any]) -> None:
    """Put adapters behind the names of scipy.ndimage, with the entries of SciPy's table of capabilities."""
    import scipy.ndimage
    from scipy._lib._array_api import xp_capabilities_table

    for name, adapter in adapters.items():
        xp_capabilities_table[adapter] = xp_capabilities_table[getattr(scipy.ndimage, name)]
        setattr(scipy.ndimage, name, adapter)


def replace_skimage(adapters: dict[str, Any]) -> None:
    """Put adapters behind the names of scikit-image: in its public modules, and in those that its tests import from."""
    from conformance.as_skimage import HOMES

    for home, names in HOMES.items():
        module = importlib.import_module(f"skimage.{home}")
        for name in names:
            original = getattr(module, name)
            for place in (module, sys.modules[original.__module__]):
                setattr(place, name, adapters[name])


def recorded(peer: Peer, folder: Path, limit: float) -> dict[str, dict[str, Any]]:
    """Run a peer's tests in a process of their own, and return the records by test."""
    target = folder / f"{peer.name}.json"
    path = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    process = subprocess.run(
        [sys.executable, str(Path(__file__)), peer.name, "--into", str(target)],
        env={**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": "", "PYTHONWARNINGS": ""},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    if not target.exists() or process.returncode not in (0, 1):
        raise RuntimeError(f"The tests of {peer.package} ended with {process.returncode}.\n{process.stdout[-4000:]}"
                           f"\n{process.stderr[-4000:]}")  # fmt: skip
    return json.loads(target.read_text())


def expected(peer: Peer) -> list[tuple[str, str]]:
    """Return the patterns of tests that are expected to fail, with their causes."""
    found = []
    cause = ""
    for line in (HERE / f"expected_{peer.name}.txt").read_text().splitlines():
        if line.startswith("== "):
            cause = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            found.append((cause, line.strip()))
    return found


def matches(pattern: str, test: str) -> bool:
    """Return whether a pattern stands for a test; ``*`` stands for any characters, and nothing else is special."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), test) is not None


def judged(peer: Peer, records: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Return a sentence for each difference between what the tests did and what is expected of them."""
    patterns = expected(peer)
    seen: dict[str, int] = dict.fromkeys((pattern for _, pattern in patterns), 0)
    for test, record in records.items():
        if not record["called"]:
            continue
        fitting = [(cause, pattern) for cause, pattern in patterns if matches(pattern, test)]
        for _, pattern in fitting:
            seen[pattern] += 1
        if record["outcome"] == "failed" and not fitting:
            message = " ".join(record["message"].split())[:300]
            yield f"{test} fails, and no line expects it: {message}"
        if record["outcome"] == "passed" and fitting:
            yield f"{test} passes, but {fitting[0][1]!r} expects it to fail ({fitting[0][0]})."
    for pattern, count in seen.items():
        if not count:
            yield f"{pattern!r} stands for no test that calls opsin."


def summary(peer: Peer, records: dict[str, dict[str, Any]]) -> str:
    """Return the numbers of tests by what they did, and of failures by cause."""
    concerned = {test: record for test, record in records.items() if record["called"]}
    passed = sum(record["outcome"] == "passed" for record in concerned.values())
    reached = sum(bool(record["reached"]) for record in concerned.values())
    causes: dict[str, int] = defaultdict(int)
    for test, record in concerned.items():
        if record["outcome"] == "failed":
            causes[next((cause for cause, pattern in expected(peer) if matches(pattern, test)), "not expected")] += 1
    lines = [
        f"{peer.package}: {len(records)} tests, of which {len(concerned)} call an adapter and {reached} reach opsin; "
        f"{passed} pass, and {sum(causes.values())} fail:"
    ]
    return "\n".join([*lines, *(f"  {count:5} {cause}" for cause, count in sorted(causes.items()))])


def main() -> int:
    """Run the tests of a peer and print the result, or write the records to a file."""
    parser = argparse.ArgumentParser(description="Run a peer's tests with opsin behind its names.")
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--into", type=Path, help="write the records to this file, and judge nothing")
    parser.add_argument("--all", action="store_true", help="print each test that fails, with its message")
    options = parser.parse_args()
    peer = PEERS[options.peer]
    reason = supported(peer)
    if reason is not None:
        parser.error(reason)
    if options.into:
        return run(peer, options.into)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        records = recorded(peer, Path(folder), 600)
    if options.all:
        for test, record in records.items():
            if record["called"] and record["outcome"] == "failed":
                causes = ", ".join(record["causes"])
                print(f"{test}\t{causes}\t{' '.join(record['message'].split())[:160]}")
    complaints = list(judged(peer, records))
    print("\n".join([*complaints, summary(peer, records)]))
    return bool(complaints)


if __name__ == "__main__":
    # As a module, so that the adapters find the same class of errors as this script.
    sys.path[:] = [str(HERE.parent), *(entry for entry in sys.path if entry != str(HERE))]
    sys.exit(main())
