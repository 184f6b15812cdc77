"""The studio in a browser: from a photograph to a program that gives the same result."""

from __future__ import annotations

import json
import runpy
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import opsin
from opsin._page.server import LocalPage
from opsin._page.view import answer
from opsin.studio import Studio

COINS = opsin.data.disks()


def wait_until(condition, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def page(tab):
    """A page of the studio with an image."""
    with LocalPage(Studio(COINS, "coins.png")) as page:
        tab.goto(page.url)
        tab.get_by_text("320 × 440").wait_for()
        yield tab


def add(tab, words: str) -> None:
    field = tab.get_by_role("combobox", name="add a step")
    field.fill(words)
    field.press("Enter")


def status(tab) -> str:
    return tab.locator(".opsin-status").inner_text()


def titles(tab) -> list[str]:
    return tab.locator(".opsin-step h3").all_inner_texts()


def pixels(tab) -> str:
    return tab.locator(".opsin-picture").evaluate("canvas => canvas.toDataURL()")


def program(tab) -> dict[str, str]:
    tab.get_by_role("button", name="show the program of these steps").click()
    found = {form: tab.locator(f"pre[data-form={form}]").inner_text() for form in ("code", "command", "recipe")}
    tab.get_by_role("button", name="Close").click()
    return found


def saved(tab, folder: Path) -> Path:
    with tab.expect_download() as started:
        tab.get_by_role("button", name="save the result at full size").click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_from_a_photograph_to_a_program(tab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    photograph = opsin.data.color_chart((300, 400))
    opsin.io.imsave("photo.png", photograph)
    with LocalPage(Studio(COINS, "coins.png")) as page:
        tab.goto(page.url)
        tab.locator("input[type=file]").set_input_files("photo.png")
        tab.get_by_text("300 × 400 × 3").wait_for()
        add(tab, "rgb2gray")
        add(tab, "gaussian")
        add(tab, "compare")
        tab.get_by_role("slider", name="level").wait_for()
        before = pixels(tab)
        slider = tab.get_by_role("slider", name="level")
        box = slider.bounding_box()
        tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        tab.mouse.down()
        for step in range(10):
            tab.mouse.move(box["x"] + box["width"] * (0.5 + step / 40), box["y"] + box["height"] / 2)
        tab.mouse.up()
        wait_until(lambda: pixels(tab) != before)
        level = float(slider.input_value())
        assert level != 127.5
        found = program(tab)
        own = saved(tab, tmp_path)
    expected = opsin.filters.gaussian(opsin.color.rgb2gray(photograph), 1.0) > level
    assert np.array_equal(opsin.io.imread(own), expected)
    Path("steps.py").write_text(found["code"])
    own.unlink()
    runpy.run_path("steps.py")
    assert np.array_equal(opsin.io.imread("photo-result.png"), expected)
    Path("steps.toml").write_text(found["recipe"])
    assert np.array_equal(opsin.Pipeline.load("steps.toml")(photograph), expected)
    Path("photo-result.png").unlink()
    words = shlex.split(found["command"])
    assert words[:2] == ["opsin", "apply"]
    subprocess.run([sys.executable, "-m", "opsin", *words[1:]], check=True, capture_output=True)
    assert np.array_equal(opsin.io.imread("photo-result.png"), expected)
    done = [sys.executable, "-m", "opsin", "apply", "--recipe", "steps.toml", "photo.png", "-o", "again.png"]
    subprocess.run(done, check=True, capture_output=True)
    assert np.array_equal(opsin.io.imread("again.png"), expected)


def test_steps_are_moved_duplicated_switched_off_and_removed(page):
    for words in ("gaussian", "median", "sobel"):
        add(page, words)
    assert titles(page) == ["gaussian", "median", "sobel"]
    page.get_by_role("button", name="move up sobel").click()
    assert titles(page) == ["gaussian", "sobel", "median"]
    page.get_by_role("button", name="move down gaussian").click()
    assert titles(page) == ["sobel", "gaussian", "median"]
    page.get_by_role("button", name="duplicate median").click()
    assert titles(page) == ["sobel", "gaussian", "median", "median"]
    page.get_by_role("button", name="remove median").first.click()
    page.get_by_role("checkbox", name="sobel on").uncheck()
    page.get_by_text("uint8").wait_for()
    assert "sobel" not in program(page)["code"]
    page.get_by_role("checkbox", name="sobel on").check()
    page.get_by_text("float32").wait_for()


def test_undo_and_redo(page):
    add(page, "gaussian")
    slider = page.get_by_role("slider", name="sigma")
    for value in (2, 5, 9):
        slider.fill(str(value))
    page.wait_for_timeout(1100)
    slider.fill("12")
    add(page, "sobel")
    undo, redo = page.get_by_role("button", name="undo"), page.get_by_role("button", name="redo")
    undo.click()
    assert titles(page) == ["gaussian"]
    undo.click()
    assert slider.input_value() == "9"
    undo.click()
    assert slider.input_value() == "1"
    undo.click()
    assert titles(page) == []
    assert undo.is_disabled()
    for _ in range(4):
        redo.click()
    assert titles(page) == ["gaussian", "sobel"]
    assert slider.input_value() == "12"
    assert redo.is_disabled()
    page.locator(".opsin-picture").focus()
    page.keyboard.press("Control+z")
    assert titles(page) == ["gaussian"]


def test_a_step_that_fails_is_marked_and_the_rest_works(page):
    add(page, "rgb2gray")
    add(page, "sobel")
    page.get_by_text("It seems to be gray already").wait_for()
    page.get_by_text("float32").wait_for()
    wait_until(lambda: page.locator(".opsin-fails").count() == 1)
    page.get_by_role("button", name="remove rgb2gray").click()
    page.get_by_text("It seems to be gray already").wait_for(state="detached")


def test_numbers_and_tables(page):
    add(page, "threshold_otsu")
    page.get_by_text(f"threshold_otsu: {opsin.filters.threshold_otsu(COINS)}").wait_for()
    add(page, "sobel")
    page.get_by_text("threshold_otsu gives no image that a further step could take.").wait_for()


def test_files_that_are_no_images_and_files_of_16_bits(page, tmp_path):
    (tmp_path / "text.png").write_text("no image")
    page.locator("input[type=file]").set_input_files(tmp_path / "text.png")
    page.get_by_role("alert").filter(has_text="text.png").first.wait_for()
    wait_until(lambda: "320 × 440" in status(page))  # it was "reading text.png"
    deep = (np.arange(60 * 80).reshape(60, 80) * 13).astype(np.uint16)
    opsin.io.imsave(tmp_path / "deep.tif", deep)
    page.locator("input[type=file]").set_input_files(tmp_path / "deep.tif")
    page.get_by_text("60 × 80 · uint16 · shown from 0 to 62387").wait_for()
    assert opsin.io.imread(saved(page, tmp_path)).dtype == np.uint16


def test_a_photograph_of_24_megapixels(page, tmp_path):
    photograph = opsin.transform.resize(opsin.data.color_chart((300, 400)), (4000, 6000))
    opsin.io.imsave(tmp_path / "large.jpg", photograph)
    large = opsin.io.imread(tmp_path / "large.jpg")
    page.locator("input[type=file]").set_input_files(tmp_path / "large.jpg")
    page.get_by_text("4000 × 6000 × 3 · uint8").wait_for()
    page.get_by_role("button", name="show pixels in their size").click()
    add(page, "gaussian")
    page.get_by_role("slider", name="sigma").fill("6")
    box = page.locator(".opsin-picture").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    told = page.locator(".opsin-place")
    wait_until(lambda: told.inner_text().startswith("row"))
    row, column = (int(word.strip(",:")) for word in told.inner_text().split()[1:4:2])
    wait_until(lambda: told.inner_text().endswith(", ".join(map(str, opsin.filters.gaussian(large, 6)[row, column]))))
    # Half a minute of work: its progress is shown, it can be stopped, and it does not stand in the way.
    add(page, "denoise_nl_means")
    page.get_by_text("computing").wait_for()
    page.get_by_role("button", name="show the whole image").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("stopped; the next change computes again").wait_for()
    page.get_by_role("button", name="remove denoise_nl_means").click()
    add(page, "rgb2gray")
    page.get_by_text("4000 × 6000 · uint8").wait_for()
    assert opsin.io.imread(saved(page, tmp_path)).shape == (4000, 6000)
    page.get_by_text("computing").wait_for(state="hidden")


def test_samples_and_recipes(page, tmp_path):
    page.get_by_role("combobox", name="open a sample").select_option("cells")
    page.get_by_role("heading", name="cells.png").wait_for()
    opsin.Pipeline(("gaussian", {"sigma": (2.0, 3.0)}), "sobel").save(tmp_path / "steps.toml")
    page.locator("input[type=file]").set_input_files(tmp_path / "steps.toml")
    page.get_by_text("float32").wait_for()
    assert titles(page) == ["gaussian", "sobel"]
    (tmp_path / "b.toml").write_text("[[step]]\noperation = 5")
    page.locator("input[type=file]").set_input_files(tmp_path / "b.toml")
    page.get_by_text("each [[step]] of a recipe").wait_for()
    assert titles(page) == ["gaussian", "sobel"]


def test_dropped_and_pasted_images(page):
    for event, carrier in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        page.evaluate(
            """async ([event, carrier]) => {
              const canvas = new OffscreenCanvas(event === 'drop' ? 50 : 70, 40);
              canvas.getContext('2d').fillRect(0, 0, 20, 20);
              const carried = new DataTransfer();
              carried.items.add(new File([await canvas.convertToBlob()], event + 'ped.png', {type: 'image/png'}));
              const made = new Event(event, {bubbles: true, cancelable: true});
              Object.defineProperty(made, carrier, {value: carried});
              document.querySelector('.opsin').dispatchEvent(made);
            }""",
            [event, carrier],
        )
        page.get_by_text(f"40 × {50 if event == 'drop' else 70} × 4").wait_for()


def test_a_step_with_a_second_image(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = opsin.data.cells()
    opsin.io.imsave("coins.png", COINS)
    opsin.io.imsave("other.png", other)
    add(page, "match_histograms")
    page.get_by_text("reference must be an array or the path of a file").wait_for()
    chosen = page.get_by_label("reference")
    with page.expect_file_chooser() as chooser:
        chosen.select_option("Open…")
    chooser.value.set_files("other.png")
    page.get_by_text("reference must be").wait_for(state="detached")
    assert chosen.input_value() == "other.png"
    expected = opsin.exposure.match_histograms(COINS, other)
    assert np.array_equal(opsin.io.imread(saved(page, tmp_path)), expected)
    found = program(page)
    (tmp_path / "coins-result.png").unlink()
    exec(compile(found["code"], "steps.py", "exec"), {})
    assert np.array_equal(opsin.io.imread("coins-result.png"), expected)
    (tmp_path / "steps.toml").write_text(found["recipe"])
    assert np.array_equal(opsin.Pipeline.load("steps.toml")(COINS), expected)
    (tmp_path / "coins-result.png").unlink()
    subprocess.run([sys.executable, "-m", *shlex.split(found["command"])], check=True)
    assert np.array_equal(opsin.io.imread("coins-result.png"), expected)
    page.locator("input[type=file]").first.set_input_files("steps.toml")
    assert titles(page) == ["match_histograms"]
    page.get_by_role("button", name="undo").click()
    chosen.select_option("coins.png")
    wait_until(lambda: "'coins.png'" in program(page)["recipe"] or '"coins.png"' in program(page)["recipe"])


def test_the_plane_stays_while_parameters_change(page, tmp_path):
    volume = np.random.default_rng(0).integers(0, 256, (20, 30, 40), np.uint8)
    np.save(tmp_path / "volume.npy", volume)
    page.locator("input[type=file]").first.set_input_files(tmp_path / "volume.npy")
    page.get_by_text("20 × 30 × 40").wait_for()
    plane = page.get_by_role("slider", name="plane")
    assert plane.input_value() == "10"
    plane.fill("3")
    add(page, "invert")
    page.locator(".opsin-step").wait_for()
    box = page.locator(".opsin-picture").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    told = page.locator(".opsin-place")
    wait_until(lambda: told.inner_text().startswith("row"))
    row, column = (int(word.strip(",:")) for word in told.inner_text().split()[1:4:2])
    wait_until(lambda: told.inner_text().endswith(f": {255 - volume[3, row, column]}"))
    assert plane.input_value() == "3"


def test_focus_goes_on_when_a_step_is_removed(page):
    add(page, "gaussian")
    add(page, "sobel")
    page.get_by_role("button", name="remove gaussian").press("Enter")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "remove sobel"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "add a step"


def test_before_and_after(page):
    add(page, "sobel")
    page.get_by_text("float32").wait_for()
    plain = pixels(page)
    page.get_by_label("Before / after").check()
    wait_until(lambda: pixels(page) != plain)
    half = pixels(page)
    page.get_by_role("slider", name="where before ends").fill("0.9")
    assert pixels(page) != half
    page.get_by_label("Before / after").uncheck()
    wait_until(lambda: pixels(page) == plain)


def test_everything_by_keyboard(page):
    page.locator(".opsin-picture").focus()
    page.keyboard.press("/")
    page.keyboard.type("gauss")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    focused = page.evaluate("() => document.activeElement.getAttribute('type')")
    assert focused == "range"
    page.keyboard.press("ArrowRight")
    wait_until(lambda: page.get_by_role("spinbutton", name="sigma").input_value() in ("1.1", "0.1"))
    page.keyboard.press("Control+e")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([hidden]), select')].filter((one) =>
             !one.getAttribute('aria-label') && !one.textContent.trim() && !one.labels?.length).length"""
    )
    assert unnamed == 0


def whole(session, message):
    """Return the reply to a message when all is computed."""
    while "unfinished" in (reply := answer(session, message))[0]:
        message = {**message, "rest": True}
    return reply


def test_every_operation_can_be_a_step_or_says_why(tmp_path):
    session = Studio(COINS[:60, :80], "coins.png")
    for told in session.start["operations"]:
        steps = [{"operation": told["name"], "values": told["values"], "on": True}]
        reply, parts = whole(session, {"steps": steps, "draw": {"view": [0, 0, 60, 80], "size": [60, 80]}})
        json.dumps(reply, allow_nan=False)
        assert parts
        if reply["errors"]:
            assert reply["errors"]["0"]
            continue
        exported, _ = whole(session, {"export": steps})
        compile(exported["code"], told["name"], "exec")
        (tmp_path / "a.toml").write_text(exported["recipe"])
        assert len(opsin.Pipeline.load(tmp_path / "a.toml").steps) == 1


def test_the_catalog_holds_every_operation_that_takes_an_image_alone():
    from opsin._pipeline import why_no_step

    names = {one["name"] for one in Studio(COINS).start["operations"]}
    assert {name for name, one in opsin.operations().items() if not why_no_step(one)} <= names


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((2, 3, 4, 10, 12)),
        np.zeros((2, 2, 2, 9, 9, 3), np.uint8),
        np.arange(5.0),
        np.zeros((0, 4)),
        np.full((9, 9), np.nan),
        np.array([[np.inf, 1], [0, -np.inf]]),
        np.ones((9, 9)) * 1j,
        np.zeros((1, 1), bool),
    ],
    ids=lambda image: f"{image.dtype}{image.shape}",
)
def test_images_that_no_one_expects_give_answers(image):
    session = Studio(image, "strange.npy")
    for told in session.start["operations"]:
        steps = [{"operation": told["name"], "values": told["values"], "on": True}]
        reply, _ = whole(session, {"steps": steps, "draw": {"view": [0, 0, 60, 80], "size": [60, 80]}, "at": [0, 0]})
        json.dumps(reply, allow_nan=False)
        assert "failure" not in reply, told["name"]


def test_a_large_image_is_sent_as_far_as_it_is_seen():
    image = np.zeros((4000, 6000, 3), np.uint8)
    told, parts = Studio(image).receive({"steps": [], "draw": {"view": [0, 0, 4000, 6000], "size": [600, 900]}})
    assert len(parts[0]) < 3_000_000
    assert told["size"] == [4000, 6000]
