"""Write the generated files again, or check that they are fresh.

    python tools/generate.py [--check]

These are the exports of packages, from the files of operations; the shared
paragraphs of docstrings, from their table; the reference pages, from the
declarations; the page of timings and the table of the README, from the results
of the last race.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import exports

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

README_BEGIN = "<!-- timings: written by `make generate` -->"
README_END = "<!-- end of timings -->"


def generated() -> Iterator[tuple[Path, str]]:
    """Yield every generated file and what it must say, once the packages export their operations."""
    import opsin
    from opsin._operation import Operation

    import paragraphs
    import reference
    import report

    known = opsin.operations()
    files: dict[Path, list[Operation]] = {}
    for operation in known.values():
        path = ROOT.joinpath("src", *operation.function.__module__.split(".")).with_suffix(".py")
        files.setdefault(path, []).append(operation)
    for path, own in files.items():
        yield path, paragraphs.renewed_source(path.read_text(), own)
    yield from reference.pages()
    results = report.load()
    yield ROOT / "docs" / "benchmarks.md", report.text(results)
    readme = ROOT / "README.md"
    yield readme, with_table(readme.read_text(), report.short_table(results))


def with_table(readme: str, table: str) -> str:
    """Return the README with `table` between its two marks."""
    pattern = re.compile(f"{re.escape(README_BEGIN)}.*?{re.escape(README_END)}", re.S)
    if not pattern.search(readme):
        raise SystemExit(f"README.md lacks the marks {README_BEGIN} and {README_END}")
    return pattern.sub(lambda _: f"{README_BEGIN}\n{table}{README_END}", readme)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a file is not fresh")
    check = parser.parse_args().check
    stale = renew(exports.packages(), check)
    fresh = dict(generated())
    from reference import FOLDER

    for path in set(FOLDER.rglob("*.rst")) - set(fresh):
        stale += 1
        print(f"{path.relative_to(ROOT)} is of nothing that exists")
        if not check:
            path.unlink()
    stale += renew(fresh.items(), check)
    if check and stale:
        sys.exit(f"{stale} generated files are not fresh: run `make generate`")


def renew(files: Iterable[tuple[Path, str]], check: bool) -> int:
    """Write the files that are not fresh, or show what is to change; return how many there are."""
    stale = 0
    for path, text in files:
        before = path.read_text() if path.exists() else ""
        if before == text:
            continue
        stale += 1
        if check:
            name = str(path.relative_to(ROOT))
            sys.stdout.writelines(
                difflib.unified_diff(before.splitlines(True), text.splitlines(True), name, "fresh", n=1)
            )
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    return stale


if __name__ == "__main__":
    main()
