package import Vocabulary

/// Collects what is wrong with one document while it is read, so that a user sees all of it at once.
package final class FaultList {
    /// What the diagnostics call the document.
    package let file: String
    private var diagnostics: [Diagnostic] = []

    package init(file: String) {
        self.file = file
    }

    package var hasErrors: Bool {
        diagnostics.contains { $0.severity == .error }
    }

    /// In the order of the file; what has no place comes first.
    package var sorted: [Diagnostic] {
        diagnostics.enumerated().sorted { left, right in
            (left.element.line ?? 0, left.element.column ?? 0, left.offset)
                < (right.element.line ?? 0, right.element.column ?? 0, right.offset)
        }.map(\.element)
    }

    package func error(_ message: String, at place: DocumentPlace?) {
        add(message, place, .error)
    }

    package func warning(_ message: String, at place: DocumentPlace?) {
        add(message, place, .warning)
    }

    private func add(_ message: String, _ place: DocumentPlace?, _ severity: Diagnostic.Severity) {
        diagnostics.append(
            Diagnostic(file: file, line: place?.line, column: place?.column, severity: severity, message: message))
    }
}
