"""Compares two versions of a schema: is every value that one side may send still one that the other side takes?

In a request the old client sends and the new service takes; in a response the new service sends and the old client
takes. So one rule, `sender` within `receiver`, finds the narrowed request and the widened response. Names are stricter:
a field or an enum value that is gone breaks in both directions.
"""

import json
from dataclasses import dataclass, field

from findings import REFUSED, UNEXPECTED, UNNAMED, Direction, Findings, UnknownKeyword, check_keywords, resolve

LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
# Keywords that allow less wherever they are there, and that are compared for equality alone.
RESTRICTIONS = ("pattern", "multipleOf", "uniqueItems")
ASSERTIONS = ("type", "format", "enum", "const", "items", "properties", "required", "additionalProperties")
UNIONS = ("anyOf", "oneOf", "discriminator")
ANNOTATIONS = ("title", "description", "example", "examples", "default", "deprecated")
KNOWN = frozenset(LOWER_BOUNDS + UPPER_BOUNDS + RESTRICTIONS + ASSERTIONS + UNIONS + ANNOTATIONS)

# The formats whose every value is one of another format too.
WIDER_FORMATS = {("int32", "int64"), ("float", "double")}


@dataclass
class SchemaComparison:
    """The comparison of the schemas of one operation in one direction."""

    old_document: dict
    new_document: dict
    direction: Direction
    findings: Findings
    visited: set = field(default_factory=set)

    def compare(self, old: dict, new: dict, place: str) -> None:
        old, old_name = resolve(self.old_document, old)
        new, new_name = resolve(self.new_document, new)
        check_keywords(old, KNOWN, place)
        check_keywords(new, KNOWN, place)
        if old_name and old_name != new_name:
            self.add(place, f"schema {old_name} → {new_name or 'none'}", UNNAMED)
        elif old.get("title", new.get("title")) != new.get("title"):
            self.add(old_name or place, change_of("title", old, new), UNNAMED)
        if old_name and new_name:
            if (old_name, new_name) in self.visited:
                return
            self.visited.add((old_name, new_name))
            place = old_name if old_name == new_name else place
        old_kinds, new_kinds = kinds(old, place), kinds(new, place)
        if old_kinds and new_kinds:
            self.compare_kinds(old, new, place)
        elif old_kinds or new_kinds:
            self.add(place, "kinds added" if new_kinds else "kinds removed", UNNAMED)
        elif "anyOf" in old or "anyOf" in new:
            self.compare_alternatives(old, new, place)
        else:
            self.compare_single(old, new, place)

    def compare_single(self, old: dict, new: dict, place: str) -> None:
        if self.is_request and old.get("default") != new.get("default"):
            self.add(place, change_of("default", old, new), "a request that leaves it out now means something else")
        if self.compare_types(old, new, place):
            self.compare_values(old, new, place)
            self.compare_bounds(old, new, place)
            self.compare_items(old, new, place)
            self.compare_properties(old, new, place)

    def add(self, place: str, change: str, reason: str | None = None) -> None:
        self.findings.add(place, change, reason or (REFUSED if self.is_request else UNEXPECTED))

    @property
    def is_request(self) -> bool:
        return self.direction is Direction.REQUEST

    def roles(self, old, new):
        """The two versions as (sender, receiver)."""
        return (old, new) if self.is_request else (new, old)

    def compare_types(self, old: dict, new: dict, place: str) -> bool:
        sender, receiver = (types(schema) for schema in self.roles(old, new))
        if sender <= receiver:
            return True
        self.add(place, change_of("type", old, new))
        return False

    def compare_values(self, old: dict, new: dict, place: str) -> None:
        sender, receiver = (schema.get("format") for schema in self.roles(old, new))
        if receiver not in (None, sender) and (sender, receiver) not in WIDER_FORMATS:
            self.add(place, change_of("format", old, new))
        old_values, new_values = values(old), values(new)
        if old_values is not None and new_values is not None:
            self.compare_enums(old_values, new_values, place)
        elif old_values is not None:
            self.add(place, f"values {text(old_values)} → any", UNNAMED if self.is_request else UNEXPECTED)
        elif new_values is not None and self.is_request:
            self.add(place, f"values any → {text(new_values)}")

    def compare_enums(self, old: list, new: list, place: str) -> None:
        for value in old:
            if value not in new:
                self.add(place, f"value {text(value)} removed", REFUSED if self.is_request else UNNAMED)
        for value in new:
            if value not in old and not self.is_request:
                self.add(place, f"value {text(value)} added")

    def compare_bounds(self, old: dict, new: dict, place: str) -> None:
        sender, receiver = self.roles(old, new)
        for keywords, sign in ((LOWER_BOUNDS, 1), (UPPER_BOUNDS, -1)):
            for keyword in keywords:
                bound = receiver.get(keyword)
                if bound is not None and (keyword not in sender or sign * sender[keyword] < sign * bound):
                    self.add(place, change_of(keyword, old, new))
        for keyword in RESTRICTIONS:
            if receiver.get(keyword, sender.get(keyword)) != sender.get(keyword):
                self.add(place, change_of(keyword, old, new))

    def compare_items(self, old: dict, new: dict, place: str) -> None:
        if "items" in old or "items" in new:
            self.compare(old.get("items", {}), new.get("items", {}), f"{place}[]")

    def compare_properties(self, old: dict, new: dict, place: str) -> None:
        old_properties, new_properties = old.get("properties", {}), new.get("properties", {})
        for name, schema in old_properties.items():
            if name in new_properties:
                self.compare(schema, new_properties[name], f"{place}.{name}")
            else:
                self.add(f"{place}.{name}", "removed", UNNAMED)
        self.compare_required(old, new, place)
        self.compare_additional_properties(old, new, place)

    def compare_required(self, old: dict, new: dict, place: str) -> None:
        sender, receiver = (set(schema.get("required", [])) for schema in self.roles(old, new))
        for name in sorted(receiver - sender):
            if self.is_request:
                state = "is required" if name in old.get("properties", {}) else "added as required"
                self.add(f"{place}.{name}", state, "a request that leaves it out is now refused")
            elif name in new.get("properties", {}):
                self.add(f"{place}.{name}", "is no longer always there", "clients read it without asking")

    def compare_additional_properties(self, old: dict, new: dict, place: str) -> None:
        sender, receiver = (schema.get("additionalProperties", True) for schema in self.roles(old, new))
        if receiver is False and sender is not False:
            self.add(place, change_of("additionalProperties", old, new))
        elif isinstance(receiver, dict) and sender is not False:
            versions = (schema.get("additionalProperties", True) for schema in (old, new))
            self.compare(*({} if version is True else version for version in versions), f"{place}.*")
        elif not self.is_request and receiver is False:
            for name in sorted(new.get("properties", {}).keys() - old.get("properties", {}).keys()):
                self.add(f"{place}.{name}", "added", "clients were told that no further field comes")

    def compare_alternatives(self, old: dict, new: dict, place: str) -> None:
        """Each alternative of the sender must be within one of the receiver."""
        sender, receiver = (schema.get("anyOf", [schema]) for schema in self.roles(old, new))
        verb = "removed" if self.is_request else "added"
        for alternative in sender:
            if not any(self.is_within(alternative, candidate) for candidate in receiver):
                self.add(place, f"alternative {alternative_name(alternative)} {verb}")
        if "anyOf" in old and "anyOf" in new:
            self.compare_single(old, new, place)

    def compare_kinds(self, old: dict, new: dict, place: str) -> None:
        """The kinds of a tagged union are told apart by their tags, and each is compared with the kind of its own tag."""
        old_name, new_name = (version["discriminator"]["propertyName"] for version in (old, new))
        if old_name != new_name:
            self.add(place, f"discriminator {old_name} → {new_name}", UNNAMED)
        old_kinds, new_kinds = kinds(old, place), kinds(new, place)
        for tag, reference in old_kinds.items():
            if tag in new_kinds:
                self.compare({"$ref": reference}, {"$ref": new_kinds[tag]}, f"{place}.{tag}")
            else:
                self.add(place, f"kind {tag} removed", REFUSED if self.is_request else UNNAMED)
        if not self.is_request:
            for tag in new_kinds.keys() - old_kinds.keys():
                self.add(place, f"kind {tag} added")

    def is_within(self, sender: dict, receiver: dict) -> bool:
        trial = Findings()
        comparison = SchemaComparison(self.old_document, self.new_document, self.direction, trial, set(self.visited))
        comparison.compare(*self.roles(sender, receiver), "")
        return not trial.breaks


