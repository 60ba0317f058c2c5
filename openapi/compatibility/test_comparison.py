"""The comparison finds what the table says, in the committed contract, and overlooks nothing that binds."""

import json
import unittest
from pathlib import Path

from edits import cut, edited, edited_at, parent, put
from findings import UnknownKeyword
from operations import compare
from table import GET, ROWS

CONTRACT = json.loads((Path(__file__).parent.parent / "openapi.json").read_text(encoding="utf-8"))

# What a client may lose without noticing.
DOCUMENTATION = {"description", "summary", "example", "examples", "info", "deprecated", "links", "externalDocs"}
# The lists that bind nobody, or that say what holds without them.
IDLE = [("tags",), ("servers",)]


def breaks(old, new):
    return sorted(f"{broken.subject}: {broken.change}" for broken in compare(old, new).breaks)


def bindings(node, path=()):
    """The path of everything in a document that binds, from the leaves up."""
    keys = node.keys() - DOCUMENTATION if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield from bindings(node[key], (*path, key)) if (*path, key) != ("tags",) else ()
        # `required: false` and no authentication are what holds without them.
        if (*path, key) not in IDLE and node[key] is not False and node[key] != []:
            yield (*path, key)


def reordered(node):
    """The document with every map and every list in reverse order."""
    if isinstance(node, dict):
        return {key: reordered(value) for key, value in reversed(node.items())}
    return [reordered(value) for value in reversed(node)] if isinstance(node, list) else node


class Comparison(unittest.TestCase):
    def test_every_row_of_the_table_is_found_made_and_undone(self):
        for row in ROWS:
            old = edited(CONTRACT, row.given)
            new = edited(old, row.edit)
            with self.subTest(row.change, way="made"):
                self.assertEqual(breaks(old, new), sorted(row.made))
            with self.subTest(row.change, way="undone"):
                self.assertEqual(breaks(new, old), sorted(row.undone))

    def test_the_table_has_each_change_once(self):
        changes = [row.change for row in ROWS]
        self.assertEqual(len(set(changes)), len(changes))

    def test_the_contract_does_not_break_itself(self):
        self.assertEqual(breaks(CONTRACT, CONTRACT), [])

    def test_order_has_no_meaning(self):
        self.assertEqual(breaks(CONTRACT, reordered(CONTRACT)), [])

    def test_nothing_that_binds_comes_or_goes_unseen(self):
        for path in bindings(CONTRACT):
            with self.subTest(path=path):
                self.assertTrue(self.is_seen(edited_at(CONTRACT, path, cut(path))))

    def test_no_value_that_binds_changes_unseen(self):
        for path in bindings(CONTRACT):
            value = parent(CONTRACT, path)[path[-1]]
            if not isinstance(value, (dict, list)):
                other = not value if isinstance(value, bool) else value - 1 if isinstance(value, (int, float)) else f"x{value}"
                with self.subTest(path=path):
                    self.assertTrue(self.is_seen(edited_at(CONTRACT, path, put(path, other))))

    def test_a_keyword_whose_meaning_is_not_known_is_not_passed_over(self):
        new = edited(CONTRACT, put((*GET, "parameters", 0, "schema", "not"), {"const": 0}))
        with self.assertRaisesRegex(UnknownKeyword, "get_simulation path seed: the comparison does not know `not`"):
            compare(CONTRACT, new)

    def test_a_break_of_a_shared_schema_names_every_operation_that_it_breaks(self):
        new = edited(CONTRACT, cut(("components", "schemas", "SimulateRequest", "properties", "steps")))
        (operations,) = compare(CONTRACT, new).breaks.values()
        self.assertEqual(sorted(operations), ["simulate", "simulate_batch"])

    def is_seen(self, new):
        """Whether the change, or else undoing it, is a break; a document that can no longer be read is seen too."""
        try:
            return breaks(CONTRACT, new) or breaks(new, CONTRACT)
        except (KeyError, UnknownKeyword):
            return True


if __name__ == "__main__":
    unittest.main()
