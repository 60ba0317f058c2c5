"""The gate passes and fails as the contract and the changelog say, and tells people what to do."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from announcements import announcements, last_release
from edits import append, both, cut, edited, put
from gate import problems
from table import REQUEST, SIMULATE
from test_comparison import CONTRACT

STEPS = (*REQUEST, "properties", "steps")
NARROWED = edited(CONTRACT, put((*STEPS, "maximum"), 50000))
ANNOUNCED = "- **Breaking** `SimulateRequest.steps`: maximum 100000 → 50000. Take more steps in several calls."


def changelog(*items, section="Unreleased"):
    return "\n".join([f"## {section}", "", *items, "", ""])


def gate(released, contract, text):
    """Runs the gate as continuous integration does: its exit code and what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("released.json", "openapi.json", "CHANGELOG.md")]
        for file, content in zip(files, (json.dumps(released), json.dumps(contract), text), strict=True):
            file.write_text(content, encoding="utf-8")
        command = [sys.executable, "-B", Path(__file__).parent / "gate.py", *files]
        run = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
        return run.returncode, run.stdout


class Gate(unittest.TestCase):
    def test_an_unchanged_contract_passes(self):
        self.assertEqual(gate(CONTRACT, CONTRACT, changelog())[0], 0)

    def test_a_harmless_change_passes(self):
        self.assertEqual(gate(CONTRACT, edited(CONTRACT, put((*STEPS, "minimum"), 0)), changelog())[0], 0)

    def test_an_unannounced_break_fails_and_says_where_what_why_and_how_to_announce_it(self):
        code, output = gate(CONTRACT, NARROWED, changelog("- Faster."))
        self.assertEqual(code, 1)
        for part in (
            "breaking: `SimulateRequest.steps`: maximum 100000 → 50000",
            "operations: simulate, simulate_batch",
            "why: a request that was accepted is now refused",
            "- **Breaking** `SimulateRequest.steps`: maximum 100000 → 50000. …",
        ):
            self.assertIn(part, output)

    def test_an_announced_break_passes(self):
        self.assertEqual(gate(CONTRACT, NARROWED, changelog("- Faster.", ANNOUNCED))[0], 0)

    def test_an_announcement_may_go_over_several_lines(self):
        wrapped = ANNOUNCED.replace(" → ", " →\n  ").replace("several ", "several\n  ")
        self.assertEqual(problems(CONTRACT, NARROWED, changelog("- Faster.", wrapped, "- Smaller.")), [])

    def test_an_announcement_does_not_cover_another_break(self):
        also_required = edited(NARROWED, append((*REQUEST, "required"), "steps"))
        (problem,) = problems(CONTRACT, also_required, changelog(ANNOUNCED))
        self.assertIn("`SimulateRequest.steps`: is required", problem)

    def test_an_announcement_does_not_cover_a_deeper_cut(self):
        narrower = edited(CONTRACT, put((*STEPS, "maximum"), 5000))
        self.assertEqual(len(problems(CONTRACT, narrower, changelog(ANNOUNCED))), 2)

    def test_an_announcement_that_does_not_say_what_to_do_does_not_count(self):
        bare = ANNOUNCED.removesuffix(" Take more steps in several calls.")
        self.assertTrue(problems(CONTRACT, NARROWED, changelog(bare)))

    def test_an_announcement_of_an_earlier_release_does_not_count(self):
        released = edited(CONTRACT, put(("info", "version"), "0.1.0"))
        self.assertTrue(problems(released, NARROWED, changelog(ANNOUNCED, section="0.1.0")))

    def test_an_announcement_of_what_did_not_happen_fails(self):
        (problem,) = problems(CONTRACT, CONTRACT, changelog(ANNOUNCED))
        self.assertIn("announces what the contract does not do", problem)
        self.assertIn(ANNOUNCED, problem)

    def test_a_break_that_is_not_of_the_contract_is_left_to_people(self):
        self.assertEqual(problems(CONTRACT, CONTRACT, changelog("- **Breaking**: the flag `--port` is gone.")), [])

    def test_every_break_of_several_is_told(self):
        new = edited(NARROWED, both(put((*SIMULATE, "operationId"), "run"), cut((*SIMULATE, "responses", "408"))))
        self.assertEqual(len(problems(CONTRACT, new, changelog())), 3)

    def test_a_released_contract_that_is_not_of_the_last_release_fails(self):
        released = edited(CONTRACT, put(("info", "version"), "0.1.0"))
        text = changelog() + changelog("- Faster.", section="0.2.0 - 2027-01-31") + changelog(section="0.1.0")
        (problem,) = problems(released, CONTRACT, text)
        self.assertIn("the released contract is of 0.1.0, the last release is 0.2.0", problem)

    def test_a_keyword_that_the_gate_does_not_know_fails(self):
        code, output = gate(CONTRACT, edited(CONTRACT, put((*STEPS, "not"), {})), changelog())
        self.assertEqual(code, 1)
        self.assertIn("does not know `not`", output)


class Changelog(unittest.TestCase):
    def test_only_the_unreleased_section_announces(self):
        text = changelog(ANNOUNCED) + changelog("- **Breaking** `simulate`: removed. Use `run`.", section="0.1.0")
        self.assertEqual(announcements(text), [ANNOUNCED.removeprefix("- ")])

    def test_the_last_release_is_the_newest_heading_with_a_version(self):
        self.assertIsNone(last_release(changelog()))
        self.assertEqual(last_release(changelog() + changelog(section="0.2.0") + changelog(section="0.1.0")), "0.2.0")


if __name__ == "__main__":
    unittest.main()
