import Vocabulary

/// The bytes of model servers.
enum Wire {
    static let eventStream = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    static let end = "0\r\n\r\n"
    static let done = "data: [DONE]\n\n"
    static let usage = #"{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107}}"#

    /// One piece of a body in chunked transfer encoding.
    static func piece(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    static func event(_ json: String) -> String {
        "data: \(json)\n\n"
    }

    /// A chunk with a piece of text.
    static func text(_ text: String) -> String {
        let content = Value.string(text).json
        return #"{"model":"m-1","choices":[{"index":0,"delta":{"content":\#(content)},"finish_reason":null}]}"#
    }

    static func finish(_ reason: String = "stop") -> String {
        #"{"model":"m-1","choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#
    }

    /// The events of a whole answer.
    static func events(_ text: String) -> String {
        event(Wire.text(text)) + event(finish()) + event(usage) + done
    }

    /// A whole answer, status line and all.
    static func answer(_ text: String) -> String {
        eventStream + piece(events(text)) + end
    }

    /// An answer in one piece.
    static func plain(_ status: Int, _ body: String, headers: [String] = [], type: String = "application/json")
        -> String
    {
        let lines = ["HTTP/1.1 \(status) X", "content-type: \(type)", "content-length: \(body.utf8.count)"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    static func error(_ status: Int, type: String = "some_error", headers: [String] = []) -> String {
        plain(status, #"{"error":{"message":"because","type":"\#(type)","code":"\#(type)"}}"#, headers: headers)
    }
}
