"""The controls and the piano in a browser, used by mouse and keyboard."""

from __future__ import annotations

import time

import numpy as np
import pytest

import opsin
from opsin._page.server import LocalPage

DISKS = opsin.data.disks()

PIXEL = """(canvas, [x, y]) => {
  const pen = canvas.getContext('2d');
  return [...pen.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data];
}"""


def wait_until(condition, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def gray_at(tab, row: int, column: int, image: np.ndarray = DISKS) -> int:
    """Return the gray level that is shown of a pixel, as soon as the page has a picture."""
    place = [(column + 0.5) / image.shape[1], (row + 0.5) / image.shape[0]]
    return tab.locator(".opsin-picture").evaluate(PIXEL, place)[0]


def test_a_slider_changes_the_picture(tab):
    explorer = opsin.explore("gaussian", DISKS)
    with LocalPage(explorer) as page:
        tab.goto(page.url)
        slider = tab.get_by_role("slider", name="sigma")
        wait_until(lambda: abs(gray_at(tab, 100, 100) - int(explorer.result[100, 100])) <= 1)
        before = [gray_at(tab, 100, column) for column in range(0, 440, 10)]
        slider.fill("12")
        wait_until(lambda: [gray_at(tab, 100, column) for column in range(0, 440, 10)] != before)
        expected = opsin.filters.gaussian(DISKS, 12)
        assert np.array_equal(explorer.result, expected)
        wait_until(lambda: abs(gray_at(tab, 40, 60) - int(expected[40, 60])) <= 3)
        slider.press("ArrowRight")
        wait_until(lambda: explorer.values["sigma"] == 12.1)
        tab.get_by_role("spinbutton", name="sigma").fill("3.25")
        wait_until(lambda: explorer.values["sigma"] == 3.25)


def test_other_controls(tab):
    explorer = opsin.explore("gaussian", DISKS)
    with LocalPage(explorer) as page:
        tab.goto(page.url)
        tab.get_by_text("more").click()
        tab.get_by_label("mode").select_option("wrap")
        wait_until(lambda: explorer.values["mode"] == "wrap")
        tab.get_by_role("checkbox", name="set radius").check()
        wait_until(lambda: explorer.values["radius"] is not None)
        field = tab.get_by_label("axes")
        field.fill("(0,)")
        field.press("Enter")
        wait_until(lambda: explorer.values["axes"] == (0,))
        field.fill("(0, 7)")
        field.press("Enter")
        tab.get_by_text("axes must be").wait_for()


def test_the_value_under_the_cursor_is_that_of_the_image(tab):
    image = np.random.default_rng(0).normal(size=(20, 30))
    with LocalPage(opsin.explore(lambda image: image, image)) as page:
        tab.goto(page.url)
        box = tab.locator(".opsin-picture").bounding_box()
        tab.wait_for_timeout(300)
        tab.mouse.move(box["x"] + box["width"] * 10.5 / 30, box["y"] + box["height"] * 5.5 / 20)
        tab.get_by_text(f"row 5, column 10: {image[5, 10]:.6g}").wait_for()


def test_the_wheel_zooms_to_exact_pixels(tab):
    image = np.random.default_rng(0).integers(0, 256, (300, 400), np.uint8)
    with LocalPage(opsin.explore(lambda image: image, image)) as page:
        tab.goto(page.url)
        tab.wait_for_timeout(300)
        box = tab.locator(".opsin-picture").bounding_box()
        tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(12):
            tab.mouse.wheel(0, -100)
        told = tab.locator(".opsin-place")
        wait_until(lambda: told.inner_text().startswith("row"))
        tab.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
        tab.wait_for_timeout(300)
        value = int(told.inner_text().split(": ")[1])
        x = (box["width"] / 2 + 1) / box["width"]
        assert tab.locator(".opsin-picture").evaluate(PIXEL, [x, 0.5])[0] == value


def test_python_changes_the_page(tab):
    explorer = opsin.explore(lambda image, t: image > t, DISKS, t=(10, 240))
    with LocalPage(explorer) as page:
        tab.goto(page.url)
        slider = tab.get_by_role("slider", name="t")
        slider.fill("120")
        wait_until(lambda: explorer.values["t"] == 120)
        assert np.array_equal(explorer.result, DISKS > 120)


def test_the_page_follows_set(tab):
    explorer = opsin.explore("gaussian", DISKS).set(sigma=2)
    with LocalPage(explorer) as page:
        tab.goto(page.url)
        slider = tab.get_by_role("slider", name="sigma")
        wait_until(lambda: slider.input_value() == "2")
        for sigma in (12, 5):
            explorer.set(sigma=sigma)
            wait_until(lambda sigma=sigma: slider.input_value() == str(sigma))
        expected = opsin.filters.gaussian(DISKS, 5)
        wait_until(lambda: abs(gray_at(tab, 40, 60) - int(expected[40, 60])) <= 3)
        slider.fill("7")
        wait_until(lambda: explorer.values["sigma"] == 7)


def test_open_returns_at_once_if_asked(tab, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    explorer = opsin.explore("gaussian", DISKS)
    explorer.open(wait=False)
    assert opened[0] in capsys.readouterr().out
    tab.goto(opened[0])
    slider = tab.get_by_role("slider", name="sigma")
    slider.wait_for()
    explorer.set(sigma=3)
    wait_until(lambda: slider.input_value() == "3")


def test_only_the_last_of_many_changes_is_computed(tab):
    calls = []

    def slow(image, t):
        calls.append(t)
        time.sleep(0.15)
        return image > t

    explorer = opsin.explore(slow, DISKS, t=(0, 255))
    with LocalPage(explorer) as page:
        tab.goto(page.url)
        slider = tab.get_by_role("slider", name="t")
        wait_until(lambda: len(calls) == 1)
        for value in range(40):
            slider.fill(str(value))
        wait_until(lambda: explorer.values["t"] == 39)
        assert len(calls) < 25
        assert calls == sorted(set(calls), key=calls.index)


def test_an_error_is_shown_and_the_page_goes_on(tab):
    def strict(image, t):
        if t > 100:
            raise ValueError("t is too much for this image")
        return image

    with LocalPage(opsin.explore(strict, DISKS, t=(0, 255))) as page:
        tab.goto(page.url)
        tab.get_by_text("t is too much for this image").wait_for()
        tab.get_by_role("slider", name="t").fill("50")
        tab.get_by_text("t is too much for this image").wait_for(state="detached")


def test_a_table_is_shown_beside_the_labels(tab):
    with LocalPage(opsin.explore(opsin.Pipeline("label", "regionprops_table"), DISKS > 120)) as page:
        tab.goto(page.url)
        tab.get_by_role("columnheader", name="bbox-2").wait_for()
        tab.get_by_text("labels").first.wait_for()


LISTEN = """() => {
  const root = document.querySelector('.opsin'), {context, output} = root.opsinAudio;
  root.listener = context.createAnalyser();
  root.listener.fftSize = 32768;
  output.connect(root.listener);
}"""
STRONGEST = """() => {
  const {listener} = document.querySelector('.opsin'), bins = new Float32Array(listener.frequencyBinCount), found = [];
  listener.getFloatFrequencyData(bins);
  for (let i = 2; i < bins.length - 2; i++) {
    const [a, b, c] = bins.slice(i - 1, i + 2);
    if (b > -60 && b >= Math.max(a, bins[i - 2]) && b > Math.max(c, bins[i + 2]))
      found.push([(i + 0.5 * (a - c) / (a - 2 * b + c)) * listener.context.sampleRate / listener.fftSize, b]);
  }
  return found.sort((one, other) => other[1] - one[1]).slice(0, 8).map(([frequency]) => frequency);
}"""
LOUDNESS = """() => {
  const {listener} = document.querySelector('.opsin'), samples = new Float32Array(4096);
  listener.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
}"""


def has(found: list[float], hertz: float) -> bool:
    return any(abs(one - hertz) < 1.5 for one in found)


def test_the_piano_has_the_pitches_of_its_notes(tab):
    keys = opsin.audio.piano("C5", "C6")
    with LocalPage(keys) as page:
        tab.goto(page.url)
        buttons = tab.get_by_role("button")
        wait_until(lambda: buttons.count() == 13)
        place = buttons.nth(0).bounding_box()
        tab.mouse.move(place["x"] + 10, place["y"] + 170)
        tab.mouse.down()
        tab.evaluate(LISTEN)
        wait_until(lambda: has(tab.evaluate(STRONGEST)[:1], keys.notes["C5"]))
        tab.mouse.up()
        wait_until(lambda: tab.evaluate(LOUDNESS) < 1e-4)
        for code, name in (("KeyW", "C#5"), ("KeyJ", "B5"), ("KeyK", "C6")):
            tab.keyboard.down(code)
            wait_until(lambda name=name: has(tab.evaluate(STRONGEST)[:1], keys.notes[name]))
            tab.keyboard.up(code)
            wait_until(lambda: tab.evaluate(LOUDNESS) < 1e-4)


def test_several_keys_sound_at_once(tab):
    keys = opsin.audio.piano("C5", "C6")
    with LocalPage(keys) as page:
        tab.goto(page.url)
        tab.get_by_role("button").last.wait_for()
        for code in ("KeyA", "KeyD", "KeyG"):
            tab.keyboard.down(code)
        tab.evaluate(LISTEN)
        wait_until(lambda: tab.locator(".opsin-down").count() == 3)
        wait_until(lambda: all(has(tab.evaluate(STRONGEST), keys.notes[name]) for name in ("C5", "E5", "G5")))
        tab.keyboard.up("KeyD")
        wait_until(lambda: tab.locator(".opsin-down").count() == 2)


def test_sliding_over_the_keys_plays_each(tab):
    with LocalPage(opsin.audio.piano("C5", "C6")) as page:
        tab.goto(page.url)
        down = tab.locator(".opsin-down")
        for index in (0, 2, 4):
            place = tab.get_by_role("button").nth(index).bounding_box()
            tab.mouse.move(place["x"] + place["width"] / 2, place["y"] + 170)
            if index == 0:
                tab.mouse.down()
            wait_until(lambda: down.count() == 1)
            assert down.get_attribute("aria-label").startswith(["C5", "", "D5", "", "E5"][index])
        tab.mouse.up()
        wait_until(lambda: down.count() == 0)


def test_a_sound_plays_when_its_slider_moves(tab):
    sound = opsin.audio.tone(300, 3.0)
    explorer = opsin.explore(opsin.audio.highpass, sound, cutoff=(100, 5000, 100))
    with LocalPage(explorer) as page:
        tab.goto(page.url)
        slider = tab.get_by_role("slider", name="cutoff")
        tab.get_by_text("3.00 s, 16000 Hz").wait_for()
        assert tab.evaluate("() => document.querySelector('.opsin').opsinAudio === undefined")
        slider.fill("200")
        tab.get_by_role("button", name="Stop").wait_for()
        tab.evaluate(LISTEN)
        wait_until(lambda: tab.evaluate(LOUDNESS) > 0.1)
        slider.fill("4000")
        wait_until(lambda: tab.evaluate(LOUDNESS) < 0.01)
        assert explorer.result == opsin.audio.highpass(sound, 4000)
        tab.get_by_label("play at each change").uncheck()
        tab.get_by_role("button", name="Stop").click()
        tab.get_by_role("button", name="Play").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_light_and_dark(browser, scheme):
    tab = browser.new_page(color_scheme=scheme)
    with LocalPage(opsin.explore("gaussian", DISKS)) as page:
        tab.goto(page.url)
        colors = tab.locator(".opsin").evaluate(
            "root => { const style = getComputedStyle(root); return [style.color, style.backgroundColor]; }"
        )
        ink, ground = ([int(one) for one in text[4:-1].split(",")] for text in colors)
        assert abs(sum(ink) - sum(ground)) > 450
        assert (sum(ground) > 600) == (scheme == "light")
    tab.close()
