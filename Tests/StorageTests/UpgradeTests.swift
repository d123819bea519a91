import Foundation
import GRDB
import PipelineCore
import TestSupport
import Testing

@testable import Storage

/// A file of each released version opens, whole or not at all, and a copy is kept of it.
@Suite("A job store of version 0.1")
struct UpgradeTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 5)
    var path: String { folder.file("jobs.db") }
    let run = Run.sample("r1").id

    /// Makes the file as that version left it: of five shards one done, one given up, one leased,
    /// one that its worker was late with, and one that nobody has held.
    func makeStore() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            try db.execute(sql: Self.schema)
            try db.execute(
                sql: """
                    INSERT INTO run (id, key, state, dataset, definition, manifest, created)
                    VALUES ('r1', 'k', 'open', CAST('/photos' AS BLOB), :definition, zeroblob(32), 7)
                    """,
                arguments: [
                    "definition": #"{"combination":"mean-probability","decode":"exact","#
                        + #""members":[],"name":"n","orient":true,"shardSize":64,"top":5}"#
                ])
            try db.execute(
                sql: "INSERT INTO token (name, role, digest) VALUES ('default', 'worker', ?)",
                arguments: [secret.data])
            try db.execute(sql: Self.shards, arguments: [secret.data, secret.data])
        }
        try queue.close()
    }

    let secret = SHA256Digest(of: Array("s".utf8))

    func ticket(_ shard: Int, _ epoch: Int) -> LeaseTicket {
        LeaseTicket(run: run, shard: shard, epoch: epoch, secret: "s")
    }

    @Test("opens with everything that was in it")
    func upgrade() async throws {
        try makeStore()
        let store = try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        let found = try await store.run(run)
        #expect(found.state == .running)
        #expect(found.definition.shardSize == 64)
        #expect(found.priority == 0)
        #expect(
            try await store.tokens()
                == [TokenRecord(digest: secret, role: .worker, name: "default")])
        let counts = found.counts
        #expect((counts.shards, counts.shardsDone, counts.shardsLeased) == (5, 1, 1))
        #expect((counts.shardsFailed, counts.labelled, counts.failed) == (1, 9, 11))
        let ended = try await store.endedShards(of: run, from: 0, limit: 9)
        #expect(ended.map(\.epoch) == [2, 5])
        #expect(ended.map(\.failure) == [nil, "torn"])
        #expect(
            try await store.holders(of: run)
                == [LeaseHolder(shard: 2, worker: "ada", progress: 4)])

        #expect(try await store.complete(ticket(2, 1), with: .sample("c")) == .committed)
        #expect(try await store.complete(ticket(3, 3), with: .sample("late")) == .committed)
        #expect(try await store.lease(to: "grace", by: clock)?.shard.index == 4)
    }

    @Test("leaves a copy of itself, which that version can still open")
    func copy() async throws {
        try makeStore()
        try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60)).close()
        let copy = try DatabaseQueue(path: path + ".before-upgrade")
        let (check, leased, migrations) = try await copy.read { db in
            (
                try String.fetchOne(db, sql: "PRAGMA integrity_check"),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM shard WHERE lease_until = 99"),
                try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
            )
        }
        #expect(check == "ok")
        #expect(leased == 1)
        #expect(migrations == ["1: runs, shards, tokens"])

        try FileManager.default.removeItem(atPath: path + ".before-upgrade")
        try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60)).close()
        #expect(
            !FileManager.default.fileExists(atPath: path + ".before-upgrade"),
            "a store that is up to date is not copied")
    }

    @Test("stays as it was when the copy cannot be written")
    func noCopy() throws {
        try makeStore()
        try FileManager.default.createDirectory(
            atPath: path + ".before-upgrade", withIntermediateDirectories: true)
        try folder.write("in the way", to: "jobs.db.before-upgrade/file")
        #expect(throws: StoreError.self) {
            try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        }
        let queue = try DatabaseQueue(path: path)
        let migrations = try queue.read { db in
            try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
        }
        #expect(migrations == ["1: runs, shards, tokens"])
    }

    @Test("stays as it was when the last step of the way cannot be taken")
    func noStep() throws {
        try makeStore()
        let before = try DatabaseQueue(path: path)
        try before.write { db in try db.execute(sql: "CREATE TABLE opinion (in_the_way)") }
        try before.close()
        #expect(throws: StoreError.self) {
            try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        }
        let (migrations, columns) = try DatabaseQueue(path: path).read { db in
            (
                try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations"),
                try db.columns(in: "token").map(\.name)
            )
        }
        #expect(migrations == ["1: runs, shards, tokens"])
        #expect(columns == ["name", "role", "digest"])
    }

    static let shards = """
        INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length)
        VALUES (1, 0, 0, 10, 0, 9), (1, 1, 10, 10, 9, 9), (1, 2, 20, 10, 18, 9),
            (1, 3, 30, 10, 27, 9), (1, 4, 40, 10, 36, 9);
        UPDATE run SET state = 'running', shards = 5, images = 50;
        UPDATE shard SET state = 'done', epoch = 2, attempts = 2, worker = 'ada',
            result = zeroblob(32), labelled = 9, failed = 1 WHERE idx = 0;
        UPDATE shard SET state = 'failed', epoch = 5, attempts = 5, failure = 'torn' WHERE idx = 1;
        UPDATE shard SET state = 'leased', epoch = 1, attempts = 1, worker = 'ada', secret = ?,
            lease_until = 99, progress = 4 WHERE idx = 2;
        UPDATE shard SET epoch = 3, attempts = 2, worker = 'ada', secret = ? WHERE idx = 3;
        """

    /// The schema as version 0.1 made it; it never changes.
    static let schema = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1: runs, shards, tokens');
        CREATE TABLE run (
            seq           INTEGER PRIMARY KEY,
            id            TEXT    NOT NULL UNIQUE,
            key           TEXT    NOT NULL UNIQUE,
            state         TEXT    NOT NULL CHECK (state IN ('open', 'running', 'done')),
            dataset       BLOB    NOT NULL,
            definition    TEXT    NOT NULL,
            manifest      BLOB    NOT NULL CHECK (length(manifest) = 32),
            created       INTEGER NOT NULL,
            shards        INTEGER NOT NULL DEFAULT 0 CHECK (shards >= 0),
            shards_done   INTEGER NOT NULL DEFAULT 0 CHECK (shards_done >= 0),
            shards_leased INTEGER NOT NULL DEFAULT 0 CHECK (shards_leased >= 0),
            shards_failed INTEGER NOT NULL DEFAULT 0 CHECK (shards_failed >= 0),
            images        INTEGER NOT NULL DEFAULT 0 CHECK (images >= 0),
            labelled      INTEGER NOT NULL DEFAULT 0 CHECK (labelled >= 0),
            failed        INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
            CHECK (shards_done + shards_leased + shards_failed <= shards),
            CHECK (labelled + failed <= images),
            CHECK (state = 'open' OR (state = 'done') = (shards_done + shards_failed = shards))
        ) STRICT;
        CREATE INDEX run_state ON run (state);
        CREATE TABLE shard (
            run         INTEGER NOT NULL REFERENCES run (seq),
            idx         INTEGER NOT NULL CHECK (idx >= 0),
            first_row   INTEGER NOT NULL CHECK (first_row >= 0),
            images      INTEGER NOT NULL CHECK (images > 0),
            byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
            byte_length INTEGER NOT NULL CHECK (byte_length >= 0),
            state       TEXT    NOT NULL DEFAULT 'queued'
                        CHECK (state IN ('queued', 'leased', 'done', 'failed')),
            epoch       INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0),
            attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND epoch),
            worker      TEXT,
            secret      BLOB CHECK (length(secret) = 32),
            lease_until INTEGER,
            progress    INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND images),
            result      BLOB CHECK (length(result) = 32),
            labelled    INTEGER CHECK (labelled >= 0),
            failed      INTEGER CHECK (failed >= 0),
            failure     TEXT,
            PRIMARY KEY (run, idx),
            CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
            CHECK (state <> 'leased' OR (worker IS NOT NULL AND secret IS NOT NULL)),
            CHECK ((state = 'done') = (result IS NOT NULL)),
            CHECK ((state = 'done') = (labelled + failed IS images)),
            CHECK ((state = 'failed') = (failure IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX shard_queued ON shard (run, idx) WHERE state = 'queued';
        CREATE INDEX shard_leased ON shard (run, idx) WHERE state = 'leased';
        CREATE INDEX shard_expiry ON shard (lease_until) WHERE state = 'leased';
        CREATE TRIGGER shard_final BEFORE UPDATE ON shard
        WHEN OLD.state IN ('done', 'failed') OR NEW.epoch < OLD.epoch
        BEGIN
            SELECT RAISE (ABORT, 'a shard that has ended stays as it is, and no epoch falls');
        END;

        CREATE TRIGGER shard_counted AFTER UPDATE OF state ON shard
        WHEN NEW.state <> OLD.state
        BEGIN
            UPDATE run SET
                shards_leased = shards_leased + (NEW.state = 'leased') - (OLD.state = 'leased'),
                shards_done = shards_done + (NEW.state = 'done'),
                shards_failed = shards_failed + (NEW.state = 'failed'),
                labelled = labelled + iif(NEW.state = 'done', NEW.labelled, 0),
                failed = failed + CASE NEW.state
                    WHEN 'done' THEN NEW.failed WHEN 'failed' THEN NEW.images ELSE 0 END,
                state = iif(
                    shards_done + shards_failed + (NEW.state IN ('done', 'failed')) = shards,
                    'done', state)
            WHERE seq = NEW.run;
        END;
        CREATE TABLE token (
            name   TEXT NOT NULL,
            role   TEXT NOT NULL CHECK (role IN ('viewer', 'submitter', 'worker')),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            PRIMARY KEY (name, role)
        ) STRICT, WITHOUT ROWID;
        """
}
