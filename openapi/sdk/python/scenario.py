"""What an app does with the client, against the service that SIM_URL names, with the key in SIM_API_KEY."""

import os
import struct
from http import HTTPStatus
from typing import Literal

from sim_client import AuthenticatedClient
from sim_client.api.health import get_health
from sim_client.api.models import run_model
from sim_client.api.simulation import get_simulation, get_trajectory, simulate, simulate_batch
from sim_client.models import (
    ErrorContext,
    ErrorResponse,
    Health,
    LognormalBetween,
    Model,
    ModelFormulas,
    ModelInputs,
    ModelOutputs,
    Output,
    Quantile,
    Report,
    RunModelRequest,
    SimulateBatchRequest,
    SimulateBatchResponse,
    SimulateRequest,
    SimulateResponse,
    Trajectory,
)
from sim_client.types import File


def connect(key: str = os.environ["SIM_API_KEY"]) -> AuthenticatedClient:
    return AuthenticatedClient(
        os.environ["SIM_URL"], token=key, prefix="", auth_header_name="X-API-Key", raise_on_unexpected_status=True
    )


def test_the_service_is_healthy() -> None:
    health = get_health.sync(client=connect())
    assert isinstance(health, Health)
    status: Literal["ok"] = health.status
    assert status == "ok"


def test_a_simulation_has_its_result() -> None:
    answer = simulate.sync(client=connect(), body=SimulateRequest(seed=42, steps=10))
    assert answer == SimulateResponse(seed=42, steps=10, result=1535244752)


def test_a_seed_may_be_negative_and_steps_left_out() -> None:
    answer = simulate.sync(client=connect(), body=SimulateRequest(seed=-1))
    assert answer == SimulateResponse(seed=-1, steps=10, result=834541773)


def test_a_seed_of_64_bits_comes_back_as_it_was_sent() -> None:
    answer = simulate.sync(client=connect(), body=SimulateRequest(seed=2**63 - 1))
    assert isinstance(answer, SimulateResponse)
    assert answer.seed == 9223372036854775807


def test_a_violation_is_a_typed_error_that_names_the_field() -> None:
    answer = simulate.sync_detailed(client=connect(), body=SimulateRequest(seed=42, steps=0))
    assert answer.status_code is HTTPStatus.UNPROCESSABLE_ENTITY
    assert isinstance(answer.parsed, ErrorResponse)
    loc: list[int | str] = answer.parsed.detail[0].loc
    assert loc == ["body", "steps"]
    assert answer.parsed.detail[0].ctx == ErrorContext(ge=1)


def test_a_wrong_key_is_a_typed_error() -> None:
    answer = simulate.sync_detailed(client=connect("wrong"), body=SimulateRequest(seed=42))
    assert answer.status_code is HTTPStatus.UNAUTHORIZED
    assert isinstance(answer.parsed, ErrorResponse)
    assert answer.parsed.detail[0].type_ == "api_key_invalid"


def test_a_batch_is_answered_in_order() -> None:
    batch = SimulateBatchRequest(simulations=[SimulateRequest(seed=42), SimulateRequest(seed=-1)])
    answer = simulate_batch.sync(client=connect(), body=batch)
    assert isinstance(answer, SimulateBatchResponse)
    assert [simulation.result for simulation in answer.simulations] == [1535244752, 834541773]


def test_a_simulation_has_an_address() -> None:
    answer = get_simulation.sync(42, client=connect(), steps=10)
    assert answer == SimulateResponse(seed=42, steps=10, result=1535244752)


def test_a_trajectory_has_typed_values() -> None:
    answer = get_trajectory.sync(42, client=connect(), count=3, stride=1000)
    assert isinstance(answer, Trajectory)
    values: list[int] = answer.values
    assert values == [42, 1363713826, 1458981146]


def test_a_range_of_a_trajectory_can_be_had_as_bytes() -> None:
    sim = connect().with_headers({"Accept": "application/octet-stream"})
    answer = get_trajectory.sync(42, client=sim, count=3, stride=1000, range_="bytes=0-")
    assert isinstance(answer, File)
    assert struct.unpack("<3I", answer.payload.read()) == (42, 1363713826, 1458981146)


def tuners(formula: str) -> RunModelRequest:
    """How many piano tuners does Chicago have?"""
    inputs, formulas, outputs = ModelInputs(), ModelFormulas(), ModelOutputs()
    inputs["people"] = LognormalBetween(low=8.1e6, high=8.4e6)
    inputs["piano_percent"] = LognormalBetween(low=0.2, high=1)
    inputs["pianos_per_tuner"] = LognormalBetween(low=2000, high=50000)
    formulas["tuners"] = formula
    outputs["tuners"] = Output(quantiles=[0.05, 0.5, 0.95])
    return RunModelRequest(model=Model(inputs=inputs, formulas=formulas, outputs=outputs), seed=7, samples=1000)


def test_a_model_has_its_report() -> None:
    body = tuners("people * piano_percent * 0.01 / pianos_per_tuner")
    report = run_model.sync(client=connect(), body=body)
    assert isinstance(report, Report)
    # The figures are those of the example in the contract.
    median = Quantile(probability=0.5, value=3.5696706732994254, low=3.3095499973150733, high=3.8505694524339455)
    assert report.outputs["tuners"].quantiles[1] == median


def test_an_error_in_a_formula_names_its_position() -> None:
    answer = run_model.sync_detailed(client=connect(), body=tuners("people *"))
    assert answer.status_code is HTTPStatus.UNPROCESSABLE_ENTITY
    assert isinstance(answer.parsed, ErrorResponse)
    (detail,) = answer.parsed.detail
    assert (detail.type_, detail.loc) == ("formula_syntax", ["body", "model", "formulas", "tuners"])
    assert isinstance(detail.ctx, ErrorContext)
    assert detail.ctx.position == 8


def test_a_string_seed_does_not_type_check() -> None:
    # mypy --strict fails where this line has no such error, or another one.
    SimulateRequest(seed="42")  # type: ignore[arg-type]
