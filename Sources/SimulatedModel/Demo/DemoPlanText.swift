import Vocabulary

/// Writes the plan of a generated repository as YAML, in the schema of plans in the field.
struct DemoPlanText: Sendable {
    let repository: DemoRepository
    let writer: DemoWriter
    let features: [DemoFeature]

    var text: String {
        var lines = [
            "version: '1.0'",
            "generated_at: '2026-01-01T00:00:00'",
            "summary:",
            "  total_features: \(features.count)",
            "  batches: \(repository.batches)",
            "  estimated_time: \(hours(features.count)) hours",
            "batches:",
        ]
        for batch in 0..<repository.batches {
            let members = features.filter { $0.batch == batch }
            guard !members.isEmpty else { continue }
            lines.append("- batch_id: \(batch + 1)")
            lines.append("  features:")
            lines += members.flatMap(entry)
            lines.append("  estimated_time_hours: \(hours(members.count))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(_ feature: DemoFeature) -> [String] {
        var fields: [(String, Value)] = [
            ("id", .string(feature.id.rawValue)),
            ("name", .string(feature.function)),
            ("file_path", .string(writer.sourcePath(feature))),
            ("function_name", .string(feature.function)),
            ("test_path", .string(writer.testPath(feature))),
            ("priority_score", Value(feature.priority)),
            ("description", .string(feature.summary)),
        ]
        if let callee = feature.callee { fields.append(("depends_on", [.string(callee.id.rawValue)])) }
        if feature.isTestShared { fields.append(("test_ids", Value(feature.testIDs))) }
        // JSON is YAML: a quoted text needs no second thought.
        return fields.enumerated().map { index, field in
            (index == 0 ? "  - " : "    ") + "\(field.0): \(field.1.json)"
        }
    }

    /// A quarter of an hour each, which is what plans in the field reckon with.
    private func hours(_ count: Int) -> String {
        String(Double(count) / 4)
    }
}
