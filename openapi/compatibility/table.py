"""Changes of the contract, breaking and harmless, made and undone: what the gate has to find in each.

An empty list says that the change must pass. The edits are of the committed contract.
"""

from typing import NamedTuple

from edits import Edit, append, both, cut, move, parameter, parent, put, without

SIMULATE = ("paths", "/simulate", "post")
BATCH = ("paths", "/simulate/batch", "post")
GET = ("paths", "/simulate/{seed}", "get")
TRAJECTORY = ("paths", "/simulate/{seed}/trajectory", "get")
HEALTH = ("paths", "/health", "get")
SCHEMAS = ("components", "schemas")
REQUEST = (*SCHEMAS, "SimulateRequest")
RESPONSE = (*SCHEMAS, "SimulateResponse")
RUN = {"$ref": "#/components/schemas/Run"}
SCHEMES = ("components", "securitySchemes")
JSON = "application/json"

ERROR = {"description": "…", "content": {JSON: {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}}}
TEXT = {"description": "…", "content": {"text/plain": {"schema": {"type": "string"}}}}
KEY = {"type": "apiKey", "in": "header", "name": "X-Table-Key"}


class Row(NamedTuple):
    """A change in words, the edit, the breaks that making it is, those that undoing it is, and what is edited first."""

    change: str
    edit: Edit
    made: list[str]
    undone: list[str]
    given: Edit = both()


def put_parameter(operation, name, keywords, value):
    """Sets a keyword of a parameter, which is looked up when the edit is made."""
    return lambda document: put((*parameter(document, operation, name), *keywords), value)(document)


def share(path, kind):
    """Moves what is at a path into the components, and refers to it."""

    def edit(document):
        document["components"].setdefault(kind, {})["Shared"] = parent(document, path)[path[-1]]
        put(path, {"$ref": f"#/components/{kind}/Shared"})(document)

    return edit


def inherit_security(document):
    """Leaves it to the document who may ask for the health."""
    document["paths"]["/health"]["get"].pop("security", None)


def operation(name, summary="…"):
    return {"operationId": name, "summary": summary, "responses": {"200": ERROR}}


def query(name, **more):
    return {"name": name, "in": "query", "schema": {"type": "integer", "format": "int32"}, **more}


OPERATIONS = [
    ("an operation with a path of its own", put(("paths", "/states"), {"get": operation("list_states")}),
     [], ["list_states: removed"]),
    ("an operation on a path that is there", put((*HEALTH[:-1], "put"), operation("put_health")),
     [], ["put_health: removed"]),
    ("a path is renamed", move(("paths", "/simulate/batch"), "/batch"),
     ["simulate_batch: moved to POST /batch"], ["simulate_batch: moved to POST /simulate/batch"]),
    ("a path parameter is renamed", both(
        move(("paths", "/simulate/{seed}"), "/simulate/{start}"),
        put_parameter(("paths", "/simulate/{start}", "get"), "seed", ("name",), "start")),
     ["get_simulation: moved to GET /simulate/{start}"], ["get_simulation: moved to GET /simulate/{seed}"]),
    ("a method is changed", move(SIMULATE, "put"),
     ["simulate: moved to PUT /simulate"], ["simulate: moved to POST /simulate"]),
    ("an operationId is renamed", put((*SIMULATE, "operationId"), "run"),
     ["simulate: operationId simulate → run"], ["run: operationId run → simulate"]),
    ("an operation has another tag", append((*SIMULATE, "tags"), "fast"),
     [], ["simulate: tag fast removed"]),
    ("a server", append(("servers",), {"url": "https://sim.example"}),
     [], ["servers: https://sim.example removed"], put(("servers",), [{"url": "/"}])),
    ("the version of OpenAPI", put(("openapi",), "3.2.0"),
     ["openapi: 3.1 → 3.2"], ["openapi: 3.2 → 3.1"]),
]

