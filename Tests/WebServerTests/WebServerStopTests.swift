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
        // An address of its own: on the usual one a test that runs beside this one may be given the port.
        let host = "127.0.0.7"
        let server = try await WebServer.start(.init(host: host), logger: logger) { _ in .text("old") }
        let port = server.port
        await server.stop()
        await server.stop()
        // Now and then the client takes a refused connection for one that was cut before a byte came.
        let reply = try? await LoopbackHTTP.request("/", host: host, port: port)
        #expect(reply?.wire.isEmpty != false)
        let other = try await WebServer.start(.init(host: host, port: port), logger: logger) { _ in .text("new") }
        #expect(try await LoopbackHTTP.request("/", host: host, port: port).text == "new")
        await other.stop()
    }
}
