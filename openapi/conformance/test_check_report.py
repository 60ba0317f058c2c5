"""A report of a whole run passes, and one of a run that left something out does not."""

import copy
import unittest

from check_report import shortcomings

CONTRACT = {"paths": {"/simulate": {"post": {}}, "/health": {"get": {}}}}
RUN = {"status": "success", "skip_reason": None}
WHOLE = {
    "complete": True,
    "operations": {"total": 2, "selected": 2, "tested": 2, "errored": 0},
    "phases": {
        "examples": RUN,
        "coverage": RUN,
        "fuzzing": RUN,
        "stateful": {"status": "skip", "skip_reason": "not_applicable"},
    },
    "test_cases": {"generated": 2000, "with_failures": 0, "without_checks": 0, "errored": 0},
    "warnings": {"missing_auth": []},
    "valid_rates": {
        "POST /simulate": {"coverage": {"accepted": 0}, "fuzzing": {"accepted": 600}},
        "GET /health": {"coverage": {"accepted": 1}},
    },
}


def report(*path, value):
    """The report of the whole run, with one value put in its place."""
    changed = copy.deepcopy(WHOLE)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


class Report(unittest.TestCase):
    def test_a_whole_run_passes(self):
        self.assertEqual(shortcomings(WHOLE, CONTRACT), [])

    def test_each_operation_that_asks_for_a_key_is_tried_without_one_and_with_a_wrong_one(self):
        keyed = {"paths": {"/simulate": {"post": {"security": [{"Key": []}]}}, "/health": {"get": {}}}}
        self.assertEqual(shortcomings(report("test_cases", "without_checks", value=2), keyed), [])
        self.assertEqual(len(shortcomings(WHOLE, keyed)), 1)

    def test_each_thing_that_a_run_leaves_out_fails_it(self):
        for name, left_out in (
            ("an operation was not tested", report("operations", "tested", value=1)),
            ("the service publishes fewer operations", report("operations", "total", value=1)),
            ("an operation accepted nothing", report("valid_rates", "POST /simulate", "fuzzing", "accepted", value=0)),
            ("an operation was not called", report("valid_rates", "GET /health", value={})),
            ("a phase did not run", report("phases", "fuzzing", value={"status": "skip", "skip_reason": "disabled"})),
            ("a phase failed", report("phases", "stateful", value={"status": "failure", "skip_reason": None})),
            ("few cases were made", report("test_cases", "generated", value=999)),
            ("cases were not judged", report("test_cases", "without_checks", value=1)),
            ("cases could not be sent", report("test_cases", "errored", value=1)),
            ("there was a warning", report("warnings", "missing_auth", value=["POST /simulate"])),
            ("the run was cut short", report("complete", value=False)),
        ):
            with self.subTest(name):
                self.assertEqual(len(shortcomings(left_out, CONTRACT)), 1)


if __name__ == "__main__":
    unittest.main()
