"""Threads, forks and instruction sets."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import opsin
from opsin._engine import runtime
from opsin._engine.borders import extended, margins
from opsin._engine.iterate import stopped_by
from opsin._engine.runtime import KERNELS, Stop, Stopped, bind, run

signal.signal(signal.SIGINT, signal.default_int_handler)  # the background jobs of a shell ignore it

SIZE_BUDGET = 28_000_000
"""Bytes that the compiled part of opsin may take in all."""


def blur(seed: int) -> np.ndarray:
    image = np.random.default_rng(seed).random((700, 600), np.float32)
    return opsin.filters.gaussian(image, 2)


def test_many_threads_may_call_at_once() -> None:
    expected = [blur(seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            for got, kept in zip(pool.map(blur, range(8)), expected, strict=True):
                np.testing.assert_array_equal(got, kept)


def test_number_of_threads_may_change_while_others_call() -> None:
    expected = blur(1)
    before = opsin.get_num_threads()
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(blur, 1) for _ in range(60)]
        for count in (1, 3, 2, 4) * 5:
            opsin.set_num_threads(count)
        for task in running:
            np.testing.assert_array_equal(task.result(), expected)
    opsin.set_num_threads(before)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_works_and_so_does_its_parent() -> None:
    expected = blur(2)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for got in pool.map_async(blur, [2, 2, 2, 2]).get(timeout=60):
            np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(blur(2), expected)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_forking_while_others_call_does_not_hang() -> None:
    expected = blur(3)
    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(blur, 3) for _ in range(100)]
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if np.array_equal(blur(3), expected) else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        for task in running:
            np.testing.assert_array_equal(task.result(), expected)


def unfinished(*shape: int) -> NDArray[np.float32]:
    return np.full(shape, np.nan, np.float32)


def long_call(result: NDArray[np.float32], radius: int) -> None:
    """Blur planes of ones with a window so large that it takes seconds."""
    rows, columns = result.shape[-2:]
    weights = np.full(2 * radius + 1, 1 / (2 * radius + 1), np.float32)
    tables = extended(rows, radius, radius, "nearest"), margins(columns, radius, "nearest")
    bound = bind(KERNELS["correlate_f32"], None, *tables, 0.0, weights, weights, 1, None, cost=0.05 * radius)
    run(bound, np.ones((rows, columns), np.float32), result)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_neither_changing_the_threads_nor_forking_waits_for_calls() -> None:
    expected, before = blur(3), opsin.get_num_threads()
    with ThreadPoolExecutor(8) as callers:
        results = [unfinished(150, 256, 256) for _ in range(8)]
        running = [callers.submit(long_call, result, 400) for result in results]
        try:
            for count in (1, 3, 2):
                opsin.set_num_threads(count)
                child = os.fork()
                if child == 0:
                    opsin.set_num_threads(3)
                    os._exit(0 if np.array_equal(blur(3), expected) else 1)
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert not any(task.done() for task in running)
        finally:
            opsin.set_num_threads(before)
        for task, result in zip(running, results, strict=True):
            task.result()
            np.testing.assert_allclose(result, 1, rtol=1e-4)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts the threads that Linux tells of")
def test_a_forked_child_has_a_pool_of_its_own() -> None:
    expected = blur(4)
    with opsin.threads(3):
        np.testing.assert_array_equal(blur(4), expected)
        child = os.fork()
        if child == 0:
            wanted = len(os.listdir("/proc/self/task")) + 2  # SciPy's FFT starts its threads again after a fork
            deadline = time.monotonic() + 30
            same = np.array_equal(blur(4), expected)
            while len(os.listdir("/proc/self/task")) < wanted and time.monotonic() < deadline:
                same = same and np.array_equal(blur(4), expected)  # a brief call may end before all threads have begun
            found = len(os.listdir("/proc/self/task"))
            os._exit(0 if same and opsin.get_num_threads() == 3 and found == wanted else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


COUNT_THREADS = """
import os, time, numpy, opsin

def count():
    return len(os.listdir("/proc/self/task"))

