import Vocabulary

/// The arguments of a built-in function: in order, or by name in one table.
struct Arguments {
    let function: String
    let value: Value
    let scope: HostCallScope?

    /// An argument that is not as it has to be.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// The argument with this place and name; nil when it is not given.
    subscript(place: Int, name: String) -> Value? {
        switch value {
        case .list(let values):
            guard place < values.count, values[place] != .null else { return nil }
            return values[place]
        case .map: return value[name]
        case .null: return nil
        default:
            // Not `place == 0 ? value : nil`: that nil would be the value null.
            if place == 0 { return value }
            return nil
        }
    }

    func string(_ place: Int, _ name: String) throws -> String {
        guard let string = try optionalString(place, name) else { throw fault(name, "is missing") }
        return string
    }

    func optionalString(_ place: Int, _ name: String) throws -> String? {
        guard let value = self[place, name] else { return nil }
        switch value {
        case .string(let text): return text
        case .integer, .number: return value.json
        default: throw fault(name, "must be a string, not a \(value.typeName)")
        }
    }

    func optionalInteger(_ place: Int, _ name: String) throws -> Int? {
        guard let value = self[place, name] else { return nil }
        guard let integer = value.integerValue else { throw fault(name, "must be a whole number") }
        return integer
    }

    /// The table of options at a place, or the one table that holds everything.
    func options(_ place: Int) -> Value {
        if case .map = value { return value }
        return self[place, ""] ?? .map([:])
    }

    func fault(_ name: String, _ problem: String) -> Fault {
        Fault(description: "\(function): '\(name)' \(problem)")
    }

    /// Makes the script pay `ticks`, for work that the size of the arguments does not show.
    func charge(_ ticks: Int) {
        scope?.charge(ticks: ticks)
    }
}

extension Arguments {
    /// `host.log("text")`, `host.log("debug", "text", { field = 1 })` or `host.log{ message = "text", level = "debug" }`.
    func logEntry() throws -> LuaLogEntry {
        guard case .map(var fields) = value else { return try logEntryInOrder() }
        let message = try string(0, "message")
        let level = try level(named: optionalString(1, "level") ?? "info")
        fields["message"] = nil
        fields["level"] = nil
        return LuaLogEntry(level: level, message: message, fields: fields)
    }

    private func logEntryInOrder() throws -> LuaLogEntry {
        guard let second = self[1, "message"] else {
            return LuaLogEntry(level: .info, message: try text(self[0, "message"] ?? .null))
        }
        if case .map(let fields) = second {
            return LuaLogEntry(level: .info, message: try text(self[0, "message"] ?? .null), fields: fields)
        }
        let level = try level(named: string(0, "level"))
        return LuaLogEntry(level: level, message: try text(second), fields: self[2, "fields"]?.mapValue ?? [:])
    }

    private func text(_ value: Value) throws -> String {
        value.stringValue ?? value.json
    }

    private func level(named name: String) throws -> LuaLogEntry.Level {
        guard let level = LuaLogEntry.Level(rawValue: name) else {
            throw fault("level", "must be debug, info, warning or error, not '\(name)'")
        }
        return level
    }
}
