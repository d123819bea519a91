import ArgumentParser
import Glibc

/// What the program calls itself in `--version`, to coordinators and in `run.json`.
let programVersion = "0.1.0"

@main
enum Main {
    /// Runs a command; the one place where an error becomes words on standard error and a status.
    static func main() async {
        // A reader that leaves, such as `head`, shows as a failed write.
        signal(SIGPIPE, SIG_IGN)
        var command: any ParsableCommand
        do {
            command = try PipelineCommand.parseAsRoot()
        } catch {
            PipelineCommand.exit(withError: error)
        }
        do {
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch OutputError.closed {
            exit(ExitStatus.done.rawValue)
        } catch let error as Interruption {
            if let message = error.message { Console.shared.complain(message) }
            exit(error.status.rawValue)
        } catch let error where isTheParsers(error) {
            PipelineCommand.exit(withError: error)
        } catch {
            let failure = Failure(error)
            Console.shared.complain(failure.text)
            exit(failure.status.rawValue)
        }
    }

    /// Whether the argument parser knows best what to say: a request for help, a bare exit code.
    ///
    /// Its type for a request for help has no name outside of its module.
    private static func isTheParsers(_ error: any Error) -> Bool {
        String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }
}
