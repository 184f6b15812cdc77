"""Recipes: pipelines that are written to a file and read again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import opsin
from opsin._recipe import _text

BRIGHT = opsin.Pipeline(
    ("compare", {"sign": ">", "level": opsin.Pipeline(("gaussian", {"sigma": 1.5}), "threshold_otsu")})
)

PIPELINES = [
    opsin.Pipeline("sobel"),
    opsin.Pipeline(("gaussian", {"sigma": 2, "mode": "wrap"}), "sobel", ("label", {"channel_axis": None})),
    opsin.Pipeline(("gaussian", {"sigma": (1.5, 2.0), "cval": -0.25})),
    opsin.Pipeline(("median", {"footprint": np.array([[0, 1], [1, 1]], np.uint8)})),
    opsin.Pipeline(("resize", {"output_shape": "50%", "anti_aliasing": False})),
    BRIGHT,
    opsin.Pipeline(BRIGHT.steps[0], "label", ("clear_border", {"buffer_size": 3})),
    opsin.Pipeline(("regionprops_table", {"properties": ("area", "centroid")})),
]


@pytest.mark.parametrize("pipeline", PIPELINES, ids=repr)
def test_a_recipe_gives_the_same_pipeline_again(pipeline, tmp_path):
    path = tmp_path / "steps.toml"
    pipeline.save(path)
    assert opsin.Pipeline.load(path) == pipeline
    assert repr(opsin.Pipeline.load(str(path))) == repr(pipeline)


def test_a_recipe_can_be_read_by_people(tmp_path):
    pipeline = opsin.Pipeline(("gaussian", {"sigma": 2, "axes": None}), ("compare", {"sign": ">", "level": 120}))
    pipeline.save(tmp_path / "a.toml")
    assert (tmp_path / "a.toml").read_text() == (
        '[[step]]\noperation = "filters.gaussian"\nnone = ["axes"]\nsigma = 2\n\n'
        '[[step]]\noperation = "compare"\nsign = ">"\nlevel = 120\n'
    )


@given(st.text(max_size=20), st.floats())
def test_any_text_and_number(text, number):
    import tomllib

    found = tomllib.loads(f"a = {_text(text)}\nb = {_text(number)}")
    assert found["a"] == text
    assert found["b"] == number or math.isnan(number)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", ValueError, "one or more .*got nothing"),
        ("a = 1", ValueError, "one or more .*got a"),
        ("[[step]]\nsigma = 2", ValueError, "has operation"),
        ("step = 3", ValueError, "one or more"),
        ("step = [3]", ValueError, "has operation"),
        ("[[step]", ValueError, "this is no recipe"),
        ('[[step]]\noperation = "gausian"', ValueError, "Did you mean 'gaussian'"),
        ('[[step]]\noperation = "gaussian"\nsigma = "x"', TypeError, "sigma must be"),
        ('[[step]]\noperation = "gaussian"\nsigma = -1', ValueError, "sigma must be at least 0"),
        ('[[step]]\noperation = "gaussian"\nnone = 3', ValueError, "none must be a list"),
        ('[[step]]\noperation = "median"\nfootprint = {array = [1], dtype = "O"}', ValueError, "must be of numbers"),
        ('[[step]]\noperation = "median"\nfootprint = {arrays = [1]}', ValueError, "one or more"),
    ],
)
def test_errors(text, error, message, tmp_path):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(error, match=message):
        opsin.Pipeline.load(tmp_path / "a.toml")


def test_files_that_are_no_recipes(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="no text in UTF-8"):
        opsin.Pipeline.load(tmp_path / "a.toml")
    with pytest.raises(FileNotFoundError):
        opsin.Pipeline.load(tmp_path / "b.toml")


def test_the_command_line_runs_a_recipe(tmp_path):
    from click.testing import CliRunner

    from opsin.cli import main

    opsin.io.imsave(tmp_path / "disks.png", opsin.data.disks())
    opsin.Pipeline(("gaussian", {"sigma": 2}), "median").save(tmp_path / "steps.toml")
    source, target = str(tmp_path / "disks.png"), str(tmp_path / "out.png")
    done = CliRunner().invoke(main, ["apply", "--recipe", str(tmp_path / "steps.toml"), source, "-o", target])
    assert done.exit_code == 0, done.output
    expected = opsin.filters.median(opsin.filters.gaussian(opsin.data.disks(), 2))
    assert np.array_equal(opsin.io.imread(target), expected)
    (tmp_path / "bad.toml").write_text("[[step]]\noperation = 3")
    done = CliRunner().invoke(main, ["apply", "--recipe", str(tmp_path / "bad.toml"), source, "-o", target])
    assert done.exit_code == 2
    assert "bad.toml: each [[step]]" in done.output
    done = CliRunner().invoke(main, ["apply", "median", "-o", target])
    assert done.exit_code == 2
    assert "Missing argument 'INPUTS...'" in done.output
