/// Why the user's trust file could not be asked or changed.
package enum TrustError: CustomStringConvertible, Equatable, Error {
    case noHome
    case cannotRead(path: String, cause: String)
    case cannotWrite(path: String, cause: String)
    /// The file is there but not as we write it.
    case damaged(path: String, cause: String)

    package var description: String {
        switch self {
        case .noHome:
            "no place for the trust file: set HOME or XDG_CONFIG_HOME to an absolute folder"
        case .cannotRead(let path, let cause):
            "cannot read the trust file \(path): \(cause)"
        case .cannotWrite(let path, let cause):
            "cannot write the trust file \(path): \(cause)"
        case .damaged(let path, let cause):
            "the trust file \(path) is damaged, \(cause): repair it, or remove it and run `moonshift trust` again"
        }
    }
}
