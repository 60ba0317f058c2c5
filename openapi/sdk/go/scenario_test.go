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

func expect(t *testing.T, expected, got any) {
	t.Helper()
	if !reflect.DeepEqual(expected, got) {
		t.Fatalf("expected %v, got %v", expected, got)
	}
}

func TestTheServiceIsHealthy(t *testing.T) {
	health, _, err := connect("").HealthAPI.GetHealth(t.Context()).Execute()
	expect(t, nil, err)
	expect(t, sim.OK, health.Status)
}

func TestASimulationHasItsResult(t *testing.T) {
	answer := result(t, sim.SimulateRequest{Seed: 42, Steps: sim.PtrInt32(10)})
	expect(t, sim.SimulateResponse{Seed: 42, Steps: 10, Result: 1535244752}, answer)
}

func TestASeedMayBeNegativeAndStepsLeftOut(t *testing.T) {
	answer := result(t, sim.SimulateRequest{Seed: -1})
	expect(t, sim.SimulateResponse{Seed: -1, Steps: 10, Result: 834541773}, answer)
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
	expect(t, int64(1), *detail.Ctx.Ge)
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
	expect(t, sim.SimulateResponse{Seed: 42, Steps: 10, Result: 1535244752}, *answer)
}

func TestATrajectoryHasTypedValues(t *testing.T) {
	call := connect(os.Getenv("SIM_API_KEY")).SimulationAPI.GetTrajectory(t.Context(), 42).Count(3).Stride(1000)
	answer, _, err := call.Execute()
	expect(t, nil, err)
	expect(t, []int32{42, 1363713826, 1458981146}, answer.Values)
}
