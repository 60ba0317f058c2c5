"""Reads what the changelog announces, and which release was the last."""

import re


def section(changelog: str, title: str) -> str:
    """The text under a `## ` heading."""
    match = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return match.group(1) if match else ""


def announcements(changelog: str) -> list[str]:
    """The items under `## Unreleased` that announce a breaking change of the contract, each on one line."""
    items = re.split(r"^- ", section(changelog, "Unreleased"), flags=re.MULTILINE)[1:]
    lines = [" ".join(item.split("\n\n")[0].split()) for item in items]
    return [line for line in lines if re.match(r"\*\*Breaking\*\* `[^`]+`: ", line)]


def announces(line: str, start: str) -> bool:
    """Whether an item is the announcement that starts so, and goes on to say what callers should do."""
    return line.startswith(f"{' '.join(start.split())} ")


def last_release(changelog: str) -> str | None:
    """The version of the newest release, or none before the first."""
    match = re.search(r"^## v?(\d+\.\d+\.\d+)\b", changelog, re.MULTILINE)
    return match.group(1) if match else None
