import TestSupport
import Testing

@testable import Labelling

@Suite("Shards in one worker's hands")
struct CompanyTests {
    let company = Company()

    @Test("are worked on side by side")
    func together() async {
        #expect(await company.enter(alone: false))
        #expect(await company.enter(alone: false))
        company.leave(alone: false)
        company.leave(alone: false)
        #expect(await company.enter(alone: true))
    }

    @Test("wait for each other where one is to be alone, and come in in their order")
    func alone() async {
        #expect(await company.enter(alone: false))
        let suspect = Task { await company.enter(alone: true) }
        #expect(await eventually { company.waiting == 1 })
        let other = Task { await company.enter(alone: false) }
        #expect(await eventually { company.waiting == 2 })
        company.leave(alone: false)
        #expect(await suspect.value)
        #expect(company.waiting == 1)
        company.leave(alone: true)
        #expect(await other.value)
    }

    @Test("wait no longer when they are given up, and then hold up nobody")
    func cancelled() async {
        #expect(await company.enter(alone: false))
        let suspect = Task { await company.enter(alone: true) }
        #expect(await eventually { company.waiting == 1 })
        let other = Task { await company.enter(alone: false) }
        #expect(await eventually { company.waiting == 2 })
        suspect.cancel()
        #expect(await !suspect.value)
        #expect(await other.value)
    }
}
