"""Threads, forks and instruction sets."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import opsin
from opsin._engine import runtime

SIZE_BUDGET = 12_000_000
"""Bytes that the compiled part of opsin may take in all."""


def blur(seed: int) -> np.ndarray:
    image = np.random.default_rng(seed).random((400, 300), np.float32)
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
