import AsyncHTTPClient
import Glibc
import Ledger
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends one HTTP attempt and reads its answer; judges nothing.
struct ModelTransport: Sendable {
    struct Outcome: Sendable {
        var exchange: Exchange
        var observation: PaceObservation
    }

    /// The most bytes of a refusal's body that are read.
    private static let refusalLimit = 64 << 10

    private let client: HTTPClient
    private let endpoint: ModelEndpoint
    private let wallClock: @Sendable () -> Int64

    init(endpoint: ModelEndpoint, wallClock: @escaping @Sendable () -> Int64) {
        self.endpoint = endpoint
        self.wallClock = wallClock
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(endpoint.connectTimeout)
        configuration.timeout.read = TimeAmount(endpoint.idleTimeout)
        configuration.timeout.write = TimeAmount(endpoint.idleTimeout)
        configuration.connectionPool.idleTimeout = TimeAmount(endpoint.connectionIdleTimeout)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = endpoint.connectionLimit
        // Retries are the client's own, each with its own reservation.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async {
        // The only error is a second shutdown.
        try? await client.shutdown()
    }

    func send(_ bytes: [UInt8], headers: HTTPHeaders, silence: Silence = Silence()) async -> Outcome {
        let body = WatchedBody(bytes)
        let deadline = NIODeadline.now() + TimeAmount(endpoint.overallTimeout)
        var request = HTTPClientRequest(url: endpoint.completionsURL)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(body, length: .known(Int64(bytes.count)))
        do {
            let response = try await client.execute(request, deadline: deadline)
            return await read(response, deadline: deadline, silence: silence)
        } catch {
            return Outcome(exchange: failure(error, wasSent: body.watch.isRead), observation: PaceObservation())
        }
    }

    private func read(_ response: HTTPClientResponse, deadline: NIODeadline, silence: Silence) async -> Outcome {
        let status = Int(response.status.code)
        let hints = ServerHints(now: wallClock()) { response.headers.first(name: $0) }
        var observation = PaceObservation(
            status: status, headers: response.headers.rateLimits, retryAfter: hints.retryAfter)
        guard (200..<300).contains(status) else {
            let error = await refusal(response)
            return Outcome(exchange: .refused(status: status, error, hints), observation: observation)
        }
        let exchange = await answer(response, deadline: deadline, silence: silence)
        if case .answered(let answer) = exchange {
            observation.isAnswered = true
            observation.tokens = answer.usage.map { $0.input + $0.output }
        }
        return Outcome(exchange: exchange, observation: observation)
    }

    /// The error in the body of a refusal; an unreadable or broken body leaves the status alone to speak.
    private func refusal(_ response: HTTPClientResponse) async -> VendorError {
        var bytes: [UInt8] = []
        do {
            for try await buffer in response.body {
                bytes.append(contentsOf: buffer.readableBytesView)
                if bytes.count > Self.refusalLimit { break }
            }
        } catch {
            bytes = []
        }
        return VendorError(body: bytes).redacted(endpoint.apiKey)
    }

    private func answer(_ response: HTTPClientResponse, deadline: NIODeadline, silence: Silence) async -> Exchange {
        var reader = AnswerReader(limitInBytes: endpoint.responseLimitInBytes)
        do {
            for try await buffer in response.body {
                silence.end()
                try buffer.withUnsafeReadableBytes { bytes throws(ChatStreamFault) in
                    try reader.consume(bytes.assumingMemoryBound(to: UInt8.self))
                }
                guard NIODeadline.now() < deadline else { throw HTTPClientError.deadlineExceeded }
            }
            // A cancelled task ends the loop as if the body had ended.
            if Task.isCancelled && !reader.isComplete { return .cancelled(wasSent: true) }
            return .answered(try reader.finish())
        } catch let fault as ChatStreamFault {
            return .fault(fault.redacted(endpoint.apiKey), usage: reader.reportedUsage)
        } catch {
            if let answer = reader.finishInterrupted() { return .answered(answer) }
            let failure = failure(error, wasSent: true)
            guard case .lost(.connection(let reason)) = failure, let usage = reader.reportedUsage else {
                return failure
            }
            return .fault(.cut(reason), usage: usage)
        }
    }

    private func failure(_ error: any Error, wasSent: Bool) -> Exchange {
        if Task.isCancelled || error is CancellationError { return .cancelled(wasSent: wasSent) }
        let known = error as? HTTPClientError
        guard wasSent else {
            let isHopeless = known.map { Self.hopeless.contains($0) || $0 == .unsupportedScheme(endpoint.scheme) }
            return .notSent(reason: Self.describe(error), isHopeless: isHopeless ?? false)
        }
        switch known {
        case .readTimeout, .writeTimeout: return .lost(.timeout(limit: "idle", endpoint.idleTimeout))
        case .deadlineExceeded: return .lost(.timeout(limit: "overall", endpoint.overallTimeout))
        default: return .lost(.connection(Self.describe(error)))
        }
    }

    /// What a wrong base URL or a client that was shut down leads to.
    private static let hopeless: [HTTPClientError] = [
        .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .alreadyShutdown,
    ]

    private static func describe(_ error: any Error) -> String {
        if let code = (error as? IOError)?.errnoCode { return String(cString: strerror(code)).lowercased() }
        if let error = error as? NIOConnectionError {
            if let attempt = error.connectionErrors.first { return describe(attempt.error) }
            return "the name \(error.host) is not known"
        }
        return VendorError(text: (error as? HTTPClientError)?.shortDescription ?? String(describing: error)).message
    }
}

extension HTTPHeaders {
    /// The headers that speak of rate limits, by lower-case name; of equal names the first.
    fileprivate var rateLimits: [String: String] {
        var found: [String: String] = [:]
        for (name, value) in self {
            let name = name.lowercased()
            if name.contains("ratelimit") { found[name] = found[name] ?? value }
        }
        return found
    }
}
