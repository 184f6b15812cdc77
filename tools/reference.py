"""The reference pages: one for each public function or class, a list for each module, and the list of all."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import opsin
from opsin._operation import Operation

import pictures

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"

KINDS = {
    "point": "Each pixel of the result depends on one pixel of the image.",
    "window": "Each pixel of the result depends on a window of the image.",
    "geometric": "Each pixel of the result depends on the surroundings of one position in the image.",
    "reduce": "The result summarizes the image; results of parts of an image can be merged.",
    "global": "The result depends on the whole image.",
}


def modules() -> list[ModuleType]:
    """Return the packages of operations, then the others, then opsin itself."""
    subjects = {operation.subject for operation in opsin.operations().values()}
    packages = [name for name in opsin.__all__ if isinstance(getattr(opsin, name), ModuleType)]
    ordered = sorted(packages, key=lambda name: (name not in subjects, name == "audio", name))
    return [*(getattr(opsin, name) for name in ordered), opsin]


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every page of the reference, and what it must say."""
    yield FOLDER / "index.rst", index_page()
    operations = opsin.operations()
    for module in modules():
        place = module.__name__.removeprefix("opsin.")
        names = public_names(module)
        entries = "\n".join(f"   {place}/{name}" for name in names)
        yield (
            FOLDER / f"{place}.rst",
            f"{title(module.__name__)}{introduction(module)}\n\n{summary(module)}\n"
            f".. toctree::\n   :hidden:\n\n{entries}\n",
        )
        for name in names:
            yield FOLDER / place / f"{name}.rst", object_page(module, name, operations.get(f"{place}.{name}"))


def public_names(module: ModuleType) -> list[str]:
    """Return the functions and classes of a module."""
    return [name for name in sorted(module.__all__) if not isinstance(getattr(module, name), ModuleType)]


def title(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n\n"


def introduction(module: ModuleType) -> str:
    """Return what a module says of itself; opsin's own list of modules is left to the list of all."""
    text = inspect.getdoc(module) or ""
    return "What is in no package: pictures, animations, threads, and the declarations." if module is opsin else text


def index_page() -> str:
    """Return the list of everything."""
    places = [module.__name__.removeprefix("opsin.") for module in modules()]
    entries = "\n".join(f"   {place}" for place in places)
    text = title("Reference") + f".. toctree::\n   :hidden:\n\n{entries}\n"
    for module, place in zip(modules(), places, strict=True):
        heading = f":doc:`{module.__name__} <{place}>`"
        first = introduction(module).partition("\n")[0]
        text += f"\n{title(heading, '-')}{first}\n\n{summary(module)}"
    return text


def summary(module: ModuleType) -> str:
    """Return a table of the public names of a module, each with its first sentence."""
    rows = "".join(
        f"   * - :obj:`~{module.__name__}.{name}`\n     - {first_line(getattr(module, name))}\n"
        for name in public_names(module)
    )
    return f".. list-table::\n   :widths: 30 70\n   :class: summary\n\n{rows}"


def first_line(what: object) -> str:
    """Return the summary of a docstring."""
    line = (inspect.getdoc(what) or "").partition("\n")[0]
    return re.sub(r" \[\d+\]_", "", line)  # the references stand on the page of the function


def object_page(module: ModuleType, name: str, operation: Operation | None) -> str:
    """Return the page of a function or a class: a picture, the docstring, and the examples that use it."""
    full = f"{module.__name__}.{name}"
    text = title(name)
    short = full.removeprefix("opsin.")
    picture = pictures.picture(short)
    if picture is not None:
        caption = f"``image = {picture.source}``"
        if picture.result != "image":
            caption = f"``{picture.result}``, where {caption}"
        text += f".. figure:: /{pictures.path(short)}\n   :alt: {picture.result}\n   :figclass: picture\n\n"
        text += f"   {caption}\n\n"
    if inspect.isclass(getattr(module, name)):
        text += f".. autoclass:: {full}\n   :members:\n"
    else:
        text += f".. autofunction:: {full}\n"
    if operation is not None:
        text += f"\n{KINDS[operation.kind]} Since version {operation.since}.\n"
    using = examples(full)
    if using:
        files = "".join(f"   ../examples/{path.name}\n" for path in using)
        text += f"\n{title('Examples that use it', '-')}.. minigallery::\n\n{files}"
    return text


def examples(full: str) -> list[Path]:
    """Return the pages of the gallery that use a function."""
    # The examples of sounds import `audio` by itself.
    call = re.compile(rf"\b({re.escape(full)}|{re.escape(full.removeprefix('opsin.'))})\(")
    files = sorted((ROOT / "examples").glob("plot_*.py"))
    return [path for path in files if call.search(path.read_text())]
