package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"example.com/app/sim"
)

func main() {
	settings := sim.NewConfiguration()
	settings.Servers[0].URL = os.Getenv("SIM_URL")
	settings.AddDefaultHeader("X-API-Key", os.Getenv("SIM_API_KEY"))
	request := sim.SimulateRequest{Seed: 42, Steps: sim.PtrInt32(10)}

	call := sim.NewAPIClient(settings).SimulationAPI.Simulate(context.Background())
	answer, _, err := call.SimulateRequest(request).Execute()
	if failure, ok := errors.AsType[*sim.GenericOpenAPIError](err); ok {
		refused, _ := failure.Model().(sim.ErrorResponse)
		for _, detail := range refused.Detail {
			fmt.Printf("%s.%s: %s\n", *detail.Loc[0].String, *detail.Loc[1].String, detail.Msg)
		}
	} else if err != nil {
		fmt.Println(err)
	} else {
		fmt.Println(answer.Result)
	}
}
