package import Vocabulary

/// One request of the model to run a tool.
package struct ToolCall: Codable, Hashable, Sendable {
    /// The model's name for the call; the result is sent back under it. Unique within one answer.
    package var id: String
    package var name: String
    /// The arguments exactly as the model wrote them: meant to be a JSON object, often broken, sent back unchanged.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    /// The arguments as a map; an empty string counts as no arguments.
    ///
    /// - Throws: ``JSONError`` or ``ToolArgumentsError`` with a message that can be told to the model.
    package func parsedArguments() throws -> [String: Value] {
        guard arguments.utf8.contains(where: { !JSONReader.isWhitespace($0) }) else { return [:] }
        let value = try JSONReader.parse(arguments.utf8)
        guard case .map(let entries) = value else { throw ToolArgumentsError(found: value.typeName) }
        return entries
    }
}

/// A model wrote tool arguments that are JSON, but no object.
package struct ToolArgumentsError: CustomStringConvertible, Equatable, Error {
    /// What the arguments are instead, such as `list`.
    package let found: String

    package var description: String { "the arguments of a tool call must be a JSON object, not a \(found)" }
}

/// A tool that the model may call.
package struct ToolDefinition: Hashable, Sendable {
    package var name: String
    /// What the tool does and when to use it, for the model.
    package var description: String
    /// The JSON schema of the arguments: an object schema.
    package let parameters: Value
    /// ``parameters`` as it is sent, made once: every request of a conversation has it.
    let encodedParameters: [UInt8]

    package init(name: String, description: String, parameters: Value) {
        self.name = name
        self.description = description
        self.parameters = parameters
        var writer = JSONWriter(capacity: 256)
        writer.value(parameters)
        encodedParameters = writer.bytes
    }
}
