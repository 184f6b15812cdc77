"""Files: what comes back, what is refused, and what is left behind."""

import contextlib
import io
import os
import struct
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from opsin.audio import RawFormat, Sound, blocks, concatenate, gain, info, read, tone, write, write_blocks
from opsin.audio.formats import FORMATS

# The largest error that rounding may make: half a step.
LOSSLESS = {
    ("wav", "int8"): 0.5 / 2**7,
    ("wav", "int16"): 0.5 / 2**15,
    ("wav", "int24"): 0.5 / 2**23,
    ("wav", "int32"): 2**-24,
    ("wav", "float32"): 0.0,
    ("flac", "int8"): 0.5 / 2**7,
    ("flac", "int16"): 0.5 / 2**15,
    ("flac", "int24"): 0.5 / 2**23,
    ("aiff", "int16"): 0.5 / 2**15,
    ("aiff", "int24"): 0.5 / 2**23,
    ("aiff", "int32"): 2**-24,
    ("aiff", "float32"): 0.0,
    ("aiff", "float64"): 0.0,
    ("wav", "float64"): 0.0,
    ("rf64", "int16"): 0.5 / 2**15,
    ("rf64", "float32"): 0.0,
}
LAWS = [("wav", "ulaw"), ("wav", "alaw"), ("aiff", "ulaw"), ("rf64", "alaw")]
LOSSY = ("ogg", "opus", "mp3", "m4a")
every_lossless = pytest.mark.parametrize(("format", "encoding"), LOSSLESS)
every_format = pytest.mark.parametrize("format", [name for name in FORMATS if name != "raw"])


def noise(frames=1000, channels=1, rate=48000, seed=0):
    shape = (frames,) if channels == 1 else (frames, channels)
    return Sound(np.random.default_rng(seed).uniform(-1, 127 / 128, shape), rate)


def clean(folder):
    """Whether nothing half written is left."""
    return not [name for name in os.listdir(folder) if name.endswith(".part")]


@every_lossless
@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize("frames", [1, 2, 1001, 70_000])
def test_what_is_read_is_what_was_written_to_half_a_step(tmp_path, format, encoding, channels, frames):
    path = tmp_path / f"sound.{format}"
    sound = noise(frames, channels)
    write(path, sound, encoding=encoding)
    back = read(path)
    assert (back.rate, back.samples.shape) == (sound.rate, sound.samples.shape)
    np.testing.assert_allclose(back.samples, sound.samples, rtol=0, atol=LOSSLESS[format, encoding] * 1.001)
    # A second round changes nothing more.
    write(path, back, encoding=encoding)
    assert read(path) == back


@pytest.mark.parametrize("format", LOSSY)
@pytest.mark.parametrize("channels", [1, 2])
def test_lossy_formats_keep_rate_channels_length_and_place(tmp_path, format, channels):
    path = tmp_path / f"sound.{format}"
    # Longer than a block, and with a late start, so that a delay or a wrong seam would show.
    one = np.concatenate([np.zeros(9000), tone(441.7, 3.0, 48000).samples, np.zeros(5000)])
    sound = Sound(np.stack([one, -0.5 * one], axis=1)[:, :channels], 48000)
    write(path, sound)
    back = read(path)
    assert (back.rate, back.channels) == (48000, channels)
    assert back.frames == sound.frames
    error = np.sqrt(np.mean((back.samples - sound.samples) ** 2))
    assert error < 0.02 * np.sqrt(np.mean(sound.samples**2))
    assert concatenate(blocks(path, 10_001)) == back
    part = read(path, start=0.7, stop=2.1)
    np.testing.assert_allclose(part.samples, back.between(0.7, 2.1).samples, atol=1e-6)


@pytest.mark.parametrize(
    ("format", "rate"),
    [
        ("mp3", 44100),
        ("ogg", 12345),
        ("flac", 12345),
        ("wav", 1),
        ("m4a", 16000),
        ("opus", 8000),
        ("aiff", 192000),
    ],
)
def test_rates_are_kept(tmp_path, format, rate):
    path = tmp_path / f"sound.{format}"
    write(path, noise(5000, rate=rate))
    assert info(path).rate == read(path).rate == rate


@every_format
def test_empty_sounds(tmp_path, format):
    path = tmp_path / f"sound.{format}"
    if FORMATS[format].holds_nothing:
        write(path, noise(0, 2))
        assert read(path) == noise(0, 2)
        assert list(blocks(path)) == []
    else:
        with pytest.raises(ValueError, match=f"an? {format} file cannot hold a sound of 0 frames"):
            write(path, noise(0))
        assert os.listdir(tmp_path) == []


