/// Something that goes wrong with one call to the simulated model.
package enum SimulatedFault: String, CaseIterable, Codable, Hashable, Sendable {
    /// The answer comes late; nothing else is wrong.
    case slow
    /// 429 with `retry-after-ms` and `retry-after`; nothing is billed.
    case tooManyRequests = "too_many_requests"
    /// 500 before any work; nothing is billed.
    case serverError = "server_error"
    /// 500 after the work: billed like a complete answer, but the client gets no usage.
    case serverErrorAfterWork = "server_error_after_work"
    /// The connection is closed in the middle of the answer, before its finish reason; billed.
    case cutStream = "cut_stream"
    /// A tool call whose arguments are no JSON; billed.
    case malformedToolCall = "malformed_tool_call"
    /// A call of a tool that was never offered; billed.
    case unknownTool = "unknown_tool"
    /// A complete answer whose `finish_reason` is null; billed.
    case missingFinishReason = "missing_finish_reason"
}