PARAMETERS = [
    ("an optional parameter", append((*GET, "parameters"), query("unit")),
     [], ["get_simulation query unit: removed"]),
    ("a required parameter", append((*GET, "parameters"), query("unit", required=True)),
     ["get_simulation query unit: added as required"], ["get_simulation query unit: removed"]),
    ("a parameter becomes required", put_parameter(GET, "steps", ("required",), True),
     ["get_simulation query steps: is required"], []),
    ("a parameter is renamed", put_parameter(GET, "steps", ("name",), "count"),
     ["get_simulation query steps: removed"], ["get_simulation query count: removed"]),
    ("a parameter moves to the headers", put_parameter(GET, "steps", ("in",), "header"),
     ["get_simulation query steps: removed"], ["get_simulation header steps: removed"]),
    ("a header that callers may send is gone", lambda document: cut(parameter(document, TRAJECTORY, "Range"))(document),
     ["get_trajectory header Range: removed"], []),
    ("a parameter for every operation of a path", put(
        ("paths", "/simulate/{seed}", "parameters"), [query("unit", required=True)]),
     ["get_simulation query unit: added as required"], ["get_simulation query unit: removed"]),
    ("a parameter's range is narrower", put_parameter(TRAJECTORY, "count", ("schema", "maximum"), 1000),
     ["get_trajectory query count: maximum 10000000 → 1000"], []),
    ("a parameter's range is wider", put_parameter(TRAJECTORY, "stride", ("schema", "minimum"), 0),
     [], ["get_trajectory query stride: minimum 0 → 1"]),
    ("a parameter's type is another", put_parameter(GET, "steps", ("schema", "type"), "string"),
     ["get_simulation query steps: type integer → string"], ["get_simulation query steps: type string → integer"]),
    ("a parameter's format is wider", put_parameter(GET, "steps", ("schema", "format"), "int64"),
     [], ["get_simulation query steps: format int64 → int32"]),
    ("a parameter's default is another", put_parameter(GET, "steps", ("schema", "default"), 20),
     ["get_simulation query steps: default 10 → 20"], ["get_simulation query steps: default 20 → 10"]),
    ("a parameter has a list of values", put_parameter(GET, "steps", ("schema", "enum"), [10, 20]),
     ["get_simulation query steps: values any → [10, 20]"], ["get_simulation query steps: values [10, 20] → any"]),
    ("a parameter's text has a pattern", put_parameter(TRAJECTORY, "Range", ("schema", "pattern"), "^bytes="),
     ["get_trajectory header Range: pattern none → ^bytes="], []),
]

REQUESTS = [
    ("an optional field in requests", put((*REQUEST, "properties", "unit"), {"type": "string"}),
     [], ["SimulateRequest.unit: removed"]),
    ("a required field in requests", both(
        put((*REQUEST, "properties", "unit"), {"type": "string"}), append((*REQUEST, "required"), "unit")),
     ["SimulateRequest.unit: added as required"], ["SimulateRequest.unit: removed"]),
    ("a field of requests becomes required", append((*REQUEST, "required"), "steps"),
     ["SimulateRequest.steps: is required"], []),
    ("a field of requests is renamed", move((*REQUEST, "properties", "steps"), "count"),
     ["SimulateRequest.steps: removed"], ["SimulateRequest.count: removed"]),
    ("the greatest value in requests is lower", put((*REQUEST, "properties", "steps", "maximum"), 50000),
     ["SimulateRequest.steps: maximum 100000 → 50000"], []),
    ("the least value in requests is lower", put((*REQUEST, "properties", "steps", "minimum"), 0),
     [], ["SimulateRequest.steps: minimum 0 → 1"]),
    ("a bound in requests is gone", cut((*REQUEST, "properties", "steps", "maximum")),
     [], ["SimulateRequest.steps: maximum none → 100000"]),
    ("a format in requests is narrower", put((*REQUEST, "properties", "seed", "format"), "int32"),
     ["SimulateRequest.seed: format int64 → int32"], []),
    ("requests take a further type", put((*REQUEST, "properties", "seed", "type"), ["integer", "null"]),
     [], ['SimulateRequest.seed: type ["integer", "null"] → integer']),
    ("requests take fractions", put((*REQUEST, "properties", "seed", "type"), "number"),
     [], ["SimulateRequest.seed: type number → integer"]),
    ("requests take multiples only", put((*REQUEST, "properties", "steps", "multipleOf"), 10),
     ["SimulateRequest.steps: multipleOf none → 10"], []),
    ("a default in requests is another", put((*REQUEST, "properties", "steps", "default"), 20),
     ["SimulateRequest.steps: default 10 → 20"], ["SimulateRequest.steps: default 20 → 10"]),
    ("requests take no further fields", put((*REQUEST, "additionalProperties"), False),
     ["SimulateRequest: additionalProperties none → false"], []),
    ("fewer items in requests", put((*SCHEMAS, "SimulateBatchRequest", "properties", "simulations", "maxItems"), 100),
     ["SimulateBatchRequest.simulations: maxItems 10000 → 100"], []),
    ("the items of requests have another schema", put(
        (*SCHEMAS, "SimulateBatchRequest", "properties", "simulations", "items"), {"type": "integer"}),
     ["SimulateBatchRequest.simulations[]: schema SimulateRequest → none",
      "SimulateBatchRequest.simulations[]: type object → integer"],
     ["SimulateBatchRequest.simulations[]: type integer → object"]),
    ("a schema is renamed", both(
        move(REQUEST, "Run"),
        put((*SIMULATE, "requestBody", "content", JSON, "schema"), RUN),
        put((*SCHEMAS, "SimulateBatchRequest", "properties", "simulations", "items"), RUN)),
     ["simulate body application/json: schema SimulateRequest → Run",
      "SimulateBatchRequest.simulations[]: schema SimulateRequest → Run"],
     ["simulate body application/json: schema Run → SimulateRequest",
      "SimulateBatchRequest.simulations[]: schema Run → SimulateRequest"]),
    ("a body becomes optional", cut((*SIMULATE, "requestBody", "required")),
     [], ["simulate body: is required"]),
    ("a body where there was none", put((*HEALTH, "requestBody"), {"required": True, "content": {}}),
     ["get_health body: added as required"], ["get_health body: removed"]),
    ("an optional body where there was none", put((*HEALTH, "requestBody"), {"content": {}}),
     [], ["get_health body: removed"]),
    ("requests in a further media type", put(
        (*SIMULATE, "requestBody", "content", "application/cbor"), {"schema": {"type": "object"}}),
     [], ["simulate body application/cbor: removed"]),
    ("requests in another media type", move((*SIMULATE, "requestBody", "content", JSON), "application/cbor"),
     ["simulate body application/json: removed"], ["simulate body application/cbor: removed"]),
]

