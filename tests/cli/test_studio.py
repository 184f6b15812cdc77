"""`opsin studio` from the command line."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner

import opsin
from opsin.cli import main


@pytest.mark.parametrize("arguments", [[], ["disks.png"]])
def test_it_prints_its_address_and_ends_with_an_interrupt(arguments, tmp_path):
    opsin.io.imsave(tmp_path / "disks.png", opsin.data.disks())
    command = [sys.executable, "-m", "opsin", "studio", "--no-browser", *arguments]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # the background jobs of a shell ignore it
    ) as process:
        try:
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", line)
            assert found, line
            with urllib.request.urlopen(found[0], timeout=10) as answer:
                assert b"page.js" in answer.read()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
            assert not process.stderr.read()
        finally:
            process.kill()


def test_files_that_are_no_images(tmp_path):
    (tmp_path / "a.png").write_text("no image")
    done = CliRunner().invoke(main, ["studio", str(tmp_path / "a.png")])
    assert done.exit_code == 1
    assert "a.png" in done.output
    assert "Traceback" not in done.output
    assert CliRunner().invoke(main, ["studio", str(tmp_path / "b.png")]).exit_code == 2