@every_format
def test_open_files_in_memory(format):
    file = io.BytesIO()
    write(file, tone(440, 0.5, 48000), format=format)
    if format == "m4a":
        assert file.getvalue()[4:8] == b"ftyp"
        return
    assert read(file).frames == 24000
    assert info(io.BytesIO(file.getvalue())).rate == 48000
    assert sum(part.frames for part in blocks(file)) == 24000


def test_pairs_are_written_as_sounds(tmp_path):
    write(tmp_path / "a.wav", (np.array([0, 2**14], "int16"), 8000))
    np.testing.assert_array_equal(read(tmp_path / "a.wav").samples, [0, 0.5])


@pytest.mark.parametrize("format", ["ogg", "opus"])
def test_ten_minutes_of_stereo_do_not_overflow_the_stack(tmp_path, format):
    """Libvorbis takes the memory of one call from the stack: in one call this ends the process."""
    path = tmp_path / f"long.{format}"
    rate = 44100 if format == "ogg" else 48000
    second = np.zeros((rate, 2), np.float32)
    second[:: rate // 50] = 0.1
    write(path, (np.tile(second, (600 if format == "ogg" else 60, 1)), rate))
    assert info(path).duration == (600 if format == "ogg" else 60)
    assert read(path, start=50, stop=51).peak > 0.01


def test_eighty_seconds_of_stereo_noise_as_vorbis(tmp_path):
    write(tmp_path / "long.ogg", noise(80 * 44100, 2, rate=44100))
    assert info(tmp_path / "long.ogg").frames == 80 * 44100


def test_parts_of_a_file(tmp_path):
    path = tmp_path / "a.flac"
    sound = noise(48000, 2)
    write(path, sound, encoding="int24")
    whole = read(path)
    assert read(path, start=0.25, stop=0.5) == whole.between(0.25, 0.5)
    assert read(path, start=0.75) == whole.between(0.75)
    assert read(path, start=5).frames == 0
    assert concatenate(blocks(path, 999)) == whole
    assert [part.frames for part in blocks(path, 30000, start=0.5)] == [24000]
    assert concatenate(blocks(path, 1000, start=0.1, stop=0.3)) == whole.between(0.1, 0.3)
    with pytest.raises(ValueError, match="stop must be at least 2"):
        read(path, start=2, stop=1)


def test_a_file_passes_through_in_blocks(tmp_path):
    write(tmp_path / "in.wav", noise(200_000), encoding="float32")
    write_blocks(tmp_path / "out.wav", (gain(part, -6) for part in blocks(tmp_path / "in.wav")), encoding="float32")
    assert read(tmp_path / "out.wav") == gain(read(tmp_path / "in.wav"), -6)


def test_a_generator_that_fails_leaves_the_old_file(tmp_path):
    def parts():
        yield noise(100)
        raise KeyError("lost")

    path = tmp_path / "a.wav"
    write(path, noise(10))
    before = path.read_bytes()
    with pytest.raises(KeyError):
        write_blocks(path, parts())
    with pytest.raises(ValueError, match="parts of one sound"):
        write_blocks(path, [noise(10), noise(10, rate=8000)])
    with pytest.raises(ValueError, match="at least one part"):
        write_blocks(path, [])
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.wav"]


def test_replacing_keeps_permissions_and_links(tmp_path):
    real, link = tmp_path / "real.wav", tmp_path / "link.wav"
    write(real, noise(10))
    assert real.stat().st_mode & 0o777 == 0o666 & ~_umask()
    real.chmod(0o640)
    link.symlink_to(real)
    write(link, noise(20))
    assert link.is_symlink()
    assert read(real).frames == 20
    assert real.stat().st_mode & 0o777 == 0o640


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("name", ["ü 音.wav", "UPPER.WAV", "two.dots.flac", "a.aif", "a.oga"])
def test_names(tmp_path, name):
    write(tmp_path / name, noise(10))
    assert read(str(tmp_path / name)).frames == 10


def test_clipping_is_said(tmp_path):
    loud = Sound([0.5, 1.5, -2.0, 1.0, -1.0], 8000)
    with pytest.warns(UserWarning, match=r"2 samples beyond \[-1, 1\] were clipped") as caught:
        write(tmp_path / "a.wav", loud)
    assert caught[0].filename == __file__
    np.testing.assert_allclose(read(tmp_path / "a.wav").samples, [0.5, 1, -1, 1, -1], atol=1 / 2**15)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write(tmp_path / "f.wav", loud, encoding="float32")
    assert read(tmp_path / "f.wav") == loud


@pytest.mark.parametrize("truncated", ["error", "keep"])
@pytest.mark.parametrize("name", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_files_cut_short(tmp_path, name, truncated):
    path = tmp_path / f"a.{name}"
    sound = noise(88200, 2, rate=44100)
    write(path, sound)
    whole = path.read_bytes()
    good = read(path)
    path.write_bytes(whole[: len(whole) // 2])
    if truncated == "error":
        with pytest.raises(ValueError, match=r"a\.\w+' is cut short: it ends after \d+ frames"):
            read(path)
        with pytest.raises(ValueError, match="is cut short"):
            list(blocks(path))
        return
    kept = read(path, truncated="keep")
    assert 10_000 < kept.frames < 60_000
    np.testing.assert_allclose(kept.samples[:10_000], good.samples[:10_000], atol=1e-3)
    assert concatenate(blocks(path, truncated="keep")).frames == kept.frames
    assert read(path, stop=0.1) == kept.between(0, 0.1)


def without_index(file):
    """Take the first frame, which counts the others, off an MP3 file."""
    _change(file, lambda data: data[data.index(data[:2], 4) :])


def of_unknown_length(file):
    """Write into the header of a FLAC file what ffmpeg writes to a pipe: no length, no checksum."""
    _change(file, lambda data: data[:21] + bytes([data[21] & 0xF0]) + bytes(20) + data[42:])


def _change(file, change):
    if isinstance(file, io.BytesIO):
        data = change(file.getvalue())
        file.seek(0)
        file.truncate()
        file.write(data)
    else:
        file.write_bytes(change(file.read_bytes()))


def damaged(data, rng):
    """Change some bytes, one bit, or a length; cut a piece out, put one in, or take the end off."""
    data, place = bytearray(data), int(rng.integers(len(data)))
    how = rng.integers(6)
    if how == 0:
        data[place] ^= 1 << rng.integers(8)
    elif how == 1:
        for at in [*rng.integers(0, len(data), 20), *rng.integers(0, 60, 4)]:
            data[at] = rng.integers(256)
    elif how == 2:
        at = int(rng.integers(min(120, len(data) - 4)))
        data[at : at + 4] = [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"][rng.integers(4)]
    elif how == 3:
        del data[place : place + int(rng.integers(1, 3000))]
    elif how == 4:
        data[place:place] = rng.integers(0, 256, 300, dtype=np.uint8).tobytes()
    else:
        del data[place:]
    return bytes(data)


CHECKED = ("ogg", "opus", "flac")


@pytest.mark.parametrize("format", ["wav", "rf64", "aiff", "au", "w64", "caf", "mp3", "m4a", *CHECKED])
@pytest.mark.parametrize("changed", [False, True])
def test_damaged_files_never_crash(format, changed):
    """A sound or a ValueError; with the checksums of Ogg and FLAC, the right sound or a ValueError."""
    file = io.BytesIO()
    if format in FORMATS:
        write(file, noise(6000, 2), format=format)
    else:
        soundfile.write(file, noise(6000, 2).samples, 48000, format=format.upper(), subtype="PCM_16")
    if changed and format == "flac":
        of_unknown_length(file)
    elif changed and format == "mp3":
        without_index(file)
    good, data, rng = read(file), file.getvalue(), np.random.default_rng(0)
    for _ in range(60):
        broken = damaged(data, rng)
        if broken:
            _read_as_well_as_it_can_be(broken, good if format in CHECKED else None)


def _read_as_well_as_it_can_be(data, good):
    with contextlib.suppress(ValueError):
        assert info(io.BytesIO(data)).rate > 0
        assert np.isfinite(read(io.BytesIO(data), truncated="keep").samples).all()
        assert sum(part.frames for part in blocks(io.BytesIO(data), 1000, start=0.05)) >= 0
    with contextlib.suppress(ValueError):
        assert good is None or read(io.BytesIO(data)) == good


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frames", [5000, 150_000])
def test_a_wrong_header_of_flac_is_noticed(tmp_path, channels, frames):
    """The header has no checksum: a changed rate plays at another speed, a changed length loses the end."""
    path = tmp_path / "a.flac"
    write(path, noise(frames, channels))
    data = path.read_bytes()
    # The 20 bits of the rate, and the low bits of the length that make it smaller.
    for bit in [*range(20), *(64 - 1 - low for low in range(16) if frames >> low & 1)]:
        wrong = bytearray(data)
        wrong[18 + bit // 8] ^= 0x80 >> bit % 8
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"is damaged: its header|not a sound file"):
            read(path)


@pytest.mark.parametrize(
    "content",
    [
        b"hello world",
        b"RIFF",
        b"RIFF\xff\xff\xff\xffWAVE",
        b"OggS",
        b"fLaC",
        b"ID3",
        b"FORM",
        b"\x00" * 10_000,
        b"\xff\xd8\xff\xe0" * 99,
    ],
)
@pytest.mark.parametrize("ending", ["wav", "mp3", "raw", "txt", "m4a", ""])
def test_what_is_not_sound(tmp_path, content, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.\w*' is not a (sound|media) file"):
        read(path)


def test_what_is_not_a_file(tmp_path):
    (tmp_path / "empty.wav").touch()
    os.mkfifo(tmp_path / "pipe.wav")
    for name, error, words in (
        ("nothing.wav", FileNotFoundError, r"nothing\.wav' does not exist"),
        ("", IsADirectoryError, "is a folder"),
        ("empty.wav", ValueError, "is empty"),
        ("pipe.wav", ValueError, "is not a regular file"),
    ):
        for function in (read, info, lambda path: list(blocks(path))):
            with pytest.raises(error, match=words):
                function(tmp_path / name)
    for wrong in (None, 5, b"a.wav", tone(440)):
        with pytest.raises(TypeError, match="source must be a path or an open binary file"):
            read(wrong)


def test_a_header_that_promises_the_moon(tmp_path):
    path = tmp_path / "a.flac"
    write(path, noise(1000))
    data = bytearray(path.read_bytes())
    data[21] |= 0x0F  # the top of the 36 bits that count the frames
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"more than memory holds|is cut short"):
        read(path)
    assert read(path, stop=0.01).frames == 480


@pytest.mark.parametrize("format", ["wav", "aiff", "flac", "ogg", "opus", "mp3"])
@pytest.mark.parametrize("lost", [1, 10, 100, 1000])
def test_a_few_lost_bytes_are_noticed(tmp_path, format, lost):
    path = tmp_path / f"a.{format}"
    write(path, noise(48000, 2))
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(ValueError, match="is cut short"):
        read(path)


@pytest.mark.parametrize("format", ["wav", "aiff", "flac", "ogg", "opus", "mp3"])
def test_tags_after_the_end_do_no_harm(tmp_path, format):
    path = tmp_path / f"a.{format}"
    write(path, noise(48000, 2))
    whole = read(path)
    path.write_bytes(path.read_bytes() + b"TAG" + b"\0" * 125)
    assert read(path) == whole


@pytest.mark.parametrize("channels", [1, 2])
def test_an_mp3_file_that_does_not_tell_its_length(tmp_path, channels):
    path = tmp_path / "a.mp3"
    sound = Sound(
        np.random.default_rng(0).uniform(-1, 1, (300_000, channels)) * np.linspace(0, 0.5, 300_000)[:, None], 48000
    )
    write(path, sound)
    whole = read(path)
    without_index(path)
    for source in (path, io.BytesIO(path.read_bytes())):
        back = read(source)
        # The length in whole frames of 1152 samples, and the delay of the encoder, are not told.
        assert 300_000 <= back.frames <= 300_000 + 3 * 1152
        assert info(source).frames == back.frames
        delay = int(np.argmax(np.correlate(back.mono().samples[20_000:32_000], whole.mono().samples[20_000:30_000])))
        assert 0 <= delay < 2000
        np.testing.assert_allclose(
            back.samples[20_000 + delay : 200_000], whole.samples[20_000 : 200_000 - delay], atol=2e-3
        )
        assert sum(part.frames for part in blocks(source, 10_007)) == back.frames
        assert read(source, start=2, stop=3) == back.between(2, 3)


def test_an_mp3_file_of_constant_bit_rate_needs_no_index(tmp_path):
    path = tmp_path / "a.mp3"
    soundfile.write(path, noise(48000).samples, 48000, compression_level=0.5, bitrate_mode="CONSTANT")
    without_index(path)
    assert abs(read(path).frames - 48000) < 3000


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frames", [1, 4096, 100_001])
def test_a_flac_file_of_unknown_length(tmp_path, channels, frames):
    path = tmp_path / "a.flac"
    write(path, noise(frames, channels), encoding="int24")
    whole = read(path)
    of_unknown_length(path)
    for source in (path, io.BytesIO(path.read_bytes())):
        assert info(source).frames == frames
        assert info(source).duration == frames / 48000
        assert read(source) == whole
        assert read(source, start=1.5) == whole.between(1.5)
        assert concatenate([*blocks(source, 9999)]) == whole
    path.write_bytes(path.read_bytes()[:-5])
    if frames > 4096:
        with pytest.raises(ValueError, match="is cut short"):
            read(path)
        assert 90_000 < read(path, truncated="keep").frames < frames


@pytest.mark.parametrize("format", ["ogg", "opus"])
@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_damage_in_the_middle_of_ogg_is_named(tmp_path, format, place):
    """A damaged page is dropped in silence by libsndfile, and a missing one is an early end."""
    path = tmp_path / f"a.{format}"
    write(path, noise(48000 * 8, 2))
    data, whole = bytearray(path.read_bytes()), read(path)
    flipped = bytearray(data)
    flipped[int(place * len(data))] ^= 1
    hole = data[: int(place * len(data))] + data[int(place * len(data)) + 9000 :]
    pages = [at for at in range(len(data)) if data[at : at + 4] == b"OggS"]
    page = next(index for index, at in enumerate(pages) if at > place * len(data))
    lost = data[: pages[page]] + data[pages[page + 1] :] if page + 1 < len(pages) else hole
    for damaged, words in ((flipped, "fails its checksum"), (hole, "is damaged"), (lost, "is damaged")):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=words):
            read(path)
        with pytest.raises(ValueError, match="is damaged: after") as error:
            list(blocks(path))
        second = float(str(error.value).split("after ")[1].split(" s")[0])
        assert 0 <= second <= 8 * place + 1
        assert read(path, truncated="keep").frames > 0
        # What is before the damage can be read.
        good = max(0.0, second - 0.05)
        np.testing.assert_array_equal(read(path, stop=good).samples, whole.between(0, good).samples)
        with pytest.raises(ValueError, match="is damaged"):
            read(path, start=good, stop=8)


@pytest.mark.parametrize("ending", ["raw", "RAW", "pcm", "txt", ""])
def test_the_ending_of_a_name_does_not_matter(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    sound = noise(5000, 2)
    for format in ("wav", "flac", "ogg", "aiff", "mp3"):
        write(path, sound, format=format)
        assert info(path).frames == 5000
        assert read(path).frames == 5000
        with open(path, "rb") as file:
            assert read(file) == read(path)
        assert concatenate(blocks(path, 999)) == read(path)


@pytest.mark.parametrize("encoding", FORMATS["raw"].encodings)
@pytest.mark.parametrize("channels", [1, 3])
def test_raw_samples(tmp_path, encoding, channels):
    path = tmp_path / "a.raw"
    sound = noise(5000, channels, rate=12345)
    write(path, sound, encoding=encoding)
    layout = RawFormat(12345, channels, encoding)
    assert path.stat().st_size == 5000 * layout.frame_bytes
    back = read(path, raw=layout)
    tolerance = {"int8": 1 / 2**7, "uint8": 1 / 2**7, "ulaw": 0.02, "alaw": 0.02}.get(encoding, 1 / 2**15)
    np.testing.assert_allclose(back.samples, sound.samples, atol=tolerance)
    assert back.rate == 12345
    assert concatenate(blocks(path, 999, raw=layout)) == back
    assert info(path, raw=layout).frames == 5000
    assert read(io.BytesIO(path.read_bytes()), raw=layout, start=0.1) == back.between(0.1)
    with pytest.raises(ValueError, match=r"pass raw=RawFormat\(...\)"):
        read(path)
    if layout.frame_bytes > 1:
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(ValueError, match="is cut short"):
            read(path, raw=layout)


def test_raw_samples_have_a_byte_order():
    data = np.arange(-5, 5, dtype=">i2").tobytes()
    back = read(io.BytesIO(data), raw=RawFormat(8000, encoding="int16", byte_order="big"))
    np.testing.assert_array_equal(back.samples * 2**15, np.arange(-5, 5))


def test_wrong_layouts():
    for arguments, error, words in (
        ((0,), ValueError, "rate must be"),
        ((8000, 0), ValueError, "channels must be"),
        ((8000, 1, "int12"), ValueError, "encoding must be one of"),
        ((8000, 1, "int16", "middle"), ValueError, "byte_order must be one of"),
    ):
        with pytest.raises(error, match=words):
            RawFormat(*arguments)
    with pytest.raises(TypeError, match="raw must be a RawFormat"):
        read(io.BytesIO(b"abcd"), raw=(8000, 1))


@pytest.mark.parametrize(("format", "encoding"), LAWS)
def test_companded_samples_keep_their_levels(tmp_path, format, encoding):
    path = tmp_path / f"a.{format}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(path, (np.array([0, 0.01, 0.5, -0.5, 1, -1, 5, -5]), 8000), encoding=encoding)
    back = read(path)
    assert info(path).sample_type == encoding
    np.testing.assert_allclose(back.samples, [0, 0.01, 0.5, -0.5, 1, -1, 1, -1], rtol=0.06, atol=3e-4)
    write(path, back, encoding=encoding)
    assert read(path) == back


TAGGED = [name for name, kind in FORMATS.items() if kind.tags]
TEXTS = ["Title", "Grüße, 世界 🎵", "a\nb", "x" * 2000]


@pytest.mark.parametrize("format", TAGGED)
@pytest.mark.parametrize("text", TEXTS)
def test_tags(tmp_path, format, text):
    if format == "m4a":
        pytest.importorskip("av")
    path = tmp_path / f"a.{format}"
    tags = {
        tag: "7" if tag == "tracknumber" else "2024" if tag == "date" else f"{text}" for tag in FORMATS[format].tags
    }
    write(path, noise(48000), tags=tags)
    assert info(path).tags == tags
    assert read(path).frames == 48000
    plain = tmp_path / f"plain.{format}"
    write(plain, noise(48000), tags={})
    assert info(plain).tags == {}
    assert read(plain) == read(path)
    file = io.BytesIO()
    write(file, noise(48000), tags=tags, format=format)
    assert info(file).tags == tags


def test_wrong_tags(tmp_path):
    for name, tags, error, words in (
        ("a.wav", {"titel": "x"}, ValueError, "Did you mean 'title'"),
        ("a.wav", {"title": 5}, TypeError, "the tag 'title' must be a string"),
        ("a.wav", {"title": "a\0b"}, ValueError, "control characters"),
        ("a.wav", ["title"], TypeError, "tags must be a mapping"),
        ("a.aiff", {"album": "x"}, ValueError, "aiff cannot hold the tag 'album'; it can hold: title, artist, comment"),
        ("a.wav", {"title": "é" * 1001}, ValueError, "must have at most 2000 bytes in wav; got 2002"),
        ("a.raw", {"title": "x"}, ValueError, "raw cannot hold the tag 'title'; it can hold: none"),
    ):
        with pytest.raises(error, match=words):
            write(tmp_path / name, noise(10), tags=tags)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("format", LOSSY)
def test_quality_trades_size(format):
    def size(quality):
        file = io.BytesIO()
        write(file, noise(48000 * 2, 2), format=format, quality=quality)
        assert read(file).frames == 48000 * 2
        return len(file.getvalue())

    sizes = [size(quality) for quality in (0, 0.5, 1)]
    assert sizes[0] < 0.8 * sizes[1] < 0.8 * 0.9 * sizes[2]


def test_wrong_quality(tmp_path):
    for name, quality, error, words in (
        ("a.wav", 0.5, ValueError, "quality is for ogg, opus, mp3 and m4a; wav is lossless"),
        ("a.ogg", 1.5, ValueError, "quality must be at least 0 and at most 1"),
        ("a.ogg", "high", TypeError, "quality must be a number"),
    ):
        with pytest.raises(error, match=words):
            write(tmp_path / name, noise(10), quality=quality)


@pytest.mark.parametrize("encoding", FORMATS["wav"].encodings)
def test_a_wav_file_that_grows_too_large_becomes_rf64(tmp_path, encoding, monkeypatch):
    monkeypatch.setitem(FORMATS, "wav", replace(FORMATS["wav"], bytes_max=10_000))
    sound = noise(9000, 2)
    for name, parts in (("whole.wav", sound), ("parts.wav", (sound[a : a + 700] for a in range(0, 9000, 700)))):
        path = tmp_path / name
        (write if parts is sound else write_blocks)(path, parts, encoding=encoding, tags={"title": "Long"})
        assert path.read_bytes()[:4] == b"RF64"
        assert info(path).sample_type == encoding
        assert info(path).tags == {"title": "Long"}
    write(tmp_path / "same.rf64", sound, encoding=encoding)
    assert read(tmp_path / "whole.wav") == read(tmp_path / "parts.wav") == read(tmp_path / "same.rf64")
    write(tmp_path / "small.wav", noise(1000))
    assert (tmp_path / "small.wav").read_bytes()[:4] == b"RIFF"
    with pytest.raises(ValueError, match="a wav file cannot hold more than 4 GiB; format='rf64' can"):
        write_blocks(io.BytesIO(), [sound, sound], format="wav", encoding=encoding)
    for name in ("whole.wav", "parts.wav"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes()[:-1000])
        with pytest.raises(ValueError, match="is cut short"):
            read(path)


class Pipe(io.RawIOBase):
    """A stream that goes only forwards."""

    def __init__(self, data=b""):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, buffer):
        return self.data.readinto(buffer)

    def write(self, data):
        return self.data.write(data)


@every_format
def test_streams_that_cannot_seek(format):
    sound = tone(440, 0.5, 48000)
    target = Pipe()
    write(target, sound, format=format)
    assert not target.closed
    back = read(io.BufferedReader(Pipe(target.data.getvalue())))
    assert back.frames == sound.frames


class Failing(io.BytesIO):
    """A file whose disk fails after some bytes."""

    def write(self, data):
        if self.tell() + len(data) > 5000:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_errors_of_an_open_file_are_raised(format, capfd):
    with pytest.raises(OSError, match="No space left"):
        write(Failing(), noise(100_000, 2), format=format)
    good = io.BytesIO()
    write(good, noise(100_000, 2), format=format)

    class Unreadable(io.BytesIO):
        def read(self, count=-1):
            if self.tell() > 30_000:
                raise OSError(5, "Input/output error")
            return super().read(count)

    with pytest.raises(OSError, match="Input/output error"):
        read(Unreadable(good.getvalue()))
    assert "Traceback" not in capfd.readouterr().err
    with pytest.raises(TypeError, match="open binary file"):
        read(io.StringIO("x"))
    with pytest.raises(TypeError, match="open binary file"):
        write(io.StringIO(), noise(10), format=format)


def test_an_open_file_is_written_anew():
    file = io.BytesIO()
    write(file, noise(5000), format="wav")
    write(file, noise(10), format="wav")
    assert len(file.getvalue()) == 64
    assert read(file).frames == 10


def test_aac_streams(tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "a.aac"
    sound = tone(440, 2.0, 48000)
    with av.open(str(path), "w", format="adts") as container:
        stream = container.add_stream("aac", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound.samples[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert sound.frames <= read(path).frames < sound.frames + 4096
    assert read(path, start=1, stop=1.5) == read(path).between(1, 1.5)


@pytest.mark.parametrize("format", ["ogg", "opus", "mp3", "flac"])
def test_every_place_can_be_read_alone(tmp_path, format):
    path = tmp_path / f"a.{format}"
    write(path, noise(150_000, 2))
    whole = read(path)
    for first in [*np.random.default_rng(0).integers(0, 150_000, 20), 1, 8191, 8192, 8193, 149_998, 149_999]:
        part = read(path, start=first / 48000, stop=(first + 700) / 48000)
        np.testing.assert_allclose(part.samples, whole.samples[first : first + 700], atol=1e-6)


@pytest.mark.parametrize("format", ["ogg", "mp3"])
def test_a_late_part_is_read_without_decoding_what_is_before(tmp_path, format, monkeypatch):
    path = tmp_path / f"a.{format}"
    write(path, noise(48000 * 20))
    decoded = []
    original = soundfile.SoundFile.read

    def counting(self, *arguments, **options):
        result = original(self, *arguments, **options)
        decoded.append(len(result))
        return result

    monkeypatch.setattr(soundfile.SoundFile, "read", counting)
    assert read(path, start=19, stop=19.5).frames == 24000
    assert sum(decoded) < 24000 + 10_000


def test_a_wav_file_of_unknown_length_is_whole(tmp_path):
    path = tmp_path / "piped.wav"
    write(path, noise(1000))
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    assert data[36:40] == b"data"
    path.write_bytes(data)
    assert read(path).frames == 1000


def test_nan_in_a_file_is_named(tmp_path):
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.array([0, np.nan, 0], np.float32), 8000, subtype="FLOAT")
    with pytest.raises(ValueError, match=r"nan\.wav': samples must be finite; .* at frame 1"):
        read(path)


def test_what_cannot_be_written(tmp_path):
    sound = noise(100)
    for target, arguments, error, words in (
        ("a.xyz", {}, ValueError, r"the ending of '.*a\.xyz' must be one of 'wav'"),
        ("a.flca", {}, ValueError, "Did you mean 'flac'"),
        ("noending", {}, ValueError, "must be one of 'wav'"),
        ("no/a.wav", {}, FileNotFoundError, "no folder to write into: '.*no'"),
        ("a.wav", {"encoding": "int12"}, ValueError, "encoding of wav must be one of 'int16'"),
        ("a.flac", {"encoding": "float32"}, ValueError, "encoding of flac must be one of"),
        ("a.mp3", {"encoding": "int16"}, ValueError, "mp3 is lossy and takes quality"),
        ("a.wav", {"format": "pdf"}, ValueError, "format must be one of"),
    ):
        with pytest.raises(error, match=words):
            write(tmp_path / target, sound, **arguments)
    os.mkdir(tmp_path / "folder.wav")
    with pytest.raises(IsADirectoryError, match="Is a directory"):
        write(tmp_path / "folder.wav", sound)
    with pytest.raises(ValueError, match="an open file needs format="):
        write(io.BytesIO(), sound)
    for wrong in (None, 5):
        with pytest.raises(TypeError, match="target must be a path"):
            write(wrong, sound)
    with pytest.raises(TypeError, match="a Sound or a pair"):
        write(tmp_path / "a.wav", np.zeros(3))
    assert os.listdir(tmp_path) == ["folder.wav"]


@pytest.mark.parametrize(
    ("format", "sound", "words"),
    [
        ("opus", noise(9, rate=44100), r"opus holds rates of 8000, 12000, .*; got 44100\. See resample"),
        ("mp3", noise(9, rate=96000), "mp3 holds rates of"),
        ("m4a", noise(9, rate=12345), "m4a holds rates of"),
        ("mp3", noise(9, 3), "mp3 holds at most 2 channels; got 3"),
        ("flac", noise(9, 9), "flac holds at most 8 channels"),
        ("flac", noise(9, rate=1_000_000), "cannot be written with"),
    ],
)
def test_what_does_not_fit_a_format(tmp_path, format, sound, words):
    with pytest.raises(ValueError, match=words):
        write(tmp_path / f"a.{format}", sound)
    assert os.listdir(tmp_path) == []


def test_no_file_beyond_four_gib(tmp_path, monkeypatch):
    format, kind = "aiff", FORMATS["aiff"]
    monkeypatch.setitem(FORMATS, format, replace(kind, bytes_max=10_000))
    write(tmp_path / f"a.{format}", noise(5000))
    with pytest.raises(ValueError, match="cannot hold more than 4 GiB"):
        write(tmp_path / f"b.{format}", noise(5001))
    assert os.listdir(tmp_path) == [f"a.{format}"]


@pytest.mark.parametrize(
    ("module", "call", "extra"),
    [
        ("av", "write('a.m4a', tone(440))", "media"),
        ("espeakng_loader", "speak('x')", "speech"),
        ("miniaudio", "play(tone(440))", "player"),
        ("matplotlib", "waveform(tone(440))", "plots"),
    ],
)
def test_a_missing_extra_is_named_with_its_command(tmp_path, module, call, extra):
    code = (
        f"import sys; sys.modules[{module!r}] = None\n"
        f"from opsin.audio import *\n"
        f"try: {call}\n"
        f"except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert f"pip install 'opsin[{extra}]'" in done.stdout
    assert clean(tmp_path)


def test_media_files_are_read_by_parts(tmp_path):
    path = tmp_path / "a.m4a"
    write(path, tone(440, 4.0, 48000, wave="saw").stereo())
    whole = read(path)
    assert info(path).encoding == "AAC"
    parts = list(blocks(path, 7000))
    assert {part.frames for part in parts[:-1]} == {7000}
    assert concatenate(parts) == whole
    for first in (1, 5000, 10_000, 123_457, 191_999):
        assert read(path, start=first / 48000) == whole[first:]


def test_a_media_file_without_sound(tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        container.mux(stream.encode(None))
    with pytest.raises(ValueError, match=r"silent\.mp4' holds no sound"):
        read(path)
