"""Prove the order of imports: each part of opsin imports only what stands before it.

Also: the library never imports the kernels' build, and nothing slow is
imported before it is needed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "opsin"

# From the ground up. A part may import the parts before it, and within itself.
LAYERS = [
    {"_atomic", "_errors", "_operation"},
    {"_types"},
    {"_engine"},
    {"color", "exposure", "filters", "measure", "morphology", "segmentation", "transform"},
    {"io"},
    {"_show", "audio"},
    {"__init__"},
    {"cli"},
]
HEIGHT = {part: height for height, parts in enumerate(LAYERS) for part in parts}

# Imported inside the functions that need them: `import opsin` stays quick without.
LATE = {"IPython", "PIL", "av", "click", "espeakng_loader", "imagecodecs", "matplotlib", "miniaudio", "scipy",
        "soundfile", "tifffile"}  # fmt: skip
# Files that are themselves imported late.
MAY_BE_EARLY = {"io/pillow.py": "PIL", "io/tiff.py": "tifffile"}


def part_of(path: Path) -> str:
    """Return the part of opsin that the file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py").removesuffix(".pyx")


def imported_parts(path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and part for everything of opsin that a file imports, at the top or inside functions."""
    package = ("opsin", *path.relative_to(SOURCE).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            names = (*base, *(node.module.split(".") if node.module else ()))
            if names[:1] != ("opsin",):
                continue
            if len(names) > 1:
                yield node.lineno, names[1]
            else:
                yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                words = alias.name.split(".")
                if words[0] == "opsin" and len(words) > 1:
                    yield node.lineno, words[1]


def early_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and package of what is imported when the file is."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module.split(".")[0]


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with the imports of a file."""
    tree = ast.parse(path.read_text())
    part = part_of(path)
    shown = path.relative_to(SOURCE.parents[1])
    if part not in HEIGHT:
        yield f"{shown}: {part} has no place in the layers of {Path(__file__).name}"
        return
    for line, other in imported_parts(path, tree):
        if other in HEIGHT and other != part and HEIGHT[other] > HEIGHT[part]:
            yield f"{shown}:{line}: {part} imports {other}, which stands above it"
    for line, package in early_imports(tree):
        allowed = {"click"} if part == "cli" else {MAY_BE_EARLY.get(path.relative_to(SOURCE).as_posix())}
        if package in LATE - allowed:
            yield f"{shown}:{line}: {package} is imported before it is needed"
        if package in ("halide", "catalog", "building"):
            yield f"{shown}:{line}: the library imports the build of the kernels ({package})"


def main() -> None:
    found = [fault for path in sorted(SOURCE.rglob("*.py")) for fault in faults(path)]
    print("\n".join(found) if found else "layers: in order")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
