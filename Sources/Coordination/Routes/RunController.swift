import Crypto
import HTTPTypes
import Hummingbird
import Logging
import PipelineCore

/// The routes of whoever submits runs or looks at them.
struct RunController {
    typealias Context = CoordinatorContext

    let parts: CoordinatorParts
    let activity: Activity

    var routes: [Route] {
        [
            Route(.post, "v1/runs", .role(.submitter), use: submit),
            Route(
                .put, "v1/runs/:run/manifest", .role(.submitter), within: .seconds(3600),
                use: manifest),
            Route(.get, "v1/runs", .role(.viewer), use: list),
            Route(.get, "v1/runs/:run", .role(.viewer), use: status),
            Route(.get, "v1/runs/:run/export", .role(.viewer), use: export),
            Route(.post, "v1/runs/:run/orders", .role(.submitter), use: steer),
            Route(
                .get, "v1/runs/:run/report", .role(.viewer), within: .seconds(600), use: report),
        ]
    }

    /// `POST /v1/runs` records a run that is about to send its manifest.
    ///
    /// The same files under the same definition are the same run: submitting them again answers
    /// `200 OK` with the run that is there, in place of `201 Created`.
    func submit(_ request: Request, context: Context) async throws -> EditedResponse<Run> {
        let submission = try await request.message(as: RunSubmission.self, context)
        try submission.check()
        var generator = SystemRandomNumberGenerator()
        let new = Run(
            id: RunID(using: &generator), key: try submission.key, state: .open,
            dataset: submission.dataset, definition: submission.definition,
            manifest: submission.manifest, created: Int(parts.date()),
            priority: submission.priority ?? 0,
            // What was known before was not seen by two.
            ledger: submission.ledger == false || submission.audit != nil ? false : nil,
            audit: submission.audit)
        var run = try await parts.store.open(new)
        if let priority = submission.priority, run.priority != priority {
            run = try await parts.store.prioritise(run.id, priority)
        }
        // Whoever submits a cancelled run again wants it after all; one on hold, too.
        if run.state == .cancelled || (run.state == .paused && run.hold != nil) {
            run = try await parts.store.steer(run.id, .resume)
        }
        return EditedResponse(status: run.id == new.id ? .created : .ok, response: run)
    }

    /// `PUT /v1/runs/:run/manifest` receives the list of images, cuts it into shards and starts
    /// the run; a run that has started is answered as it is.
    func manifest(_ request: Request, context: Context) async throws -> Run {
        let run = try await parts.store.run(context.run())
        guard run.state == .open else { return run }
        let inspector = ManifestInspector(
            shardSize: run.definition.shardSize ?? ShardSizing.largest)
        let upload = Upload(request, visit: inspector.visit)
        do {
            _ = try await parts.objects.put(
                .manifest(run.id), from: upload, sha256: run.manifest, limit: Self.manifestLimit)
        } catch {
            // What the inspector found is the cause, whatever the store made of it.
            throw upload.failure ?? error
        }
        let census = inspector.census
        return try await parts.store.start(run.id, images: census.rows, shards: census.shards)
    }

    /// `POST /v1/runs/:run/orders` pauses, resumes, cancels or retries a run.
    func steer(_ request: Request, context: Context) async throws -> Run {
        let order = try await request.message(as: OrderRequest.self, context).order
        return try await parts.store.steer(context.run(), order)
    }

    /// The most bytes of a manifest: room for a hundred million images.
    private static let manifestLimit = 16 << 30

    /// As many runs are listed that are over: a list of all that ever were would grow without end.
    private static let listed = 100

    /// `GET /v1/runs` lists the runs, the latest first, and the workers lately seen.
    func list(_ request: Request, context: Context) async throws -> RunList {
        let (runs, earlier) = try await parts.store.runs(latest: Self.listed)
        let quarantined = try await parts.store.quarantinedWorkers()
        return RunList(
            runs: runs, earlier: earlier > 0 ? earlier : nil,
            workers: await activity.workers(at: parts.clock.now()),
            quarantined: quarantined.isEmpty ? nil : quarantined)
    }

