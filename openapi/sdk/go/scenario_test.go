// What an app does with the client, against the service that SIM_URL names, with the key in SIM_API_KEY.
package main

import (
	"errors"
	"math"
	"net/http"
	"os"
	"reflect"
	"testing"

	"example.com/app/sim"
)

func connect(key string) *sim.APIClient {
	settings := sim.NewConfiguration()
	settings.Servers[0].URL = os.Getenv("SIM_URL")
	settings.AddDefaultHeader("X-API-Key", key)
	return sim.NewAPIClient(settings)
}

func simulate(t *testing.T, key string, request sim.SimulateRequest) (*sim.SimulateResponse, *http.Response, error) {
	return connect(key).SimulationAPI.Simulate(t.Context()).SimulateRequest(request).Execute()
}

func result(t *testing.T, request sim.SimulateRequest) sim.SimulateResponse {
	answer, _, err := simulate(t, os.Getenv("SIM_API_KEY"), request)
	if err != nil {
		t.Fatal(err)
	}
	return *answer
}

// refused is the typed error of a request that is answered with a status.
func refused(t *testing.T, key string, request sim.SimulateRequest, status int) sim.ErrorDetail {
	_, response, err := simulate(t, key, request)
	failure, ok := errors.AsType[*sim.GenericOpenAPIError](err)
	if !ok || response.StatusCode != status {
		t.Fatalf("expected %d, got %v", status, err)
	}
	body, ok := failure.Model().(sim.ErrorResponse)
	if !ok {
		t.Fatalf("%d has no ErrorResponse: %s", status, failure.Body())
	}
	return body.Detail[0]
}

// ended is an answer without a field that this client does not know.
func ended(seed int64, steps, result int32) sim.SimulateResponse {
	return sim.SimulateResponse{Seed: seed, Steps: steps, Result: result, AdditionalProperties: map[string]any{}}
}

func expect(t *testing.T, expected, got any) {
	t.Helper()
	if !reflect.DeepEqual(expected, got) {
		t.Fatalf("expected %v, got %v", expected, got)
	}
}

func TestTheServiceIsHealthy(t *testing.T) {
	health, _, err := connect("").HealthAPI.GetHealth(t.Context()).Execute()
	expect(t, nil, err)
	expect(t, sim.HEALTHSTATUS_OK, health.Status)
}

func TestASimulationHasItsResult(t *testing.T) {
	answer := result(t, sim.SimulateRequest{Seed: 42, Steps: sim.PtrInt32(10)})
	expect(t, ended(42, 10, 1535244752), answer)
}

func TestASeedMayBeNegativeAndStepsLeftOut(t *testing.T) {
	answer := result(t, sim.SimulateRequest{Seed: -1})
	expect(t, ended(-1, 10, 834541773), answer)
}

func TestASeedOf64BitsComesBackAsItWasSent(t *testing.T) {
	for _, seed := range []int64{math.MaxInt64, math.MinInt64} {
		expect(t, seed, result(t, sim.SimulateRequest{Seed: seed}).Seed)
	}
}

func TestAViolationIsATypedErrorThatNamesTheField(t *testing.T) {
	request := sim.SimulateRequest{Seed: 42, Steps: sim.PtrInt32(0)}
	detail := refused(t, os.Getenv("SIM_API_KEY"), request, http.StatusUnprocessableEntity)
	expect(t, []sim.ErrorLocation{{String: sim.PtrString("body")}, {String: sim.PtrString("steps")}}, detail.Loc)
	expect(t, 1.0, *detail.Ctx.Ge)
}

func TestAWrongKeyIsATypedError(t *testing.T) {
	detail := refused(t, "wrong", sim.SimulateRequest{Seed: 42}, http.StatusUnauthorized)
	expect(t, "api_key_invalid", detail.Type)
}

