import sim.client.apis.SimulationApi
import sim.client.infrastructure.ApiClient
import sim.client.infrastructure.ClientError
import sim.client.infrastructure.ClientException
import sim.client.infrastructure.Serializer
import sim.client.models.ErrorLocation
import sim.client.models.ErrorResponse
import sim.client.models.SimulateRequest

fun main() {
    ApiClient.apiKey["X-API-Key"] = System.getenv("SIM_API_KEY") ?: ""
    Serializer.kotlinxSerializationJsonConfiguration = { explicitNulls = false }
    try {
        println(SimulationApi(System.getenv("SIM_URL")).simulate(SimulateRequest(seed = 42, steps = 10)).result)
    } catch (failure: ClientException) {
        val body = (failure.response as ClientError<*>).body as String
        for (detail in Serializer.kotlinxSerializationJson.decodeFromString<ErrorResponse>(body).detail) {
            println("${detail.loc.joinToString(".", transform = ::text)}: ${detail.msg}")
        }
    }
}

fun text(item: ErrorLocation) = when (item) {
    is ErrorLocation.StringValue -> item.value
    is ErrorLocation.LongValue -> item.value.toString()
}
