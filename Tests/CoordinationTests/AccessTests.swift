import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PipelineCore
import Testing

@testable import Coordination

@Suite("Access")
struct AccessTests {
    /// Who may use what, written down a second time: a route that is new or changes hands must be
    /// changed here too.
    static let declared: [String: Access] = [
        "POST /v1/runs": .role(.submitter),
        "PUT /v1/runs/{run}/manifest": .role(.submitter),
        "GET /v1/runs": .role(.viewer),
        "GET /v1/runs/{run}": .role(.viewer),
        "GET /v1/runs/{run}/export": .role(.viewer),
        "GET /v1/runs/{run}/report": .role(.viewer),
        "POST /v1/runs/{run}/orders": .role(.submitter),
        "GET /v1/quarantine": .role(.viewer),
        "GET /v1/runs/{run}/quarantine": .role(.viewer),
        "POST /v1/quarantine/workers": .role(.admin),
        "POST /v1/runs/{run}/quarantine/{row}": .role(.submitter),
        "POST /v1/leases": .role(.worker),
        "POST /v1/leases/renew": .role(.worker),
        "POST /v1/leases/known": .role(.worker),
        "POST /v1/leases/complete": .role(.worker),
        "POST /v1/leases/release": .role(.worker),
        "GET /v1/runs/{run}/definition": .role(.worker),
        "GET /v1/runs/{run}/shards/{shard}/images": .role(.worker),
        "GET /v1/runs/{run}/shards/{shard}/images/{row}": .role(.worker),
        "PUT /v1/runs/{run}/shards/{shard}/results/{epoch}": .role(.worker),
        "GET /v1/me": .bearer,
        "GET /v1/tokens": .role(.admin),
        "POST /v1/tokens": .role(.admin),
        "POST /v1/tokens/revoke": .role(.admin),
        "GET /v1/backup": .role(.admin),
        "GET /v1/ledger": .role(.viewer),
        "POST /v1/ledger/prune": .role(.admin),
        "GET /healthz": .open,
        "GET /readyz": .open,
        "GET /metrics": .role(.viewer),
    ]

    /// Which roles' routes a role opens, written down a second time.
    static let covered: [Role: Set<Role>] = [
        .viewer: [.viewer], .submitter: [.viewer, .submitter], .worker: [.worker],
        .admin: [.viewer, .submitter, .admin],
    ]

