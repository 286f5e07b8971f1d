/// Why a web server did not start.
package enum WebServerError: CustomStringConvertible, Error {
    /// Another process, or another server of this one, listens there.
    case portInUse(host: String, port: Int)
    /// The host does not allow this address or port.
    case notPermitted(host: String, port: Int)
    case cannotBind(host: String, port: Int, cause: any Error)

    package var description: String {
        switch self {
        case .portInUse(let host, let port):
            "port \(port) of \(host) is in use by another program. Choose another port, or 0 for any free one."
        case .notPermitted(let host, let port):
            "this user may not listen on port \(port) of \(host). Choose a port above 1023, or 0 for any free one."
        case .cannotBind(let host, let port, let cause):
            "cannot listen on port \(port) of \(host): \(cause)"
        }
    }
}
