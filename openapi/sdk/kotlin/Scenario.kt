import sim.client.apis.HealthApi
import sim.client.apis.ModelsApi
import sim.client.apis.SimulationApi
import sim.client.infrastructure.ApiClient
import sim.client.infrastructure.ClientError
import sim.client.infrastructure.ClientException
import sim.client.infrastructure.Serializer
import sim.client.models.Distribution
import sim.client.models.Distribution.LognormalBetweenWrapper
import sim.client.models.ErrorDetail
import sim.client.models.ErrorLocation
import sim.client.models.ErrorLocation.LongValue
import sim.client.models.ErrorLocation.StringValue
import sim.client.models.ErrorResponse
import sim.client.models.HealthStatus
import sim.client.models.LognormalBetween
import sim.client.models.Model
import sim.client.models.Output
import sim.client.models.Quantile
import sim.client.models.RunModelRequest
import sim.client.models.SimulateBatchRequest
import sim.client.models.SimulateRequest
import sim.client.models.SimulateResponse

/** What an app does with the client, against the service that SIM_URL names, with the key in SIM_API_KEY. */
object Scenario {
    private val url = System.getenv("SIM_URL")
    private val key = System.getenv("SIM_API_KEY")
    private val simulation = SimulationApi(url)
    private val models = ModelsApi(url)

    @JvmStatic
    fun main(arguments: Array<String>) {
        ApiClient.apiKey["X-API-Key"] = key
        Serializer.kotlinxSerializationJsonConfiguration = { explicitNulls = false }
        `the service is healthy`()
        `a simulation has its result`()
        `a seed may be negative, and steps left out`()
        `a seed of 64 bits comes back as it was sent`()
        `a violation is a typed error that names the field`()
        `a violation in a batch names its index`()
        `a wrong key is a typed error`()
        `a batch is answered in order`()
        `a simulation has an address`()
        `a trajectory has typed values`()
        `a model has its report`()
        `an error in a formula names its position`()
    }

    fun `the service is healthy`() = expect(HealthStatus.ok, HealthApi(url).getHealth().status)

    fun `a simulation has its result`() =
        expect(SimulateResponse(42, 10, 1535244752), simulation.simulate(SimulateRequest(seed = 42, steps = 10)))

    fun `a seed may be negative, and steps left out`() =
        expect(SimulateResponse(-1, 10, 834541773), simulation.simulate(SimulateRequest(seed = -1)))

    fun `a seed of 64 bits comes back as it was sent`() {
        for (seed in listOf(Long.MAX_VALUE, Long.MIN_VALUE)) {
            expect(seed, simulation.simulate(SimulateRequest(seed)).seed)
        }
    }

    fun `a violation is a typed error that names the field`() {
        val detail = refused(422) { simulation.simulate(SimulateRequest(seed = 42, steps = 0)) }
        expect(listOf<ErrorLocation>(StringValue("body"), StringValue("steps")), detail.loc)
        expect(1.0, detail.ctx?.ge)
    }

    fun `a violation in a batch names its index`() {
        val batch = SimulateBatchRequest(listOf(SimulateRequest(seed = 42, steps = 0)))
        expect<ErrorLocation>(LongValue(0), refused(422) { simulation.simulateBatch(batch) }.loc[2])
    }

    fun `a wrong key is a typed error`() {
        ApiClient.apiKey["X-API-Key"] = "wrong"
        val detail = refused(401) { simulation.simulate(SimulateRequest(seed = 42)) }
        ApiClient.apiKey["X-API-Key"] = key
        expect("api_key_invalid", detail.type)
    }

    fun `a batch is answered in order`() {
        val batch = SimulateBatchRequest(listOf(SimulateRequest(seed = 42), SimulateRequest(seed = -1)))
        val results: List<Int> = simulation.simulateBatch(batch).simulations.map { it.result }
        expect(listOf(1535244752, 834541773), results)
    }

    fun `a simulation has an address`() =
        expect(SimulateResponse(42, 10, 1535244752), simulation.getSimulation(seed = 42, steps = 10))

    fun `a trajectory has typed values`() {
        val values: List<Int> = simulation.getTrajectory(seed = 42, count = 3, stride = 1000).values
        expect(listOf(42, 1363713826, 1458981146), values)
    }

    fun `a model has its report`() {
        val report = models.runModel(tuners("people * piano_percent * 0.01 / pianos_per_tuner"))
        // The figures are those of the example in the contract.
        val median = Quantile(0.5, 3.5696706732994254, 3.3095499973150733, 3.8505694524339455)
        expect(median, report.outputs.getValue("tuners").quantiles[1])
    }

    fun `an error in a formula names its position`() {
        val detail = refused(422) { models.runModel(tuners("people *")) }
        expect("formula_syntax", detail.type)
        expect(listOf("body", "model", "formulas", "tuners").map(::StringValue), detail.loc)
        expect(8L, detail.ctx?.position)
    }

    /** How many piano tuners does Chicago have? */
    private fun tuners(formula: String): RunModelRequest {
        val inputs = mapOf(
            "people" to between(8.1e6, 8.4e6),
            "piano_percent" to between(0.2, 1.0),
            "pianos_per_tuner" to between(2000.0, 50000.0),
        )
        val outputs = mapOf("tuners" to Output(quantiles = listOf(0.05, 0.5, 0.95)))
        val model = Model(inputs = inputs, formulas = mapOf("tuners" to formula), outputs = outputs)
        return RunModelRequest(model, seed = 7, samples = 1000)
    }

    private fun between(low: Double, high: Double): Distribution =
        LognormalBetweenWrapper(LognormalBetween(low = low, high = high))

    /** The typed error of a call that is answered with a status. */
    private fun refused(status: Int, call: () -> Any): ErrorDetail {
        try {
            call()
        } catch (failure: ClientException) {
            expect(status, failure.statusCode)
            val body = (failure.response as ClientError<*>).body as String
            return Serializer.kotlinxSerializationJson.decodeFromString<ErrorResponse>(body).detail.first()
        }
        throw AssertionError("expected $status")
    }

    private fun <T> expect(expected: T, got: T) {
        if (expected != got) throw AssertionError("expected $expected, got $got")
    }
}