DISTRIBUTION = (*SCHEMAS, "Distribution")
MAPPING = (*DISTRIBUTION, "discriminator", "mapping")
NORMAL = "#/components/schemas/Normal"
DRAFT = "#/components/schemas/Draft"

KINDS = [
    ("a kind in requests", both(
        put((*SCHEMAS, "Draft"), {"type": "object"}), append((*DISTRIBUTION, "oneOf"), {"$ref": DRAFT}),
        put((*MAPPING, "draft"), DRAFT)),
     [], ["Distribution: kind draft removed"]),
    ("a kind's tag is renamed", move((*MAPPING, "normal"), "gauss"),
     ["Distribution: kind normal removed"], ["Distribution: kind gauss removed"]),
    ("a kind is another schema", both(
        put((*SCHEMAS, "Draft"), {"$ref": NORMAL}), without((*DISTRIBUTION, "oneOf"), {"$ref": NORMAL}),
        append((*DISTRIBUTION, "oneOf"), {"$ref": DRAFT}), put((*MAPPING, "normal"), DRAFT)),
     ["Distribution.normal: schema Normal → Draft"], ["Distribution.normal: schema Draft → Normal"]),
    ("kinds are told apart by another field", put((*DISTRIBUTION, "discriminator", "propertyName"), "type"),
     ["Distribution: discriminator kind → type"], ["Distribution: discriminator type → kind"]),
    ("a kind in answers", both(
        put((*SCHEMAS, "Draft"), {"type": "object"}), append((*DISTRIBUTION, "oneOf"), {"$ref": DRAFT}),
        put((*MAPPING, "draft"), DRAFT)),
     ["Distribution: kind draft added"], ["Distribution: kind draft removed"],
     put((*SCHEMAS, "Report", "properties", "input"), {"$ref": "#/components/schemas/Distribution"})),
    ("a field of a kind", put((*SCHEMAS, "Normal", "properties", "unit"), {"type": "string"}),
     [], ["Normal.unit: removed"]),
    ("the values of a map have a range", put(
        (*SCHEMAS, "Model", "properties", "constants", "additionalProperties", "minimum"), 0),
     ["Model.constants.*: minimum none → 0"], []),
    ("a map of requests is required", append((*SCHEMAS, "Model", "required"), "formulas"),
     ["Model.formulas: is required"], []),
]

