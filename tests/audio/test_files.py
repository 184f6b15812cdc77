"""Files: what comes back, what is refused, and what is left behind."""

import contextlib
import io
import os
import struct
import subprocess
import sys
import warnings

import numpy as np
import pytest
import soundfile

from opsin.audio import Sound, blocks, concatenate, gain, info, read, tone, write, write_blocks
from opsin.audio.formats import FORMATS, Format

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
}
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
    assert read(path, start=0.7, stop=2.1) == back.between(0.7, 2.1)


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


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "opus", "mp3", "aiff", "m4a"])
@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_never_crash(tmp_path, format, seed):
    """Bytes changed and cut at random: a sound or a ValueError, in this process."""
    path = tmp_path / f"a.{format}"
    write(path, noise(20_000, 2))
    rng = np.random.default_rng(seed)
    data = np.frombuffer(path.read_bytes(), np.uint8).copy()
    where = np.concatenate([rng.integers(0, len(data), 20), rng.integers(0, 60, 4)])
    data[where] = rng.integers(0, 256, len(where))
    path.write_bytes(data[: rng.integers(1, len(data) + 1)].tobytes())
    for truncated in ("error", "keep"):
        with contextlib.suppress(ValueError):
            assert np.isfinite(read(path, truncated=truncated).samples).all()


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


def test_an_mp3_file_that_does_not_tell_its_length(tmp_path):
    path = tmp_path / "a.mp3"
    sound = noise(48000, 2)
    write(path, sound)
    data = path.read_bytes()
    second_frame = data.index(data[:2], 4)
    for source in (path, io.BytesIO(data[second_frame:])):
        path.write_bytes(data[second_frame:])
        with pytest.raises(ValueError, match="varying bit rate that does not tell its length"):
            read(source)
    soundfile.write(path, sound.samples, 48000, compression_level=0.5, bitrate_mode="CONSTANT")
    data = path.read_bytes()
    path.write_bytes(data[data.index(data[:2], 4) :])
    assert abs(read(path).frames - 48000) < 3000


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


@pytest.mark.parametrize("format", ["wav", "aiff"])
def test_no_file_beyond_four_gib(tmp_path, format, monkeypatch):
    kind = FORMATS[format]
    small = files_module.Format(kind.container, kind.encodings, bytes_max=10_000)
    monkeypatch.setitem(FORMATS, format, small)
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
    write(path, noise(100_000, 2))
    whole = read(path)
    assert info(path).encoding == "AAC"
    parts = list(blocks(path, 7000))
    assert {part.frames for part in parts[:-1]} == {7000}
    assert concatenate(parts) == whole
    assert read(path, start=0.5, stop=1.0) == whole.between(0.5, 1.0)


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
