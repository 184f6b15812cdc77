"""Packages get the exports of their operations, and keep all others."""

from __future__ import annotations

import ast

from exports import declared, packages, with_exports

PACKAGE = '''"""A package."""

from .._names import public
from .gaussian import gaussian
from .sobel import edges

__all__ = ["edges", "gaussian"]
'''


def exported(text: str) -> tuple[set[str], list[str]]:
    """Return the imports of a package, and what it lists."""
    body = ast.parse(text).body
    listed = next(node for node in body if isinstance(node, ast.Assign))
    return {ast.unparse(node) for node in body if isinstance(node, ast.ImportFrom)}, ast.literal_eval(listed.value)


def test_operations_are_the_functions_with_the_declaration() -> None:
    source = "@operation(kind='window')\ndef sobel(): ...\n@cache\ndef table(): ...\ndef other(): ...\n"
    assert declared(ast.parse(source)) == {"sobel"}


def test_a_new_file_is_imported_and_listed() -> None:
    imports, listed = exported(with_exports(PACKAGE, "median", {"median"}))
    assert "from .median import median" in imports
    assert listed == ["edges", "gaussian", "median"]


def test_a_new_operation_joins_the_import_of_its_file() -> None:
    imports, listed = exported(with_exports(PACKAGE, "sobel", {"sobel"}))
    assert "from .sobel import edges, sobel" in imports
    assert listed == ["edges", "gaussian", "sobel"]


def test_a_package_that_exports_all_stays_as_it_is() -> None:
    assert with_exports(PACKAGE, "gaussian", {"gaussian"}) == PACKAGE
    assert all(path.read_text() == text for path, text in packages())
