import ArgumentParser
import Labelling
import PipelineCore

/// `pipeline doctor`: whether this host is fit for its work.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether this host is fit for its work, and say what to do.",
        discussion: """
            Looks at disks, memory, limits, the clock, the networks in the cache and, where one is \
            named, at the coordinator: whether it can be reached and trusted, what its token \
            opens and until when, and whether both programs are of one version. With --data, at a \
            coordinator's folder too. Nothing is changed.

              pipeline doctor
              pipeline doctor --coordinator https://10.0.0.5:8080 --ca ca.pem
              pipeline doctor --data /var/lib/pipeline --json

            The exit code is 5 when something must be mended; warnings alone leave it at 0.
            """)

    @Option(
        help: ArgumentHelp("A coordinator's folder to look at, too.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Flag(help: "Print JSON instead of text.")
    var json = false

    @OptionGroup var coordinator: CoordinatorOptions

    func run() async throws {
        try await interruptible(Interrupts()) {
            var findings = HostExamination.findings()
            findings += await CoordinatorExamination(options: coordinator).findings()
            if let data { findings += DataExamination(folder: data).findings() }
            let diagnosis = Diagnosis(checks: findings)
            try StandardOutput.print(json ? try JSONText.of(diagnosis) : diagnosis.text)
            guard diagnosis.isHealthy else { throw ExitCode(ExitStatus.unhealthy.rawValue) }
        }
    }
}
