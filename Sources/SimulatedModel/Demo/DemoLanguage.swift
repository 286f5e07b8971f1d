import Vocabulary

/// The language that a generated repository is written in.
package enum DemoLanguage: String, CaseIterable, Codable, Sendable {
    case lua, python

    var fileExtension: String {
        self == .lua ? "lua" : "py"
    }

    var comment: String {
        self == .lua ? "--" : "#"
    }

    var indent: String {
        self == .lua ? "  " : "    "
    }

    /// The line before which new code of a module belongs; once in each source file.
    var anchor: String {
        self == .lua ? "return M" : "# end of module"
    }

    /// Runner configuration and the like, by path.
    var extraFiles: [String: String] {
        switch self {
        case .lua: [".gitignore": "*.log\n"]
        case .python:
            [
                ".gitignore": "__pycache__/\n.pytest_cache/\n",
                "pytest.ini": "[pytest]\npythonpath = .\ntestpaths = tests\naddopts = -p no:cacheprovider\n",
            ]
        }
    }

    func testPath(area: String, module: String) -> String {
        switch self {
        case .lua: "tests/\(area)/\(module)_test.lua"
        case .python: "tests/\(area)/test_\(module).py"
        }
    }

    /// A value as this language writes it.
    func literal(_ value: Value) -> String {
        switch (self, value) {
        case (.lua, .null): "nil"
        case (.python, .null): "None"
        case (.python, .bool(let flag)): flag ? "True" : "False"
        case (.lua, .list(let values)): "{\(values.map(literal).joined(separator: ", "))}"
        case (.python, .list(let values)): "[\(values.map(literal).joined(separator: ", "))]"
        case (.lua, .map(let entries)): "{\(pairs(entries) { "[\($0)] = \($1)" })}"
        case (.python, .map(let entries)): "{\(pairs(entries) { "\($0): \($1)" })}"
        default: value.json
        }
    }

    private func pairs(_ entries: [String: Value], _ form: (String, String) -> String) -> String {
        entries.sorted { $0.key < $1.key }
            .map { form(literal(.string($0.key)), literal($0.value)) }
            .joined(separator: ", ")
    }
}
