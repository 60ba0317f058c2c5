//go:build wrong_seed

package main

import "example.com/app/sim"

var _ = sim.NewSimulateRequest("42")
