"""The whole stack in a second: import, a kernel, an operation, an error."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import opsin
from opsin._engine import runtime


def test_a_constant_image_stays_what_it_is() -> None:
    for dtype in (np.uint8, np.uint16, np.float32, np.float64):
        image = np.full((5, 7), 3, dtype)
        np.testing.assert_array_equal(opsin.filters.gaussian(image, 2), image)


def test_a_wrong_parameter_is_named() -> None:
    with pytest.raises(ValueError, match=r"sigma must be at least 0 .*got -1"):
        opsin.filters.gaussian(np.zeros((3, 3)), -1)


def test_import_brings_no_slow_library() -> None:
    late = [
        "PIL",
        "IPython",
        "click",
        "imagecodecs",
        "matplotlib",
        "scipy",
        "soundfile",
        "tifffile",
        "halide",
        "Cython",
    ]
    code = f"import sys, opsin; print([name for name in {late} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_runtime_refuses_what_a_kernel_cannot_take() -> None:
    kernel = runtime.KERNELS["correlate_f32"]
    with pytest.raises(TypeError, match="takes 8 arguments"):
        kernel(1)
    weights, rows = np.ones(1, np.float32), np.zeros(2, np.int32)
    image, margins = np.zeros((2, 2), np.float32), np.zeros((2, 0), np.int32)
    with pytest.raises(ValueError, match=r"output\.extent"):
        kernel(image, rows, margins, 0.0, weights, weights, 1, np.zeros((3, 3), np.float32))
    with pytest.raises(TypeError, match="float64"):
        kernel(image, rows, margins, 0.0, weights, weights, 1, np.zeros((2, 2)))
    with pytest.raises(TypeError, match="2 dimensions; got 1"):
        kernel(image[0], rows, margins, 0.0, weights, weights, 1, image)


def test_numbers_of_threads_are_checked() -> None:
    with pytest.raises(ValueError, match="count must be at least 1 and at most 256; got 0"):
        opsin.set_num_threads(0)
    with pytest.raises(TypeError, match="count must be an integer"):
        opsin.set_num_threads(1.5)


@pytest.mark.parametrize("asked", ["0", "many", "-1"])
def test_wrong_environment_is_refused(asked: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import opsin.filters"],
        env={**os.environ, "OPSIN_NUM_THREADS": asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode != 0
    assert "OPSIN_NUM_THREADS must be" in found.stderr
