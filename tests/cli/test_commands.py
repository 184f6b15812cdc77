"""The commands, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

import opsin
from opsin._pipeline import OWN_STEPS, why_no_step
from opsin.cli import main
from opsin.cli.pipeline import parse

from equality import assert_same


def opsin_command(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    path = tmp_path / "picture.png"
    opsin.io.imsave(path, image)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "pictures"
    found.mkdir()
    for number in range(4):
        opsin.io.imsave(found / f"{number}.png", np.full((9, 9, 3), 40 * number, np.uint8))
    (found / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no JPEG")
    (found / "notes.txt").write_text("not an image")
    return found


def test_ops_lists_every_operation() -> None:
    result = opsin_command("ops")
    assert result.exit_code == 0
    for name, operation in opsin.operations().items():
        assert f"  {name.partition('.')[2]} " in result.output
        assert operation.summary in result.output


@pytest.mark.parametrize("name", opsin.operations())
def test_ops_tells_parameters_defaults_and_ranges(name: str) -> None:
    result = opsin_command("ops", name)
    assert result.exit_code == 0
    for setting in opsin.operations()[name].settings.values():
        assert f"  {setting.name}: " in result.output
        if not setting.required:
            assert f"default {setting.default!r}" in result.output
    record = json.loads(opsin_command("ops", name, "--json").output)
    assert [item["name"] for item in record["parameters"]] == list(opsin.operations()[name].settings)


def test_ops_of_one_that_is_not_there() -> None:
    result = opsin_command("ops", "meidan")
    assert result.exit_code == 2
    assert "there is no operation 'meidan'. Did you mean 'median'?" in result.output


def test_info(picture: Path, tmp_path: Path) -> None:
    result = opsin_command("info", picture, tmp_path / "absent.png")
    assert result.exit_code == 1
    assert "picture.png: PNG, 60 x 80 x 3 uint8" in result.output
    assert "absent.png" in result.output


def test_apply_to_one_file(picture: Path, tmp_path: Path) -> None:
    output = tmp_path / "edges.tif"
    result = opsin_command("apply", "rgb2gray | gaussian sigma=2 | sobel", picture, "-o", output)
    assert (result.exit_code, result.output) == (0, "")
    image = opsin.io.imread(picture)
    expected = opsin.filters.sobel(opsin.filters.gaussian(opsin.color.rgb2gray(image), 2))
    assert_same(opsin.io.imread(output), expected)


def test_results_are_rounded_where_the_format_holds_no_fractions(picture: Path, tmp_path: Path) -> None:
    for name in ("edges.png", "edges.jpg"):
        assert opsin_command("apply", "rgb2gray | sobel", picture, "-o", tmp_path / name).exit_code == 0
    expected = opsin.filters.sobel(opsin.color.rgb2gray(opsin.io.imread(picture)))
    got = opsin.io.imread(tmp_path / "edges.png")
    assert got.dtype == np.uint8
    assert np.abs(got - np.minimum(expected, 255)).max() <= 0.5


def test_masks_and_labels_are_stored(picture: Path, tmp_path: Path) -> None:
    mask, labels, black = (tmp_path / name for name in ("mask.png", "labels.png", "mask.jpg"))
    assert opsin_command("apply", "rgb2gray | > 120", picture, "-o", mask).exit_code == 0
    assert opsin.io.imread(mask).dtype == bool
    assert opsin_command("apply", "rgb2gray | > 120", picture, "-o", black).exit_code == 0
    assert opsin.io.imread(black).max() > 200
    assert opsin_command("apply", "rgb2gray | > 120 | label", picture, "-o", labels).exit_code == 0
    expected = opsin.measure.label(opsin.io.imread(mask))
    np.testing.assert_array_equal(opsin.io.imread(labels), expected)


def test_apply_to_a_folder_goes_on_after_a_broken_file(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    result = opsin_command("apply", "rgb2gray | gaussian 1", folder, "-o", output)
    assert result.exit_code == 1
    assert "broken.jpg" in result.output
    assert "1 of 5 files failed" in result.output
    assert "notes.txt" not in result.output
    assert sorted(path.name for path in output.iterdir()) == ["0.png", "1.png", "2.png", "3.png"]
    np.testing.assert_array_equal(opsin.io.imread(output / "2.png"), np.full((9, 9), 80))


def test_apply_changes_the_format(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.jpg").unlink()
    output = tmp_path / "out"
    assert opsin_command("apply", "gaussian", folder, "-o", output, "--format", "tif", "--jobs", 2).exit_code == 0
    assert {path.suffix for path in output.iterdir()} == {".tif"}


def test_numbers_and_tables_are_printed(picture: Path, folder: Path) -> None:
    result = opsin_command("apply", "rgb2gray | threshold_otsu", picture)
    expected = opsin.filters.threshold_otsu(opsin.color.rgb2gray(opsin.io.imread(picture)))
    assert (result.exit_code, result.output) == (0, f"{expected}\n")
    table = opsin_command("apply", "rgb2gray | > 120 | label | regionprops_table", picture)
    assert table.output.startswith("label\t")


def test_an_image_needs_an_output(picture: Path) -> None:
    result = opsin_command("apply", "gaussian", picture)
    assert result.exit_code == 2
    assert "say where to write it with -o" in result.output


def test_a_number_needs_no_output(picture: Path, tmp_path: Path) -> None:
    result = opsin_command("apply", "threshold_otsu", picture, "-o", tmp_path / "out.png")
    assert result.exit_code == 2
    assert "leave out -o" in result.output


def test_numbers_beside_an_image_are_printed(picture: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.png"
    result = opsin_command("apply", "rgb2gray | > 120 | label return_num=true", picture, "-o", labels)
    assert (result.exit_code, result.output) == (0, f"{opsin.io.imread(labels).max()}\n")


def test_an_output_without_an_ending_is_a_folder(picture: Path, tmp_path: Path) -> None:
    assert opsin_command("apply", "gaussian", picture, "-o", tmp_path / "new", "--format", "tif").exit_code == 0
    assert (tmp_path / "new" / "picture.tif").exists()
    result = opsin_command("apply", "gaussian", picture, "-o", tmp_path / "a.png", "--format", "tif")
    assert result.exit_code == 2
    assert "--format is for folders" in result.output


def test_grey_goes_into_formats_of_colour(picture: Path, tmp_path: Path) -> None:
    assert opsin_command("apply", "rgb2gray", picture, "-o", tmp_path / "grey.webp").exit_code == 0
    grey = opsin.color.rgb2gray(opsin.io.imread(picture))
    assert_same(opsin.io.imread(tmp_path / "grey.webp"), np.stack([grey] * 3, axis=-1))


def test_errors_name_the_file_once(folder: Path, tmp_path: Path) -> None:
    result = opsin_command("apply", "gaussian", folder, tmp_path / "absent.png", "-o", tmp_path / "out")
    lines = result.stderr.splitlines()
    assert sorted(line.partition(": ")[0] for line in lines[:2]) == [
        str(tmp_path / "absent.png"),
        str(folder / "broken.jpg"),
    ]
    assert f"{tmp_path / 'absent.png'}: No such file or directory" in lines
    assert all(line.count("broken.jpg") <= 1 for line in lines)
    assert lines[2:] == ["2 of 6 files failed; the others are done."]


INTERRUPTED = """
import os, signal, sys, time
from opsin import io
from opsin._atomic import replacing
from opsin.cli import main
save = io.imsave
def interrupted(target, *rest, **settings):
    if target.name != "0.png":
        with replacing(target) as beside:
            beside.write_bytes(b"half a file")
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)
    save(target, *rest, **settings)
