import SimClient

let wrongSeed = SimulateRequest(seed: "42")
