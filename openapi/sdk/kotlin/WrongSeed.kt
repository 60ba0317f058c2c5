import sim.client.models.SimulateRequest

val wrongSeed = SimulateRequest(seed = "42")
