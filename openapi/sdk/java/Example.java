import sim.client.ApiClient;
import sim.client.ApiException;
import sim.client.api.SimulationApi;
import sim.client.model.ErrorResponse;
import sim.client.model.SimulateRequest;

class Example {
    public static void main(String[] arguments) throws Exception {
        var key = System.getenv().getOrDefault("SIM_API_KEY", "");
        var client = new ApiClient();
        client.updateBaseUri(System.getenv("SIM_URL"));
        client.setRequestInterceptor(request -> request.header("X-API-Key", key));
        try {
            var answer = new SimulationApi(client).simulate(new SimulateRequest().seed(42L).steps(10));
            System.out.println(answer.getResult());
        } catch (ApiException failure) {
            var refused = client.getObjectMapper().readValue(failure.getResponseBody(), ErrorResponse.class);
            for (var detail : refused.getDetail()) {
                var place = detail.getLoc().stream().map(item -> item.getActualInstance().toString());
                System.out.println(String.join(".", place.toList()) + ": " + detail.getMsg());
            }
        }
    }
}
