"""Fails where the contract breaks clients of the last release and the changelog does not say so.

    gate.py RELEASED_CONTRACT CONTRACT CHANGELOG
"""

import json
import sys
from pathlib import Path

from announcements import announcements, announces, last_release
from findings import Break, UnknownKeyword
from operations import compare


def problems(released: dict, contract: dict, changelog: str) -> list[str]:
    """What is wrong, each for people to read: unannounced breaks, announcements of none, a stale released contract."""
    breaks = compare(released, contract).breaks
    lines = announcements(changelog)
    found = [
        unannounced(broken, operations)
        for broken, operations in breaks.items()
        if not any(announces(line, broken.announcement) for line in lines)
    ]
    for line in lines:
        if not any(announces(line, broken.announcement) for broken in breaks):
            found.append(f"CHANGELOG.md announces what the contract does not do; correct it or drop it:\n  - {line}")
    release, version = last_release(changelog), released["info"]["version"]
    if release not in (None, version):
        found.append(f"the released contract is of {version}, the last release is {release}; `just release-contract`")
    return found


def unannounced(broken: Break, operations: list[str]) -> str:
    return f"""breaking: `{broken.subject}`: {broken.change}
  operations: {", ".join(operations) or "all"}
  why: {broken.reason}
  Undo it, or announce it under `## Unreleased` in CHANGELOG.md, and say what callers should do:
  - {broken.announcement} …"""


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    released, contract, changelog = (Path(argument).read_text(encoding="utf-8") for argument in sys.argv[1:])
    try:
        found = problems(json.loads(released), json.loads(contract), changelog)
    except UnknownKeyword as unknown:
        found = [str(unknown)]
    print("\n\n".join(found) or "the contract keeps its promises to clients of the last release")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
