import Vocabulary

/// Writes the features of a generated repository as source and test text.
struct DemoWriter: Sendable {
    let language: DemoLanguage

    func sourcePath(_ feature: DemoFeature) -> String {
        "src/\(feature.area)/\(feature.module).\(language.fileExtension)"
    }

    func testPath(_ feature: DemoFeature) -> String {
        language.testPath(area: feature.area, module: feature.testModule)
    }

    // MARK: Source

    /// A source file with these passages; a gap of comments keeps passages apart that are not compact.
    func sourceFile(_ feature: DemoFeature, passages: [(text: String, isCompact: Bool)]) -> String {
        var lines = ["\(language.comment) Module src.\(feature.area).\(feature.module)."]
        lines.append(language == .lua ? "local M = {}\n" : "")
        for (index, passage) in passages.enumerated() {
            lines.append(passage.text)
            if passage.isCompact, index + 1 < passages.count, passages[index + 1].isCompact { continue }
            lines.append("")
            if index + 1 < passages.count, !passage.isCompact { lines.append(separator(index)) }
        }
        return lines.joined(separator: "\n") + "\n" + language.anchor + "\n"
    }

    /// Enough unchanged lines that edits before and after it merge.
    private func separator(_ index: Int) -> String {
        let lines = [
            "Part \(index + 2) of this module.", "",
            "It has nothing to do with the part before it; both live in one file",
            "because they were written on the same day.", "", "Please keep the parts in this order.",
        ]
        return lines.map { $0.isEmpty ? language.comment : "\(language.comment) \($0)" }.joined(separator: "\n") + "\n"
    }

    func stub(_ feature: DemoFeature) -> String {
        let message = "not implemented: \(feature.id)"
        let statement = language == .lua ? "error(\"\(message)\")" : "raise NotImplementedError(\"\(message)\")"
        guard feature.isCompact else { return function(feature, body: statement) }
        return switch language {
        case .lua: "\(head(feature)) \(statement) end"
        case .python: "\(head(feature)) \(statement)"
        }
    }

    /// The feature's function with these constants; without any it returns nothing.
    func code(_ feature: DemoFeature, _ constants: DemoConstants?) -> String {
        guard let constants else { return function(feature, body: "return \(language.literal(.null))") }
        var body = constants.fill(language == .lua ? feature.template.lua : feature.template.python)
        if let callee = feature.callee {
            let arguments = parameters(feature)
            let call =
                switch language {
                case .lua: "local n = require(\"\(callee.module)\").\(callee.function)(\(arguments))"
                case .python: "import \(callee.module) as other\nn = other.\(callee.function)(\(arguments))"
                }
            body = call + "\n" + body
        }
        return function(feature, body: body)
    }

    private func function(_ feature: DemoFeature, body: String) -> String {
        let lines = body.split(separator: "\n").map { language.indent + $0 }.joined(separator: "\n")
        return "\(head(feature))\n\(lines)" + (language == .lua ? "\nend" : "")
    }

    private func head(_ feature: DemoFeature) -> String {
        switch language {
        case .lua: "function M.\(feature.function)(\(parameters(feature)))"
        case .python: "def \(feature.function)(\(parameters(feature))):"
        }
    }

    private func parameters(_ feature: DemoFeature) -> String {
        let shape = feature.callee == nil ? feature.template.shape : DemoTemplate.numberToNumber[0].shape
        return (feature.callee == nil ? shape.parameters : ["value"]).joined(separator: ", ")
    }

    // MARK: Tests

    /// A test file for these features, which share a test path.
    func testFile(_ features: [DemoFeature]) -> String {
        let names = features.map { "\($0.id)" }.joined(separator: ", ")
        let tests = features.flatMap { feature in
            zip(feature.testIDs, [feature.cases.prefix(3), feature.cases.dropFirst(3)]).map { id, cases in
                test(id, cases.map { assertion(feature, $0) })
            }
        }
        return switch language {
        case .lua: "-- Tests of \(names).\n\(Self.luaSame)\nreturn {\n\(tests.joined(separator: "\n\n"))\n}\n"
        case .python: "\"\"\"Tests of \(names).\"\"\"\n\n\n\(tests.joined(separator: "\n\n\n"))\n"
        }
    }

    /// A test file with the same ids that tests nothing.
    func weakenedTest(_ feature: DemoFeature) -> String {
        switch language {
        case .lua: "return {\n" + feature.testIDs.map { "  \($0) = function() end,\n" }.joined() + "}\n"
        case .python: feature.testIDs.map { "def \($0)():\n    pass\n" }.joined(separator: "\n\n")
        }
    }

    /// The module is loaded inside each test, so that a missing one fails tests and not the whole file.
    private func test(_ id: String, _ assertions: [String]) -> String {
        let lines = assertions.map { (language == .lua ? "    " : "    ") + $0 }.joined(separator: "\n")
        return switch language {
        case .lua: "  \(id) = function()\n\(lines)\n  end,"
        case .python: "def \(id)():\n\(lines)"
        }
    }

    private func assertion(_ feature: DemoFeature, _ arguments: [Value]) -> String {
        let module = "src.\(feature.area).\(feature.module)"
        let values = arguments.map(language.literal).joined(separator: ", ")
        let expected = language.literal(feature.expected(feature.constants, arguments))
        return switch language {
        case .lua: "check(require(\"\(module)\").\(feature.function)(\(values)), \(expected))"
        case .python: "assert __import__(\"\(module)\", fromlist=[\"_\"]).\(feature.function)(\(values)) == \(expected)"
        }
    }

    private static let luaSame = """
        local function same(left, right)
          if type(left) ~= "table" or type(right) ~= "table" then return left == right end
          for key, value in pairs(left) do
            if not same(value, right[key]) then return false end
          end
          for key in pairs(right) do
            if left[key] == nil then return false end
          end
          return true
        end

        local function show(value)
          if type(value) ~= "table" then return tostring(value) end
          local parts = {}
          for key, item in pairs(value) do parts[#parts + 1] = tostring(key) .. "=" .. show(item) end
          table.sort(parts)
          return "{" .. table.concat(parts, ", ") .. "}"
        end

        local function check(actual, expected)
          assert(same(actual, expected), "expected " .. show(expected) .. ", got " .. show(actual))
        end

        """
}
