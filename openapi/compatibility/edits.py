"""Small edits of a contract, each a function from one document to another."""

import copy
from collections.abc import Callable

Edit = Callable[[dict], None]
Path = tuple[str | int, ...]


def put(path: Path, value) -> Edit:
    """Sets what is at a path, new or not."""

    def edit(document: dict) -> None:
        parent(document, path)[path[-1]] = value

    return edit


def cut(path: Path) -> Edit:
    """Removes what is at a path."""

    def edit(document: dict) -> None:
        del parent(document, path)[path[-1]]

    return edit


def move(path: Path, key: str) -> Edit:
    """Gives what is at a path another key, in the same place."""

    def edit(document: dict) -> None:
        parent(document, path)[key] = parent(document, path).pop(path[-1])

    return edit


def append(path: Path, *values) -> Edit:
    """Adds to a list, which may have to be made."""

    def edit(document: dict) -> None:
        parent(document, path).setdefault(path[-1], []).extend(values)

    return edit


def without(path: Path, *values) -> Edit:
    """Takes items out of a list."""

    def edit(document: dict) -> None:
        for value in values:
            parent(document, path)[path[-1]].remove(value)

    return edit


def both(*edits: Edit) -> Edit:
    """Several edits, one after another."""

    def edit(document: dict) -> None:
        for each in edits:
            each(document)

    return edit


def edited(document: dict, edit: Edit) -> dict:
    """A copy of the document with the edit made."""
    result = copy.deepcopy(document)
    edit(result)
    return result


def edited_at(document: dict, path: Path, edit: Edit) -> dict:
    """A copy with an edit made that changes nothing but what is at a path: only what leads there is copied."""
    result = node = copy.copy(document)
    for key in path[:-1]:
        node[key] = copy.copy(node[key])
        node = node[key]
    edit(result)
    return result


def parent(document: dict, path: Path):
    for key in path[:-1]:
        document = document[key]
    return document


def parameter(document: dict, operation: Path, name: str) -> Path:
    """The path to an operation's parameter, wherever it is in the list."""
    names = [each["name"] for each in parent(document, (*operation, ""))["parameters"]]
    return (*operation, "parameters", names.index(name))
