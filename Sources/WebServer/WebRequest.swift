/// One HTTP request with its whole body.
package struct WebRequest: Sendable {
    /// In capitals, such as `GET`.
    package var method: String
    /// The path before the first `?`, percent-encoded as it was sent; starts with `/` for every well-formed request.
    package var path: String
    /// What follows the first `?`, percent-encoded as it was sent; empty when there is none.
    package var query: String
    package var headers: WebHeaders
    /// At most ``WebServer/Configuration/bodyLimitInBytes`` long.
    package var body: [UInt8]

    package init(
        method: String = "GET", path: String = "/", query: String = "", headers: WebHeaders = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}