def alternative_name(schema: dict) -> str:
    return schema.get("$ref", "").rsplit("/", 1)[-1] or text(schema.get("type", "any"))


def kinds(schema: dict, place: str) -> dict[str, str]:
    """The kinds of a tagged union: for each tag, the reference to its schema. Empty where the schema is none."""
    if "oneOf" not in schema and "discriminator" not in schema:
        return {}
    discriminator = schema.get("discriminator", {})
    check_keywords(discriminator, frozenset(("propertyName", "mapping")), f"{place} discriminator")
    mapping = discriminator.get("mapping", {})
    if sorted(mapping.values()) != sorted(member.get("$ref", "") for member in schema.get("oneOf", [])):
        raise UnknownKeyword(f"{place}: the comparison knows `oneOf` only where the discriminator maps a tag to each member")
    return mapping


def values(schema: dict) -> list | None:
    """The values that a schema names, or none where it names none."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def types(schema: dict) -> set[str]:
    """The JSON types that a schema allows, all of them where it names none."""
    named = schema.get("type", ["null", "boolean", "number", "string", "array", "object"])
    allowed = {named} if isinstance(named, str) else set(named)
    return allowed | {"integer"} if "number" in allowed else allowed


def change_of(keyword: str, old: dict, new: dict) -> str:
    return f"{keyword} {text(old.get(keyword))} → {text(new.get(keyword))}"


def text(value) -> str:
    """A value as a change's text shows it."""
    if isinstance(value, str):
        return value
    return "none" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
