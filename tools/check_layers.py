"""Prove the order of imports: layers for the parts of opsin, and no circle among its files.

    python tools/check_layers.py [--count]

Each part imports only parts before it. The subjects (filters, morphology, ...)
may import each other's operations, as long as files form no circle. Imports
within opsin are relative. The library never imports the kernels' build, and
nothing slow is imported before it is needed.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "opsin"

DECLARATIONS = ast.parse((SOURCE / "_operation.py").read_text())
SUBJECTS = next(
    set(ast.literal_eval(node.value))
    for node in DECLARATIONS.body
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SUBJECTS"
)

# From the ground up. A part may import the parts before it, and within itself; subjects may import each other.
LAYERS = [
    {"_atomic", "_errors", "_operation"},
    {"_names", "_recipe", "_types"},
    {"_engine"},
    SUBJECTS,
    {"_page", "io"},
    {"_pipeline", "audio", "data"},
    {"plot"},
    {"__init__"},
    {"studio"},
    {"cli"},
    {"__main__"},
]
HEIGHT = {part: height for height, parts in enumerate(LAYERS) for part in parts}

# Imported inside the functions that need them: `import opsin` stays quick without.
LATE = {"IPython", "PIL", "anywidget", "av", "click", "espeakng_loader", "imagecodecs", "matplotlib", "miniaudio",
        "scipy", "soxr", "soundfile", "tifffile", "traitlets"}  # fmt: skip
# Files that are themselves imported late.
MAY_BE_EARLY = {"io/pillow.py": "PIL", "io/tiff.py": "tifffile", "io/tiff_tags.py": "tifffile"}

Module = tuple[str, ...]
"""The name of a module below opsin, such as ("filters", "gaussian"); () is opsin itself."""


@dataclass(frozen=True)
class Import:
    """One module imported by a file of opsin."""

    line: int
    target: Module
    late: bool
    """Whether it stands inside a function."""


def module_of(path: Path) -> Module:
    """Return the name of the module in a file."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def known_modules() -> dict[Module, Path]:
    """Return every module of opsin, Cython's included."""
    return {module_of(path): path for suffix in ("*.pyx", "*.py") for path in sorted(SOURCE.rglob(suffix))}


def statements(tree: ast.AST, late: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield the statements of a file, with whether they stand inside a function; not those for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from statements(ast.Module(node.orelse, []), late)
            continue
        if isinstance(node, ast.stmt):
            yield node, late
        yield from statements(node, late or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))


def imports(path: Path, tree: ast.Module, modules: Mapping[Module, Path]) -> Iterator[Import]:
    """Yield the modules of opsin that a file imports, at the top or inside functions."""
    here = path.relative_to(SOURCE).parts[:-1]
    for node, late in statements(tree):
        if isinstance(node, ast.ImportFrom):
            words = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                base = (*here[: len(here) - node.level + 1], *words)
            elif words[:1] == ("opsin",):
                base = words[1:]
            else:
                continue
            for alias in node.names:
                target = (*base, alias.name)
                # Subjects export functions that have the names of their files.
                whole = target not in modules or (len(base) == 1 and base[0] in SUBJECTS)
                yield Import(node.lineno, base if whole else target, late)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                words = tuple(alias.name.split("."))
                if words[0] == "opsin":
                    yield Import(node.lineno, words[1:], late)


def absolute_imports(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that import opsin by its full name; Cython's cimports have no other form."""
    for node, _ in statements(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "opsin":
            yield node.lineno
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "opsin" for alias in node.names):
            yield node.lineno


def early_packages(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and package of what is imported from elsewhere when the file is."""
    for node, late in statements(tree):
        if late:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module.split(".")[0]


def part_of(module: Module) -> str:
    """Return the part of opsin that a module belongs to."""
    return module[0] if module else "__init__"


def circles(graph: Mapping[Module, set[Module]]) -> list[list[Module]]:
    """Return the groups of modules that import each other, directly or through others (Tarjan's algorithm)."""
    index: dict[Module, int] = {}
    low: dict[Module, int] = {}
    stack: list[Module] = []
    found: list[list[Module]] = []

    def visit(module: Module) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(graph.get(module, ())):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1 or module in graph.get(module, ()):
                found.append(sorted(group))

    for module in sorted(graph):
        if module not in index:
            visit(module)
    return found


def faults(path: Path, tree: ast.Module, modules: Mapping[Module, Path]) -> Iterator[str]:
    """Yield what is wrong with the imports of a file."""
    part = part_of(module_of(path))
    shown = path.relative_to(SOURCE.parents[1])
    if part not in HEIGHT:
        yield f"{shown}: {part} has no place in the layers of {Path(__file__).name}"
        return
    for item in imports(path, tree, modules):
        other = part_of(item.target)
        if other in HEIGHT and other != part and HEIGHT[other] > HEIGHT[part]:
            yield f"{shown}:{item.line}: {part} imports {other}, which is above it"
        if part in SUBJECTS and other in SUBJECTS and other != part and item.target == (other,):
            yield f"{shown}:{item.line}: import the file of the operation, not the whole of {other}"
    for line in absolute_imports(tree):
        yield f"{shown}:{line}: opsin imports itself by its full name; write a relative import"
    for line, package in early_packages(tree):
        allowed = {"click"} if part == "cli" else {MAY_BE_EARLY.get(path.relative_to(SOURCE).as_posix())}
        if package in LATE - allowed:
            yield f"{shown}:{line}: {package} is imported before it is needed"
        if package in ("halide", "catalog", "building"):
            yield f"{shown}:{line}: the library imports the build of the kernels ({package})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", action="store_true", help="print the numbers of modules, imports and circles")
    count = parser.parse_args().count
    modules = known_modules()
    trees = {module: ast.parse(path.read_text()) for module, path in modules.items() if path.suffix == ".py"}
    graph: dict[Module, set[Module]] = {module: set() for module in modules}
    found = []
    for module, tree in trees.items():
        found += faults(modules[module], tree, modules)
        # A package imports its modules when it is imported; a module that imports a package needs all of them.
        graph[module] |= {item.target for item in imports(modules[module], tree, modules) if item.target in modules}
    for group in circles(graph):
        names = ", ".join(".".join(("opsin", *module)) for module in group)
        found.append(f"these files import each other in a circle: {names}")
    if count:
        between = sum(len(targets - {module}) for module, targets in graph.items())
        print(f"{len(modules)} modules, {between} imports between them, {len(circles(graph))} circles")
    print("\n".join(found) if found else "layers: in order")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
