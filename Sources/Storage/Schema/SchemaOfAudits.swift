/// What audits need: each host's result of an audited shard, and the hosts that are not trusted.
enum SchemaOfAudits {
    /// What the migration does, in order.
    static let statements = [share, opinion, worker]

    /// Of a hundred shards, how many are computed twice; NULL for none.
    private static let share = """
        ALTER TABLE run ADD COLUMN audit REAL CHECK (audit > 0 AND audit <= 100)
        """

    /// One row a delivered result, as long as its host is trusted; none in a run without an audit.
    ///
    /// A host has one opinion on a shard. `party` is the epoch of the first one that it agrees with.
    private static let opinion = """
        CREATE TABLE opinion (
            run      INTEGER NOT NULL,
            shard    INTEGER NOT NULL,
            epoch    INTEGER NOT NULL CHECK (epoch > 0),
            host     TEXT    NOT NULL,
            result   BLOB    NOT NULL CHECK (length(result) = 32),
            labelled INTEGER NOT NULL CHECK (labelled >= 0),
            failed   INTEGER NOT NULL CHECK (failed >= 0),
            party    INTEGER NOT NULL CHECK (party > 0),
            due      INTEGER NOT NULL CHECK (due IN (0, 1)),
            PRIMARY KEY (run, shard, epoch),
            FOREIGN KEY (run, shard) REFERENCES shard (run, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX opinion_host ON opinion (host, run, shard);
        """

    private static let worker = """
        CREATE TABLE quarantined_worker (
            host   TEXT NOT NULL PRIMARY KEY,
            reason TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
