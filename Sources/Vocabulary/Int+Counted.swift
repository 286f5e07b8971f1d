extension Int {
    /// The number with its noun: `1 feature`, `2 features`.
    ///
    /// - Parameters:
    ///   - noun: For one.
    ///   - plural: For any other number; nil adds an `s`.
    /// - Returns: What a person reads.
    package func counted(_ noun: String, _ plural: String? = nil) -> String {
        "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
