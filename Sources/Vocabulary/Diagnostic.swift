/// A fault, or something worth a warning, in a file that a user wrote.
package struct Diagnostic: Codable, CustomStringConvertible, Hashable, Sendable {
    package enum Severity: String, Codable, Sendable {
        case error, warning
    }

    /// The file as the user named it.
    package let file: String
    /// 1-based; nil when the fault has no line.
    package let line: Int?
    /// 1-based, in Unicode scalars; nil when the fault has no column.
    package let column: Int?
    package let severity: Severity
    /// What is wrong and what to do, as a sentence without full stop.
    package let message: String

    package init(file: String, line: Int? = nil, column: Int? = nil, severity: Severity = .error, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }

    /// `file:line:column: error: message`.
    package var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if let line, let column, line > 0 { place += ":\(column)" }
        return "\(place): \(severity.rawValue): \(message)"
    }
}
