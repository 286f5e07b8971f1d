package import Vocabulary

/// One unit of work of a plan.
package struct Feature: Codable, Hashable, Sendable {
    /// Unique in its plan and stable when other features are added.
    package var id: FeatureID
    /// As the plan says it; names may repeat.
    package var name: String
    /// The source file, relative to the repository's root; never absolute, never above the root or in `.git`.
    package var filePath: String
    /// The test file, by the same rules; features may share it.
    package var testPath: String?
    package var functionName: String?
    package var cliCommand: String?
    package var apiEndpoint: String?
    /// Where the feature is reachable, such as `cli`, `api` or `both`; free text.
    package var interface: String?
    /// The plan's `priority_score`; higher is earlier.
    package var priority: Int
    package var description: String?
    /// The features that must have landed before this one starts; each exists in the plan, without duplicates or cycles.
    package var dependsOn: [FeatureID]
    /// The ids of the tests that judge the feature; empty when the toolchain has to find them.
    package var testIDs: [String]
    /// The command that runs the tests; nil leaves it to the toolchain. A plain string of a plan is run by `sh -c`.
    package var testCommand: [String]?
    package var labels: [String]
    /// The model to ask; nil leaves it to the recipe.
    package var model: String?
    /// The feature's own cap; nil for none.
    package var maxCost: Picodollars?
    /// More files to read, relative to the repository's root.
    package var context: [String]
    /// Every field that the plan has and we do not know.
    package var extra: [String: Value]
    /// Where the feature starts in the plan file, 1-based; nil when it came from elsewhere.
    package var line: Int?

    package init(
        id: FeatureID, name: String, filePath: String, testPath: String? = nil, functionName: String? = nil,
        cliCommand: String? = nil, apiEndpoint: String? = nil, interface: String? = nil, priority: Int = 0,
        description: String? = nil, dependsOn: [FeatureID] = [], testIDs: [String] = [], testCommand: [String]? = nil,
        labels: [String] = [], model: String? = nil, maxCost: Picodollars? = nil, context: [String] = [],
        extra: [String: Value] = [:], line: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.filePath = filePath
        self.testPath = testPath
        self.functionName = functionName
        self.cliCommand = cliCommand
        self.apiEndpoint = apiEndpoint
        self.interface = interface
        self.priority = priority
        self.description = description
        self.dependsOn = dependsOn
        self.testIDs = testIDs
        self.testCommand = testCommand
        self.labels = labels
        self.model = model
        self.maxCost = maxCost
        self.context = context
        self.extra = extra
        self.line = line
    }

    /// The plan's own names, as far as it has the field.
    private enum CodingKeys: String, CodingKey {
        case id, name, interface, priority, description, labels, model, context, extra, line
        case filePath = "file_path"
        case testPath = "test_path"
        case functionName = "function_name"
        case cliCommand = "cli_command"
        case apiEndpoint = "api_endpoint"
        case dependsOn = "depends_on"
        case testIDs = "test_ids"
        case testCommand = "test_command"
        case maxCost = "max_cost"
    }
}
