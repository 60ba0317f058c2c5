import java.util.List;
import java.util.Objects;

import sim.client.ApiClient;
import sim.client.ApiException;
import sim.client.api.HealthApi;
import sim.client.api.ModelsApi;
import sim.client.api.SimulationApi;
import sim.client.model.Distribution;
import sim.client.model.ErrorDetail;
import sim.client.model.ErrorLocation;
import sim.client.model.ErrorResponse;
import sim.client.model.HealthStatus;
import sim.client.model.LognormalBetween;
import sim.client.model.Model;
import sim.client.model.Output;
import sim.client.model.Quantile;
import sim.client.model.RunModelRequest;
import sim.client.model.SimulateBatchRequest;
import sim.client.model.SimulateRequest;
import sim.client.model.SimulateResponse;

/** What an app does with the client, against the service that SIM_URL names, with the key in SIM_API_KEY. */
class Scenario {
    private static final SimulationApi SIMULATION = new SimulationApi(connect(System.getenv("SIM_API_KEY")));
    private static final ModelsApi MODELS = new ModelsApi(connect(System.getenv("SIM_API_KEY")));

    public static void main(String[] arguments) throws Exception {
        theServiceIsHealthy();
        aSimulationHasItsResult();
        aSeedMayBeNegativeAndStepsLeftOut();
        aSeedOf64BitsComesBackAsItWasSent();
        aViolationIsATypedErrorThatNamesTheField();
        aViolationInABatchNamesItsIndex();
        aWrongKeyIsATypedError();
        aBatchIsAnsweredInOrder();
        aSimulationHasAnAddress();
        aTrajectoryHasTypedValues();
        aModelHasItsReport();
        anErrorInAFormulaNamesItsPosition();
    }

    static void theServiceIsHealthy() throws ApiException {
        expect(HealthStatus.OK, new HealthApi(connect("")).getHealth().getStatus());
    }

    static void aSimulationHasItsResult() throws ApiException {
        expect(ended(42, 10, 1535244752), SIMULATION.simulate(new SimulateRequest().seed(42L).steps(10)));
    }

    static void aSeedMayBeNegativeAndStepsLeftOut() throws ApiException {
        expect(ended(-1, 10, 834541773), SIMULATION.simulate(new SimulateRequest().seed(-1L)));
    }

    static void aSeedOf64BitsComesBackAsItWasSent() throws ApiException {
        for (long seed : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
            expect(seed, SIMULATION.simulate(new SimulateRequest().seed(seed)).getSeed());
        }
    }

    static void aViolationIsATypedErrorThatNamesTheField() throws Exception {
        var request = new SimulateRequest().seed(42L).steps(0);
        ErrorDetail detail = refused(422, () -> SIMULATION.simulate(request));
        expect(List.of(new ErrorLocation("body"), new ErrorLocation("steps")), detail.getLoc());
        expect(1.0, detail.getCtx().getGe());
    }

    static void aViolationInABatchNamesItsIndex() throws Exception {
        var batch = new SimulateBatchRequest().addSimulationsItem(new SimulateRequest().seed(42L).steps(0));
        long index = refused(422, () -> SIMULATION.simulateBatch(batch)).getLoc().get(2).getLong();
        expect(0L, index);
    }

    static void aWrongKeyIsATypedError() throws Exception {
        var stranger = new SimulationApi(connect("wrong"));
        expect("api_key_invalid", refused(401, () -> stranger.simulate(new SimulateRequest().seed(42L))).getType());
    }

    static void aBatchIsAnsweredInOrder() throws ApiException {
        var batch = new SimulateBatchRequest()
            .addSimulationsItem(new SimulateRequest().seed(42L))
            .addSimulationsItem(new SimulateRequest().seed(-1L));
        List<SimulateResponse> answers = SIMULATION.simulateBatch(batch).getSimulations();
        expect(List.of(ended(42, 10, 1535244752), ended(-1, 10, 834541773)), answers);
    }

    static void aSimulationHasAnAddress() throws ApiException {
        expect(ended(42, 10, 1535244752), SIMULATION.getSimulation(42L, 10, null));
    }

    static void aTrajectoryHasTypedValues() throws ApiException {
        List<Integer> values = SIMULATION.getTrajectory(42L, null, 3, 1000, null, null, null).getValues();
        expect(List.of(42, 1363713826, 1458981146), values);
    }

    static void aModelHasItsReport() throws ApiException {
        var report = MODELS.runModel(tuners("people * piano_percent * 0.01 / pianos_per_tuner"));
        // The figures are those of the example in the contract.
        var median = new Quantile()
            .probability(0.5).value(3.5696706732994254).low(3.3095499973150733).high(3.8505694524339455);
        expect(median, report.getOutputs().get("tuners").getQuantiles().get(1));
    }

    static void anErrorInAFormulaNamesItsPosition() throws Exception {
        ErrorDetail detail = refused(422, () -> MODELS.runModel(tuners("people *")));
        expect("formula_syntax", detail.getType());
        expect(List.of("body", "model", "formulas", "tuners"), detail.getLoc().stream().map(ErrorLocation::getString).toList());
        expect(8L, detail.getCtx().getPosition());
    }

    /** How many piano tuners does Chicago have? */
    static RunModelRequest tuners(String formula) {
        var model = new Model()
            .putInputsItem("people", between(8.1e6, 8.4e6))
            .putInputsItem("piano_percent", between(0.2, 1))
            .putInputsItem("pianos_per_tuner", between(2000, 50000))
            .putFormulasItem("tuners", formula)
            .putOutputsItem("tuners", new Output().quantiles(List.of(0.05, 0.5, 0.95)));
        return new RunModelRequest().model(model).seed(7L).samples(1000);
    }

    static Distribution between(double low, double high) {
        return new Distribution(new LognormalBetween().low(low).high(high));
    }

    static ApiClient connect(String key) {
        var client = new ApiClient();
        client.updateBaseUri(System.getenv("SIM_URL"));
        return client.setRequestInterceptor(request -> request.header("X-API-Key", key));
    }

    static SimulateResponse ended(long seed, int steps, int result) {
        return new SimulateResponse().seed(seed).steps(steps).result(result);
    }

    interface Call {
        void run() throws ApiException;
    }

    /** The typed error of a call that is answered with a status. */
    static ErrorDetail refused(int status, Call call) throws Exception {
        try {
            call.run();
        } catch (ApiException failure) {
            expect(status, failure.getCode());
            var mapper = ApiClient.createDefaultObjectMapper();
            return mapper.readValue(failure.getResponseBody(), ErrorResponse.class).getDetail().get(0);
        }
        throw new AssertionError("expected " + status);
    }

    static void expect(Object expected, Object got) {
        if (!Objects.equals(expected, got)) {
            throw new AssertionError("expected " + expected + ", got " + got);
        }
    }
}
