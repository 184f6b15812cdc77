"""The exports of packages: an operation is imported and listed in `__all__` by the package whose file declares it.

Names are added only: what else a package exports is written by hand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[1] / "src" / "opsin"


def packages() -> Iterator[tuple[Path, str]]:
    """Yield the file of every package, and what it must say to export the operations of its files."""
    for path in sorted(PACKAGES.glob("*/__init__.py")):
        text = path.read_text()
        for module in sorted(path.parent.glob("[!_]*.py")):
            names = declared(ast.parse(module.read_text()))
            if names:
                text = with_exports(text, module.stem, names)
        yield path, text


def declared(module: ast.Module) -> set[str]:
    """Return the functions of a module that are operations."""
    return {
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("operation(") for decorator in node.decorator_list)
    }


def with_exports(text: str, module: str, names: set[str]) -> str:
    """Return the text of a package that exports at least `names` of one of its modules."""
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    own = [node for node in imports if node.level == 1 and node.module == module]
    imported = {alias.name for node in own for alias in node.names}
    if names <= imported:
        return text
    lines = text.splitlines()
    before = [node.end_lineno or 0 for node in imports if node.level != 1 or (node.module or "") < module]
    first, last = (own[0].lineno - 1, own[0].end_lineno) if own else (max(before), max(before))
    lines[first:last] = [f"from .{module} import {', '.join(sorted(names | imported))}"]
    (listed,) = [
        node
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    every = sorted(names | set(ast.literal_eval(listed.value)))
    lines[listed.lineno - 1 : listed.end_lineno] = ["__all__ = [", *(f'    "{name}",' for name in every), "]"]
    return "\n".join(lines) + "\n"
