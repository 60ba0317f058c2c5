"""Compares two versions of the contract: operations, parameters, bodies, answers, authentication."""

from findings import GONE, REFUSED, UNEXPECTED, UNNAMED, Direction, Findings, check_keywords, resolve
from schemas import SchemaComparison

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# What each kind of object may have: the keywords that are compared, and those that bind nobody.
DOCUMENT = frozenset(("openapi", "info", "servers", "tags", "paths", "components", "security", "externalDocs"))
PATH = frozenset((*METHODS, "summary", "description", "parameters"))
OPERATION = frozenset(
    ("operationId", "tags", "parameters", "requestBody", "responses", "security")
    + ("summary", "description", "deprecated", "externalDocs")
)
PARAMETER = frozenset(("name", "in", "required", "schema", "description", "example", "examples", "deprecated"))
BODY = frozenset(("required", "content", "description"))
RESPONSE = frozenset(("headers", "content", "description", "links"))
MEDIA = frozenset(("schema", "example", "examples"))


def compare(old: dict, new: dict) -> Findings:
    """The changes from one version to the next that break a client of the first."""
    return Comparison(old, new).run()


class Comparison:
    """The comparison of two versions; `findings` is what it found so far."""

    def __init__(self, old: dict, new: dict):
        self.old, self.new = old, new
        self.findings = Findings()
        self.requests = self.responses = None

    def run(self) -> Findings:
        for version in (self.old, self.new):
            check_keywords(version, DOCUMENT, "the contract")
        self.compare_roots()
        new_operations = operations(self.new)
        for address, old in operations(self.old).items():
            self.findings.operation = name = old["operationId"]
            if address in new_operations:
                self.compare_operations(name, old, new_operations[address])
            else:
                self.findings.add(name, where_it_went(name, new_operations), GONE)
        return self.findings

    def compare_roots(self) -> None:
        old, new = (".".join(version["openapi"].split(".")[:2]) for version in (self.old, self.new))
        if old != new:
            self.findings.add("openapi", f"{old} → {new}", "generators refuse versions that they do not know")
        for url in urls(self.old) - urls(self.new):
            self.findings.add("servers", f"{url} removed", GONE)

    def compare_operations(self, name: str, old: dict, new: dict) -> None:
        for version in (old, new):
            check_keywords(version, OPERATION, name)
        self.requests, self.responses = (
            SchemaComparison(self.old, self.new, direction, self.findings) for direction in Direction
        )
        if new["operationId"] != name:
            self.findings.add(name, f"operationId {name} → {new['operationId']}", UNNAMED)
        for tag in old.get("tags", []):
            if tag not in new.get("tags", []):
                self.findings.add(name, f"tag {tag} removed", "generators name the class of an operation after its tag")
        self.compare_security(name, old, new)
        self.compare_parameters(name, old, new)
        self.compare_bodies(f"{name} body", old.get("requestBody"), new.get("requestBody"))
        self.compare_responses(name, old["responses"], new["responses"])

    def compare_security(self, name: str, old: dict, new: dict) -> None:
        """Each way to be let in must still be one: a new alternative that asks for no more than it."""
        accepted = alternatives(self.new, new)
        for credentials in alternatives(self.old, old):
            if not any(needed.items() <= credentials.items() for needed in accepted):
                change = f"authentication {describe([credentials])} → {describe(accepted)}"
                self.findings.add(name, change, "a caller that was let in is now turned away")

    def compare_parameters(self, name: str, old: dict, new: dict) -> None:
        old_parameters, new_parameters = parameters(self.old, old), parameters(self.new, new)
        for key, parameter in new_parameters.items():
            if key not in old_parameters and parameter.get("required"):
                self.findings.add(f"{name} {' '.join(key)}", "added as required", REFUSED)
        for key, parameter in old_parameters.items():
            place = f"{name} {' '.join(key)}"
            if key not in new_parameters:
                self.findings.add(place, "removed", UNNAMED)
                continue
            if new_parameters[key].get("required") and not parameter.get("required"):
                self.findings.add(place, "is required", REFUSED)
            self.requests.compare(parameter["schema"], new_parameters[key]["schema"], place)

    def compare_bodies(self, place: str, old: dict | None, new: dict | None) -> None:
        old, new = old and resolve(self.old, old)[0], new and resolve(self.new, new)[0]
        for version in (old, new):
            check_keywords(version or {}, BODY, place)
        if old is None:
            if new and new.get("required"):
                self.findings.add(place, "added as required", REFUSED)
        elif new is None:
            self.findings.add(place, "removed", "what clients send is no longer read")
        else:
            if new.get("required") and not old.get("required"):
                self.findings.add(place, "is required", REFUSED)
            self.compare_content(self.requests, place, old, new)

    def compare_responses(self, name: str, old: dict, new: dict) -> None:
        for status, response in old.items():
            place = f"{name} {status}"
            if status in new:
                self.compare_response(place, resolve(self.old, response)[0], resolve(self.new, new[status])[0])
            else:
                self.findings.add(place, "removed", "clients wait for a status that no longer comes")
        for status in new.keys() - old.keys():
            # A client has to expect any error status (RFC 9110, section 15), but not a body that it cannot read.
            body = body_of(self.new, new[status])
            if not (status[0] in "45" and body and body in error_bodies(self.old)):
                self.findings.add(f"{name} {status}", "added", "clients do not know how to read it")

    def compare_response(self, place: str, old: dict, new: dict) -> None:
        for version in (old, new):
            check_keywords(version, RESPONSE, place)
        self.compare_content(self.responses, place, old, new)
        self.compare_headers(place, headers(self.old, old), headers(self.new, new))

    def compare_headers(self, place: str, old: dict, new: dict) -> None:
        for name, old_header in old.items():
            at = f"{place} header {name}"
            if name not in new:
                self.findings.add(at, "removed", UNNAMED)
                continue
            for version in (old_header, new[name]):
                check_keywords(version, PARAMETER, at)
            if old_header.get("required") and not new[name].get("required"):
                self.findings.add(at, "is no longer always there", UNEXPECTED)
            self.responses.compare(old_header["schema"], new[name]["schema"], at)

    def compare_content(self, schemas: SchemaComparison, place: str, old: dict, new: dict) -> None:
        """A further media type harms nobody: callers name the one that they send, and the ones that they take."""
        new_content = new.get("content", {})
        for media, content in old.get("content", {}).items():
            if media not in new_content:
                self.findings.add(f"{place} {media}", "removed", "clients speak this media type")
                continue
            for version in (content, new_content[media]):
                check_keywords(version, MEDIA, f"{place} {media}")
            schemas.compare(content.get("schema", {}), new_content[media].get("schema", {}), f"{place} {media}")


