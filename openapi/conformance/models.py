"""Makes models that run of models that only the schema allows.

A schema cannot say that a name is well-formed, that an output is the name of an input, that `min` is below `max`, or that
a formula can be read. Generated models would break such a rule nearly always, and none would run. So each request that the
schema allows gets names and formulas, and its distributions get an order; the kinds, their fields and what is asked stay.
"""

import schemathesis

OPERATIONS = ("run_model", "check_model")
# As many samples as run in a millisecond.
SAMPLES = 1000


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if not case.meta or not case.meta.generation.mode.is_positive or not is_request(context.operation, body):
        return
    if "samples" in body:
        body = {**body, "samples": min(body["samples"], SAMPLES)}
    case.body = {**body, "model": runnable(body["model"])}


def is_request(operation, body) -> bool:
    return operation.definition.raw.get("operationId") in OPERATIONS and isinstance(body, dict) and "model" in body


def runnable(model: dict) -> dict:
    inputs = {f"x{index}": ordered(each) for index, each in enumerate(model.get("inputs", {}).values())}
    constants = {f"c{index}": each for index, each in enumerate(model.get("constants", {}).values())}
    names = [*inputs, *constants]
    formulas = {f"f{index}": f"1 + {' + '.join(names[:index] or ['1'])}" for index in range(len(model.get("formulas", {})) + 1)}
    outputs = [asked(each) for each in model["outputs"].values()] or [{}]
    named = dict(zip([*inputs, *formulas], outputs))
    return {**model, "inputs": inputs, "constants": constants, "formulas": formulas, "outputs": named}


def asked(output: dict) -> dict:
    """What is asked of an output, with probabilities between 0 and 1 and a histogram from left to right."""
    output = dict(output)
    if "quantiles" in output:
        output["quantiles"] = [abs(each) % 1 for each in output["quantiles"]]
    if "histogram" in output:
        output["histogram"] = {name: value for name, value in output["histogram"].items() if name not in ("from", "to")}
    return output


def ordered(distribution: dict) -> dict:
    """A distribution whose fields fit each other."""
    distribution = {name: value for name, value in distribution.items() if name != "truncate"}
    for names in (("min", "mode", "max"), ("low", "high")):
        present = [name for name in names if name in distribution]
        if len(present) > 1:
            distribution |= {name: index + 1 for index, name in enumerate(present)}
    if "weights" in distribution:
        values = "components" if "components" in distribution else "values"
        distribution["weights"] = [1 for _ in distribution[values]]
    if "components" in distribution:
        distribution["components"] = [ordered(each) for each in distribution["components"]]
    return distribution
