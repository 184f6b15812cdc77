"""Race every operation against every peer that has it, and write the report.

    python benchmarks/race.py [--only NAMES] [--threads 2,1] [--images 512,640x480] [--simd avx512,avx2]

Contenders take turns within one process, with the same number of threads. A
row holds the minimum and the median of the calls and whether the results
agree; a result that does not agree is marked, never left out. Each
instruction set is raced in a process of its own, in which OpenCV is
restricted to it too.

The numbers are kept in ``results.json``, from which the pages are made, so
that a part can be raced again by itself. Rows of different machines and
versions are kept apart.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
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
from opsin._engine import runtime

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "benchmarks.md"

# The distribution of each peer, whose version is in the report.
PEERS = {
    "OpenCV": "opencv-contrib-python-headless",
    "scikit-image": "scikit-image",
    "SciPy": "scipy",
    "Pillow": "pillow",
    "DIPlib": "diplib",
    "pyvips": "pyvips",
    "cc3d": "connected-components-3d",
    "SimpleITK": "SimpleITK",
    "fastmorph": "fastmorph",
    "kornia-rs": "kornia-rs",
    "NumPy": "numpy",
}

IMAGES = {
    "32": (32, 32),
    "128": (128, 128),
    "512": (512, 512),
    "640x480": (480, 640),
    "1080x1920": (1080, 1920),
    "2048": (2048, 2048),
}
"""The rows and columns of the photographs."""

SMALL = ("32", "128", "640x480")
"""Images that are raced with the first number of threads only."""

WIDE_ONLY = ("512", "2048")
"""Images that are raced with instruction sets other than the first."""

VOLUMES = {"256x256x256": (256, 256, 256), "97x161x140": (97, 161, 140)}

RESTRICTED = {"avx2": "AVX512-SKX,AVX512-COMMON,AVX512-CNL,AVX512-CLX,AVX512-ICL,AVX512F"}
"""What OpenCV must not use in the race of an instruction set."""

ROUNDS = 200
SECONDS_PER_CASE = 0.15
TURN = 0.002
"""For how many seconds a contender runs in its turn, as a program that processes many images does. The first call of
such a turn is not timed: it would depend on how much of the caches the contender before it has used, and on how long
the threads of that one spin before they sleep. A contender that takes longer runs once."""

SLOW, VERY_SLOW = 0.15, 1.0
"""A contender slower than this many seconds runs twice, and once."""


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
    """Return `result` as an array, without `margin` pixels along the borders of its first two axes."""
    if type(result).__module__.startswith("SimpleITK"):
        result = sys.modules["SimpleITK"].GetArrayFromImage(result)
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
        "sitk": "SimpleITK",
        "fastmorph": "fastmorph",
        "kornia": "kornia_rs",
    }
    found = SimpleNamespace(**{short: importlib.import_module(name) for short, name in names.items()})
    parts = (
        "color",
        "exposure",
        "feature",
        "filters",
        "measure",
        "morphology",
        "restoration",
        "segmentation",
        "transform",
    )
    for part in parts:
        importlib.import_module(f"skimage.{part}")
    # pyvips would answer a repeated call from its cache.
    found.pyvips.cache_set_max(0)
    return found


def use_threads(peers: SimpleNamespace, count: int) -> None:
    """Give every contender that has threads `count` of them."""
    opsin.set_num_threads(count)
    peers.cv2.setNumThreads(count)
    peers.diplib.SetNumberOfThreads(count)
    peers.sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(count)
    # libvips reads its number of threads when an image is evaluated.
    peers.pyvips.vips_lib.vips_concurrency_set(count)


def images(names: list[str]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield a photograph, mirrored until it is large enough, in each shape and three types."""
    from skimage import data

    color = data.astronaut()
    for name in names:
        rows, columns = IMAGES[name]
        more = max(max(rows, columns) - len(color), 0)
        tiled = np.pad(color, ((0, more), (0, more), (0, 0)), mode="symmetric")[:rows, :columns]
        gray = np.ascontiguousarray(tiled[..., 1])
        yield f"{name} uint8", gray
        yield f"{name} float32", gray.astype(np.float32) / np.float32(255)
        yield f"{name} RGB uint8", np.ascontiguousarray(tiled)


