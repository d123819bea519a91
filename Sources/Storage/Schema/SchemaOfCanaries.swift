/// What canaries need: what hosts have said of them, and what was taken back on their word.
enum SchemaOfCanaries {
    /// What the migration does, in order.
    static let statements = [canary, borrowed, withdrawn]

    /// One row a run once it is known there what is right.
    ///
    /// Before, one row a host that has said something else than the others. `logits` is JSON,
    /// ``CanaryLogits``.
    private static let canary = """
        CREATE TABLE canary (
            id     INTEGER PRIMARY KEY,
            run    INTEGER NOT NULL REFERENCES run (seq),
            host   TEXT    NOT NULL,
            logits TEXT    NOT NULL CHECK (json_valid(logits)),
            known  INTEGER NOT NULL CHECK (known IN (0, 1)),
            UNIQUE (run, host)
        ) STRICT;
        CREATE UNIQUE INDEX canary_known ON canary (run) WHERE known;
        CREATE INDEX canary_host ON canary (host) WHERE NOT known;
        """

    /// Whether some of a result's logits came from the ledger, and so perhaps from another host.
    private static let borrowed = """
        ALTER TABLE opinion ADD COLUMN borrows INTEGER NOT NULL DEFAULT 0 CHECK (borrows IN (0, 1))
        """

    /// Results that were taken back, until the ledger has forgotten them.
    private static let withdrawn = """
        CREATE TABLE withdrawn_result (
            run    INTEGER NOT NULL REFERENCES run (seq),
            shard  INTEGER NOT NULL,
            epoch  INTEGER NOT NULL,
            sha256 BLOB    NOT NULL CHECK (length(sha256) = 32),
            PRIMARY KEY (run, shard, epoch, sha256)
        ) STRICT, WITHOUT ROWID;
        """
}
