"""What the comparison finds: the breaking changes, each with the operations that it breaks."""

from dataclasses import dataclass, field
from enum import Enum


class Direction(Enum):
    """Who sends a value: the caller in a request, the service in a response."""

    REQUEST = "request"
    RESPONSE = "response"


# The reasons that many changes share.
REFUSED = "a request that was accepted is now refused"
UNEXPECTED = "an answer may now hold what clients were told that it cannot"
GONE = "clients call an address that is gone"
UNNAMED = "code that names it no longer compiles against the generated client, or reads nothing"


@dataclass(frozen=True)
class Break:
    """One breaking change: where it is, what changed, and why that breaks a client."""

    subject: str
    change: str
    # Not compared: a schema that requests and answers share has broken once, whichever is met first.
    reason: str = field(compare=False)

    @property
    def announcement(self) -> str:
        """What the announcement in the changelog starts with; it covers this change and no other."""
        return f"**Breaking** `{self.subject}`: {self.change}."


class UnknownKeyword(Exception):
    """The contract uses a keyword whose meaning the comparison does not know: it must not guess."""


@dataclass
class Findings:
    """The breaking changes found so far. A schema that several operations share breaks once, for all of them."""

    operation: str = ""
    breaks: dict[Break, list[str]] = field(default_factory=dict)

    def add(self, subject: str, change: str, reason: str) -> None:
        operations = self.breaks.setdefault(Break(subject, change, reason), [])
        if self.operation and self.operation not in operations:
            operations.append(self.operation)


def check_keywords(node: dict, known: frozenset[str], place: str) -> None:
    """Raises for a keyword that is neither known nor an extension."""
    for keyword in node.keys() - known:
        if not keyword.startswith("x-"):
            raise UnknownKeyword(f"{place}: the comparison does not know `{keyword}`; teach it what changes of it mean")


def resolve(document: dict, node: dict) -> tuple[dict, str | None]:
    """Follows a `$ref`, and gives the name that it has. What stands beside a `$ref` adds to it."""
    if "$ref" not in node:
        return node, None
    target = document
    for key in node["$ref"].removeprefix("#/").split("/"):
        target = target[key.replace("~1", "/").replace("~0", "~")]
    beside = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
    return {**resolve(document, target)[0], **beside}, key