func TestABatchIsAnsweredInOrder(t *testing.T) {
	batch := sim.SimulateBatchRequest{Simulations: []sim.SimulateRequest{{Seed: 42}, {Seed: -1}}}
	call := connect(os.Getenv("SIM_API_KEY")).SimulationAPI.SimulateBatch(t.Context())
	answer, _, err := call.SimulateBatchRequest(batch).Execute()
	expect(t, nil, err)
	expect(t, int32(1535244752), answer.Simulations[0].Result)
	expect(t, int32(834541773), answer.Simulations[1].Result)
}

func TestAViolationInABatchNamesItsIndex(t *testing.T) {
	batch := sim.SimulateBatchRequest{Simulations: []sim.SimulateRequest{{Seed: 42, Steps: sim.PtrInt32(0)}}}
	call := connect(os.Getenv("SIM_API_KEY")).SimulationAPI.SimulateBatch(t.Context())
	_, _, err := call.SimulateBatchRequest(batch).Execute()
	failure, _ := errors.AsType[*sim.GenericOpenAPIError](err)
	expect(t, int64(0), *failure.Model().(sim.ErrorResponse).Detail[0].Loc[2].Int64)
}

func TestASimulationHasAnAddress(t *testing.T) {
	answer, _, err := connect(os.Getenv("SIM_API_KEY")).SimulationAPI.GetSimulation(t.Context(), 42).Steps(10).Execute()
	expect(t, nil, err)
	expect(t, ended(42, 10, 1535244752), *answer)
}

// run asks how many piano tuners Chicago has.
func run(t *testing.T, formula string) (*sim.Report, *http.Response, error) {
	between := func(low, high float64) sim.Distribution {
		distribution := sim.NewLognormalBetweenWithDefaults()
		distribution.Low, distribution.High = low, high
		return sim.LognormalBetweenAsDistribution(distribution)
	}
	model := sim.Model{
		Inputs: map[string]sim.Distribution{
			"people":           between(8.1e6, 8.4e6),
			"piano_percent":    between(0.2, 1),
			"pianos_per_tuner": between(2000, 50000),
		},
		Formulas: &map[string]string{"tuners": formula},
		Outputs:  map[string]sim.Output{"tuners": {Quantiles: []float64{0.05, 0.5, 0.95}}},
	}
	request := sim.RunModelRequest{Model: model, Seed: 7, Samples: sim.PtrInt32(1000)}
	return connect(os.Getenv("SIM_API_KEY")).ModelsAPI.RunModel(t.Context()).RunModelRequest(request).Execute()
}

func TestAModelHasItsReport(t *testing.T) {
	report, _, err := run(t, "people * piano_percent * 0.01 / pianos_per_tuner")
	expect(t, nil, err)
	// The figures are those of the example in the contract.
	median := report.Outputs["tuners"].Quantiles[1]
	expect(t, 0.5, median.Probability)
	expect(t, 3.5696706732994254, median.Value)
	expect(t, 3.3095499973150733, median.Low)
	expect(t, 3.8505694524339455, median.High)
}

func TestAnErrorInAFormulaNamesItsPosition(t *testing.T) {
	_, response, err := run(t, "people *")
	failure, _ := errors.AsType[*sim.GenericOpenAPIError](err)
	expect(t, http.StatusUnprocessableEntity, response.StatusCode)
	detail := failure.Model().(sim.ErrorResponse).Detail[0]
	expect(t, "formula_syntax", detail.Type)
	place := []string{}
	for _, item := range detail.Loc {
		place = append(place, *item.String)
	}
	expect(t, []string{"body", "model", "formulas", "tuners"}, place)
	expect(t, int64(8), *detail.Ctx.Position)
}

func TestATrajectoryHasTypedValues(t *testing.T) {
	call := connect(os.Getenv("SIM_API_KEY")).SimulationAPI.GetTrajectory(t.Context(), 42).Count(3).Stride(1000)
	answer, _, err := call.Execute()
	expect(t, nil, err)
	expect(t, []int32{42, 1363713826, 1458981146}, answer.Values)
}
