import Documents
import Vocabulary

/// Reads and checks a plan.
package enum PlanReader {
    /// Reads a plan file, YAML or JSON.
    ///
    /// - Parameter path: Absolute, or relative to the working directory.
    /// - Returns: A sound plan with its warnings.
    /// - Throws: ``PlanError/cannotRead(path:cause:)``, or ``PlanError/faults(_:)`` with everything that is wrong.
    package static func read(path: String) throws(PlanError) -> Plan {
        do {
            return try read(bytes: DocumentFile.bytes(path: path), name: path)
        } catch let error as DocumentFileError {
            throw .cannotRead(path: path, cause: error.cause)
        } catch let error as PlanError {
            throw error
        } catch {
            throw .cannotRead(path: path, cause: "\(error)")
        }
    }

    /// Reads a plan that is already in memory.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text, YAML or JSON.
    ///   - name: What diagnostics call the plan, usually its path.
    /// - Returns: A sound plan with its warnings.
    /// - Throws: ``PlanError/faults(_:)`` with everything that is wrong.
    package static func read(bytes: [UInt8], name: String) throws(PlanError) -> Plan {
        let root: DocumentNode
        let faults = FaultList(file: name)
        do {
            root = try DocumentReader.read(bytes: bytes, file: name, noting: faults)
        } catch {
            throw .faults(faults.sorted + [error.diagnostic])
        }
        let plan = DocumentFields(root, owner: "a plan", faults: faults).map { check($0, faults: faults) }
        guard let plan, !faults.hasErrors else { throw .faults(faults.sorted) }
        return plan
    }

    private static func check(_ fields: DocumentFields, faults: FaultList) -> Plan {
        var outline = PlanOutline(fields)
        FeatureIdentity.assign(to: &outline.drafts, faults: faults)
        DependencyResolver.resolve(&outline.drafts, faults: faults)
        PlanReview.warn(about: outline, faults: faults)
        let kept = fields.others(than: PlanOutline.structure).map { ($0.key, $0.node.value) }
        return Plan(
            features: outline.drafts.map(\.feature), proposedBatches: outline.proposedBatches,
            extra: Dictionary(kept, uniquingKeysWith: { $1 }), warnings: faults.sorted)
    }
}
