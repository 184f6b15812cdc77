"""Compile the catalog: objects for each instruction set, one archive, one table.

    python kernels/compile.py --outdir DIR [--cache DIR] [--jobs N] [--simd portable|native] [--asan]

Objects are kept by the hash of all that they are made from, so only what
changed is compiled again.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import halide as hl  # noqa: E402 - the kernels' own folder goes first

from catalog import COSTS, DEFAULT_COST, KERNELS, Kernel, arguments  # noqa: E402


@dataclass(frozen=True)
class Tier:
    """An instruction set: Halide's features for it, and the C expression that says whether the machine has it."""

    name: str
    features: str
    present: str


X86 = (
    Tier("sse41", "sse41", '__builtin_cpu_supports("sse4.1")'),
    Tier(
        "avx2",
        "avx2-fma-f16c-sse41-avx",
        '__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")',
    ),
    Tier(
        "avx512",
        "avx512_skylake-avx512-avx2-fma-f16c-sse41-avx",
        '__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && '
        '__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && '
        '__builtin_cpu_supports("avx512cd")',
    ),
)
ARM = (Tier("neon", "", "1"),)


def base_target() -> str:
    """Return Halide's name for this architecture and system."""
    arch = {"x86_64": "x86-64", "AMD64": "x86-64", "aarch64": "arm-64", "arm64": "arm-64"}[platform.machine()]
    system = {"linux": "linux", "darwin": "osx", "win32": "windows"}[sys.platform]
    return f"{arch}-{system}"


def tiers(simd: str) -> tuple[Tier, ...]:
    """Return the instruction sets to build for, least first."""
    if simd == "native":
        host = str(hl.get_host_target())
        features = [word for word in host.split("-")[2:] if word not in ("64", "linux", "osx", "windows")]
        features = [word for word in features if not word.startswith("tune")]
        return (Tier("native", "-".join(features), "1"),)
    return X86 if base_target().startswith("x86") else ARM


def target_of(tier: Tier, asan: bool) -> str:
    """Return Halide's target string for `tier`."""
    words = [base_target(), tier.features, "asan" if asan else "", "no_runtime"]
    return "-".join(word for word in words if word)


@cache
def local_imports(module: str) -> frozenset[Path]:
    """Return the files under this folder that `module` is made from, itself included."""
    path = HERE / (module.replace(".", "/") + ".py")
    if not path.exists():
        return frozenset()
    found = {path}
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            package = ".".join(module.split(".")[:-1]) if node.level else ""
            names = [f"{package}.{node.module}".lstrip(".")]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            found |= local_imports(name)
    return frozenset(found)


def object_key(kernel: Kernel, target: str) -> str:
    """Return the hash of everything that the object of `kernel` for `target` is made from."""
    digest = hashlib.sha256()
    digest.update(json.dumps([kernel.name, kernel.variant, target, metadata.version("halide")]).encode())
    for path in sorted(local_imports(kernel.module)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def compile_kernel(job: tuple[str, str, str, str]) -> None:
    """Compile one kernel for one target to an object file."""
    name, symbol, target_text, path = job
    target = hl.Target(target_text)
    inputs, stages = KERNELS[name].pipeline(target)
    unfinished = f"{path}.{os.getpid()}"
    stages.output.compile_to({hl.OutputFileType.object: unfinished}, arguments(inputs), symbol, target)
    os.replace(unfinished, path)


def table(kernels: list[Kernel], built: tuple[Tier, ...]) -> str:
    """Return the text of kernel_table.h."""
    lines = [
        '#include "HalideRuntime.h"',
        "",
        f"#define OPSIN_TIERS {len(built)}",
        "",
        "typedef int (*opsin_function)(void **);",
        "typedef const struct halide_filter_metadata_t *(*opsin_description)(void);",
        "typedef struct {",
        "    const char *name;",
        "    double nanoseconds;",
        "    opsin_function tiers[OPSIN_TIERS];",
        "    opsin_description metadata;",
        "} opsin_kernel;",
        "",
    ]
    for kernel in kernels:
        for tier in built:
            lines.append(f"int {kernel.name}_{tier.name}_argv(void **);")
        lines.append(f"const struct halide_filter_metadata_t *{kernel.name}_{built[0].name}_metadata(void);")
    lines += ["", "static const opsin_kernel opsin_kernels[] = {"]
    for kernel in kernels:
        entries = ", ".join(f"{kernel.name}_{tier.name}_argv" for tier in built)
        described = f"{kernel.name}_{built[0].name}_metadata"
        lines.append(f'    {{"{kernel.name}", {kernel.nanoseconds}, {{{entries}}}, {described}}},')
    lines += ["    {0, 0, {0}, 0},", "};", ""]
    names = ", ".join(f'"{tier.name}"' for tier in built)
    lines += [f"static const char *const opsin_tier_names[] = {{{names}}};", ""]
    lines += ["static int opsin_tier_present(int tier) {", "    switch (tier) {"]
    for index, tier in enumerate(built):
        lines.append(f"    case {index}: return {tier.present};")
    lines += ["    default: return 0;", "    }", "}", ""]
    return "\n".join(lines)


def archive(path: Path, members: list[Path]) -> None:
    """Write a static library of `members`."""
    path.unlink(missing_ok=True)
    listing = path.with_suffix(".members")
    listing.write_text("\n".join(map(str, members)))
    subprocess.run(["ar", "rcs", str(path), f"@{listing}"], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outdir", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--simd", choices=("portable", "native"), default="portable")
    parser.add_argument("--asan", action="store_true")
    options = parser.parse_args()

    out: Path = options.outdir
    store = options.cache or out / "kernel-objects"
    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError:
        store = out / "kernel-objects"
        store.mkdir(parents=True, exist_ok=True)
    built = tiers(options.simd)
    kernels = list(KERNELS.values())

    jobs, members = [], []
    for kernel in kernels:
        for tier in built:
            target = target_of(tier, options.asan)
            path = store / f"{kernel.name}-{tier.name}-{object_key(kernel, target)}.o"
            members.append(path)
            if not path.exists():
                jobs.append((kernel.name, f"{kernel.name}_{tier.name}", target, str(path)))
    # A fresh process for each object: Halide numbers repeated names, and objects should not depend on order.
    with multiprocessing.get_context("fork").Pool(options.jobs, maxtasksperchild=1) as pool:
        for _ in pool.imap_unordered(compile_kernel, jobs, chunksize=1):
            pass

    runtime = out / "halide_runtime.o"
    sanitizer = "-asan" if options.asan else ""
    hl.compile_standalone_runtime(str(runtime), hl.Target(base_target() + sanitizer))
    archive(out / "libopsin_kernels.a", [*members, runtime])
    (out / "kernel_table.h").write_text(table(kernels, built))
    header = Path(hl.__file__).parent / "include" / "HalideRuntime.h"
    shutil.copyfile(header, out / "HalideRuntime.h")
    sources = sorted(str(path) for path in [*HERE.rglob("*.py"), HERE / "costs.json"])
    (out / "kernels.d").write_text(f"libopsin_kernels.a kernel_table.h: {' '.join(sources)}\n")
    print(f"{len(members)} kernel objects, {len(jobs)} compiled")
    unmeasured = [kernel.name for kernel in kernels if kernel.nanoseconds and kernel.name not in COSTS]
    if unmeasured:
        print(
            f"no cost was measured for {', '.join(unmeasured)}: {DEFAULT_COST} ns an element assumed; "
            "measure it with python benchmarks/kernel_costs.py"
        )


if __name__ == "__main__":
    main()
