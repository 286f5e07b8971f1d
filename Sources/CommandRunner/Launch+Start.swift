import CLaunchShim
import Glibc

extension Launch {
    /// Starts the program on the given streams; the caller keeps its descriptors.
    func start(input: Int32, output: Int32, errors: Int32) -> ms_launched {
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let limits = limits?.applied ?? []
        return Self.withStrings([program] + arguments) { arguments in
            Self.withStrings(variables) { environment in
                program.withCString { program in
                    directory.withCString { directory in
                        limits.withUnsafeBufferPointer { limits in
                            var launch = ms_launch(
                                program: program, arguments: arguments, environment: environment, directory: directory,
                                input: input, output: output, errors: errors, limits: limits.baseAddress,
                                limit_count: limits.count)
                            return ms_launch_start(&launch)
                        }
                    }
                }
            }
        }
    }

    /// The strings as C wants them: pointers with a nil at the end, good until `body` returns.
    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = strings.map { $0.withCString(strdup) } + [nil]
        defer { pointers.forEach { free($0) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

extension ResourceLimits {
    /// What the process itself is given before its program starts. The number of processes is not in it.
    fileprivate var applied: [ms_limit] {
        var limits = [
            Self.limit(RLIMIT_CORE, 0), Self.limit(RLIMIT_FSIZE, fileSizeInBytes),
            Self.limit(RLIMIT_NOFILE, openFiles),
        ]
        if let memoryInBytes { limits.append(Self.limit(RLIMIT_DATA, memoryInBytes)) }
        if let cpuTime { limits.append(Self.limit(RLIMIT_CPU, Int(max(cpuTime.components.seconds, 1)))) }
        return limits
    }

    private static func limit(_ resource: __rlimit_resource, _ value: Int) -> ms_limit {
        ms_limit(resource: Int32(resource.rawValue), value: UInt64(max(value, 0)))
    }
}
