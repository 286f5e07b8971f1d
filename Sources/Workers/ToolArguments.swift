import ModelAPI
import Vocabulary

/// The arguments of one tool call, read with patience and refused with reasons.
struct ToolArguments {
    private let entries: [String: Value]

    /// - Throws: ``ToolFault`` when the arguments are no JSON object.
    init(_ call: ToolCall) throws(ToolFault) {
        do {
            entries = try call.parsedArguments()
        } catch {
            throw .malformed("the arguments are no JSON object: \(error)")
        }
    }

    func string(_ name: String) throws(ToolFault) -> String {
        guard let value = entries[name], value != .null else { throw .malformed("argument '\(name)' is missing") }
        guard let text = value.stringValue else {
            throw .malformed("argument '\(name)' must be a string, not a \(value.typeName)")
        }
        return text
    }

    /// nil when it is left out, null or empty.
    func optionalString(_ name: String) throws(ToolFault) -> String? {
        guard let value = entries[name], value != .null, value != .string("") else { return nil }
        return try string(name)
    }

    /// nil when it is left out; a number in quotes counts.
    func optionalInteger(_ name: String) throws(ToolFault) -> Int? {
        guard let value = entries[name], value != .null else { return nil }
        if let number = value.integerValue ?? value.stringValue.flatMap({ Int($0) }) { return number }
        throw .malformed("argument '\(name)' must be a whole number, not \(value.json.prefix(40))")
    }

    func flag(_ name: String) throws(ToolFault) -> Bool {
        guard let value = entries[name], value != .null else { return false }
        if let flag = value.boolValue { return flag }
        throw .malformed("argument '\(name)' must be true or false, not \(value.json.prefix(40))")
    }

    /// A path as models write it: a `./` in front is taken off.
    func path() throws(ToolFault) -> String {
        var path = try string("path")[...]
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        return String(path)
    }
}

/// Why a tool call did nothing; the text is for the model.
enum ToolFault: Error, Equatable {
    /// The call cannot be understood.
    case malformed(String)
    /// The call was understood and is not possible or not allowed.
    case refused(String)

    var text: String {
        switch self {
        case .malformed(let text), .refused(let text): "Error: \(text)."
        }
    }
}