io.imsave = interrupted
signal.signal(signal.SIGINT, signal.default_int_handler)  # the background jobs of a shell ignore it
main()
"""


def test_an_interrupt_waits_for_no_file_and_leaves_none_half_written(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.jpg").unlink()
    output = tmp_path / "out"
    words = ["apply", "gaussian", str(folder), "-o", str(output), "--jobs", "1"]
    found = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words], capture_output=True, text=True, check=False, timeout=50
    )
    assert found.returncode == 130
    assert found.stderr == "\nStopped: 1 of 4 files are done.\n"
    assert [path.name for path in output.iterdir()] == ["0.png"]


def test_inputs_are_never_written_over(picture: Path, folder: Path) -> None:
    before = picture.read_bytes()
    result = opsin_command("apply", "gaussian", picture, "-o", picture)
    assert result.exit_code == 2
    assert "never written over" in result.output
    assert picture.read_bytes() == before
    assert "never written over" in opsin_command("apply", "gaussian", folder, "-o", folder).output


def test_two_inputs_never_go_to_one_place(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    opsin.io.imsave(other / "1.png", np.zeros((5, 5), np.uint8))
    result = opsin_command("apply", "gaussian", folder, other, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "would both be written to" in result.output


def test_a_pipeline_that_is_wrong_reads_no_file(tmp_path: Path) -> None:
    result = opsin_command("apply", "gausian", tmp_path / "absent.png", "-o", tmp_path / "out.png")
    assert result.exit_code == 2
    assert "Did you mean 'gaussian'?" in result.output


def test_a_format_that_is_none_reads_no_file(folder: Path, tmp_path: Path) -> None:
    result = opsin_command("apply", "gaussian", folder, "-o", tmp_path / "out", "--format", "xyz")
    assert result.exit_code == 2
    assert "--format must be one of avif" in result.output
    assert not (tmp_path / "out").exists()


def test_nothing_is_left_of_a_file_that_failed(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    result = opsin_command("apply", "gaussian", folder, "-o", output, "--format", "gif")
    assert result.exit_code == 1
    assert "5 of 5 files failed.\n" in result.output
    assert list(output.iterdir()) == []


@pytest.mark.parametrize("name", opsin.operations())
def test_the_example_of_an_operation_is_a_pipeline(name: str) -> None:
    line = opsin_command("ops", name).output.splitlines()[-1]
    if why_no_step(opsin.operations()[name]):
        assert line == "  here: only in Python"
        return
    values = {"matrix": "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]", "src": "(2, 2)"}
    needed = next((values[key] for key in opsin.operations()[name].parameters if key in values), "2")
    pipeline = line.split('"')[1].replace("...", needed)
    step = parse(pipeline).steps[-1]
    assert step.operation is opsin.operations()[name]
    assert line.endswith("-o OUT") == step.gives_image


def test_bench() -> None:
    result = opsin_command("bench", "gaussian sigma=2", "--size", 64, "--threads", 1)
    assert result.exit_code == 0
    assert "64 x 64 uint8, 1 threads" in result.output
    assert "Mpx/s" in result.output
    assert opsin_command("bench", "gausian").exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    assert "_OPSIN_COMPLETE" in opsin_command("completion", shell).output


def test_completion_knows_the_operations() -> None:
    code = "from opsin.cli.pipeline import complete_operation as c; print([i.value for i in c(None, None, 'eros')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['erosion']"


def test_completion_of_a_pipeline_s_last_step() -> None:
    parameter = main.commands["apply"].params[0]
    context = click.Context(main.commands["apply"])
    for typed, offered in {
        "eros": ["erosion"],
        "rgb2gray | eros": ["rgb2gray | erosion"],
        "rgb2gray |morphology.eros": ["rgb2gray |morphology.erosion"],
    }.items():
        assert [item.value for item in parameter.shell_complete(context, typed)] == offered


def test_help_and_version() -> None:
    assert opsin.__version__ in opsin_command("--version").output
    for command in ("ops", "info", "apply", "bench", "say", "melody", "sound"):
        assert f"  {command} " in opsin_command("--help").output


def test_the_package_runs_as_a_module(picture: Path) -> None:
    for module in ("opsin", "opsin.cli"):
        command = [sys.executable, "-m", module, "info", str(picture)]
        found = subprocess.run(command, capture_output=True, text=True, check=True)
        assert found.stdout.startswith(f"{picture}: PNG, 60 x 80 x 3 uint8, ")


def test_the_other_steps_of_pipelines_are_described() -> None:
    listed = opsin_command("ops").output
    for name in OWN_STEPS:
        assert f"  {name} " in listed
        assert f'opsin.Pipeline("{name}")' in opsin_command("ops", name).output


def test_a_step_takes_a_second_image_from_a_file(picture: Path, tmp_path: Path) -> None:
    image = opsin.io.imread(picture)
    opsin.io.imsave(tmp_path / "a b.png", image // 3)
    words = f"match_histograms reference='{tmp_path}/a b.png'"
    assert opsin_command("apply", words, picture, "-o", tmp_path / "out.png").exit_code == 0
    assert_same(opsin.io.imread(tmp_path / "out.png"), opsin.exposure.match_histograms(image, image // 3))
    result = opsin_command("apply", f"peak_signal_noise_ratio image_test={picture}", picture)
    assert result.exit_code == 0
    assert "inf" in result.output
    for words, message in (
        ("match_histograms", "match_histograms needs reference="),
        ("match_histograms reference=nowhere.png", "reference='nowhere.png' cannot be read: No such file"),
        (f"match_histograms reference={tmp_path}", "cannot be read"),
    ):
        result = opsin_command("apply", words, picture, "-o", tmp_path / "none.png")
        assert result.exit_code == 2
        assert message in " ".join(result.output.split())
    assert not (tmp_path / "none.png").exists()
