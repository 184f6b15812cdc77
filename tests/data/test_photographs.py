"""Photographs of scikit-image's package, compared with what its functions return, and its absence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import skimage.data

import opsin

NAMES = opsin.data.photographs()


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(("motorcycle", "horse"))])
def test_same_pixels_as_scikit_image(name: str) -> None:
    image = opsin.data.photograph(name)
    expected = getattr(skimage.data, name)()
    assert image.dtype == expected.dtype
    np.testing.assert_array_equal(image, expected)


def test_horse_is_a_silhouette() -> None:
    horse = opsin.data.photograph("horse")
    gray = horse if horse.ndim == 2 else horse[..., 0]
    np.testing.assert_array_equal(gray > gray.max() / 2 if gray.dtype != bool else gray, skimage.data.horse())


def test_stereo_pair() -> None:
    left, right = opsin.data.photograph("motorcycle_left"), opsin.data.photograph("motorcycle_right")
    assert left.shape == right.shape
    assert left.ndim == 3


def test_the_names_are_in_order() -> None:
    assert sorted(NAMES) == NAMES
    assert {"astronaut", "camera", "chelsea", "coffee", "coins", "moon", "retina"} <= set(NAMES)


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"name must be one of .*'coins'.*got 'coin'\. Did you mean 'coins'\?"):
        opsin.data.photograph("coin")
    with pytest.raises(TypeError, match="name must be one of"):
        opsin.data.photograph(3)


def test_a_photograph_that_the_installed_version_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(opsin.data.photograph.__globals__, "_folder", lambda: tmp_path)
    opsin.io.imsave(tmp_path / "camera.png", np.zeros((2, 2), np.uint8))
    assert opsin.data.photographs() == ["camera"]
    with pytest.raises(ValueError, match="must be one of camera; the installed scikit-image lacks 'coins'"):
        opsin.data.photograph("coins")


@pytest.mark.parametrize("absent", ["sys.modules['skimage'] = None", "sys.path[:] = [p for p in sys.path if 0]"])
def test_without_scikit_image_the_error_names_the_extra(absent: str) -> None:
    code = (
        "import sys, opsin, opsin.data.photographs\n"
        f"{absent}\n"
        "for call in (opsin.data.photographs, lambda: opsin.data.photograph('coins')):\n"
        "    try: call()\n"
        "    except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("pip install 'opsin[samples]'") == 2


def test_scikit_image_is_not_imported() -> None:
    code = "import sys, opsin; opsin.data.photograph('coins'); assert 'skimage' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
