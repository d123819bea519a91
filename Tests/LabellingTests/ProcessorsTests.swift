import Testing

@testable import Labelling

@Suite("The processors of a process")
struct ProcessorsTests {
    @Test(
        "are those that its affinity mask allows",
        arguments: [
            ("Name:\tpipeline\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2),
            ("Cpus_allowed:\tff\n", 8),
            ("Cpus_allowed:\t00000001,80000000\n", 2),
            ("Cpus_allowed_list:\t0-1\n", nil),
            ("", nil),
        ])
    func allowed(status: String, count: Int?) {
        #expect(Processors.countAllowed(inStatus: status) == count)
    }

    @Test(
        "are no more than its container's share of the time",
        arguments: [
            ("200000 100000\n", 2),
            ("150000 100000\n", 2),
            ("50000 100000\n", 1),
            ("max 100000\n", nil),
            ("-1 100000", nil),
            ("", nil),
            ("100000 0", nil),
        ])
    func share(text: String, count: Int?) {
        #expect(Processors.countShare(inQuota: text) == count)
    }

    @Test("are one at least")
    func available() { #expect(Processors.available >= 1) }
}