def volumes(names: list[str]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield smooth noise in each shape and two types."""
    from scipy import ndimage

    for name in names:
        shape = VOLUMES[name]
        noise = ndimage.gaussian_filter(np.random.default_rng(0).random(shape, np.float32), 2)
        noise = (noise - noise.min()) / (noise.max() - noise.min())
        yield f"{name} uint8", (255 * noise).astype(np.uint8)
        yield f"{name} float32", noise


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
                if taken and min(taken) > (VERY_SLOW if len(taken) == 1 else SLOW):
                    continue
                turn_began = time.perf_counter()
                if taken and min(taken) < TURN:
                    run()
                while True:
                    start = time.perf_counter()
                    result = run()
                    ended = time.perf_counter()
                    del result
                    taken.append(ended - start)
                    if ended - turn_began > TURN:
                        break
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
    names: list[str],
    volume_names: list[str],
    thread_counts: list[int],
    peers: SimpleNamespace,
    rates: dict[str, float],
) -> Iterator[dict[str, Any]]:
    """Yield a row for every case of `module`."""
    for image_name, image in images(names):
        counts = thread_counts[:1] if image_name.partition(" ")[0] in SMALL else thread_counts
        for case in module.cases(image, peers):
            for count in counts if case.peers else ():
                yield raced(module.OPERATION, image_name, case, count, peers, rates)
    if hasattr(module, "volume_cases"):
        for name, volume in volumes(volume_names):
            for case in module.volume_cases(volume, peers):
                yield raced(module.OPERATION, name, case, thread_counts[0], peers, rates)


def raced(
    operation: str, image: str, case: Case, count: int, peers: SimpleNamespace, rates: dict[str, float]
) -> dict[str, Any]:
    """Return the row of one case."""
    use_threads(peers, count)
    contenders = {"opsin": case.ours, **case.peers}
    results = {name: run() for name, run in contenders.items()}
    ours = inner(results["opsin"], case.margin)
    differences = {
        name: case.difference(ours, inner(result, case.margin)) for name, result in results.items() if name != "opsin"
    }
    del results
    times = measure(contenders)
    limit = max(case.bytes / rates["bytes"], case.arithmetic / rates["multiply_adds"])
    row = {
        "operation": operation,
        "image": image,
        "case": case.label,
        "threads": count,
        "simd": runtime.simd_tier(),
        "times": times,
        "differences": differences,
        "tolerance": case.tolerance,
        "limit": 1000 * limit,
    }
    print(one_line(row), flush=True)
    return row


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
    head = f"{row['operation']} {row['image']} {row['case']} {row['threads']}t {row['simd']}"
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
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": {name: metadata.version(package) for name, package in PEERS.items()} | {"opsin": opsin.__version__},
    }


def save(rows: list[dict[str, Any]], rates: dict[str, float]) -> None:
    """Keep `rows` in place of those of the same operations, images and threads on this machine, one row to a line."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    here = machine()
    key = hashlib.sha256(json.dumps(here, sort_keys=True).encode()).hexdigest()[:8]

    def group(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["operation"], row["image"], row["threads"], row["simd"]

    replaced = {group(row) for row in rows}
    kept = [row for row in results.get("rows", []) if row["machine"] != key or group(row) not in replaced]
    every = sorted(kept + [{"machine": key, **row} for row in rows], key=lambda row: str(row["operation"]))
    machines = {**results.get("machines", {}), key: {**here, "rates": rates}}
    used = {row["machine"] for row in every}
    lines = ",\n  ".join(json.dumps(row) for row in every)
    head = json.dumps({name: item for name, item in machines.items() if name in used}, indent=1)
    RESULTS.write_text(f'{{"machines": {head},\n "rows": [\n  {lines}\n]}}\n')


def race_here(options: argparse.Namespace, chosen: list[str]) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Race with the instruction set of this process."""
    peers = peer_modules()
    rates = machine_rates()
    rows: list[dict[str, Any]] = []
    for name in chosen:
        module = importlib.import_module(f"cases.{name}")
        counts = [int(count) for count in options.threads.split(",")]
        rows += race(module, listed(options.images), listed(options.volumes), counts, peers, rates)
    return rows, rates


def race_in_process(
    options: argparse.Namespace, simd: str, names: str, threads: str
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Race in a process that is restricted to an instruction set."""
    environment = {**os.environ, "OPSIN_SIMD": simd, "OPENCV_CPU_DISABLE": RESTRICTED.get(simd, "")}
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        command = [sys.executable, __file__, "--images", names, "--volumes", options.volumes]
        command += ["--threads", threads, "--simd", "", "--output", output.name]
        command += ["--only", options.only] if options.only else []
        subprocess.run(command, env=environment, check=True)
        found = json.loads(Path(output.name).read_text())
    return found["rows"], found["rates"]


def listed(names: str) -> list[str]:
    """Return the names of a list with commas, which may be empty."""
    return [name for name in names.split(",") if name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="modules of benchmarks/cases, such as median,sobel")
    parser.add_argument("--images", default=",".join(IMAGES), help=f"of {', '.join(IMAGES)}; may be empty")
    parser.add_argument("--volumes", default=",".join(VOLUMES), help=f"of {', '.join(VOLUMES)}; may be empty")
    parser.add_argument("--threads", default="2,1")
    parser.add_argument("--simd", default="avx512,avx2", help="instruction sets, those of this machine by default")
    parser.add_argument("--no-save", action="store_true", help="print the rows and change no file")
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()

    sys.path.insert(0, str(HERE))
    sys.modules.setdefault("race", sys.modules[__name__])
    names = sorted(path.stem for path in (HERE / "cases").glob("[a-z]*.py"))
    chosen = options.only.split(",") if options.only else names
    for option, values, known in (
        ("only", chosen, names),
        ("images", listed(options.images), list(IMAGES)),
        ("volumes", listed(options.volumes), list(VOLUMES)),
    ):
        unknown = set(values) - set(known)
        if unknown:
            parser.error(f"--{option} must be of {', '.join(known)}; got {', '.join(sorted(unknown))}")
    if options.output is not None:
        rows, rates = race_here(options, chosen)
        options.output.write_text(json.dumps({"rows": rows, "rates": rates}))
        return

    present = runtime.simd_tiers()
    tiers = [tier for tier in options.simd.split(",") if tier in present] or [present[-1]]
    rows, rates = race_in_process(options, tiers[0], options.images, options.threads)
    for tier in tiers[1:]:
        some = [name for name in listed(options.images) if name in WIDE_ONLY]
        if some:
            rows += race_in_process(options, tier, ",".join(some), options.threads.partition(",")[0])[0]
    lost = [row for row in rows if ratio(row) < 1]
    print(f"\n{len(rows)} rows, {len(rows) - len(lost)} won")
    for row in lost:
        print("  behind:", one_line(row))
    if options.no_save:
        return
    save(rows, rates)
    importlib.import_module("report").write(PAGE)
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
