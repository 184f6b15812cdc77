"""Race every operation against every peer that has it, and write the report.

    python benchmarks/race.py [--only NAME] [--threads 2,1] [--sizes 512,2048]

Contenders take turns within one process, each run once per round, with the
same number of threads. A row tells the minimum and the median of the rounds
and whether the results agree; a result that does not agree is marked, never
left out. The numbers are kept in ``results.json``, from which the pages are
made, so that a part can be raced again by itself.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "benchmarks.md"

# The distribution of each peer, whose version the report tells.
PEERS = {
    "OpenCV": "opencv-contrib-python-headless",
    "scikit-image": "scikit-image",
    "SciPy": "scipy",
    "Pillow": "pillow",
    "DIPlib": "diplib",
    "pyvips": "pyvips",
    "cc3d": "connected-components-3d",
    "NumPy": "numpy",
}

ROUNDS = 24
SECONDS_PER_CASE = 0.35
SLOW = 0.15
"""A contender slower than this many seconds runs only a few rounds."""


def largest_difference(ours: Any, theirs: Any) -> float:
    """Return the largest absolute difference between two results, or infinity if their shapes differ."""
    a, b = np.asarray(ours), np.asarray(theirs)
    if a.shape != b.shape:
        return float("inf")
    if a.size == 0:
        return 0.0
    return float(np.max(np.abs(a.astype(np.float64) - b.astype(np.float64))))


@dataclass
class Case:
    """One row of the race."""

    label: str
    """The parameters, such as ``"5 x 5"``."""
    ours: Callable[[], Any]
    peers: dict[str, Callable[[], Any]]
    bytes: int
    """How many bytes must move at the least: what is read once and written once."""
    tolerance: float = 0.0
    """The largest difference at which results agree."""
    arithmetic: int = 0
    """How many multiply-adds the definition takes, if they and not the bytes are the limit."""
    margin: int = 0
    """How many pixels along each border are left out of the comparison, where peers have other borders."""
    difference: Callable[[Any, Any], float] = field(default=largest_difference)


def inner(result: Any, margin: int) -> Any:
    """Return `result` without `margin` pixels along the borders of its first two axes."""
    return np.asarray(result)[margin:-margin, margin:-margin] if margin else result


def peer_modules() -> SimpleNamespace:
    """Import the peers, so that their import is not in anyone's time."""
    names = {
        "cv2": "cv2",
        "ndimage": "scipy.ndimage",
        "skimage": "skimage",
        "pillow": "PIL.Image",
        "diplib": "diplib",
        "pyvips": "pyvips",
        "cc3d": "cc3d",
    }
    found = SimpleNamespace(**{short: importlib.import_module(name) for short, name in names.items()})
    for part in ("color", "exposure", "filters", "measure", "morphology", "segmentation", "transform"):
        importlib.import_module(f"skimage.{part}")
    # pyvips would answer a repeated call from its cache.
    found.pyvips.cache_set_max(0)
    return found


def use_threads(peers: SimpleNamespace, count: int) -> None:
    """Give every contender that has threads `count` of them."""
    opsin.set_num_threads(count)
    peers.cv2.setNumThreads(count)
    peers.diplib.SetNumberOfThreads(count)
    # libvips reads its number of threads when an image is evaluated.
    peers.pyvips.vips_lib.vips_concurrency_set(count)


