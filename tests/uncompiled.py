"""Run the compiled modules as what they are: Python files.

    union_find = uncompiled("union_find")

A module gets here what Cython would give it: strips in turn instead of on the
pool, and more of them; the bits of a word. Views are NumPy arrays, which check
their bounds.
"""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import cython
import numpy as np

SOURCES = Path(__file__).parent.parent / "src" / "opsin" / "_engine" / "compiled"


def uncompiled(name: str) -> ModuleType:
    """Return the compiled module `name`, run from its Python file."""
    sys.modules.update(CIMPORTS)
    spec = importlib.util.spec_from_file_location(f"uncompiled_{name}", SOURCES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parallel_for(strip: Any, count: int, job: Any, cost: float) -> None:
    for number in range(count):
        strip(job, number)


def poll() -> None:
    pass


def strip_count(rows: int, elements: int) -> int:
    return min(rows, 4)


def strip_start(rows: int, strips: int, number: int) -> int:
    return rows * number // strips


def address(array: Any) -> Any:
    """Return what stands for a pointer: the elements of an array, which is contiguous."""
    assert array.flags.c_contiguous
    return array.reshape(-1)


def load(source: Any, at: int, count: int) -> int:
    return int.from_bytes(bytes(_bytes(source)[at : at + count]), "little")


def store(target: Any, at: int, word: int, count: int) -> None:
    copy(target, at, (int(word) & (2 ** (8 * count) - 1)).to_bytes(count, "little"), 0, count)


def copy(target: Any, to: int, source: Any, at: int, count: int) -> None:
    if isinstance(target, list):  # a local array, and `cython.sizeof` is 1
        target[to : to + count] = source[at : at + count].tolist()
    else:
        _bytes(target)[to : to + count] = _bytes(source)[at : at + count]


def _bytes(memory: Any) -> Any:
    return memory.view(np.uint8) if isinstance(memory, np.ndarray) else memoryview(memory)


def cast(kind: Any, value: Any) -> Any:
    """Cast numbers as Cython does; arrays, which stand for pointers, and functions stay what they are."""
    return value if isinstance(value, np.ndarray | list) or callable(value) else CAST(kind, value)


CAST = cython.cast
cython.cast = cast


def permute(indices: Any, table: Any, target: Any, first: int, last: int) -> None:
    target[first:last] = table[indices[first:last]]


def scan_bytes(
    pixels: Any, first: int, above: Any, before: int, sums: Any, target: int, rows: int, width: int, channels: int
) -> None:
    block = pixels[first : first + rows * width].reshape(rows, -1, channels).astype(np.uint32)
    found = block.cumsum(0, np.uint32).cumsum(1, np.uint32).reshape(rows, width) + above[before : before + width]
    sums[target : target + rows * width] = found.reshape(-1)


def ones(word: int) -> int:
    return int(word).bit_count()


def trailing_zeros(word: int) -> int:
    return (int(word) & -int(word)).bit_length() - 1


def root(parents: Any, element: int) -> int:
    while parents[element] != element:
        parents[element] = parents[parents[element]]
        element = parents[element]
    return element


def _module(name: str, **members: Any) -> tuple[str, ModuleType]:
    module = ModuleType(f"cython.cimports.{name}")
    module.__dict__.update(members)
    return module.__name__, module


CIMPORTS = dict(
    (
        _module("libc"),
        _module("libc.math", rint=np.rint, **{name: getattr(math, name) for name in dir(math) if name[0] != "_"}),
        _module("opsin"),
        _module("opsin._engine"),
        _module("opsin._engine.runtime", parallel_for=parallel_for, poll=poll, strip_type=None),
        _module("opsin._engine.compiled"),
        _module("opsin._engine.compiled._bits", ones=ones, trailing_zeros=trailing_zeros),
        _module("opsin._engine.compiled._forest", root=root),
        _module("opsin._engine.compiled._permute", permute=permute),
        _module("opsin._engine.compiled._scan", scan_bytes=scan_bytes),
        _module("opsin._engine.compiled._strips", strip_count=strip_count, strip_start=strip_start),
        _module(
            "opsin._engine.compiled._memory",
            address=address,
            load2=lambda source, at: load(source, at, 2),
            load4=lambda source, at: load(source, at, 4),
            load8=lambda source, at: load(source, at, 8),
            store4=lambda target, at, word: store(target, at, word, 4),
            store8=lambda target, at, word: store(target, at, word, 8),
            copy=copy,
        ),
    )
)
taps = uncompiled("taps")
CIMPORTS.update(
    (
        _module("opsin._engine.compiled.taps", weigh=taps.weigh, bordered=taps.bordered),
        _module("opsin._engine.compiled.radix_sort", sort_keys=uncompiled("radix_sort").sort_keys),
    )
)
displaced, tiles = uncompiled("displaced"), uncompiled("rank_tiles")
CIMPORTS.update(
    (
        _module("opsin._engine.compiled.displaced", Displaced=displaced.Displaced, filter_tiles=displaced.filter_tiles),
        _module(
            "opsin._engine.compiled.rank_tiles",
            Tiles=tiles.Tiles,
            load_tile=tiles.load_tile,
            write_row=tiles.write_row,
        ),
    )
)
