import Glibc

extension ResourceLimits {
    /// Sets the limits on a process that was just started; what it starts inherits them.
    ///
    /// Cheaper than a program in front that sets them, and a little late: a process may run for a moment without. What it
    /// does without end meets the limits all the same; what must never pass them belongs in a cage.
    func apply(to process: pid_t) {
        set(RLIMIT_CORE, 0, process)
        set(RLIMIT_FSIZE, fileSizeInBytes, process)
        set(RLIMIT_NOFILE, openFiles, process)
        if let memoryInBytes { set(RLIMIT_DATA, memoryInBytes, process) }
        if let cpuTime { set(RLIMIT_CPU, Int(max(cpuTime.components.seconds, 1)), process) }
    }

    private func set(_ resource: __rlimit_resource, _ value: Int, _ process: pid_t) {
        guard let prlimit else { return }
        var limit = rlimit()
        guard prlimit(process, Int32(resource.rawValue), nil, &limit) == 0 else { return }
        // Raising a hard limit needs a privilege; a lower one that is there stays.
        let wanted = min(rlim_t(max(value, 0)), limit.rlim_max)
        limit = rlimit(rlim_cur: wanted, rlim_max: wanted)
        _ = prlimit(process, Int32(resource.rawValue), &limit, nil)
    }
}

private typealias SetLimit =
    @convention(c) (pid_t, Int32, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?) -> Int32

/// prlimit(2), which the C library has but its Swift overlay does not show.
private let prlimit: SetLimit? = {
    guard let symbol = dlsym(nil, "prlimit") else { return nil }
    // SAFETY: the symbol of glibc has this signature; `rlimit` is 64 bits wide on every platform that Swift supports.
    return unsafeBitCast(symbol, to: SetLimit.self)
}()