    /// `GET /v1/runs/:run` tells how far a run is.
    func status(_ request: Request, context: Context) async throws -> RunStatus {
        let run = try await parts.store.run(context.run())
        let holders = try await parts.store.holders(of: run.id)
        let rate = await activity.meter.rate(of: run.id, at: parts.clock.now())
        let late = try await parts.store.lateRequests(of: run.id).reduce(0) { $0 + $1.times }
        var status = RunStatus(run: run, holders: holders, imagesPerSecond: rate)
        status.late = late > 0 ? late : nil
        let disputants = try await parts.store.canaries(of: run.id).disputants
        status.disputants = disputants.isEmpty ? nil : disputants
        if run.audit != nil { status.audit = try await parts.store.audit(of: run.id) }
        return status
    }

    /// `GET /v1/runs/:run/export?format=jsonl|csv` streams the labelled manifest of a finished run.
    func export(_ request: Request, context: Context) async throws -> Response {
        let name = request.uri.queryParameters["format"] ?? "jsonl"
        guard let format = ManifestFormat(rawValue: String(name)) else {
            let known = ManifestFormat.allCases.map(\.rawValue).joined(separator: "' or '")
            throw Refusal(
                .badRequest, "bad-request",
                "the format is '\(known)', not '\(name.prefix(40))'")
        }
        let run = try await finishedRun(context)
        let reporter = parts.reporter
        let logger = context.logger
        return Response(
            status: .ok,
            headers: [.contentType: format.contentType],
            body: context.body(within: .hours(1)) { writer in
                do {
                    var piece = ByteBuffer()
                    try await reporter.export(run, as: format) { bytes in
                        piece.writeBytes(bytes)
                        guard piece.readableBytes >= 64 << 10 else { return }
                        try await writer.write(piece)
                        piece.clear()
                    }
                    try await writer.write(piece)
                    try await writer.finish(nil)
                } catch {
                    // The answer has begun: all that is left is to break it off visibly.
                    logger.error(
                        "an export broke off", metadata: ["run": "\(run.id)", "error": "\(error)"])
                    throw error
                }
            })
    }

    /// `GET /v1/runs/:run/report` is the finished run as Markdown.
    func report(_ request: Request, context: Context) async throws -> Response {
        let text = try await parts.reporter.report(finishedRun(context))
        return Response(
            status: .ok, headers: [.contentType: "text/markdown; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// The run that the path names, if everything is known that there is to tell of it.
    ///
    /// Refused before the first byte of an answer: a manifest that breaks off could pass for a
    /// whole one with whoever looks at its status alone.
    private func finishedRun(_ context: Context) async throws -> Run {
        let run = try await parts.store.run(context.run())
        switch run.state {
        case .open:
            throw Refusal(
                .conflict, "run-open",
                "the manifest of run '\(run.id)' has not arrived; submit the dataset again")
        case .running:
            throw Refusal(
                .conflict, "run-unfinished",
                "\(run.counts.labelled + run.counts.failed) of \(run.counts.images) images of run "
                    + "'\(run.id)' are done; 'pipeline status \(run.id) --watch' waits for the rest"
            )
        case .paused, .cancelled:
            throw Refusal(
                .conflict, "run-unfinished",
                "run '\(run.id)' is \(run.state.rawValue) before all its images are done; "
                    + "'pipeline resume \(run.id)' goes on with it")
        case .done:
            return run
        }
    }
}

extension ManifestFormat {
    /// The media type of an export.
    fileprivate var contentType: String {
        switch self {
        case .jsonl: "application/jsonl"
        case .csv: "text/csv; charset=utf-8"
        }
    }
}

extension RunSubmission {
    /// Equal for the same files under the same definition.
    var key: String {
        get throws {
            var hash = SHA256()
            hash.update(data: manifest.bytes)
            hash.update(data: try definition.digest.bytes)
            hash.update(data: dataset.bytes)
            return SHA256Digest(hash.finalize()).hex
        }
    }
}

extension RunStatus {
    /// Estimates the time left from the images that are neither finished nor in progress.
    init(run: Run, holders: [LeaseHolder], imagesPerSecond: Double?) {
        let finished = run.counts.labelled + run.counts.failed
        let underway = holders.reduce(0) { $0 + Double($1.progress) }
        let left = max(0, Double(run.counts.images - finished) - underway)
        var secondsLeft: Double?
        if run.state == .done {
            secondsLeft = 0
        } else if run.state == .running, let rate = imagesPerSecond, rate > 0 {
            secondsLeft = left / rate
        }
        self.init(
            run: run, holders: holders, imagesPerSecond: imagesPerSecond, secondsLeft: secondsLeft)
    }
}
