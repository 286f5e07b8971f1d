import ArgumentParser
import Commands

@main
struct Main {
    static func main() async {
        ProcessSetup.startLogging(arguments: CommandLine.arguments)
        await Moonshift.main()
    }
}
