import CLaunchShim

extension CommandError {
    /// Says which step of a launch failed.
    init(_ launched: ms_launched, program: String, directory: String) {
        let cause = SystemError(code: launched.error)
        self =
            switch launched.failed_step {
            case MS_LAUNCH_DIRECTORY: .pathMissing(directory)
            default: .cannotStart(program: program, cause: cause)
            }
    }
}