RESPONSES = [
    ("a field in answers", both(
        put((*RESPONSE, "properties", "unit"), {"type": "string"}), append((*RESPONSE, "required"), "unit")),
     [], ["SimulateResponse.unit: removed"]),
    ("a field of answers is renamed", both(
        move((*RESPONSE, "properties", "result"), "state"),
        without((*RESPONSE, "required"), "result"), append((*RESPONSE, "required"), "state")),
     ["SimulateResponse.result: removed"], ["SimulateResponse.state: removed"]),
    ("a field of answers is not always there", without((*RESPONSE, "required"), "steps"),
     ["SimulateResponse.steps: is no longer always there"], []),
    ("an optional field of errors is gone", cut((*SCHEMAS, "ErrorDetail", "properties", "input")),
     ["ErrorDetail.input: removed"], []),
    ("the greatest value in answers is higher", put((*RESPONSE, "properties", "steps", "maximum"), 200000),
     ["SimulateResponse.steps: maximum 100000 → 200000"], []),
    ("the least value in answers is higher", put((*RESPONSE, "properties", "result", "minimum"), 1),
     [], ["SimulateResponse.result: minimum 1 → 0"]),
    ("a bound in answers is gone", cut((*RESPONSE, "properties", "result", "minimum")),
     ["SimulateResponse.result: minimum 0 → none"], []),
    ("a format in answers is wider", put((*RESPONSE, "properties", "result", "format"), "int64"),
     ["SimulateResponse.result: format int32 → int64"], []),
    ("answers may be null", put((*RESPONSE, "properties", "result", "type"), ["integer", "null"]),
     ['SimulateResponse.result: type integer → ["integer", "null"]'], []),
    ("answers are of another type", put((*RESPONSE, "properties", "result", "type"), "string"),
     ["SimulateResponse.result: type integer → string"], ["SimulateResponse.result: type string → integer"]),
    ("answers may be fractions", put((*RESPONSE, "properties", "result", "type"), "number"),
     ["SimulateResponse.result: type integer → number"], []),
    ("an answer's values have a further one", append((*SCHEMAS, "HealthStatus", "enum"), "slow"),
     ["HealthStatus: value slow added"], ["HealthStatus: value slow removed"]),
    ("an answer's value is renamed", put((*SCHEMAS, "HealthStatus", "enum"), ["up"]),
     ["HealthStatus: value ok removed", "HealthStatus: value up added"],
     ["HealthStatus: value up removed", "HealthStatus: value ok added"]),
    ("an answer's list of values is gone", cut((*SCHEMAS, "HealthStatus", "enum")),
     ['HealthStatus: values ["ok"] → any'], []),
    ("more items in answers", put((*SCHEMAS, "Trajectory", "properties", "values", "maxItems"), 20000000),
     ["Trajectory.values: maxItems 10000000 → 20000000"], []),
    ("the items of answers have a wider range", put(
        (*SCHEMAS, "Trajectory", "properties", "values", "items", "minimum"), -1),
     ["Trajectory.values[]: minimum 0 → -1"], []),
    ("the items of answers have a further alternative", append(
        (*SCHEMAS, "ErrorDetail", "properties", "loc", "items", "anyOf"), {"type": "boolean"}),
     ["ErrorDetail.loc[]: alternative boolean added"], []),
    ("a field deep inside errors is gone", cut((*SCHEMAS, "ErrorContext", "properties", "request_id")),
     ["ErrorContext.request_id: removed"], []),
    ("a success of another status", move((*SIMULATE, "responses", "200"), "201"),
     ["simulate 200: removed", "simulate 201: added"], ["simulate 201: removed", "simulate 200: added"]),
    ("a further success", put((*SIMULATE, "responses", "202"), ERROR),
     ["simulate 202: added"], ["simulate 202: removed"]),
    ("a further error of the shape that errors have", put((*SIMULATE, "responses", "423"), ERROR),
     [], ["simulate 423: removed"]),
    ("a further error of another shape", put((*SIMULATE, "responses", "423"), TEXT),
     ["simulate 423: added"], ["simulate 423: removed"]),
    ("an error of another status", move((*SIMULATE, "responses", "422"), "418"),
     ["simulate 422: removed"], ["simulate 418: removed"]),
    ("answers in a further media type", put(
        (*GET, "responses", "200", "content", "text/plain"), {"schema": {"type": "string"}}),
     [], ["get_simulation 200 text/plain: removed"]),
    ("answers in another media type", move((*GET, "responses", "200", "content", JSON), "application/cbor"),
     ["get_simulation 200 application/json: removed"], ["get_simulation 200 application/cbor: removed"]),
    ("errors in another media type", move((*GET, "responses", "422", "content", JSON), "application/problem+json"),
     ["get_simulation 422 application/json: removed"], ["get_simulation 422 application/problem+json: removed"]),
    ("an answer has a further header", put(
        (*GET, "responses", "200", "headers", "Age"), {"schema": {"type": "integer"}}),
     [], ["get_simulation 200 header age: removed"]),
    ("an answer's header is not always there", put((*GET, "responses", "200", "headers", "ETag", "required"), False),
     ["get_simulation 200 header etag: is no longer always there"], []),
    ("an answer's header has another type", put(
        (*GET, "responses", "200", "headers", "ETag", "schema", "type"), "integer"),
     ["get_simulation 200 header etag: type string → integer"],
     ["get_simulation 200 header etag: type integer → string"]),
    ("an answer's header in other letters", move((*GET, "responses", "200", "headers", "ETag"), "etag"),
     [], []),
]

