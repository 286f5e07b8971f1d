import Plans
import Vocabulary

/// Reads a plan that a test wrote down; it is called `plan.yaml` in diagnostics.
func read(_ text: String) throws -> Plan {
    try PlanReader.read(bytes: Array(text.utf8), name: "plan.yaml")
}

/// The errors and warnings of a plan that must be refused, as lines.
func faults(_ text: String) throws -> [String] {
    do {
        _ = try read(text)
        return []
    } catch PlanError.faults(let diagnostics) {
        return diagnostics.map(\.description)
    }
}
