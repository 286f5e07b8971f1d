/// What a server sent before it closed the connection.
package struct HTTPReply: Sendable {
    /// Everything as it came.
    package let wire: [UInt8]
    /// nil when not even a status line came.
    package private(set) var status: Int?
    /// By lower-case name; the last one wins.
    package private(set) var headers: [String: String] = [:]
    /// Without chunk framing.
    package private(set) var body: [UInt8] = []
    /// Whether the body ended as its head promised.
    package private(set) var isComplete = false

    package init(wire: [UInt8]) {
        self.wire = wire
        let separator = Array("\r\n\r\n".utf8)
        guard let end = wire.firstRange(of: separator) else { return }
        let lines = String(decoding: wire[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let rest = wire[end.upperBound...]
        if headers["transfer-encoding"] == "chunked" {
            readChunks(rest)
        } else {
            body = Array(rest)
            isComplete = headers["content-length"].flatMap { Int($0) } == body.count
        }
    }

    package var text: String {
        String(decoding: body, as: UTF8.self)
    }

    private mutating func readChunks(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) else { return }
            rest = rest[line.upperBound...]
            if size == 0 {
                isComplete = true
                return
            }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
    }
}
