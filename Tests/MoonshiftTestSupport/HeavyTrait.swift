import Foundation
package import Testing

/// Lets only as many heavy tests run at once as the machine has processors.
///
/// The place is held for the whole test, not for each of its cases: a time limit counts inside of a case, so that waiting for
/// the place is no part of it. The cases of one test still run beside each other unless the test is `.serialized`.
/// - SeeAlso: `Runner._runStep` and `_runTestCase` of Swift Testing 6.3, which say where scopes and limits are applied.
package struct HeavyTrait: TestTrait, SuiteTrait, TestScoping {
    private static let places = PlaceLine(count: ProcessInfo.processInfo.activeProcessorCount)

    package let isRecursive = true

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? nil : self
    }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let count = test.traits.count { $0 is Self }
        precondition(count == 1, "\(test.name) would wait for its own place: .heavy is on it and on its suite")
        try await Self.places.take(function)
    }
}

extension Trait where Self == HeavyTrait {
    /// For a test that starts programs or computes for more than a second or two.
    package static var heavy: Self { Self() }
}
