package import Vocabulary

/// One thing that the user of a pack can set; the pack gets it as `ctx.options`.
package struct PackOption: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case boolean, integer, list, number, string, table

        /// Whether a value may stand for an option of this kind.
        package func admits(_ value: Value) -> Bool {
            switch self {
            case .boolean: value.boolValue != nil
            case .integer: value.integerValue != nil
            case .list: value.listValue != nil
            case .number: value.numberValue != nil
            case .string: value.stringValue != nil
            case .table: value.mapValue != nil
            }
        }
    }

    package var name: String
    package var kind: Kind
    /// What holds when the user says nothing; nil makes the option nil in Lua.
    package var defaultValue: Value?
    /// What it is for, a sentence or two.
    package var documentation: String?

    package init(name: String, kind: Kind, defaultValue: Value? = nil, documentation: String? = nil) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.documentation = documentation
    }
}
