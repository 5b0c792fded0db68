"""Write what is written once in Python wherever it is needed again.

    python package/generate.py           write the generated files
    python package/generate.py --check   say which are stale, and exit 1

`protocol.py` and, of `config/`, `function_display.py`, `prompt.py` and `page_config.py` become
`client/src/wire/protocol.gen.ts`; the options become the README's table.
It reads source, not objects, so that order and docstrings survive. Not shipped.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "package"))

from gptchat.config import OPTIONS, Option  # noqa: E402  (the path above comes first)

HEADER = """\
// What browser and server say to each other. Do not edit: generated from package/gptchat/
// {protocol,config/function_display,config/prompt,config/page_config}.py by `make generate`.
"""
NAMES = {
    "str": "string", "int": "number", "float": "number", "bool": "boolean",
    "None": "null", "Any": "unknown", "object": "unknown",
}  # fmt: skip
SOURCES = ("protocol", "config.function_display", "config.prompt", "config.page_config")
README_MARKS = ("<!-- options: written by `make generate` -->\n", "<!-- end of options -->")


class CannotTranslate(TypeError):
    """A Python type without a TypeScript form here."""


def ts_type(node: ast.expr) -> str:
    """One Python type expression in TypeScript."""
    match node:
        case ast.Constant(value=None):
            return "null"
        case ast.Name(id=name):
            return NAMES.get(name, name)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return f"{ts_type(left)} | {ts_type(right)}"
        case ast.Subscript(value=ast.Name(id=outer), slice=inner):
            return ts_subscript(outer, inner)
    raise CannotTranslate(
        f"{ast.unparse(node)!r} has no TypeScript form yet. "
        "Say it with str, int, list, dict, Literal, a union or a TypedDict, or teach generate.py."
    )


def ts_subscript(outer: str, inner: ast.expr) -> str:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    match outer:
        case "Literal":
            return " | ".join(ts_literal(part) for part in parts)
        case "list":
            item = ts_type(parts[0])
            return f"({item})[]" if "|" in item else f"{item}[]"
        case "tuple":
            return f"[{', '.join(ts_type(part) for part in parts)}]"
        case "dict":
            return f"Record<{ts_type(parts[0])}, {ts_type(parts[1])}>"
        case "NotRequired":
            return ts_type(parts[0])
    raise CannotTranslate(f"{outer}[{ast.unparse(inner)}] has no TypeScript form yet.")


def ts_literal(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def ts_comment(text: str | None, indent: str = "") -> str:
    lines = (text or "").strip().splitlines()
    if len(lines) < 2:
        return f"{indent}/** {lines[0]} */\n" if lines else ""
    body = "".join(f"{indent} *{' ' if line.strip() else ''}{line.strip()}\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def is_typed_dict(node: ast.ClassDef, known: set[str]) -> bool:
    return any(isinstance(b, ast.Name) and b.id in known | {"TypedDict"} for b in node.bases)


def ts_interface(node: ast.ClassDef) -> str:
    bases = [b.id for b in node.bases if isinstance(b, ast.Name) and b.id != "TypedDict"]
    extends = f" extends {', '.join(bases)}" if bases else ""
    optional = any(k.arg == "total" and ast.unparse(k.value) == "False" for k in node.keywords)
    fields = "".join(ts_field(f, optional) for f in node.body if isinstance(f, ast.AnnAssign))
    comment = ts_comment(ast.get_docstring(node))
    return f"{comment}export interface {node.name}{extends} {{\n{fields}}}\n"


def ts_field(node: ast.AnnAssign, optional: bool) -> str:
    kind = node.annotation
    not_required = isinstance(kind, ast.Subscript) and ast.unparse(kind.value) == "NotRequired"
    mark = "?" if optional or not_required else ""
    return f"  {ast.unparse(node.target)}{mark}: {ts_type(kind)};\n"


def ts_module(name: str) -> Iterator[str]:
    """Everything one Python module says about the wire, in its order."""
    module = importlib.import_module(f"gptchat.{name}")
    body = ast.parse(
        (TOP / "package/gptchat" / f"{name.replace('.', '/')}.py").read_text("utf-8")
    ).body
    known: set[str] = set()
    for node, after in zip(body, [*body[1:], None], strict=True):
        comment = ts_comment(docstring_after(after))
        match node:
            case ast.ClassDef() if is_typed_dict(node, known):
                known.add(node.name)
                yield ts_interface(node)
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Subscript() as value) if (
                ast.unparse(value.value) == "Literal"
            ):
                yield f"{comment}export type {target} = {ts_type(value)};\n"
            case ast.Assign(targets=[ast.Name(id=target)]) if name == "protocol":
                yield f"{comment}export const {target} = {getattr(module, target)};\n"
            case ast.AnnAssign(
                target=ast.Name(id=target), annotation=ast.Name(id="TypeAlias"), value=ast.expr()
            ):
                assert node.value is not None
                yield f"{comment}export type {target} = {ts_type(node.value)};\n"


def docstring_after(node: ast.stmt | None) -> str | None:
    """The text below a constant or an alias, which documents it."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return str(node.value.value) if is_text else None  # type: ignore[union-attr]


def protocol_ts() -> str:
    parts = [part for name in SOURCES for part in ts_module(name)]
    return HEADER + "\n" + "\n".join(parts)


def option_row(option: Option) -> str:
    default = option.default
    # A dict or list is clearer as its literal than as a repr with single quotes.
    shown = str(default).replace("'", '"') if isinstance(default, dict) else repr(default)
    shown = '"' + default + '"' if isinstance(default, str) else shown
    also = f" (also `{'`, `'.join(option.aliases)}`)" if option.aliases else ""
    return f"| `{option.name}`{also} | `{shown}` | {option.sentence} |\n"


def options_table() -> str:
    head = "| option | default | what it does |\n|---|---|---|\n"
    page = "".join(option_row(option) for option in OPTIONS if option.page)
    server = "".join(option_row(option) for option in OPTIONS if not option.page)
    return (
        f"\nWhat the page shows; may change at any time, also in open pages:\n\n{head}{page}\n"
        f"What only the server knows:\n\n{head}{server}\n"
    )


def readme() -> str:
    text = (TOP / "README.md").read_text("utf-8")
    start, end = README_MARKS
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"README.md has lost its marks {start.strip()} and {end}. Put them back.")
    return before + start + options_table() + end + after


FILES: dict[str, Callable[[], str]] = {
    "client/src/wire/protocol.gen.ts": protocol_ts,
    "README.md": readme,
}


def stale() -> list[str]:
    """The generated files that differ from what would be generated now."""
    return [path for path, make in FILES.items() if current(path) != make()]


def current(path: str) -> str:
    file = TOP / path
    return file.read_text("utf-8") if file.exists() else ""


def main(arguments: list[str]) -> int:
    paths = stale()
    if "--check" in arguments:
        for path in paths:
            print(f"{path} is stale. Run `make generate`.")
        return 1 if paths else 0
    for path in paths:
        (TOP / path).parent.mkdir(parents=True, exist_ok=True)
        (TOP / path).write_text(FILES[path](), "utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
