import Metering
import ModelAPI
import Vocabulary

/// A client of a scripted server with everything around it faked.
struct ClientFixture {
    let meter: FakeMeter
    let pacer = FakePacer()
    let clock = InstantClock()
    var answers = RecordedAnswers()
    var endpoint: ModelEndpoint
    var hurry: CallEnvironment.Hurry?

    init(_ baseURL: String, meter: FakeMeter = FakeMeter()) {
        self.meter = meter
        endpoint = ModelEndpoint(baseURL: baseURL, apiKey: Secret("sk-very-secret"))
        endpoint.retries.limit = 0
        endpoint.retries.rateLimitLimit = 0
    }

    static let request = ChatRequest(model: "m", messages: [.user("Hello")], maxOutputTokens: 50)

    static func attribution(_ feature: FeatureID = "f1", turn: Int = 1) -> Attribution {
        Attribution(
            run: "r1", batch: "b1", feature: feature, stage: "implement", attempt: 2, turn: turn, worker: "chat",
            model: "m")
    }

    /// Runs `body` with a client and shuts it down afterwards.
    func withClient<Result>(_ body: (ModelClient) async throws -> Result) async throws -> Result {
        let environment = CallEnvironment(clock: clock, secondsSince1970: { 784_111_777 }, jitter: { 0 }, hurry: hurry)
        let client = ModelClient(
            configuration: endpoint, meter: meter, pacer: pacer, answers: answers, environment: environment)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Makes one call.
    func call(
        _ request: ChatRequest = Self.request, _ attribution: Attribution = Self.attribution()
    ) async throws -> Result<ChatAnswer, ModelCallError> {
        try await withClient { client in
            do throws(ModelCallError) {
                return .success(try await client.complete(request, attribution))
            } catch {
                return .failure(error)
            }
        }
    }
}
