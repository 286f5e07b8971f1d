import ModelAPI
import Vocabulary
import Workspaces

/// Runs the tool calls of one stage attempt on its draft.
struct Toolbox: Sendable {
    private(set) var draft: Draft
    private(set) var testRuns = 0
    private(set) var lastTestRun: TestRunReport?
    private var testedChanges: [String: FileChange]?
    private let rules: WriteRules
    private let limits: WorkerLimits
    private let tests: (any TestRunning)?

    init(_ assignment: StageAssignment, _ services: StageServices) {
        draft = Draft(base: assignment.base, changes: assignment.changes, workspace: services.workspace)
        rules = WriteRules(writablePaths: assignment.writablePaths, protectedGlobs: assignment.protectedGlobs)
        limits = assignment.limits
        tests = services.tests
    }

    /// What came of a tool call.
    enum Reply: Equatable {
        /// For the model.
        case told(String)
        /// The call could not be understood; for the model too.
        case malformed(String)
        case finished(summary: String)
    }

    /// The tools of this stage, in an order that never changes.
    var definitions: [ToolDefinition] {
        offered.map { $0.definition(writable: rules.summary) }
    }

    private var offered: [ChatTool] {
        ChatTool.allCases.filter { $0 != .runTests || tests != nil }
    }

    /// - Throws: Only what is wrong with us: a workspace that cannot be read, tests that cannot be run, cancellation.
    mutating func run(_ call: ToolCall) async throws -> Reply {
        do {
            guard let tool = offered.first(where: { $0.rawValue == call.name }) else {
                let names = offered.map(\.rawValue).joined(separator: ", ")
                throw ToolFault.malformed("there is no tool '\(call.name.prefix(60))'. The tools are: \(names)")
            }
            let arguments = try ToolArguments(call)
            if tool == .finish { return .finished(summary: try arguments.optionalString("summary") ?? "") }
            return .told(try await run(tool, arguments))
        } catch let fault as ToolFault {
            if case .malformed = fault { return .malformed(fault.text) }
            return .told(fault.text)
        }
    }

    private mutating func run(_ tool: ChatTool, _ arguments: ToolArguments) async throws -> String {
        switch tool {
        case .listFiles: try await listFiles(arguments)
        case .readFile: try await readFile(arguments)
        case .search: try await search(arguments)
        case .writeFile: try await write(arguments.string("content"), to: arguments.path())
        case .replace: try await replace(arguments)
        case .runTests: try await runTests()
        case .finish: ""
        }
    }

    // MARK: Reading

    private func listFiles(_ arguments: ToolArguments) async throws -> String {
        let glob = try arguments.optionalString("glob").map { PathGlob($0) }
        let paths = try await draft.paths().filter { path in glob.map { $0.matches(path) } ?? true }
        guard !paths.isEmpty else { return "No file matches." }
        return shown(paths, of: "paths", hint: "Use a narrower glob")
    }

    private func search(_ arguments: ToolArguments) async throws -> String {
        let text = try arguments.string("text")
        guard !text.isEmpty, !text.contains(where: \.isNewline) else {
            throw ToolFault.refused("'text' must be one line that is not empty")
        }
        let search = TextSearch(
            text: text, isRegularExpression: try arguments.flag("regex"),
            glob: try arguments.optionalString("glob").map { PathGlob($0) },
            ignoresCase: try arguments.flag("ignore_case"))
        if search.isRegularExpression {
            do {
                _ = try LinePattern(text)
            } catch {
                throw ToolFault.refused(error.description)
            }
        }
        let matches = try await draft.matches(of: search)
        guard !matches.isEmpty else { return "No line matches." }
        let lines = matches.map { "\($0.path):\($0.line): \($0.text)" }
        let note = matches.count == search.limit ? "\n[only the first \(search.limit) matches are shown]" : ""
        return shown(lines, of: "matches", hint: "Search for something rarer") + note
    }

    private func readFile(_ arguments: ToolArguments) async throws -> String {
        let path = try arguments.path()
        let bytes = try await file(at: path)
        guard !bytes.contains(0) else { return "'\(path)' is a binary file of \(bytes.count) bytes." }
        let first = try arguments.optionalInteger("first_line") ?? 1
        let last = try arguments.optionalInteger("last_line") ?? .max
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else { return "'\(path)' is empty." }
        guard first >= 1, first <= lines.count, last >= first else {
            throw ToolFault.refused(
                "'\(path)' has the lines 1 to \(lines.count); \(first) to \(last == .max ? "the end" : String(last)) are not among them"
            )
        }
        let wanted = lines[(first - 1)..<min(last, lines.count)]
        let fitting = Self.fitting(wanted, limit: limits.toolResultBytes)
        let text = fitting.joined(separator: "\n")
        if fitting.count == lines.count { return text }
        if fitting.isEmpty { return "Line \(first) of '\(path)' is too long to be shown." }
        return "\(text)\n[lines \(first) to \(first + fitting.count - 1) of \(lines.count)]"
    }