def operations(document: dict) -> dict[tuple[str, str], dict]:
    """The operations by path and method, each with the parameters that its path gives to all of them."""
    found = {}
    for path, item in document["paths"].items():
        check_keywords(item, PATH, path)
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                found[path, method] = {**item[method], "parameters": shared + item[method].get("parameters", [])}
    return found


def where_it_went(operation_id: str, found: dict[tuple[str, str], dict]) -> str:
    """What became of an operation whose path no longer has its method."""
    for (path, method), operation in found.items():
        if operation["operationId"] == operation_id:
            return f"moved to {method.upper()} {path}"
    return "removed"


def parameters(document: dict, operation: dict) -> dict[tuple[str, str], dict]:
    """An operation's parameters, by where they are and what they are called."""
    found = {}
    for reference in operation["parameters"]:
        parameter, _ = resolve(document, reference)
        check_keywords(parameter, PARAMETER, f"{operation['operationId']} {parameter['in']} {parameter['name']}")
        found[parameter["in"], parameter["name"]] = parameter
    return found


def headers(document: dict, response: dict) -> dict[str, dict]:
    """An answer's headers, by their names in small letters, since those of HTTP are the same in any."""
    return {name.lower(): resolve(document, header)[0] for name, header in response.get("headers", {}).items()}


def urls(document: dict) -> set[str]:
    return {server["url"] for server in document.get("servers", [{"url": "/"}])}


def alternatives(document: dict, operation: dict) -> list[dict[str, str]]:
    """The ways to be let in: for each, the credentials that it needs, described by what the caller has to send."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    ways = operation.get("security", document.get("security", [])) or [{}]
    return [{name: scheme_text(schemes[name], scopes) for name, scopes in way.items()} for way in ways]


def scheme_text(scheme: dict, scopes: list[str]) -> str:
    binding = {keyword: value for keyword, value in scheme.items() if keyword not in ("description", "bearerFormat")}
    return " ".join([f"{keyword} {binding[keyword]}" for keyword in sorted(binding)] + sorted(scopes))


def describe(ways: list[dict[str, str]]) -> str:
    return " or ".join(" and ".join(f"{name} ({text})" for name, text in way.items()) or "none" for way in ways)


def body_of(document: dict, response: dict) -> dict:
    """The schema of each media type of an answer."""
    content = resolve(document, response)[0].get("content", {})
    return {media: value.get("schema") for media, value in content.items()}


def error_bodies(document: dict) -> list[dict]:
    """The bodies that errors have had so far, whatever the operation."""
    answers = (answer for operation in operations(document).values() for answer in operation["responses"].items())
    return [body_of(document, response) for status, response in answers if status[0] in "45"]
