"""Fails where a run tested less than the contract: a run that tried nothing finds nothing wrong.

    check_report.py REPORT CONTRACT
"""

import json
import sys
from pathlib import Path

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def shortcomings(report: dict, contract: dict) -> list[str]:
    """What the run left out, or found without failing."""
    paths = contract["paths"].items()
    operations = [f"{method.upper()} {path}" for path, item in paths for method in METHODS & item.keys()]
    found = [f"phase {name} {phase['status']}" for name, phase in report["phases"].items() if not has_run(name, phase)]
    found += [f"{count} operations {what}, not {len(operations)}" for what, count in report["operations"].items()
              if what in ("total", "selected", "tested") and count != len(operations)]
    found += [f"{name} was never accepted" for name in operations if accepted(report, name) == 0]
    found += [f"{kind}: {entries}" for kind, entries in report["warnings"].items() if entries]
    cases = report["test_cases"]
    found += [f"{cases[what]} cases {what}" for what in ("with_failures", "errored") if cases[what]]
    # Each operation that asks for a key is called without one and with a wrong one, in cases of no other checks.
    probes = cases["without_checks"]
    if probes != 2 * keyed(contract):
        found.append(f"{probes} cases without checks, for {keyed(contract)} operations that ask for a key")
    if not report["complete"] or cases["generated"] < 1000:
        found.append(f"{cases['generated']} cases generated, run complete: {report['complete']}")
    return found


def has_run(name: str, phase: dict) -> bool:
    """Whether a phase ran; the stateful one has nothing to do in a contract without links."""
    return phase["status"] == "success" or (name == "stateful" and phase["skip_reason"] == "not_applicable")


def keyed(contract: dict) -> int:
    """How many operations ask for a key."""
    operations = [item[method] for item in contract["paths"].values() for method in METHODS & item.keys()]
    return sum(bool(operation.get("security", contract.get("security"))) for operation in operations)


def accepted(report: dict, operation: str) -> int:
    """How many requests that the contract allows the service took."""
    return sum(phase["accepted"] for phase in report["valid_rates"].get(operation, {}).values())


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    report, contract = (json.loads(Path(argument).read_text(encoding="utf-8")) for argument in sys.argv[1:])
    found = shortcomings(report, contract)
    cases, operations = report["test_cases"]["generated"], report["operations"]["tested"]
    print("\n".join(found) or f"{cases} cases for {operations} operations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