def images(sizes: list[int]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield a photograph, mirrored until it is large enough, in three types and each size."""
    from skimage import data

    colour = data.astronaut()
    for size in sizes:
        more = max(size - colour.shape[0], 0)
        tiled = np.pad(colour, ((0, more), (0, more), (0, 0)), mode="symmetric")[:size, :size]
        grey = np.ascontiguousarray(tiled[..., 1])
        yield f"{size} uint8", grey
        yield f"{size} float32", grey.astype(np.float32) / np.float32(255)
        yield f"{size} RGB uint8", np.ascontiguousarray(tiled)


def measure(contenders: dict[str, Callable[[], Any]]) -> dict[str, dict[str, float]]:
    """Let the contenders take turns; return the minimum and the median of each in milliseconds."""
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    gc.disable()
    try:
        began = time.perf_counter()
        names = list(contenders)
        for round_number in range(ROUNDS):
            # Who runs after the slowest finds the caches cold, so everyone does in turn.
            first = round_number % len(names)
            for name in names[first:] + names[:first]:
                run, taken = contenders[name], samples[name]
                if len(taken) >= 2 and min(taken) > SLOW:
                    continue
                start = time.perf_counter()
                result = run()
                taken.append(time.perf_counter() - start)
                del result
            if round_number >= 4 and time.perf_counter() - began > SECONDS_PER_CASE:
                break
    finally:
        gc.enable()
    return {
        name: {"min": 1000 * min(taken), "median": 1000 * statistics.median(taken)} for name, taken in samples.items()
    }


def machine_rates() -> dict[str, float]:
    """Measure what bounds every kernel: bytes copied and multiply-adds made in a second."""
    source = np.ones(1 << 24, np.float32)
    target = np.empty_like(source)
    matrix = np.ones((1024, 1024), np.float32)
    product = np.empty_like(matrix)
    copied = min(_seconds(lambda: np.copyto(target, source)) for _ in range(10))
    multiplied = min(_seconds(lambda: np.matmul(matrix, matrix, out=product)) for _ in range(10))
    return {"bytes": 2 * source.nbytes / copied, "multiply_adds": 1024**3 / multiplied}


def _seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def race(
    module: ModuleType,
    sizes: list[int],
    thread_counts: list[int],
    peers: SimpleNamespace,
    rates: dict[str, float],
) -> Iterator[dict[str, Any]]:
    """Yield a row for every case of `module`."""
    for image_name, image in images(sizes):
        for case in module.cases(image, peers):
            for count in thread_counts:
                use_threads(peers, count)
                contenders = {"opsin": case.ours, **case.peers}
                results = {name: run() for name, run in contenders.items()}
                ours = inner(results["opsin"], case.margin)
                differences = {
                    name: case.difference(ours, inner(result, case.margin))
                    for name, result in results.items()
                    if name != "opsin"
                }
                del results
                times = measure(contenders)
                limit = max(case.bytes / rates["bytes"], case.arithmetic / rates["multiply_adds"])
                row = {
                    "operation": module.OPERATION,
                    "image": image_name,
                    "case": case.label,
                    "threads": count,
                    "times": times,
                    "differences": differences,
                    "tolerance": case.tolerance,
                    "limit": 1000 * limit,
                }
                print(one_line(row), flush=True)
                yield row


def fastest_peer(row: dict[str, Any]) -> str:
    """Return the name of the fastest peer of a row."""
    return min((name for name in row["times"] if name != "opsin"), key=lambda name: row["times"][name]["min"])


def ratio(row: dict[str, Any], kind: str = "min") -> float:
    """Return how many times faster opsin is than the fastest peer."""
    return float(row["times"][fastest_peer(row)][kind] / row["times"]["opsin"][kind])


def disagreeing(row: dict[str, Any]) -> list[str]:
    """Return the peers whose results differ by more than the tolerance."""
    return [name for name, value in row["differences"].items() if not value <= row["tolerance"]]


def one_line(row: dict[str, Any]) -> str:
    """Return a row as a line of text."""
    times = "  ".join(f"{name} {value['min']:.3f}" for name, value in row["times"].items())
    mark = "".join(f"  DIFFERS {name} {row['differences'][name]:.3g}" for name in disagreeing(row))
    head = f"{row['operation']} {row['image']} {row['case']} {row['threads']}t"
    return f"{head}: {ratio(row):.2f}x  {times}{mark}"


def machine() -> dict[str, Any]:
    """Return what the numbers hold for: the processor and the versions."""
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        lines = [line for line in described.read_text().splitlines() if line.startswith("model name")]
        model = f"{lines[0].partition(':')[2].strip()}, {len(lines)} virtual cores" if lines else model
    return {
        "processor": model,
        "simd": opsin._engine.runtime.simd_tier(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": {name: metadata.version(package) for name, package in PEERS.items()} | {"opsin": opsin.__version__},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="one module of benchmarks/cases, such as median")
    parser.add_argument("--sizes", default="512,2048")
    parser.add_argument("--threads", default="2,1")
    parser.add_argument("--no-save", action="store_true", help="print the rows and change no file")
    options = parser.parse_args()

    sys.path.insert(0, str(HERE))
    sys.modules.setdefault("race", sys.modules[__name__])
    names = sorted(path.stem for path in (HERE / "cases").glob("[a-z]*.py"))
    if options.only is not None and options.only not in names:
        parser.error(f"--only must be one of {', '.join(names)}; got {options.only!r}")
    chosen = [options.only] if options.only else names

    peers = peer_modules()
    rates = machine_rates()
    rows: list[dict[str, Any]] = []
    for name in chosen:
        module = importlib.import_module(f"cases.{name}")
        sizes = [int(size) for size in options.sizes.split(",")]
        counts = [int(count) for count in options.threads.split(",")]
        rows += race(module, sizes, counts, peers, rates)
    lost = [row for row in rows if ratio(row) < 1]
    print(f"\n{len(rows)} rows, {len(rows) - len(lost)} won")
    for row in lost:
        print("  behind:", one_line(row))
    if options.no_save:
        return
    kept = json.loads(RESULTS.read_text())["rows"] if RESULTS.exists() else []
    raced = {row["operation"] for row in rows}
    rows = sorted([row for row in kept if row["operation"] not in raced] + rows, key=lambda row: str(row["operation"]))
    RESULTS.write_text(json.dumps({"machine": machine(), "rates": rates, "rows": rows}, indent=1) + "\n")
    importlib.import_module("report").write(PAGE)
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
