import ModelAPI
import Vocabulary

/// The tools of the chat worker. What they do and how they say no is mechanism; what to do with them is the prompt's business.
enum ChatTool: String, CaseIterable {
    case listFiles = "list_files"
    case readFile = "read_file"
    case search
    case writeFile = "write_file"
    case replace
    case runTests = "run_tests"
    case finish

    /// - Parameter writable: The paths that the stage may write, as the model should read them.
    /// - Returns: The tool as it is offered to the model; the same for the same stage, so that servers can cache it.
    func definition(writable: String) -> ToolDefinition {
        var definition = Self.plain[self] ?? ToolDefinition(name: rawValue, description: "", parameters: schema)
        definition.description = summary(writable: writable)
        return definition
    }

    /// All tools without their descriptions: schemas are made once, not for each conversation.
    private static let plain = Dictionary(
        uniqueKeysWithValues: allCases.map {
            ($0, ToolDefinition(name: $0.rawValue, description: "", parameters: $0.schema))
        })

    private func summary(writable: String) -> String {
        switch self {
        case .listFiles: "Lists the paths of the repository, sorted, optionally only those that match a glob."
        case .readFile: "Shows a file, or some of its lines. Your own edits are in it."
        case .search: "Finds the lines that hold a text, or match a regular expression."
        case .writeFile: "Creates a file or replaces a whole file. This step may write only: \(writable)."
        case .replace:
            """
            Replaces a passage of a file. 'old' must be in the file exactly once, character by character, white space \
            included. This step may write only: \(writable).
            """
        case .runTests: "Runs the tests that judge this feature on the files as they are with your edits."
        case .finish: "Ends this step. Call it when the work is done, or when it cannot be done, and say why."
        }
    }

    private var schema: Value {
        switch self {
        case .listFiles:
            Self.object(["glob": Self.text("Such as src/**/*.py; without it all files are listed.")], required: [])
        case .readFile:
            Self.object(
                [
                    "path": Self.text("Relative to the root of the repository."),
                    "first_line": Self.number("1-based; without it the file is shown from its beginning."),
                    "last_line": Self.number("Without it the file is shown to its end."),
                ], required: ["path"])
        case .search:
            Self.object(
                [
                    "text": Self.text("What the line must hold."),
                    "regex": [
                        "type": "boolean",
                        "description":
                            "Whether the text is a regular expression, without back references and look-around.",
                    ],
                    "glob": Self.text("Which files to look into, such as src/**/*.py."),
                    "ignore_case": ["type": "boolean", "description": "Whether letters of either case are the same."],
                ], required: ["text"])
        case .writeFile:
            Self.object(
                [
                    "path": Self.text("Relative to the root of the repository."),
                    "content": Self.text("The whole new content of the file."),
                ], required: ["path", "content"])
        case .replace:
            Self.object(
                [
                    "path": Self.text("Relative to the root of the repository."),
                    "old": Self.text("The passage to replace, with enough lines to be there only once."),
                    "new": Self.text("What to put in its place; may be empty."),
                ], required: ["path", "old", "new"])
        case .runTests: Self.object([:], required: [])
        case .finish:
            Self.object(["summary": Self.text("What was done, or why it cannot be done, in a sentence.")], required: [])
        }
    }

    private static func object(_ properties: [String: Value], required: [String]) -> Value {
        ["type": "object", "properties": .map(properties), "required": Value(required)]
    }

    private static func text(_ description: String) -> Value {
        ["type": "string", "description": .string(description)]
    }

    private static func number(_ description: String) -> Value {
        ["type": "integer", "description": .string(description)]
    }
}
