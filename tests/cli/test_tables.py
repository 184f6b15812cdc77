"""Numbers and tables that are printed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import opsin
from opsin.cli import main
from opsin.cli.tables import Printer, as_columns

RNG = np.random.default_rng(0)
IMAGES = {f"{number}.png": RNG.integers(0, 30 * (number + 1), (20, 30), dtype=np.uint8) for number in range(8)}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, image in IMAGES.items():
        opsin.io.imsave(name, image)


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, ["apply", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_one_number_stands_alone() -> None:
    assert run("threshold_otsu", "3.png").stdout == f"{opsin.filters.threshold_otsu(IMAGES['3.png'])}\n"


def test_many_files_are_one_table_in_their_order() -> None:
    names = [f"{number}.png" for number in (5, 0, 7, 3, 1, 6, 2, 4)]
    lines = run("threshold_otsu", *names, "--jobs", "4").stdout.splitlines()
    assert lines[0] == "file\tthreshold_otsu"
    assert [line.split("\t")[0] for line in lines[1:]] == names
    assert [int(line.split("\t")[1]) for line in lines[1:]] == [
        opsin.filters.threshold_otsu(IMAGES[name]) for name in names
    ]


def test_the_header_of_a_table_is_printed_once() -> None:
    pipeline = "> 40 | label | regionprops_table properties=label,area,centroid"
    expected = {
        name: opsin.measure.regionprops_table(opsin.measure.label(image > 40), properties=("label", "area", "centroid"))
        for name, image in IMAGES.items()
    }
    result = run(pipeline, *IMAGES, "--csv")
    header, *rows = list(csv.reader(result.stdout.splitlines()))
    assert header == ["file", "label", "area", "centroid-0", "centroid-1"]
    assert len(rows) == sum(len(table["label"]) for table in expected.values())
    place = 0
    for name, table in expected.items():
        for row in zip(*table.values(), strict=True):
            assert rows[place][0] == name
            assert [float(item) for item in rows[place][1:]] == [float(item) for item in row]
            place += 1
    assert result.stdout.count("centroid-0") == 1
    text = run(pipeline, *IMAGES).stdout.splitlines()
    assert text[0].split("\t") == header
    assert len(text) == len(rows) + 1
    records = json.loads(run(pipeline, *IMAGES, "--json").stdout)
    assert [list(record) for record in records] == [header] * len(rows)
    assert [str(record["file"]) for record in records] == [row[0] for row in rows]
    assert [record["area"] for record in records] == [float(row[2]) for row in rows]


def test_one_file_has_no_column_for_its_name_but_in_csv_and_json() -> None:
    assert run("histogram", "0.png").stdout.startswith("counts\tbin_centers\n")
    assert run("histogram", "0.png", "--csv").stdout.startswith("file,counts,bin_centers\n0.png,")
    assert json.loads(run("threshold_otsu", "0.png", "--json").stdout) == [
        {"file": "0.png", "threshold_otsu": opsin.filters.threshold_otsu(IMAGES["0.png"])}
    ]


def test_histograms_have_named_columns() -> None:
    counts, centers = opsin.exposure.histogram(IMAGES["4.png"])
    rows = list(csv.reader(run("histogram", "4.png", "--csv").stdout.splitlines()))[1:]
    assert [int(row[1]) for row in rows] == counts.tolist()
    assert [int(row[2]) for row in rows] == centers.tolist()
    opsin.io.imsave("color.png", np.stack([IMAGES["1.png"], IMAGES["2.png"], IMAGES["3.png"]], axis=-1))
    header, *rows = list(csv.reader(run("histogram channel_axis=-1", "color.png", "--csv").stdout.splitlines()))
    assert header == ["file", "counts-0", "counts-1", "counts-2", "bin_centers"]
    assert sum(int(row[2]) for row in rows) == 600


def test_a_file_that_fails_leaves_no_row() -> None:
    Path("bad.png").write_bytes(b"bad")
    result = run("threshold_otsu", "0.png", "bad.png", "1.png", "--csv")
    assert result.exit_code == 1
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == ["file", "0.png", "1.png"]
    assert result.stderr.startswith("bad.png: it is not an image")
    result = run("threshold_otsu", "bad.png", "absent.png", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (1, [])
    assert run("threshold_otsu", "bad.png").stdout == ""


def test_tables_with_other_columns_are_an_error_but_in_json() -> None:
    opsin.io.imsave("volume.npy", np.ones((3, 4, 5), np.uint8))
    words = ("> 20 | label | regionprops_table properties=centroid", "3.png", "volume.npy")
    result = run(*words)
    assert result.exit_code == 1
    assert "centroid-2) are not those of the first table" in result.stderr
    assert run(*words, "--json").exit_code == 0


def test_tables_without_rows_have_a_header() -> None:
    opsin.io.imsave("black.png", np.zeros((5, 5), np.uint8))
    assert run("> 3 | label | regionprops_table properties=area", "black.png").stdout == "area\n"
    assert json.loads(run("> 3 | label | regionprops_table properties=area", "black.png", "--json").stdout) == []


def test_numbers_beside_an_image_are_printed() -> None:
    result = run("> 20 | label return_num=true", "3.png", "4.png", "-o", "out", "--csv")
    header, *rows = list(csv.reader(result.stdout.splitlines()))
    assert header == ["file", "num"]
    assert [int(row[1]) for row in rows] == [opsin.io.imread(f"out/{name}").max() for name in ("3.png", "4.png")]


def test_csv_and_json_exclude_each_other() -> None:
    result = run("threshold_otsu", "0.png", "--csv", "--json")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


def test_results_of_every_kind_become_columns() -> None:
    record = opsin.operations()["exposure.histogram"]
    assert as_columns(record, (np.array([1, 2, 3]), 4.5)) == {"counts": [1, 2, 3], "bin_centers": [4.5] * 3}
    assert as_columns(record, (np.array([1, 2, 3]), np.array([7]))) == {
        "counts": [1, 2, 3],
        "bin_centers": [7, None, None],
    }


def test_contours_are_numbered() -> None:
    lines = run("find_contours 100", "7.png").stdout.splitlines()
    contours = opsin.measure.find_contours(IMAGES["7.png"], 100)
    assert lines[0].split() == ["find_contours", "find_contours-0", "find_contours-1"]
    assert len(lines) == 1 + sum(map(len, contours))
    assert int(lines[-1].split()[0]) == len(contours) - 1


def test_objects_are_lists() -> None:
    text = run("> 100 | label | regionprops_table properties=label,slice,image", "7.png", "--json").stdout
    labels = opsin.measure.label(IMAGES["7.png"] > 100)
    for row, region in zip(json.loads(text), opsin.measure.regionprops(labels).values(), strict=True):
        assert row["slice"] == [[part.start, part.stop] for part in region.slice]
        assert row["image"] == region.image.tolist()


def test_json_has_no_infinities(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer("json", ["file"])
    printer.add({"a": [float("nan"), float("inf"), 2.5]}, file='q"\u00e9')
    printer.close()
    assert json.loads(capsys.readouterr().out) == [{"file": 'q"\u00e9', "a": value} for value in (None, None, 2.5)]