image = numpy.ones((700, 700), numpy.float32)
before = count()  # those of other libraries
for threads in (4, 2, 5, 1):
    opsin.set_num_threads(threads)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        opsin.filters.gaussian(image, 2)
        if count() == before + threads - 1:  # workers leave when they see the change
            break
        time.sleep(0.01)
    print(count() - before)
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts the threads that Linux tells of")
def test_the_pool_has_as_many_threads_as_asked_for() -> None:
    found = subprocess.run([sys.executable, "-c", COUNT_THREADS], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["3", "1", "4", "0"]


@pytest.mark.parametrize("shape", [(6000, 3000), (900, 256, 256), (9, 2000, 2000)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_long_call_can_be_interrupted(shape: tuple[int, ...], count: int) -> None:
    expected, result = blur(6), unfinished(*shape)
    with opsin.threads(count):
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                long_call(result, 500)
        finally:
            timer.cancel()
        assert np.isnan(result).any()  # it did not go on to the end
        np.testing.assert_array_equal(blur(6), expected)


@pytest.mark.parametrize("shape", [(6000, 3000), (900, 256, 256)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_call_can_be_stopped_by_another_thread(shape: tuple[int, ...], count: int) -> None:
    expected, result, stop = blur(6), unfinished(*shape), Stop()
    with opsin.threads(count), ThreadPoolExecutor(1) as pool:

        def work() -> None:
            with stopped_by(stop):
                long_call(result, 500)

        call = pool.submit(work)
        time.sleep(0.1)
        stop.ask()
        with pytest.raises(Stopped):
            call.result(timeout=60)
        assert np.isnan(result).any()  # it did not go on to the end
        np.testing.assert_array_equal(pool.submit(blur, 6).result(), expected)  # the thread heeds it no more
        np.testing.assert_array_equal(blur(6), expected)


def test_compiled_code_and_iterations_can_be_stopped() -> None:
    stop, noise = Stop(), np.random.default_rng(0).random((300, 300))
    stop.ask()
    assert stop.is_asked
    for call in (
        lambda: opsin.morphology.reconstruction(noise * 0.5, noise),
        lambda: opsin.restoration.denoise_tv_chambolle(noise),
        lambda: opsin.filters.median(noise, 5),
    ):
        with pytest.raises(Stopped), stopped_by(stop):
            call()
        call()


def test_a_handler_that_returns_lets_the_call_finish() -> None:
    expected, seen = opsin.filters.gaussian(np.ones((1500, 1500), np.float32), 40), []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(blur(7)))  # a call inside a call
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        found = opsin.filters.gaussian(np.ones((1500, 1500), np.float32), 40)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    np.testing.assert_array_equal(found, expected)
    for blurred in seen:
        np.testing.assert_array_equal(blurred, blur(7))


def test_the_exception_of_a_handler_passes_through() -> None:
    def late(*_: Any) -> None:
        raise TimeoutError("it takes too long")

    result, before = unfinished(6000, 3000), signal.signal(signal.SIGALRM, late)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeoutError, match="it takes too long"):
            long_call(result, 500)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(("flags", "forks"), [(["-O2"], True), (["-O1", "-fsanitize=thread"], False)])
def test_pool_under_stress(flags: list[str], forks: bool, tmp_path: Path) -> None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        warnings.warn("there is no C compiler: the thread pool is not stressed", stacklevel=1)
        pytest.skip("needs a C compiler")
    root = Path(__file__).parent.parent
    program = tmp_path / "stress"
    source = root / "tests" / "pool" / "stress.c"
    options = ["-std=c11", "-D_GNU_SOURCE", "-g", *flags, f"-I{root / 'src' / 'opsin' / '_engine'}"]
    built = subprocess.run([compiler, *options, str(source), "-o", str(program), "-lpthread"], capture_output=True)
    if built.returncode != 0 and b"tsan" in built.stderr:
        pytest.skip("the compiler has no ThreadSanitizer: races in the thread pool are not looked for")
    assert built.returncode == 0, built.stderr.decode()
    found = subprocess.run([str(program), "3", str(int(forks))], capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("tier", runtime.simd_tiers())
def test_environment_chooses_the_instruction_set(tier: str) -> None:
    code = "import opsin._engine.runtime as runtime; print(runtime.simd_tier())"
    environment = {**os.environ, "OPSIN_SIMD": tier}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == tier


def test_unknown_instruction_set_is_refused() -> None:
    with pytest.raises(ValueError, match="this machine has kernels for"):
        runtime.set_simd_tier("mmx")


def test_compiled_part_stays_within_its_size() -> None:
    folder = Path(runtime.__file__).parent
    assert sum(path.stat().st_size for path in folder.rglob("*.so")) < SIZE_BUDGET
