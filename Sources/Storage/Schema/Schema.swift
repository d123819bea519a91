package import GRDB

/// The tables of a job store, and how they came to be.
///
/// A released migration never changes: what is to be different becomes another one after it. In a
/// table without row ids the primary key's columns come first and in its order; where they do not,
/// the `quick_check` of SQLite 3.40 mistakes one column for another and reports damage.
package enum Schema {
    /// Marks the file as ours in its header: `pljs`.
    static let applicationID = 0x706C_6A73

    /// One form of the store after another.
    private static let steps: [(name: String, change: @Sendable (Database) throws -> Void)] = [
        (
            "1: runs, shards, tokens",
            { db in
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
                try db.execute(sql: run)
                try db.execute(sql: shard)
                try db.execute(sql: triggers)
                try db.execute(sql: token)
            }
        ),
        (
            "2: leases apart from shards, quarantine, priorities",
            { db in for statement in SchemaOfLeases.statements { try db.execute(sql: statement) } }
        ),
        ("3: tokens that end, admins", { db in try db.execute(sql: tokenThatEnds) }),
        ("4: runs without the ledger", { db in try db.execute(sql: runWithoutLedger) }),
        ("5: runs on hold", { db in try db.execute(sql: "ALTER TABLE run ADD COLUMN hold TEXT") }),
        ("6: requests that came too late", { db in try db.execute(sql: lateRequest) }),
        (
            "7: audits, workers in quarantine",
            { db in for statement in SchemaOfAudits.statements { try db.execute(sql: statement) } }
        ),
        (
            "8: canaries, results that were taken back",
            { db in
                for statement in SchemaOfCanaries.statements { try db.execute(sql: statement) }
            }
        ),
    ]

    /// Knows which form a store is of; ``upgrade(_:)`` changes it.
    package static let migrator = {
        var migrator = DatabaseMigrator()
        for step in steps { migrator.registerMigration(step.name, migrate: step.change) }
        return migrator
    }()

    /// Brings a store of any earlier form to this one, in one transaction.
    ///
    /// The migrator itself takes one a step: killed between two, it would leave a store of a form
    /// that no version of the program wrote.
    static func upgrade(_ store: some DatabaseWriter) throws {
        try store.writeWithoutTransaction { db in
            guard try !migrator.hasCompletedMigrations(db) else { return }
            // Tables are replaced, so that only at the end everything refers to something.
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            let outcome = Result { try db.inTransaction(.immediate) { try takeSteps(db) } }
            try db.execute(sql: "PRAGMA foreign_keys = ON")
            try outcome.get()
        }
    }

    private static func takeSteps(_ db: Database) throws -> Database.TransactionCompletion {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)
                """)
        let taken = try migrator.appliedIdentifiers(db)
        for step in steps where !taken.contains(step.name) {
            try step.change(db)
            try db.execute(
                sql: "INSERT INTO grdb_migrations (identifier) VALUES (?)", arguments: [step.name])
        }
        try db.checkForeignKeys()
        return .commit
    }

    /// One row a run.
    ///
    /// `seq` grows with every submission; the counts follow from the shards, which triggers see to.
    private static let run = """
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
        """

    /// One row a shard.
    ///
    /// `lease_until` is in ticks of the process that has the store open, which re-bases it when it
    /// opens; `secret` is the lease secret's SHA-256.
    ///
    /// The partial indexes are small, and let a claim and a sweep touch no row but those they
    /// change.
    private static let shard = """
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
        """

    private static let triggers = """
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
        """

    /// Bearer tokens, of which only the SHA-256 is known here.
    private static let token = """
        CREATE TABLE token (
            name   TEXT NOT NULL,
            role   TEXT NOT NULL CHECK (role IN ('viewer', 'submitter', 'worker')),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            PRIMARY KEY (name, role)
        ) STRICT, WITHOUT ROWID;
        """

    /// Whether a run takes logits from the prediction ledger and adds to it.
    private static let runWithoutLedger = """
        ALTER TABLE run ADD COLUMN ledger INTEGER NOT NULL DEFAULT 1 CHECK (ledger IN (0, 1));
        """

    /// How often a lease was shown after its end; a row a lease and request at most, so that no
    /// worker makes the store grow by asking.
    private static let lateRequest = """
        CREATE TABLE late_request (
            run     INTEGER NOT NULL,
            shard   INTEGER NOT NULL,
            epoch   INTEGER NOT NULL CHECK (epoch > 0),
            request TEXT    NOT NULL CHECK (request IN ('renew', 'complete', 'release')),
            times   INTEGER NOT NULL DEFAULT 1 CHECK (times > 0),
            PRIMARY KEY (run, shard, epoch, request),
            FOREIGN KEY (run, shard) REFERENCES shard (run, idx)
        ) STRICT, WITHOUT ROWID;
        """

    /// Tokens that end by time or are taken back; times are in seconds since 1970.
    private static let tokenThatEnds = """
        ALTER TABLE token RENAME TO token_1;
        CREATE TABLE token (
            name      TEXT NOT NULL,
            role      TEXT NOT NULL CHECK (role IN ('viewer', 'submitter', 'worker', 'admin')),
            digest    BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            created   INTEGER,
            expires   INTEGER,
            last_used INTEGER,
            revoked   INTEGER,
            PRIMARY KEY (name, role)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO token (name, role, digest) SELECT name, role, digest FROM token_1;
        DROP TABLE token_1;
        """
}
