"""Inputs, outputs, pages, metadata and conversions, as a person types them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

import opsin
from opsin.cli import main
from opsin.cli.files import shown
from opsin.cli.storing import storable

from equality import assert_same

RNG = np.random.default_rng(0)
GRAY = RNG.integers(0, 256, (30, 40), dtype=np.uint8)
COLOR = RNG.integers(0, 256, (30, 40, 3), dtype=np.uint8)
STACK = RNG.integers(0, 256, (5, 30, 40), dtype=np.uint8)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    opsin.io.imsave("gray.png", GRAY)
    opsin.io.imsave("color.jpg", COLOR)
    opsin.io.imsave("stack.tif", STACK)
    for place in ("scans", "scans/a", "scans/a/b", "scans/.hidden"):
        os.mkdir(place)
        opsin.io.imsave(f"{place}/1.png", COLOR)
    (tmp_path / "scans" / "notes.txt").write_text("not an image")
    return tmp_path


def run(*words: object, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def done(*words: object, stdin: bytes | None = None) -> Result:
    result = run(*words, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result


def refused(*words: object) -> str:
    """Return the one line of a usage error."""
    result = run(*words)
    assert result.exit_code == 2, result.output
    *_, last = result.stderr.splitlines()
    assert last.startswith("Error: ")
    return last


def failed(*words: object) -> str:
    """Return the one line about the one file that failed."""
    result = run(*words)
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.splitlines()
    return line


def files(folder: str) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


# Conversions.


@pytest.mark.parametrize("pipeline", ["gaussian 2 order=1", "gaussian 1 order=(0,1)", "difference_of_gaussians 1 4"])
@pytest.mark.parametrize("target", ["out.png", "out.jpg", "out.bmp"])
def test_derivatives_are_refused_by_formats_of_integers(pipeline: str, target: str) -> None:
    line = failed("apply", pipeline, "gray.png", "-o", target)
    for words in ("gray.png: the values of the result go from -", ".tif or .npy", "--scale", "`scale", "--clip"):
        assert words in line
    assert not Path(target).exists()


def test_floats_are_refused_by_formats_of_integers() -> None:
    opsin.io.imsave("float.tif", GRAY.astype(np.float32) / 255)
    assert "go from 0" in failed("apply", "gaussian", "float.tif", "-o", "out.png")
    opsin.io.imsave("bad.tif", np.array([[0, np.nan], [np.inf, 5]], np.float32))
    assert "2 of 4 values are infinite or not a number" in failed("apply", "clip low=0", "bad.tif", "-o", "out.png")
    assert "NaN" in failed("apply", "clip high=9e9", "bad.tif", "-o", "out.png", "--clip")
    assert "finite" in failed("apply", "clip high=9e9", "bad.tif", "-o", "out.png", "--scale")


def test_clip_and_scale() -> None:
    derived = opsin.filters.gaussian(GRAY, 2, order=1)
    done("apply", "gaussian 2 order=1", "gray.png", "-o", "clip.png", "--clip")
    assert_same(opsin.io.imread("clip.png"), np.floor(derived.clip(0, 255) + np.float32(0.5)).astype(np.uint8))
    done("apply", "gaussian 2 order=1", "gray.png", "-o", "scale.png", "--scale")
    scaled = opsin.io.imread("scale.png")
    assert (scaled.min(), scaled.max()) == (0, 255)
    done("apply", "gaussian 2 order=1 | scale", "gray.png", "-o", "step.png")
    assert_same(opsin.io.imread("step.png"), scaled)
    done("apply", "gaussian 2 order=1 | scale -10 10", "gray.png", "-o", "fixed.png")
    assert abs(int(opsin.io.imread("fixed.png")[3, 3]) - (derived[3, 3] + 10) * 12.75) <= 0.51
    done("apply", "gaussian 2 order=1 | clip 0 255", "gray.png", "-o", "limits.png")
    assert_same(opsin.io.imread("limits.png"), opsin.io.imread("clip.png"))
    opsin.io.imsave("deep.png", GRAY.astype(np.uint16) * 200)
    done("apply", "gaussian 2 order=1", "deep.png", "-o", "deep-out.png", "--scale")
    deep = opsin.io.imread("deep-out.png")
    assert (deep.dtype, deep.min(), deep.max()) == (np.uint16, 0, 65535)
    done("apply", "gaussian 2 order=1", "deep.png", "-o", "deep.jpg", "--scale")
    assert "exclude each other" in refused("apply", "sobel", "gray.png", "-o", "x.png", "--clip", "--scale")
    assert "returns no image" in refused("apply", "threshold_otsu", "gray.png", "--clip")


def test_results_within_the_range_are_rounded() -> None:
    done("apply", "sobel", "gray.png", "-o", "out.png")
    edges = opsin.filters.sobel(GRAY)
    assert np.abs(opsin.io.imread("out.png") - edges).max() <= 0.5


def test_fractions_from_0_to_1_are_not_rounded_away() -> None:
    fractions = GRAY / np.float32(255)
    with pytest.raises(ValueError, match="go from 0 to 1"):
        storable(fractions, ".png", np.dtype(np.uint8), None)
    mask = (GRAY > 9).astype(np.float32)
    assert_same(storable(mask, ".png", np.dtype(np.uint8), None), mask.astype(np.uint8))


def test_labels_take_the_smallest_dtype_that_holds_them() -> None:
    labels = np.arange(70000, dtype=np.int32).reshape(100, 700)
    assert storable(labels % 200, ".png", np.dtype(np.uint8), None).dtype == np.uint8
    assert storable(labels % 60000, ".png", np.dtype(np.uint8), None).dtype == np.uint16
    with pytest.raises(ValueError, match="go from 0 to 69999"):
        storable(labels, ".png", np.dtype(np.uint8), None)
    with pytest.raises(ValueError, match="go from -1 to"):
        storable(labels - 1, ".png", np.dtype(np.uint8), None)
    assert storable(labels, ".png", np.dtype(np.uint8), "clip").max() == 65535
    assert_same(storable(labels, ".tif", np.dtype(np.uint8), None), labels)


def test_masks_of_color_images_are_stored() -> None:
    done("apply", "> 100", "color.jpg", "-o", "mask.png")
    assert_same(opsin.io.imread("mask.png"), (opsin.io.imread("color.jpg") > 100) * np.uint8(255))
    with pytest.raises(ValueError, match="combine the channels") as found:
        opsin.io.imsave("mask.png", COLOR > 100)
    assert "use PNG" not in str(found.value)


# Inputs.


def test_standard_input_and_output() -> None:
    content = Path("gray.png").read_bytes()
    result = done("apply", "median 3", "-", "-o", "-", stdin=content)
    assert_same(opsin.io.imread(result.stdout_bytes), opsin.filters.median(GRAY, 3))
    assert opsin.io.info(result.stdout_bytes).format == "PNG"
    for suffix, name in (("tif", "TIFF"), (".NPY", "NPY"), ("jp2", "JPEG 2000")):
        result = done("apply", "median 3", "-", "-o", "-", "--format", suffix, stdin=content)
        assert opsin.io.info(result.stdout_bytes).format.replace("JPEG2000", "JPEG 2000") == name
    assert done("apply", "threshold_otsu", "-", stdin=content).stdout == f"{opsin.filters.threshold_otsu(GRAY)}\n"
    done("apply", "median 3", "-", "-o", "a.tif", stdin=content)
    assert_same(opsin.io.imread("a.tif"), opsin.filters.median(GRAY, 3))
    done("apply", "median 3", "-", "-o", "folder", stdin=content)
    assert files("folder") == ["stdin.png"]
    assert "-: PNG, 30 x 40 uint8" in done("info", "-", stdin=content).stdout
    assert not Path("-").exists()


def test_standard_input_that_is_no_image() -> None:
    for content in (b"", b"no image"):
        result = run("apply", "median 3", "-", "-o", "-", stdin=content)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("-: ")
        assert len(result.stderr.splitlines()) == 1
    assert "more than once" in refused("apply", "median", "-", "-", "-o", "out")
    assert "writes one image, and there are 2 inputs" in refused("apply", "median", "-", "gray.png", "-o", "-")


def test_terminals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from opsin.cli import files as cli_files

    monkeypatch.setattr(cli_files, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    assert "standard input, which is a terminal" in refused("apply", "median", "-", "-o", "out.png")


def test_folders() -> None:
    done("apply", "median 3", "scans", "-o", "flat")
    assert files("flat") == ["1.png"]
    done("apply", "median 3", "scans", "-o", "deep", "--recursive", "--format", "tif")
    assert files("deep") == ["1.tif", "a/1.tif", "a/b/1.tif"]
    os.mkdir("empty")
    assert "no image files in empty. With --recursive" in refused("apply", "median", "empty", "-o", "x")
    assert "no image files in empty." in refused("apply", "median", "empty", "-o", "x", "--recursive")


def test_an_output_inside_the_input_is_not_searched() -> None:
    for _ in range(2):
        done("apply", "median 3", "scans", "-o", "scans/out", "--recursive")
        assert files("scans/out") == ["1.png", "a/1.png", "a/b/1.png"]
    done("apply", "median 3", "scans/**/*.png", "-o", "scans/out")
    assert files("scans/out") == ["1.png", "a/1.png", "a/b/1.png"]


def test_patterns() -> None:
    done("apply", "median 3", "scans/*", "-o", "one")
    assert files("one") == ["1.png"]
    done("apply", "median 3", "scans/**/1.p?g", "-o", "all")
    assert files("all") == ["1.png", "a/1.png", "a/b/1.png"]
    opsin.io.imsave("odd[1].png", GRAY)
    done("apply", "median 3", "odd[1].png", "-o", "odd.png")
    np.save("array.npy", GRAY)
    done("apply", "median 3", "*.npy", "-o", "arrays")
    assert files("arrays") == ["array.npy"]
    assert "no image file matches the pattern nothing*.png" in refused("apply", "median", "nothing*.png", "-o", "x")


def test_existing_results_are_skipped() -> None:
    words = ("apply", "median 3", "scans", "-o", "out", "--recursive", "--skip-existing")
    done("apply", "median 3", "scans", "-o", "out")
    before = os.stat("out/1.png").st_mtime_ns
    assert done(*words).stderr == "1 of 3 files were skipped: their results exist.\n"
    assert os.stat("out/1.png").st_mtime_ns == before
    assert files("out") == ["1.png", "a/1.png", "a/b/1.png"]
    assert done(*words, "--quiet").stderr == ""
    done("apply", "median 3", "stack.tif", "-o", "page.png", "--each-page")
    os.unlink("page-3.png")
    done("apply", "median 3", "stack.tif", "-o", "page.png", "--each-page", "--skip-existing")
    assert Path("page-3.png").exists()


# Outputs.


def test_a_folder_with_a_slash() -> None:
    done("apply", "median 3", "gray.png", "-o", "./sub.d/")
    assert files("sub.d") == ["gray.png"]
    assert "For a folder, write sub.e/ with a slash" in refused("apply", "median", "gray.png", "-o", "./sub.e")
    assert "must be a folder for several images" in refused("apply", "median", "scans", "-o", "new.png")
    for target in ("gray.png/", "color.jpg/"):
        assert "must be a folder here" in refused("apply", "median", "scans", "-o", target)
    assert "there is no folder nowhere" in refused("apply", "median", "gray.png", "-o", "nowhere/a.png")


@pytest.mark.parametrize("suffix", ["../x.png", "x", "", ".", "/", "png/../tif", "p\nng", "..png"])
def test_formats_that_are_none(suffix: str) -> None:
    assert "--format must be one of avif, bmp" in refused("apply", "median", "scans", "-o", "out", "--format", suffix)
    assert not Path("out").exists()


def test_names_that_are_too_long() -> None:
    name = "x" * 260
    for result in (
        run("apply", "median", "gray.png", "-o", f"{name}.png"),
        run("apply", "median", "gray.png", "-o", name),
        run("apply", "median", "gray.png", "-o", f"{name}/"),
        run("apply", "median", f"{name}.png", "-o", "a.png"),
        run("apply", "median", "gray.png", f"{name}*", "-o", "a"),
        run("info", name),
    ):
        assert result.exit_code in (1, 2)
        assert result.stderr.splitlines()[-1]


def test_symbolic_links_in_a_loop() -> None:
    os.symlink("loop", "loop")
    os.symlink("loop.png", "loop.png")
    os.symlink("../scans", "scans/again")
    assert "symbolic links" in failed("info", "loop")
    assert "symbolic links" in failed("apply", "median", "loop.png", "-o", "a.png")
    assert "symbolic links" in failed("apply", "median", "gray.png", "-o", "loop.png")
    assert "must be a folder" in refused("apply", "median", "gray.png", "-o", "loop/")
    done("apply", "median 3", "scans", "-o", "out", "--recursive")
    assert files("out") == ["1.png", "a/1.png", "a/b/1.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_names_that_are_not_utf_8() -> None:
    name = os.fsdecode(b"caf\xe9.png")
    opsin.io.imsave(name, GRAY)
    assert "caf\\udce9.png: PNG" in done("info", name).stdout
    Path(name).write_bytes(b"no image")
    assert "caf\\udce9.png: it is not an image" in failed("info", name)
    assert failed("apply", "median", name, "-o", "a.png").startswith("caf\\udce9.png: it is not an image")
    assert failed("info", "new\nline.png").startswith("new\\nline.png: No such file")


def test_shown_keeps_what_can_be_printed() -> None:
    assert shown("Bäume 木.png") == "Bäume 木.png"
    assert shown("a\x1b[31m\t\udcff") == "a\\x1b[31m\\t\\udcff"


def test_info_of_folders() -> None:
    assert len(done("info", "scans").stdout.splitlines()) == 1
    assert len(done("info", "scans", "--recursive").stdout.splitlines()) == 3
    assert len(done("info", "scans/**/*.png", "gray.png").stdout.splitlines()) == 4


# Quality and metadata.


def test_quality() -> None:
    for quality in (10, 95):
        done("apply", "median 3", "color.jpg", "-o", f"{quality}.jpg", "--quality", quality)
    assert Path("10.jpg").stat().st_size < Path("95.jpg").stat().st_size / 2
    done("apply", "median 3", "gray.png", "color.jpg", "-o", "out", "--quality", 10)
    assert Path("out/color.jpg").stat().st_size == Path("10.jpg").stat().st_size
    assert "--quality is for" in refused("apply", "median", "gray.png", "-o", "a.png", "--quality", 10)
    for quality in (0, 101, "x"):
        refused("apply", "median", "color.jpg", "-o", "a.jpg", "--quality", quality)


def test_metadata_are_kept_and_the_orientation_is_applied_once() -> None:
    picture = Image.fromarray(COLOR)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    picture.save("photo.jpg", exif=exif.tobytes(), dpi=(300, 200), quality=95)
    for target in ("kept.jpg", "kept.png", "kept.tif"):
        done("apply", "median 3", "photo.jpg", "-o", target)
        found = opsin.io.info(target)
        assert found.shape == (40, 30, 3)
        assert found.metadata.resolution == pytest.approx((300, 200), rel=1e-3)
        with Image.open(target) as written:
            assert written.getexif().get(0x010F) == "Camera"
        assert opsin.io.info(target, apply_orientation=False).shape == (40, 30, 3)
    done("apply", "median 3", "photo.jpg", "-o", "stripped.jpg", "--strip")
    assert opsin.io.info("stripped.jpg").metadata == opsin.io.Metadata()
    assert b"Camera" not in Path("stripped.jpg").read_bytes()
    assert opsin.io.info("stripped.jpg").shape == (40, 30, 3)


# Pages.


@pytest.fixture
def animation() -> list[np.ndarray]:
    frames = [RNG.integers(0, 256, (30, 40), dtype=np.uint8) for _ in range(11)]
    pictures = [Image.fromarray(frame) for frame in frames]
    pictures[0].save("animation.gif", save_all=True, append_images=pictures[1:])
    return frames


def test_pages_of_a_tiff_must_be_chosen() -> None:
    line = failed("apply", "median 3", "stack.tif", "-o", "out.tif")
    assert "it has 5 pages: choose --each-page" in line
    assert "--volume" in line
    done("apply", "median 3", "stack.tif", "-o", "volume.tif", "--volume")
    assert_same(opsin.io.imread("volume.tif"), opsin.filters.median(STACK, 3))
    done("apply", "median 3", "stack.tif", "-o", "pages.tif", "--each-page")
    assert_same(opsin.io.imread("pages.tif"), np.stack([opsin.filters.median(page, 3) for page in STACK]))
    done("apply", "median 3", "stack.tif", "-o", "page.png", "--page", 4)
    assert_same(opsin.io.imread("page.png"), opsin.filters.median(STACK[4], 3))
    assert "page must be at most 4" in failed("apply", "median 3", "stack.tif", "-o", "page.png", "--page", 5)
    assert "exclude each other" in refused("apply", "median", "stack.tif", "-o", "a.tif", "--page", 1, "--volume")
    done("apply", "median 3", "gray.png", "-o", "one.png", "--each-page")
    assert_same(opsin.io.imread("one.png"), opsin.filters.median(GRAY, 3))


def test_pages_become_files_where_the_format_has_none() -> None:
    done("apply", "median 3", "stack.tif", "-o", "out", "--each-page", "--format", "png")
    assert files("out") == [f"stack-{page}.png" for page in range(5)]
    assert_same(opsin.io.imread("out/stack-3.png"), opsin.filters.median(STACK[3], 3))
    opsin.io.imsave("stack-1.png", GRAY)
    result = run("apply", "median 3", "stack.tif", "stack-1.png", "-o", ".", "--each-page", "--format", "png")
    assert "never written over" in result.stderr


def test_frames_that_are_ignored_are_mentioned(animation: list[np.ndarray]) -> None:
    result = done("apply", "threshold_otsu", "animation.gif")
    assert "animation.gif: it has 11 pages or frames, and only the first is processed" in result.stderr
    assert done("apply", "threshold_otsu", "animation.gif", "--quiet").stderr == ""
    done("apply", "median 3", "animation.gif", "-o", "frame.png", "--each-page")
    assert len(list(Path().glob("frame-*.png"))) == 11
    assert Path("frame-00.png").exists()
    lines = done("apply", "threshold_otsu", "animation.gif", "--each-page").stdout.splitlines()
    assert lines[0] == "page\tthreshold_otsu"
    assert [line.split("\t")[0] for line in lines[1:]] == [str(page) for page in range(11)]


def test_pages_of_different_shapes() -> None:
    tifffile = pytest.importorskip("tifffile")
    with tifffile.TiffWriter("mixed.tif") as writer:
        writer.write(GRAY)
        writer.write(GRAY[:20])
    assert "different shapes" in failed("apply", "median 3", "mixed.tif", "-o", "out.tif", "--each-page")
    assert not Path("out.tif").exists()
    done("apply", "median 3", "mixed.tif", "-o", "out.png", "--each-page")
    assert opsin.io.imread("out-1.png").shape == (20, 40)
    done("apply", "median 3", "mixed.tif", "-o", "second.png", "--page", 1)
    assert opsin.io.imread("second.png").shape == (20, 40)


def test_color_pages_are_no_volume_unless_the_channels_are_named() -> None:
    pages = np.stack([COLOR, COLOR[::-1]])
    opsin.io.imsave("colors.tif", pages)
    assert "channel_axis=-1" in failed("apply", "gaussian 2", "colors.tif", "-o", "out.tif", "--volume")
    done("apply", "gaussian 2 channel_axis=-1", "colors.tif", "-o", "out.tif", "--volume")
    assert_same(opsin.io.imread("out.tif"), opsin.filters.gaussian(pages, 2, channel_axis=-1))
    done("apply", "gaussian 2", "colors.tif", "-o", "out.tif", "--each-page")
    assert_same(opsin.io.imread("out.tif")[1], opsin.filters.gaussian(pages[1], 2))


def test_pages_to_standard_output() -> None:
    result = done("apply", "median 3", "stack.tif", "-o", "-", "--each-page")
    assert opsin.io.imread(result.stdout_bytes).shape == STACK.shape
    result = run("apply", "median 3", "stack.tif", "-o", "-", "--each-page", "--format", "png")
    assert result.exit_code == 1
    assert result.stdout_bytes == b""


def test_a_stream_is_whole_or_empty() -> None:
    result = run("apply", "gaussian 2 order=1", "gray.png", "-o", "-")
    assert (result.exit_code, result.stdout_bytes) == (1, b"")
