import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Carries one request from the wire to the handler and its answer back.
struct HTTPExchange: Sendable {
    let bodyLimitInBytes: Int
    let logger: Logger
    let handler: WebServer.Handler

    /// - Throws: When the connection has to be closed now.
    @concurrent func answer(_ request: Request, _ writer: consuming ResponseWriter) async throws {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bodyLimitInBytes)
        } catch is NIOTooManyBytesError {
            let refusal = WebResponse.text(
                "the body is longer than \(bodyLimitInBytes) bytes", status: 413, headers: ["connection": "close"])
            try await send(refusal, writer)
            // The rest of the body is still to come and nobody will read it.
            throw ConnectionDrop()
        }
        let response: WebResponse
        do {
            response = try await handler(WebRequest(request, body: body))
        } catch let error where !(error is ConnectionDrop || error is CancellationError) {
            logger.error(
                "Request failed",
                metadata: ["web.path": "\(request.uri.path)", "error": "\(error)"])
            response = .text("internal error", status: 500)
        }
        try await send(response, writer)
    }

    @concurrent private func send(_ response: WebResponse, _ writer: consuming ResponseWriter) async throws {
        var head = HTTPResponse(status: .init(code: response.status))
        for field in response.headers.fields {
            guard let name = HTTPFields.Element.Name(field.name) else {
                assertionFailure("invalid header name: \(field.name)")
                continue
            }
            head.headerFields.append(HTTPFields.Element(name: name, value: field.value))
        }
        switch response.body {
        case .bytes(let bytes):
            head.headerFields[.contentLength] = String(bytes.count)
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let produce):
            let body = ResponseBody { writer in
                let shared = SharedWriter(writer: writer)
                try await produce(WebBodyWriter { try await shared.write($0) })
                try await shared.finish()
            }
            try await writer.write(response: head, body: body)
        case .dropped:
            throw ConnectionDrop()
        }
    }
}

/// Lets the body writer of a connection be used from the tasks of its handler.
private struct SharedWriter: Sendable {
    // SAFETY: never changed; Hummingbird's writer of HTTP/1 bodies is an immutable value around NIO's outbound writer, which
    // is Sendable and orders concurrent writes itself.
    nonisolated(unsafe) let writer: any ResponseBodyWriter

    func write(_ buffer: ByteBuffer) async throws {
        nonisolated(unsafe) var writer = writer
        try await writer.write(buffer)
    }

    func finish() async throws {
        nonisolated(unsafe) let writer = writer
        try await writer.finish(nil)
    }
}

extension WebRequest {
    fileprivate init(_ request: Request, body: ByteBuffer) {
        var headers = WebHeaders()
        for field in request.headers {
            headers.append(field.name.rawName, field.value)
        }
        if let authority = request.head.authority { headers["host"] = authority }
        self.init(
            method: request.method.rawValue,
            path: request.uri.path,
            query: request.uri.query ?? "",
            headers: headers,
            body: Array(buffer: body)
        )
    }
}
