/// What a handler answers to one request.
package struct WebResponse: Sendable {
    package enum Body: Sendable {
        /// Sent with its length.
        case bytes([UInt8])
        /// Sent chunk by chunk, each as soon as it is written. A thrown error ends the connection in the middle of the body, which the
        /// client can tell from a complete answer.
        case stream(@Sendable (WebBodyWriter) async throws -> Void)
        /// Nothing is sent at all, not even a status: the connection is closed.
        case dropped
    }

    package var status: Int
    /// Content length and transfer encoding are added from the body.
    package var headers: WebHeaders
    package var body: Body

    package init(status: Int = 200, headers: WebHeaders = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer that is one text in UTF-8.
    package static func text(
        _ text: String, status: Int = 200, contentType: String = "text/plain; charset=utf-8", headers: WebHeaders = [:]
    ) -> WebResponse {
        var response = WebResponse(status: status, headers: headers, body: .bytes(Array(text.utf8)))
        response.headers["content-type"] = contentType
        return response
    }

    /// An answer that is one JSON document.
    package static func json(_ text: String, status: Int = 200, headers: WebHeaders = [:]) -> WebResponse {
        .text(text, status: status, contentType: "application/json", headers: headers)
    }

    /// Closes the connection without an answer.
    package static let droppedConnection = WebResponse(body: .dropped)
}

/// Thrown by a handler, or by the writer of a body, to close the connection at once and on purpose: nothing is logged.
package struct ConnectionDrop: Error {
    package init() {}
}
