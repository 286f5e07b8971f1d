import Glibc

/// What a system call said when it failed.
struct SystemError: Error, Equatable, CustomStringConvertible {
    /// A value of `errno`.
    var code: Int32

    /// The error of the call that was made last on this thread.
    static var last: SystemError {
        SystemError(code: errno)
    }

    var description: String {
        String(cString: strerror(code))
    }
}
