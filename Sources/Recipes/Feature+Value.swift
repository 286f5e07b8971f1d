import Plans
import Vocabulary

extension Feature {
    /// The feature as Lua sees it; its line in the plan file stays out.
    var luaValue: Value {
        .map([
            "id": .string(id.rawValue), "name": .string(name), "file_path": .string(filePath),
            "test_path": Value(testPath), "function_name": Value(functionName), "cli_command": Value(cliCommand),
            "api_endpoint": Value(apiEndpoint), "interface": Value(interface), "priority": .integer(Int64(priority)),
            "description": Value(description), "depends_on": Value(dependsOn.map(\.rawValue)),
            "test_ids": Value(testIDs), "test_command": testCommand.map { Value($0) } ?? .null,
            "labels": Value(labels), "model": Value(model), "max_cost": Value(dollars: maxCost),
            "context": Value(context), "extra": .map(extra),
        ])
    }

    /// Takes over what a draft of `expand` says; fields that it leaves out stay.
    mutating func apply(draft: Value) {
        if let text = draft["name"]?.stringValue { name = text }
        if let text = draft["file_path"]?.stringValue { filePath = text }
        testPath = draft["test_path"]?.stringValue ?? testPath
        functionName = draft["function_name"]?.stringValue ?? functionName
        cliCommand = draft["cli_command"]?.stringValue ?? cliCommand
        apiEndpoint = draft["api_endpoint"]?.stringValue ?? apiEndpoint
        interface = draft["interface"]?.stringValue ?? interface
        priority = draft["priority"]?.integerValue ?? priority
        description = draft["description"]?.stringValue ?? description
        dependsOn = draft["depends_on"]?.strings.map(FeatureID.init(rawValue:)) ?? dependsOn
        testIDs = draft["test_ids"]?.strings ?? testIDs
        testCommand = draft["test_command"]?.strings ?? testCommand
        labels = draft["labels"]?.strings ?? labels
        model = draft["model"]?.stringValue ?? model
        maxCost = draft["max_cost"]?.moneyValue ?? maxCost
        context = draft["context"]?.strings ?? context
        extra = draft["extra"]?.mapValue ?? extra
    }
}

extension Value {
    /// The strings of a list, or none.
    var strings: [String] {
        listValue?.compactMap(\.stringValue) ?? []
    }
}
