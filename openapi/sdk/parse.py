"""Fails where a file breaks the grammar of its language: parse.py GRAMMAR FILE..."""

import importlib
import sys
from pathlib import Path

from tree_sitter import Language, Parser

grammar, *paths = sys.argv[1:]
parser = Parser(Language(importlib.import_module(f"tree_sitter_{grammar}").language()))


def errors(node):
    """The innermost nodes that the grammar has no rule for, or that it misses."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from errors(child)


if not parser.parse(b"a string that is in no language { \"").root_node.has_error:
    sys.exit(f"the grammar {grammar} takes anything")
found = [(path, node) for path in paths for node in errors(parser.parse(Path(path).read_bytes()).root_node)]
for path, node in found:
    print(f"{path}:{node.start_point.row + 1}: cannot be parsed: {node.text[:80]!r}", file=sys.stderr)
print(f"{len(paths)} files parsed")
sys.exit(1 if found or not paths else 0)
