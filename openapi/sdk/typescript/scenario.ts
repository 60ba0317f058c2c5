// What an app does with the client, against the service that SIM_URL names, with the key in SIM_API_KEY.
import assert from "node:assert/strict";
import { test } from "node:test";
import createClient from "openapi-fetch";
import type {
  Distribution,
  ErrorResponse,
  LognormalBetween,
  Model,
  Quantile,
  RunModelRequest,
  SimulateRequest,
  Trajectory,
  paths,
} from "sim-client";

const { SIM_URL, SIM_API_KEY } = process.env;
assert(SIM_URL !== undefined && SIM_API_KEY !== undefined, "SIM_URL and SIM_API_KEY should be set");

const connect = (key: string) =>
  createClient<paths, "application/json">({ baseUrl: SIM_URL, headers: { "X-API-Key": key } });
const sim = connect(SIM_API_KEY);

test("the service is healthy", async () => {
  const { data } = await sim.GET("/health");
  const status: "ok" | undefined = data?.status;
  assert.equal(status, "ok");
});

test("a simulation has its result", async () => {
  const { data } = await sim.POST("/simulate", { body: { seed: 42, steps: 10 } });
  assert.deepEqual(data, { seed: 42, steps: 10, result: 1535244752 });
});

test("a seed may be negative, and steps left out", async () => {
  const { data } = await sim.POST("/simulate", { body: { seed: -1 } });
  assert.equal(data?.result, 834541773);
});

test("the greatest seed that a number holds comes back as it was sent", async () => {
  const { data } = await sim.POST("/simulate", { body: { seed: Number.MAX_SAFE_INTEGER } });
  assert.equal(data?.seed, 9007199254740991);
});

test("a violation is a typed error that names the field", async () => {
  const { error, response } = await sim.POST("/simulate", { body: { seed: 42, steps: 0 } });
  assert.equal(response.status, 422);
  const refusal: ErrorResponse | undefined = error;
  const loc: (string | number)[] | undefined = refusal?.detail[0]?.loc;
  assert.deepEqual(loc, ["body", "steps"]);
  assert.equal(refusal?.detail[0]?.ctx?.ge, 1);
});

test("a wrong key is a typed error", async () => {
  const { error, response } = await connect("wrong").POST("/simulate", { body: { seed: 42 } });
  assert.equal(response.status, 401);
  assert.equal(error?.detail[0]?.type, "api_key_invalid");
});

test("a batch is answered in order", async () => {
  const { data } = await sim.POST("/simulate/batch", { body: { simulations: [{ seed: 42 }, { seed: -1 }] } });
  assert.deepEqual(data?.simulations.map(({ result }) => result), [1535244752, 834541773]);
});

test("a simulation has an address", async () => {
  const { data } = await sim.GET("/simulate/{seed}", { params: { path: { seed: 42 }, query: { steps: 10 } } });
  assert.equal(data?.result, 1535244752);
});

const window = { path: { seed: 42 }, query: { count: 3, stride: 1000 } };

test("a trajectory has typed values", async () => {
  const { data } = await sim.GET("/simulate/{seed}/trajectory", { params: window });
  const trajectory: Trajectory | undefined = data;
  const values: number[] | undefined = trajectory?.values;
  assert.deepEqual(values, [42, 1363713826, 1458981146]);
});

test("a trajectory can be had as bytes", async () => {
  const { data } = await sim.GET("/simulate/{seed}/trajectory", {
    params: window,
    headers: { Accept: "application/octet-stream" },
    parseAs: "arrayBuffer",
  });
  assert(data !== undefined);
  const bytes: ArrayBuffer = data;
  assert.equal(new DataView(bytes).getUint32(4, true), 1363713826);
});

/** How many piano tuners does Chicago have? */
const tuners = (formula: string): RunModelRequest => {
  const people: LognormalBetween = { kind: "lognormal_between", low: 8.1e6, high: 8.4e6 };
  const piano_percent: LognormalBetween = { kind: "lognormal_between", low: 0.2, high: 1 };
  const pianos_per_tuner: LognormalBetween = { kind: "lognormal_between", low: 2000, high: 50000 };
  const inputs: Record<string, Distribution> = { people, piano_percent, pianos_per_tuner };
  const model: Model = { inputs, formulas: { tuners: formula }, outputs: { tuners: { quantiles: [0.05, 0.5, 0.95] } } };
  return { model, seed: 7, samples: 1000 };
};

test("a model has its report", async () => {
  const { data } = await sim.POST("/models/run", { body: tuners("people * piano_percent * 0.01 / pianos_per_tuner") });
  const median: Quantile | undefined = data?.outputs["tuners"]?.quantiles[1];
  // The figures are those of the example in the contract.
  assert.deepEqual(median, {
    probability: 0.5,
    value: 3.5696706732994254,
    low: 3.3095499973150733,
    high: 3.8505694524339455,
  });
});

test("an error in a formula names its position", async () => {
  const { error, response } = await sim.POST("/models/run", { body: tuners("people *") });
  assert.equal(response.status, 422);
  const refusal: ErrorResponse | undefined = error;
  assert.equal(refusal?.detail[0]?.type, "formula_syntax");
  assert.deepEqual(refusal?.detail[0]?.loc, ["body", "model", "formulas", "tuners"]);
  const position: number | undefined = refusal?.detail[0]?.ctx?.position;
  assert.equal(position, 8);
});

// @ts-expect-error A seed is a number.
export const stringSeed: SimulateRequest = { seed: "42" };