KEYED = both(put((*SCHEMES, "Key"), KEY), put((*HEALTH, "security"), [{"Key": []}]))
KEY_TEXT = "Key (in header name X-Table-Key type apiKey)"

AUTHENTICATION = [
    ("an operation needs a key", KEYED,
     [f"get_health: authentication none → {KEY_TEXT}"], []),
    ("an operation may be called with a key", both(KEYED, put((*HEALTH, "security"), [{}, {"Key": []}])),
     [], []),
    ("every operation needs a key, by default", both(put((*SCHEMES, "Key"), KEY), put(("security",), [{"Key": []}])),
     [f"get_health: authentication none → {KEY_TEXT}"], [],
     both(*(put((*each, "security"), []) for each in (SIMULATE, BATCH, GET, TRAJECTORY)), inherit_security)),
    ("a key is sent in another place", put((*SCHEMES, "Key", "in"), "query"),
     [f"get_health: authentication {KEY_TEXT} → Key (in query name X-Table-Key type apiKey)"],
     [f"get_health: authentication Key (in query name X-Table-Key type apiKey) → {KEY_TEXT}"], KEYED),
    ("a second key is needed", both(
        put((*SCHEMES, "Second"), {**KEY, "in": "query"}), put((*HEALTH, "security"), [{"Key": [], "Second": []}])),
     [f"get_health: authentication {KEY_TEXT} → {KEY_TEXT} and Second (in query name X-Table-Key type apiKey)"], [],
     KEYED),
    ("another key is taken too", both(
        put((*SCHEMES, "Second"), {**KEY, "in": "query"}), append((*HEALTH, "security"), {"Second": []})),
     [], [f"get_health: authentication Second (in query name X-Table-Key type apiKey) → {KEY_TEXT}"], KEYED),
    ("the description of a key", put((*SCHEMES, "Key", "description"), "…"),
     [], [], KEYED),
]

DOCUMENTATION = [(change, edit, [], []) for change, edit in (
    ("descriptions", both(
        put((*SIMULATE, "description"), "…"), put((*REQUEST, "properties", "seed", "description"), "…"))),
    ("a summary", put((*SIMULATE, "summary"), "…")),
    ("an operation is deprecated", put((*SIMULATE, "deprecated"), True)),
    ("examples", both(
        put((*SIMULATE, "requestBody", "content", JSON, "example"), {"seed": 1}),
        put((*REQUEST, "examples"), [{"seed": 1}]))),
    ("the tags' descriptions", put(("tags",), [{"name": "health", "description": "…"}])),
    ("the version and the contact", put(("info",), {"title": "sim", "version": "9.9.9", "contact": {}})),
    ("an extension", put((*SIMULATE, "x-stability"), "beta")),
    ("a shared body", share((*SIMULATE, "requestBody"), "requestBodies")),
    ("a shared parameter", share((*GET, "parameters", 0), "parameters")),
    ("a shared answer", share((*GET, "responses", "200"), "responses")),
    ("a shared header", share((*GET, "responses", "200", "headers", "ETag"), "headers")),
    ("a schema that nothing uses", put((*SCHEMAS, "Draft"), {"type": "object"})),
)]

ROWS = [Row(*row) for row in OPERATIONS + PARAMETERS + REQUESTS + KINDS + RESPONSES + AUTHENTICATION + DOCUMENTATION]
