import Logging
import LoopbackHTTP
import MoonshiftTestSupport
import Synchronization
import Testing
import WebServer

@Suite(.timeLimit(.minutes(1)))
struct WebServerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func serving(
        _ configuration: WebServer.Configuration = .init(), _ handler: @escaping WebServer.Handler,
        _ body: (WebServer) async throws -> Void
    ) async throws {
        try await WebServer.withServer(configuration, logger: logger, handler: handler, body)
    }

    @Test func handsTheWholeRequestToTheHandler() async throws {
        let seen = Mutex<WebRequest?>(nil)
        try await serving { request in
            seen.withLock { $0 = request }
            return .text("ok")
        } _: { server in
            _ = try await LoopbackHTTP.request(
                "/a%20b?c=d&e", method: "POST", port: server.port, headers: ["X-Some-Name": "value"],
                body: Array("body".utf8))
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == "POST")
        #expect(request.path == "/a%20b")
        #expect(request.query == "c=d&e")
        #expect(request.headers["x-SOME-name"] == "value")
        #expect(request.body == Array("body".utf8))
    }

    @Test func answersBytesWithTheirLength() async throws {
        try await serving { _ in
            .text("hello", status: 201, headers: ["x-one": "1"])
        } _: { server in
            let reply = try await LoopbackHTTP.request("/", port: server.port)
            #expect(reply.status == 201)
            #expect(reply.headers["content-length"] == "5")
            #expect(reply.headers["x-one"] == "1")
            #expect(reply.text == "hello")
            #expect(reply.isComplete)
        }
    }

    @Test func streamsEachChunkAndEndsTheBody() async throws {
        try await serving { _ in
            WebResponse(
                body: .stream { writer in
                    try await writer.write("one ")
                    try await writer.write([])
                    try await writer.write(Array("two".utf8))
                })
        } _: { server in
            let reply = try await LoopbackHTTP.request("/", port: server.port)
            #expect(reply.text == "one two")
            #expect(reply.isComplete)
        }
    }

    @Test func aChunkArrivesBeforeTheNextIsWritten() async throws {
        let gate = Gate()
        try await serving { request in
            if request.path == "/open" {
                gate.open()
                return .text("")
            }
            return WebResponse(
                body: .stream { writer in
                    try await writer.write("first")
                    try await gate.pass()
                    try await writer.write("second")
                })
        } _: { server in
            async let reply = LoopbackHTTP.request("/", port: server.port)
            await gate.arrivals(1)
            _ = try await LoopbackHTTP.request("/open", port: server.port)
            let text = try await reply.text
            #expect(text == "firstsecond")
        }
    }

    @Test func anErrorInAStreamCutsTheConnectionInTheMiddle() async throws {
        try await serving { _ in
            WebResponse(
                body: .stream { writer in
                    try await writer.write("half")
                    throw ConnectionDrop()
                })
        } _: { server in
            let reply = try await LoopbackHTTP.request("/", port: server.port)
            #expect(reply.status == 200)
            #expect(reply.text == "half")
            #expect(!reply.isComplete)
        }
    }

    @Test func aDroppedConnectionSendsNothing() async throws {
        try await serving { _ in
            .droppedConnection
        } _: { server in
            let reply = try await LoopbackHTTP.request("/", port: server.port)
            #expect(reply.wire.isEmpty)
        }
    }

    @Test func aFailedHandlerIsStatus500() async throws {
        struct Fault: Error {}
        try await serving { _ in
            throw Fault()
        } _: { server in
            let reply = try await LoopbackHTTP.request("/", port: server.port)
            #expect(reply.status == 500)
            #expect(!reply.text.contains("Fault"))
        }
    }

    @Test func aBodyOverTheLimitIsRefused() async throws {
        try await serving(.init(bodyLimitInBytes: 1_000)) { request in
            .text("\(request.body.count)")
        } _: { server in
            let port = server.port
            let body = [UInt8](repeating: 65, count: 1_000)
            let longest = try await LoopbackHTTP.request("/", method: "POST", port: port, body: body)
            let tooLong = try await LoopbackHTTP.request("/", method: "POST", port: port, body: body + [65])
            #expect(longest.text == "1000")
            #expect(tooLong.status == 413)
        }
    }

    @Test func aConnectionCarriesManyRequests() async throws {
        try await serving { request in
            .text(request.path)
        } _: { server in
            let requests =
                "GET /one HTTP/1.1\r\nhost: x\r\n\r\nPOST /two HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc"
                + "GET /three HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
            let wire = try await LoopbackHTTP.exchange(Array(requests.utf8), port: server.port)
            let text = String(decoding: wire, as: UTF8.self)
            #expect(text.split(separator: "HTTP/1.1 200 OK").count == 3)
            #expect(text.contains("/one") && text.contains("/two") && text.hasSuffix("/three"))
        }
    }

    @Test func whatIsNoHTTPIsAnswered400() async throws {
        try await serving { _ in
            .text("ok")
        } _: { server in
            let reply = HTTPReply(
                wire: try await LoopbackHTTP.exchange(Array("nonsense\r\n\r\n".utf8), port: server.port))
            #expect(reply.status == 400)
        }
    }

    @Test func aTakenPortIsNamed() async throws {
        try await serving { _ in
            .text("ok")
        } _: { server in
            let port = server.port
            #expect(port > 0)
            let error = await #expect(throws: WebServerError.self) {
                try await WebServer.start(.init(port: port), logger: logger) { _ in .text("") }
            }
            guard case .portInUse(_, port) = error else {
                Issue.record("not the right error: \(String(describing: error))")
                return
            }
            #expect(error?.description.contains("port \(port) of 127.0.0.1 is in use") == true)
        }
    }

    @Test func anAddressOfAnotherMachineIsRefused() async throws {
        let error = await #expect(throws: WebServerError.self) {
            try await WebServer.start(.init(host: "192.0.2.1"), logger: logger) { _ in .text("") }
        }
        #expect(error?.description.contains("192.0.2.1") == true)
    }

    @Test(.heavy) func aThousandRequestsAreInFlightAtOnce() async throws {
        let gate = Gate()
        let count = 1_100
        try await serving { _ in
            try await gate.pass()
            return .text("ok")
        } _: { server in
            let port = server.port
            let answered = try await withThrowingTaskGroup { group in
                for _ in 0..<count {
                    group.addTask { try await LoopbackHTTP.request("/", port: port).text }
                }
                await gate.arrivals(count)
                gate.open()
                return try await group.reduce(0) { $0 + ($1 == "ok" ? 1 : 0) }
            }
            #expect(answered == count)
        }
    }
}