    static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .connect, .trace,
    ]

    /// What the router itself serves, whoever put it there.
    static func served(by bench: Bench) -> [String] {
        let metrics = CoordinatorMetrics()
        let coordinator = bench.coordinator()
        return coordinator.router(serving: coordinator.table(metrics), metrics).routes
            .map { "\($0.method.rawValue) \($0.path)" }
    }

    @Test("is declared for every route that the router serves")
    func table() async throws {
        let bench = try await Bench()
        #expect(Set(Self.served(by: bench)) == Set(Self.declared.keys))
        let routes = bench.coordinator().table(CoordinatorMetrics()).routes
        let access = routes.map { ("\($0.method.rawValue) \($0.path)", $0.access) }
        #expect(Dictionary(uniqueKeysWithValues: access) == Self.declared)
    }

    @Test("must be declared, or the coordinator does not start")
    func omission() async throws {
        let coordinator = try await Bench().coordinator()
        let metrics = CoordinatorMetrics()
        let table = coordinator.table(metrics)
        let router = coordinator.router(serving: table, metrics)
        #expect(table.undeclared(in: router) == [])
        router.delete("v1/runs/:run") { _, _ in "gone" }
        router.get("v1/secrets") { _, _ in "everything" }
        #expect(
            Set(table.undeclared(in: router)) == ["DELETE /v1/runs/{run}", "GET /v1/secrets"])
    }

    /// The router's routes × every method × {no token, wrong tokens, each role}.
    @Test("is granted exactly as declared, on every route and under every method")
    func matrix() async throws {
        let bench = try await Bench()
        let paths = Set(Self.served(by: bench).map { String($0.split(separator: " ")[1]) })
        #expect(paths.count > 20)
        try await bench.test { caller in
            for path in paths {
                let concrete = path.replacing("{run}", with: "rabc").replacing(/{\w+}/, with: "0")
                for method in Self.methods {
                    let access = Self.declared["\(method.rawValue) \(path)"]
                    try await check(method, concrete, access, caller)
                }
            }
        }
    }

    private func check(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access?, _ caller: Caller
    ) async throws {
        let comment: Comment = "\(method) \(path)"
        let bad = ["", "Bearer", "Bearer ", "Bearer pl_w_00", "Basic dXNlcjpwYXNz"]
        for authorization in bad {
            let answer = try await caller.send(
                method, path, as: nil, ["Authorization": authorization])
            #expect((answer.status == .unauthorized) == (access != .open), comment)
            if answer.status == .unauthorized {
                #expect(answer.code == "no-token", comment)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer", comment)
            }
        }
        for role in Role.allCases {
            let answer = try await caller.send(method, path, as: role)
            #expect(answer.headers[.pipelineProtocol] == "1", comment)
            #expect(answer.status != .unauthorized || access == .open, comment)
            switch access {
            case .open:
                #expect(answer.status == .ok, comment)
            case .bearer:
                #expect(answer.status == .ok, comment)
            case .role(let needed):
                let covers = Self.covered[role, default: []].contains(needed)
                #expect((answer.status != .forbidden) == covers, comment)
                #expect(answer.status != .methodNotAllowed, comment)
                if !covers { #expect(answer.code == "wrong-role", comment) }
            case nil:
                #expect(answer.status == .methodNotAllowed, comment)
                #expect(answer.headers[.allow]?.isEmpty == false, comment)
            }
        }
    }

    @Test(
        "is given for unknown addresses to nobody",
        arguments: [
            "/", "/v1", "/v2/runs", "/v1/runs/rabc/shards", "/v1/runs/../../etc/passwd",
            "/v1/runs/rabc%2fmanifest", "/.env",
        ])
    func unknown(_ path: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            #expect(try await caller.send(.get, path, as: nil).status == .unauthorized)
            for role in Role.allCases {
                let answer = try await caller.send(.get, path, as: role)
                #expect(answer.status == .notFound || answer.status == .forbidden)
            }
        }
    }

    @Test(
        "cannot be had by spelling a path otherwise",
        arguments: [
            "//v1/runs", "/v1//runs", "/v1/runs/", "/v1/runs?x=/healthz", "/v1/runs#/healthz",
        ])
    func spelling(_ path: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            #expect(try await caller.send(.get, path, as: nil).status == .unauthorized)
            let worker = try await caller.send(.get, path, as: .worker)
            #expect(worker.status == .forbidden || worker.status == .notFound)
        }
    }

    @Test("is denied to a handler that bypassed the table")
    func undeclared() async throws {
        let bench = try await Bench()
        let routes = bench.coordinator().table(CoordinatorMetrics()).routes
        try await bench.test(
            serving: routes, change: { $0.get("v1/secrets") { _, _ in "everything" } }
        ) { caller in
            let stranger = try await caller.send(.get, "/v1/secrets", as: nil)
            #expect(stranger.status == .unauthorized)
            for role in Role.allCases {
                let answer = try await caller.send(.get, "/v1/secrets", as: role)
                #expect(answer.status == .forbidden)
            }
        }
    }

    @Test("ends with the token")
    func replacement() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            #expect(try await caller.send(.get, "/v1/runs", as: .viewer).status == .ok)
            try await bench.store.add(
                TokenRecord(digest: SHA256Digest(of: [1]), role: .viewer, name: "test"))
            #expect(try await caller.send(.get, "/v1/runs", as: .viewer).status == .unauthorized)
        }
    }

    @Test(
        "without tokens is for programs of this machine",
        arguments: [
            (["Host": "evil.example"], false), (["Origin": "http://evil.example"], false),
            ([:], true),
        ] as [([String: String], Bool)])
    func insecure(headers: [String: String], passes: Bool) async throws {
        let bench = try await Bench()
        let application = try bench.coordinator(CoordinatorSettings(insecureNoAuth: true))
            .application()
        try await application.test(.live) { client in
            guard let port = client.port else { return }
            let host = headers["Host"] ?? "localhost:\(port)"
            let answer = try await RawConnection.exchange(
                port: port,
                "GET /v1/runs HTTP/1.1\r\nHost: \(host)\r\n"
                    + (headers["Origin"].map { "Origin: \($0)\r\n" } ?? "")
                    + "Connection: close\r\n\r\n")
            #expect(answer.hasPrefix(passes ? "HTTP/1.1 200" : "HTTP/1.1 403"))
        }
    }

    @Test("is refused to another version of the protocol")
    func version() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let other = try await caller.send(
                .get, "/v1/runs", as: .viewer, ["Pipeline-Protocol": "2"])
            #expect(other.status == .upgradeRequired)
            #expect(other.code == "other-protocol")
            #expect(other.headers[.upgrade] == "pipeline/1")
            let same = try await caller.send(
                .get, "/v1/runs", as: .viewer, ["Pipeline-Protocol": "1"])
            #expect(same.status == .ok)
        }
    }

    @Test("is refused with an encoded body", arguments: ["gzip", "br", "GZIP, identity"])
    func encoded(_ coding: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let refused = try await caller.send(
                .post, "/v1/leases", as: .worker, body: [0x1F, 0x8B], ["Content-Encoding": coding])
            #expect(refused.status == .unsupportedMediaType)
            #expect(refused.code == "encoded-body")
            let plain = try await caller.send(
                .get, "/v1/runs", as: .viewer, ["Content-Encoding": "identity"])
            #expect(plain.status == .ok)
        }
    }
}
