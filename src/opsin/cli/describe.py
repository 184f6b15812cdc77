"""``opsin ops`` and ``opsin info``: which operations there are, and what files hold."""

from __future__ import annotations

import inspect
import json
from dataclasses import asdict
from typing import Any

import click

from .. import io
from .._operation import Operation, Parameter, operations
from .._pipeline import OWN_STEPS, SHAPE, find_operation, why_no_step
from .files import FILE_ERRORS, error_text, find_sources
from .pipeline import complete_operation
from .tables import echo


@click.command("ops")
@click.argument("name", required=False, shell_complete=complete_operation)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def ops(name: str | None, as_json: bool) -> None:
    """List the operations, or describe the operation NAME."""
    if name is None:
        if as_json:
            click.echo(json.dumps([_record(operation) for operation in operations().values()], indent=2))
        else:
            _list()
        return
    try:
        operation = find_operation(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(json.dumps(_record(operation), indent=2) if as_json else _page(operation))


@click.command("info")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--recursive", is_flag=True, help="Search the folders in folders, too.")
def info(files: tuple[str, ...], recursive: bool) -> None:
    """Print the shape, type and format of image FILES, and of the images in folders.

    FILES may be quoted patterns, and "-" is standard input.
    """
    failed = 0
    for source in find_sources(files, recursive):
        try:
            found = io.info(source.content)
        except FILE_ERRORS as error:
            echo(f"{source}: {error_text(error, source)}", err=True)
            failed += 1
            continue
        size = " x ".join(map(str, found.shape))
        pages = f", {found.pages} pages" if found.pages > 1 else ""
        echo(f"{source}: {found.format}, {size} {found.dtype}{pages}, {_bytes(found.file_size)}")
    if failed:
        raise SystemExit(1)


def _list() -> None:
    subject = ""
    known = operations()
    width = max(len(operation.short_name) for operation in known.values())
    for operation in known.values():
        if operation.subject != subject:
            click.echo(f"{'' if not subject else chr(10)}{operation.subject}")
            subject = operation.subject
        click.echo(f"  {operation.short_name:{width}}  {operation.summary}")
    click.echo("\nother steps of pipelines, besides comparisons such as > 120")
    for name, operation in OWN_STEPS.items():
        click.echo(f"  {name:{width}}  {operation.summary}")
    click.echo("\n`opsin ops NAME` prints the parameters of one.")


def _page(operation: Operation) -> str:
    lines = [f"{operation.name}: {operation.summary}", ""]
    for setting in operation.settings.values():
        lines.append(f"  {setting.name}: {setting.type_name}{_default(setting)}{_range(setting)}")
        if setting.help:
            lines += [f"      {line}" for line in click.wrap_text(setting.help.replace("``", "`"), 96).splitlines()]
    target = " -o OUT" if operation.results and operation.results[0].is_image else ""
    arrays = [f"{item.name} ({item.role.name})" for item in operation.parameters.values() if item.role]
    lines += [
        "",
        f"  arrays: {', '.join(arrays)}",
        f"  kind: {operation.kind}; returns: {_returns(operation)}; since {operation.since}",
        f"  in Python: {_in_python(operation)}; source: {_source(operation)}",
        f'  here: opsin apply "{_example(operation)}" IN{target}'
        if not why_no_step(operation)
        else "  here: only in Python",
    ]
    return "\n".join(lines)


def _record(operation: Operation) -> dict[str, Any]:
    return {
        "name": operation.name,
        "summary": operation.summary,
        "kind": operation.kind,
        "returns": [result.name for result in operation.results],
        "since": operation.since,
        "parameters": [
            {
                "name": setting.name,
                "type": setting.type_name,
                "required": setting.required,
                "default": setting.default if _is_plain(setting.default) else repr(setting.default),
                "allowed": asdict(setting.allowed) if setting.allowed else None,
                "typical": [setting.typical.low, setting.typical.high] if setting.typical else None,
                "unit": setting.typical.unit if setting.typical else "",
                "help": setting.help,
            }
            for setting in operation.settings.values()
        ],
        "arrays": [
            {"name": item.name, "role": item.role.name, "required": item.required, "help": item.help}
            for item in operation.parameters.values()
            if item.role
        ],
    }


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _default(setting: Parameter) -> str:
    return ", needed" if setting.required else f", default {setting.default!r}"


def _range(setting: Parameter) -> str:
    typical = setting.typical
    if typical is None:
        return ""
    unit = f" {typical.unit}" if typical.unit else ""
    return f", usually from {typical.low} to {typical.high}{unit}"


def _returns(operation: Operation) -> str:
    return ", ".join(result.name for result in operation.results)


def _example(operation: Operation) -> str:
    """Return a step as it is typed, with the parameter that most calls give."""
    files = [f"{name}=FILE" for name, item in operation.arrays.items() if item.required]
    first = next((item for item in operation.settings.values() if not item.keyword_only), None)
    if files:
        settings = [f"{item.name}=..." for item in operation.settings.values() if item.required]
        return " ".join([operation.short_name, *files, *settings])
    if first is None or (first.default is None and not first.required):
        return operation.short_name
    if first.name == SHAPE:
        return f"{operation.short_name} 50%"
    if not first.required:
        return f"{operation.short_name} {first.name}={first.default}"
    given = [item for item in operation.settings.values() if item.required]
    return " ".join([operation.short_name, *(f"{item.name}={(*item.choices, '...')[0]}" for item in given)])


def _in_python(operation: Operation) -> str:
    return (
        f"help(opsin.{operation.name})"
        if operation.name in operations()
        else f'opsin.Pipeline("{operation.short_name}")'
    )


def _source(operation: Operation) -> str:
    lines = inspect.getsourcelines(operation.function)[1]
    return f"{'/'.join(operation.function.__module__.split('.'))}.py line {lines}"


def _bytes(count: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.3g} {unit}"
