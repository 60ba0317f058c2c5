using Newtonsoft.Json;
using SimClient.Api;
using SimClient.Client;
using SimClient.Model;

var settings = new Configuration { BasePath = Environment.GetEnvironmentVariable("SIM_URL") };
settings.DefaultHeaders["X-API-Key"] = Environment.GetEnvironmentVariable("SIM_API_KEY") ?? "";
try
{
    Console.WriteLine(new SimulationApi(settings).Simulate(new SimulateRequest(seed: 42, steps: 10)).Result);
}
catch (ApiException failure)
{
    var refused = JsonConvert.DeserializeObject<ErrorResponse>((string)failure.ErrorContent);
    foreach (var detail in refused.Detail)
    {
        Console.WriteLine($"{string.Join(".", detail.Loc.Select(item => item.ActualInstance))}: {detail.Msg}");
    }
}
