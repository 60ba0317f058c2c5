"""Fails where dependabot.yml names a folder without pins, or leaves out one that has some. Needs ruamel.yaml."""

import subprocess
from pathlib import PurePosixPath

from ruamel.yaml import YAML

# What each kind of pins is in, as git's own patterns.
PINS = {
    "cargo": ["**/Cargo.lock"],
    "npm": ["**/package-lock.json"],
    "pip": ["**/requirements*.txt", "openapi/sdk/*.txt"],
    "docker": ["**/Dockerfile"],
    "docker-compose": ["**/compose.yaml"],
}


def folders_with_pins(kind):
    globs = [f":(glob){pattern}" for pattern in PINS[kind]]
    files = subprocess.run(["git", "ls-files", *globs], check=True, capture_output=True, text=True).stdout.split()
    return {str(PurePosixPath(file).parent) for file in files}


def main():
    with open(".github/dependabot.yml", encoding="utf-8") as file:
        updates = YAML(typ="safe").load(file)["updates"]
    for update in updates:
        kind = update["package-ecosystem"]
        if kind == "github-actions":
            continue
        named = {folder.strip("/") or "." for folder in update.get("directories", [update.get("directory")])}
        pinned = folders_with_pins(kind)
        assert named == pinned, f"{kind}: named or pinned, but not both: {sorted(named ^ pinned)}"


if __name__ == "__main__":
    main()
