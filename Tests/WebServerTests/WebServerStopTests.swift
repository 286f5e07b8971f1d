import Logging
import LoopbackHTTP
import MoonshiftTestSupport
import Testing
import WebServer

@Suite(.timeLimit(.minutes(1)))
struct WebServerStopTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func aStopLetsOpenRequestsEnd() async throws {
        let gate = Gate()
        let server = try await WebServer.start(logger: logger) { _ in
            try await gate.pass()
            return .text("done")
        }
        async let reply = LoopbackHTTP.request("/", port: server.port)
        await gate.arrivals(1)
        async let stopped: Void = server.stop(within: .seconds(50))
        gate.open()
        await stopped
        let text = try await reply.text
        #expect(text == "done")
    }

    @Test func aStopCancelsWhatDoesNotEndInTime() async throws {
        let gate = Gate()
        let server = try await WebServer.start(logger: logger) { _ in
            try await gate.pass()
            return .text("never")
        }
        async let reply = LoopbackHTTP.request("/", port: server.port)
        await gate.arrivals(1)
        await server.stop(within: .milliseconds(20))
        #expect(gate.waitingCount == 0)
        let wire = try await reply.wire
        #expect(wire.isEmpty)
    }

    @Test func aStopClosesIdleConnections() async throws {
        let arrived = Gate()
        let server = try await WebServer.start(logger: logger) { _ in
            arrived.open()
            return .text("ok")
        }
        let request = Array("GET / HTTP/1.1\r\nhost: x\r\n\r\n".utf8)
        async let wire = LoopbackHTTP.exchange(request, port: server.port)
        // The client did not ask to close, so nobody but the server ends this connection.
        try await arrived.pass()
        await server.stop()
        let reply = HTTPReply(wire: try await wire)
        #expect(reply.text == "ok")
    }

    @Test func aStoppedServerTakesNoConnectionAndFreesItsPort() async throws {
        let server = try await WebServer.start(logger: logger) { _ in .text("old") }
        let port = server.port
        await server.stop()
        await server.stop()
        await #expect(throws: (any Error).self) { try await LoopbackHTTP.request("/", port: port) }
        let other = try await WebServer.start(.init(port: port), logger: logger) { _ in .text("new") }
        #expect(try await LoopbackHTTP.request("/", port: port).text == "new")
        await other.stop()
    }
}
