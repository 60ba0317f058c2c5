import sim.client.model.SimulateRequest;

class WrongSeed {
    static final SimulateRequest REQUEST = new SimulateRequest().seed("42");
}
