"""Write the generated files again, or check that they are fresh.

    python tools/generate.py [--check]

These are the shared paragraphs of docstrings, from their table; the reference
pages, from the declarations; the page of timings and the table of the README,
from the results of the last race.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import opsin  # noqa: E402 - the benchmarks' folder goes first
from opsin._operation import Operation  # noqa: E402

import paragraphs  # noqa: E402
import report  # noqa: E402

README_BEGIN = "<!-- timings: written by `make generate` -->"
README_END = "<!-- end of timings -->"


def generated() -> Iterator[tuple[Path, str]]:
    """Yield every generated file and what it must say."""
    known = opsin.operations()
    files: dict[Path, list[Operation]] = {}
    for operation in known.values():
        path = ROOT.joinpath("src", *operation.function.__module__.split(".")).with_suffix(".py")
        files.setdefault(path, []).append(operation)
    for path, own in files.items():
        yield path, paragraphs.renewed_source(path.read_text(), own)
    subjects = sorted({name.partition(".")[0] for name in known})
    reference = ROOT / "docs" / "reference"
    yield reference / "index.rst", reference_index(subjects)
    for subject in subjects:
        own = [operation for name, operation in known.items() if name.startswith(f"{subject}.")]
        yield reference / f"{subject}.rst", reference_page(subject, own)
    results = report.load()
    yield ROOT / "docs" / "benchmarks.md", report.text(results)
    readme = ROOT / "README.md"
    yield readme, with_table(readme.read_text(), report.short_table(results))


def reference_index(subjects: list[str]) -> str:
    """Return the first page of the reference."""
    entries = "\n".join(f"   {subject}" for subject in subjects)
    return f"Operations\n==========\n\n.. toctree::\n   :maxdepth: 2\n\n{entries}\n"


def reference_page(subject: str, operations: list[Operation]) -> str:
    """Return the page of one subject: each operation's declaration, and its docstring."""
    module = getattr(opsin, subject)
    title = f"opsin.{subject}"
    lines = [title, "=" * len(title), "", (module.__doc__ or "").strip(), ""]
    recorded = {operation.short_name for operation in operations}
    for operation in operations:
        short = operation.short_name
        returns = ", ".join(result.name for result in operation.results)
        lines += [
            short,
            "-" * len(short),
            "",
            f"Kind: {operation.kind}. Returns: {returns}. Since {operation.since}.",
            "",
            f".. autofunction:: opsin.{operation.name}",
            "",
        ]
    others = [name for name in module.__all__ if name not in recorded]
    if others:
        lines += ["Beside the operations", "---------------------", ""]
        lines += [f".. autofunction:: opsin.{subject}.{name}\n" for name in others]
    return "\n".join(lines).rstrip() + "\n"


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
    stale = 0
    for path, text in generated():
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
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    if check and stale:
        sys.exit(f"{stale} generated files are not fresh: run `make generate`")


if __name__ == "__main__":
    main()
