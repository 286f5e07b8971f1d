/// What can go wrong inside an answer that began with status 200.
enum ChatStreamFault: Equatable, Error {
    /// The server reported an error instead of, or in the middle of, an answer.
    case reported(VendorError)
    /// The bytes are no chat completion.
    case malformed(String)
    /// The server is no model server: the next answer would be no better.
    case foreign(String)
    /// The answer is larger than what is read of one.
    case oversized(limitInBytes: Int)
    /// The answer has no end: the connection or the stream stopped before the finish reason.
    case cut(String)
}

extension ChatStreamFault {
    /// The same fault with a secret blotted out of what the server said.
    func redacted(_ secret: Secret?) -> Self {
        if case .reported(let error) = self { .reported(error.redacted(secret)) } else { self }
    }
}
