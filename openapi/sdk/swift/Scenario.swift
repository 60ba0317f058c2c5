import Foundation
import SimClient

/// What an app does with the client, against the service that SIM_URL names, with the key in SIM_API_KEY.
@main
struct Scenario {
    static let environment = ProcessInfo.processInfo.environment
    static let sim = connect(key: environment["SIM_API_KEY"]!)

    static func main() async throws {
        try await theServiceIsHealthy()
        try await aSimulationHasItsResult()
        try await aSeedMayBeNegativeAndStepsLeftOut()
        try await aSeedOf64BitsComesBackAsItWasSent()
        try await aViolationIsATypedErrorThatNamesTheField()
        try await aViolationInABatchNamesItsIndex()
        try await aWrongKeyIsATypedError()
        try await aBatchIsAnsweredInOrder()
        try await aSimulationHasAnAddress()
        try await aTrajectoryHasTypedValues()
        try await aModelHasItsReport()
        try await anErrorInAFormulaNamesItsPosition()
    }

    static func theServiceIsHealthy() async throws {
        expect(HealthStatus.ok, try await HealthAPI.getHealth(apiConfiguration: connect(key: "")).status)
    }

    static func aSimulationHasItsResult() async throws {
        let answer = try await simulate(SimulateRequest(seed: 42, steps: 10))
        expect(SimulateResponse(seed: 42, steps: 10, result: 1_535_244_752), answer)
    }

    static func aSeedMayBeNegativeAndStepsLeftOut() async throws {
        let answer = try await simulate(SimulateRequest(seed: -1))
        expect(SimulateResponse(seed: -1, steps: 10, result: 834_541_773), answer)
    }

    static func aSeedOf64BitsComesBackAsItWasSent() async throws {
        for seed in [Int64.max, Int64.min] {
            expect(seed, try await simulate(SimulateRequest(seed: seed)).seed)
        }
    }

    static func aViolationIsATypedErrorThatNamesTheField() async throws {
        let detail = try await refused(422) { () async throws(ErrorResponse) in
            try await simulate(SimulateRequest(seed: 42, steps: 0))
        }
        expect([.string("body"), .string("steps")], detail.loc)
        expect(1, detail.ctx?.ge)
    }

    static func aViolationInABatchNamesItsIndex() async throws {
        let batch = SimulateBatchRequest(simulations: [SimulateRequest(seed: 42, steps: 0)])
        let detail = try await refused(422) { () async throws(ErrorResponse) in
            try await SimulationAPI.simulateBatch(simulateBatchRequest: batch, apiConfiguration: sim)
        }
        expect(.int(0), detail.loc[2])
    }

    static func aWrongKeyIsATypedError() async throws {
        let detail = try await refused(401) { () async throws(ErrorResponse) in
            try await simulate(SimulateRequest(seed: 42), connect(key: "wrong"))
        }
        expect("api_key_invalid", detail.type)
    }

    static func aBatchIsAnsweredInOrder() async throws {
        let batch = SimulateBatchRequest(simulations: [SimulateRequest(seed: 42), SimulateRequest(seed: -1)])
        let answer = try await SimulationAPI.simulateBatch(simulateBatchRequest: batch, apiConfiguration: sim)
        expect([1_535_244_752, 834_541_773], answer.simulations.map(\.result))
    }

    static func aSimulationHasAnAddress() async throws {
        let answer = try await SimulationAPI.getSimulation(seed: 42, steps: 10, apiConfiguration: sim)
        expect(SimulateResponse(seed: 42, steps: 10, result: 1_535_244_752), answer)
    }

    static func aTrajectoryHasTypedValues() async throws {
        let answer = try await SimulationAPI.getTrajectory(seed: 42, count: 3, stride: 1000, apiConfiguration: sim)
        expect([42, 1_363_713_826, 1_458_981_146], answer.values)
    }

    static func aModelHasItsReport() async throws {
        let report = try await run("people * piano_percent * 0.01 / pianos_per_tuner")
        // The figures are those of the example in the contract.
        let median = Quantile(
            probability: 0.5, value: 3.5696706732994254, low: 3.3095499973150733, high: 3.8505694524339455)
        expect(median, report.outputs["tuners"]?.quantiles[1])
    }

    static func anErrorInAFormulaNamesItsPosition() async throws {
        let detail = try await refused(422) { () async throws(ErrorResponse) in try await run("people *") }
        expect("formula_syntax", detail.type)
        expect([.string("body"), .string("model"), .string("formulas"), .string("tuners")], detail.loc)
        expect(8, detail.ctx?.position)
    }

    /// How many piano tuners does Chicago have?
    static func run(_ formula: String) async throws(ErrorResponse) -> Report {
        let model = Model(
            inputs: [
                "people": .typeLognormalBetween(LognormalBetween(low: 8.1e6, high: 8.4e6)),
                "piano_percent": .typeLognormalBetween(LognormalBetween(low: 0.2, high: 1)),
                "pianos_per_tuner": .typeLognormalBetween(LognormalBetween(low: 2000, high: 50000)),
            ],
            formulas: ["tuners": formula],
            outputs: ["tuners": Output(quantiles: [0.05, 0.5, 0.95])]
        )
        let request = RunModelRequest(model: model, seed: 7, samples: 1000)
        return try await ModelsAPI.runModel(runModelRequest: request, apiConfiguration: sim)
    }

    static func connect(key: String) -> SimClientAPIConfiguration {
        SimClientAPIConfiguration(basePath: environment["SIM_URL"]!, customHeaders: ["X-API-Key": key])
    }

    static func simulate(
        _ request: SimulateRequest, _ sim: SimClientAPIConfiguration = sim
    ) async throws(ErrorResponse) -> SimulateResponse {
        try await SimulationAPI.simulate(simulateRequest: request, apiConfiguration: sim)
    }

    /// The typed error of a call that is answered with a status.
    static func refused<Answer>(
        _ status: Int, _ call: () async throws(ErrorResponse) -> Answer
    ) async throws -> ErrorDetail {
        do {
            _ = try await call()
        } catch {
            guard case .error(let code, let body?, _, _) = error else { throw error }
            expect(status, code)
            return try JSONDecoder().decode(ErrorBody.self, from: body).detail[0]
        }
        fail("expected \(status)")
    }

    static func expect<Value: Equatable>(_ expected: Value, _ got: Value) {
        guard expected == got else { fail("expected \(expected), got \(got)") }
    }

    static func fail(_ message: String) -> Never {
        print(message)
        exit(1)
    }
}
