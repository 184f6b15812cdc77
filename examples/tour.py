"""Run the example of the coins step by step, and write what it shows to tour/report.html.

    python examples/tour.py

The text, the code and the pictures are those of plot_coins.py. Every call of
opsin is printed with its time, and the commands of the example are run too.
The results are checked: a wrong one ends the tour with an error.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import html
import io
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("agg")
from matplotlib import pyplot as plt

import opsin

STORY = Path(__file__).with_name("plot_coins.py")
FOLDER = Path("tour")
OTSU = 107
COINS = 24
SMALLEST = 100

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; margin: 0 auto; max-width: 64rem; padding: 1rem; }
img { max-width: 100%; }
pre { background: #f3f5f7; padding: 0.7rem 1rem; overflow-x: auto; font-size: 0.85rem; }
pre.output { background: none; border-left: 3px solid #8fa3b8; padding: 0 1rem; }
"""


def cells(source: str) -> list[tuple[str, str]]:
    """Return text and code of each cell; the text of the first one is the docstring."""
    source = re.sub(r"^# sphinx_gallery_.*\n", "", source, flags=re.M)
    docstring, _, rest = source.removeprefix('"""').partition('"""')
    found = [(docstring.strip(), "")]
    for cell in re.split(r"^# %%\n", rest, flags=re.M)[1:]:
        comment = re.match(r"(?:#.*\n)*", cell)[0]
        found.append((re.sub(r"^# ?", "", comment, flags=re.M), cell[len(comment) :].strip()))
    return found


def run(code: str, names: dict[str, Any]) -> tuple[list[tuple[float, str]], str]:
    """Run a cell; return the time and the text of each statement that calls an operation, and what was printed."""
    timed = []
    printed = io.StringIO()
    for statement in ast.parse(code).body:
        start = time.perf_counter()
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module([statement], []), str(STORY), "exec"), names)
        if isinstance(statement, ast.Assign) and "opsin." in ast.unparse(statement):
            timed.append((1000 * (time.perf_counter() - start), ast.get_source_segment(code, statement) or ""))
    return timed, printed.getvalue()


def run_command(command: str) -> str:
    """Run a command of opsin in the folder of the tour; return its output."""
    arguments = shlex.split(command)[1:]
    done = subprocess.run([sys.executable, "-m", "opsin.cli", *arguments], cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stderr}")
    return done.stdout.rstrip()


def text_html(text: str) -> str:
    """Return the text of a cell as HTML: paragraphs, titles, and code between double backquotes."""
    escaped = re.sub(r"``(.+?)``", r"<code>\1</code>", html.escape(text.strip()))
    for mark, level in ("=", 1), ("-", 2):
        escaped = re.sub(rf"^(.+)\n{mark}{{3,}}$", rf"<h{level}>\1</h{level}>", escaped, flags=re.M)
    return "".join(f"<p>{part}</p>" if part[:2] != "<h" else part for part in re.split(r"\n\n+", escaped) if part)


def pictures() -> list[str]:
    """Write the open figures to the folder of the tour, and return them as HTML."""
    found = []
    for number in plt.get_fignums():
        path = FOLDER / f"figure-{len(list(FOLDER.glob('figure-*.png'))) + 1}.png"
        plt.figure(number).savefig(path, dpi=110)
        found.append(f'<img src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}">')
    plt.close("all")
    return found


def check(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"wrong result: {what} is {found}, not {expected}")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("figure-*.png"):
        old.unlink()
    print(f"opsin {opsin.__version__}, {opsin.get_num_threads()} threads; the first call of an operation prepares it\n")
    names: dict[str, Any] = {"__name__": "tour"}
    page = []
    for text, code in cells(STORY.read_text()):
        text, _, commands = text.partition(".. code-block:: console")
        page.append(text_html(text))
        timed, printed = run(code, names)
        for milliseconds, statement in timed:
            print(f"{milliseconds:9.2f} ms  {' '.join(statement.split())}")
        print("".join(f"              {line}\n" for line in printed.splitlines()), end="")
        if code:
            page.append(f"<pre>{html.escape(code)}</pre>")
        output = printed + "".join(f"{milliseconds:.2f} ms  {statement}\n" for milliseconds, statement in timed)
        page += [f'<pre class="output">{html.escape(output)}</pre>'] if output else []
        page += pictures()
        if "image" in names and not (FOLDER / "coins.png").exists():
            opsin.io.imsave(FOLDER / "coins.png", names["image"])
        for command in re.findall(r"\$ (opsin .*)", commands):
            output = run_command(command)
            print(f"\n$ {command}\n{output}" if output else f"\n$ {command}")
            page.append(f"<pre><b>$ {html.escape(command)}</b>\n{html.escape(output)}</pre>")
            if "threshold_otsu" in command:
                check("the threshold on the command line", output, str(OTSU))
    check("Otsu's threshold", names["otsu"], OTSU)
    check("the number of coins", int(names["labels"].max()), COINS)
    sizes = np.bincount(opsin.io.imread(FOLDER / "labels.png").ravel())[1:]
    check("the number of coins on the command line", int(np.sum(sizes > SMALLEST)), COINS)
    report = FOLDER / "report.html"
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{COINS} coins</title>\n'
    report.write_text(f"{head}<style>{STYLE}</style>\n" + "\n".join(page))
    print(f"\n{COINS} coins, as expected. The report: {report.resolve()}")


if __name__ == "__main__":
    main()