    private func file(at path: String) async throws -> [UInt8] {
        switch try await draft.item(at: path) {
        case .file(let bytes): return bytes
        case .link: throw ToolFault.refused("'\(path)' is a symbolic link; links are neither followed nor changed")
        case .otherRepository: throw ToolFault.refused("'\(path)' is another repository")
        case .nothing: throw ToolFault.refused(try await whyNothing(at: path))
        }
    }

    private func whyNothing(at path: String) async throws -> String {
        if try await draft.isFolder(path) { return "'\(path)' is a folder. Use list_files with the glob \(path)/**" }
        let name = path.split(separator: "/").last ?? ""
        let similar = try await draft.paths().filter { $0 == name || $0.hasSuffix("/\(name)") }.prefix(5)
        let hint = similar.isEmpty || name.isEmpty ? "" : ". There is: \(similar.joined(separator: ", "))"
        return "there is no file '\(path)'\(hint)"
    }

    private func shown(_ lines: [String], of what: String, hint: String) -> String {
        let fitting = Self.fitting(lines[...], limit: limits.toolResultBytes)
        let text = fitting.joined(separator: "\n")
        if fitting.count == lines.count { return text }
        return "\(text)\n[\(fitting.count) of \(lines.count) \(what). \(hint).]"
    }

    private static func fitting<Line: StringProtocol>(_ lines: ArraySlice<Line>, limit: Int) -> ArraySlice<Line> {
        var left = limit
        return lines.prefix { line in
            left -= line.utf8.count + 1
            return left >= 0
        }
    }

    // MARK: Writing

    private mutating func replace(_ arguments: ToolArguments) async throws -> String {
        let path = try arguments.path()
        let (old, new) = (try arguments.string("old"), try arguments.string("new"))
        try await checkWritable(path)
        let bytes = try await file(at: path)
        do {
            return try await put(try Passage.replace(old, with: new, in: bytes), at: path)
        } catch let mismatch as Passage.Mismatch {
            throw ToolFault.refused("\(mismatch.explanation) ('\(path)' is unchanged)")
        }
    }

    private mutating func write(_ content: String, to path: String) async throws -> String {
        try await checkWritable(path)
        return try await put(Array(content.utf8), at: path)
    }

    private func checkWritable(_ path: String) async throws {
        if let refusal = rules.refusal(of: path) { throw ToolFault.refused(refusal) }
        if let obstacle = try await draft.obstacle(above: path) {
            throw ToolFault.refused("'\(path)' cannot exist, because '\(obstacle)' is no folder")
        }
        switch try await draft.item(at: path) {
        case .link: throw ToolFault.refused("'\(path)' is a symbolic link; links are neither followed nor changed")
        case .otherRepository: throw ToolFault.refused("'\(path)' is another repository")
        case .file: break
        case .nothing:
            if try await draft.isFolder(path) { throw ToolFault.refused("'\(path)' is a folder") }
        }
    }

    private mutating func put(_ bytes: [UInt8], at path: String) async throws -> String {
        guard bytes.count <= limits.fileBytes else {
            throw ToolFault.refused("\(bytes.count) bytes are too much for one file; the limit is \(limits.fileBytes)")
        }
        guard draft.sizeInBytes(without: path) + bytes.count <= limits.changeBytes else {
            throw ToolFault.refused("all edits together would pass the limit of \(limits.changeBytes) bytes")
        }
        let before = try await draft.item(at: path)
        if before == .file(bytes) { return "'\(path)' is unchanged: it has this content already." }
        try await draft.write(bytes, to: path)
        let lines = bytes.count { $0 == UInt8(ascii: "\n") }
        return "\(before == .nothing ? "Created" : "Changed") '\(path)': \(lines) lines now."
    }

    // MARK: Testing

    private mutating func runTests() async throws -> String {
        guard let tests else { return "" }
        if let lastTestRun, testedChanges == draft.changes {
            return "Nothing changed since the last run:\n" + lastTestRun.text
        }
        guard testRuns < limits.testRuns else {
            throw ToolFault.refused("no test run is left of \(limits.testRuns). Make your last edits and call finish")
        }
        testRuns += 1
        let report = try await tests.runTests(draft.changes)
        (lastTestRun, testedChanges) = (report, draft.changes)
        return report.text.cutInTheMiddle(limitInBytes: limits.toolResultBytes)
    }
}

extension String {
    /// The beginning and the end of a text that is too long, with a line between them that says so.
    func cutInTheMiddle(limitInBytes: Int) -> String {
        guard utf8.count > limitInBytes else { return self }
        let half = limitInBytes / 2
        let head = String(decoding: utf8.prefix(half), as: UTF8.self)
        let tail = String(decoding: utf8.suffix(half), as: UTF8.self)
        return "\(head)\n[... \(utf8.count - 2 * half) bytes cut here ...]\n\(tail)"
    }
}
