import Foundation
import SimClient

let settings = ProcessInfo.processInfo.environment
let sim = SimClientAPIConfiguration(
    basePath: settings["SIM_URL"] ?? "http://127.0.0.1:8000",
    customHeaders: ["X-API-Key": settings["SIM_API_KEY"] ?? ""]
)
do {
    let request = SimulateRequest(seed: 42, steps: 10)
    print(try await SimulationAPI.simulate(simulateRequest: request, apiConfiguration: sim).result)
} catch {
    guard case .error(_, let body?, _, _) = error else { throw error }
    for detail in try JSONDecoder().decode(ErrorBody.self, from: body).detail {
        let place = detail.loc.compactMap { if case .string(let name) = $0 { name } else { nil } }
        print("\(place.joined(separator: ".")): \(detail.msg)")
    }
}
