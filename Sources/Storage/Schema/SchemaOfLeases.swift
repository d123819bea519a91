/// The second form of the tables of runs and shards: a shard may have two holders at once, be split
/// and be quarantined; a run may be paused, cancelled, and go before others.
///
/// The first form's tables step aside, are copied and dropped, all in the migration's transaction.
enum SchemaOfLeases {
    /// What the migration does, in order.
    ///
    /// Triggers come last: what is copied has happened before.
    static let statements = [stepAside, run, shard, lease, copy, triggers]

    private static let stepAside = """
        DROP TRIGGER shard_final;
        DROP TRIGGER shard_counted;
        DROP INDEX run_state;
        DROP INDEX shard_queued;
        DROP INDEX shard_leased;
        DROP INDEX shard_expiry;
        ALTER TABLE run RENAME TO run_1;
        ALTER TABLE shard RENAME TO shard_1;
        """

    /// `elastic` runs leave the size of their shards open; `shards_failed` counts those that are
    /// quarantined, too, `failed` their images.
    private static let run = """
        CREATE TABLE run (
            seq           INTEGER PRIMARY KEY,
            id            TEXT    NOT NULL UNIQUE,
            key           TEXT    NOT NULL UNIQUE,
            state         TEXT    NOT NULL
                          CHECK (state IN ('open', 'running', 'paused', 'done', 'cancelled')),
            dataset       BLOB    NOT NULL,
            definition    TEXT    NOT NULL,
            manifest      BLOB    NOT NULL CHECK (length(manifest) = 32),
            created       INTEGER NOT NULL,
            priority      INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
            elastic       INTEGER NOT NULL DEFAULT 0 CHECK (elastic IN (0, 1)),
            shards        INTEGER NOT NULL DEFAULT 0 CHECK (shards >= 0),
            shards_done   INTEGER NOT NULL DEFAULT 0 CHECK (shards_done >= 0),
            shards_leased INTEGER NOT NULL DEFAULT 0 CHECK (shards_leased >= 0),
            shards_failed INTEGER NOT NULL DEFAULT 0 CHECK (shards_failed >= 0),
            images        INTEGER NOT NULL DEFAULT 0 CHECK (images >= 0),
            labelled      INTEGER NOT NULL DEFAULT 0 CHECK (labelled >= 0),
            failed        INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
            quarantined   INTEGER NOT NULL DEFAULT 0 CHECK (quarantined BETWEEN 0 AND failed),
            CHECK (shards_done + shards_leased + shards_failed <= shards),
            CHECK (labelled + failed <= images),
            CHECK (state IN ('open', 'cancelled')
                OR (state = 'done') = (shards_done + shards_failed = shards))
        ) STRICT;
        CREATE INDEX run_turn ON run (priority DESC, seq) WHERE state = 'running';
        """

    /// One row a shard.
    ///
    /// `log` is JSON, the shard's deaths as `Crash`; `result_epoch` is the lease that delivered the
    /// result, which need not be the latest.
    private static let shard = """
        CREATE TABLE shard (
            run          INTEGER NOT NULL REFERENCES run (seq),
            idx          INTEGER NOT NULL CHECK (idx >= 0),
            first_row    INTEGER NOT NULL CHECK (first_row >= 0),
            images       INTEGER NOT NULL CHECK (images > 0),
            byte_offset  INTEGER NOT NULL CHECK (byte_offset >= 0),
            byte_length  INTEGER NOT NULL CHECK (byte_length >= 0),
            skip         INTEGER NOT NULL DEFAULT 0 CHECK (skip >= 0),
            state        TEXT    NOT NULL DEFAULT 'queued'
                         CHECK (state IN ('queued', 'leased', 'done', 'failed', 'quarantined')),
            epoch        INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0),
            attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND epoch),
            lapses       INTEGER NOT NULL DEFAULT 0 CHECK (lapses BETWEEN 0 AND epoch),
            crashes      INTEGER NOT NULL DEFAULT 0 CHECK (crashes >= 0),
            log          TEXT    CHECK (log IS NULL OR json_valid(log)),
            result       BLOB    CHECK (length(result) = 32),
            result_epoch INTEGER CHECK (result_epoch BETWEEN 1 AND epoch),
            labelled     INTEGER CHECK (labelled >= 0),
            failed       INTEGER CHECK (failed >= 0),
            failure      TEXT,
            PRIMARY KEY (run, idx),
            CHECK ((state = 'done') = (result IS NOT NULL)),
            CHECK ((state = 'done') = (result_epoch IS NOT NULL)),
            CHECK ((state = 'done') = (labelled + failed IS images)),
            CHECK ((state = 'failed') = (failure IS NOT NULL)),
            CHECK (state <> 'quarantined' OR images = 1)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX shard_queued ON shard (run, first_row) WHERE state = 'queued';
        CREATE INDEX shard_leased ON shard (run, idx) WHERE state = 'leased';
        CREATE INDEX shard_row ON shard (run, first_row);
        CREATE INDEX shard_quarantined ON shard (run, first_row) WHERE state = 'quarantined';
        """

    /// One row a holder, gone when it is none any more.
    ///
    /// `until` is in ticks of the process that has the store open, which re-bases it when it opens;
    /// NULL is that of a worker whose time ran out, as long as nobody has taken the shard since.
    /// `secret` is the lease secret's SHA-256.
    private static let lease = """
        CREATE TABLE lease (
            run      INTEGER NOT NULL,
            shard    INTEGER NOT NULL,
            epoch    INTEGER NOT NULL CHECK (epoch > 0),
            worker   TEXT    NOT NULL,
            secret   BLOB    NOT NULL CHECK (length(secret) = 32),
            since    INTEGER NOT NULL,
            until    INTEGER,
            images   INTEGER NOT NULL CHECK (images > 0),
            begun    INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1)),
            progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND images),
            PRIMARY KEY (run, shard, epoch),
            FOREIGN KEY (run, shard) REFERENCES shard (run, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX lease_expiry ON lease (until) WHERE until IS NOT NULL;
        CREATE INDEX lease_age ON lease (run, since, shard) WHERE until IS NOT NULL;
        """

    private static let copy = """
        INSERT INTO run (seq, id, key, state, dataset, definition, manifest, created, shards,
            shards_done, shards_leased, shards_failed, images, labelled, failed)
        SELECT seq, id, key, state, dataset, definition, manifest, created, shards,
            shards_done, shards_leased, shards_failed, images, labelled, failed
        FROM run_1;
        INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length, state, epoch,
            attempts, result, result_epoch, labelled, failed, failure)
        SELECT run, idx, first_row, images, byte_offset, byte_length, state, epoch,
            attempts - (state IN ('leased', 'done')), result, iif(state = 'done', epoch, NULL),
            labelled, failed, failure
        FROM shard_1;
        INSERT INTO lease (run, shard, epoch, worker, secret, since, until, images, progress)
        SELECT run, idx, epoch, worker, secret, 0, lease_until, images, progress
        FROM shard_1
        WHERE state IN ('leased', 'queued') AND secret IS NOT NULL;
        DROP TABLE shard_1;
        DROP TABLE run_1;
        """

    /// What ties the tables together: no row of a manifest is lost when a shard shrinks, a shard is
    /// leased exactly while somebody holds it, epochs grow by one, and runs count their shards.
    private static let triggers = """
        CREATE TRIGGER lease_next BEFORE INSERT ON lease
        WHEN NEW.epoch IS NOT (
            SELECT epoch + 1 FROM shard
            WHERE run = NEW.run AND idx = NEW.shard AND state IN ('queued', 'leased')
                AND images >= NEW.images)
            OR (SELECT count(*) FROM lease
                WHERE run = NEW.run AND shard = NEW.shard AND until IS NOT NULL) > 1
        BEGIN
            SELECT RAISE (ABORT, 'a lease is its shard''s next, and at most its second at a time');
        END;

        CREATE TRIGGER lease_taken AFTER INSERT ON lease
        BEGIN
            DELETE FROM lease WHERE run = NEW.run AND shard = NEW.shard AND until IS NULL;
            UPDATE shard SET state = 'leased', epoch = NEW.epoch, images = NEW.images
            WHERE run = NEW.run AND idx = NEW.shard;
        END;

        CREATE TRIGGER shard_kept BEFORE UPDATE ON shard
        WHEN NEW.epoch < OLD.epoch OR NEW.images > OLD.images OR NEW.first_row <> OLD.first_row
            OR OLD.state IN ('done', 'failed', 'quarantined') AND NEW.state <> 'queued'
        BEGIN
            SELECT RAISE (ABORT, 'no epoch falls, no shard grows, and an ended one only waits again');
        END;

        CREATE TRIGGER shard_held BEFORE UPDATE OF state ON shard
        WHEN (NEW.state = 'leased') <> EXISTS (
            SELECT * FROM lease
            WHERE run = NEW.run AND shard = NEW.idx AND until IS NOT NULL)
        BEGIN
            SELECT RAISE (ABORT, 'a shard is leased while somebody holds it, and only then');
        END;

        CREATE TRIGGER shard_counted AFTER UPDATE OF state, images ON shard
        WHEN NEW.state <> OLD.state OR NEW.images <> OLD.images
        BEGIN
            INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length, skip)
            SELECT NEW.run, run.shards, NEW.first_row + NEW.images, OLD.images - NEW.images,
                NEW.byte_offset, NEW.byte_length, NEW.skip + NEW.images
            FROM run
            WHERE seq = NEW.run AND NEW.images < OLD.images;

            UPDATE run SET
                shards = shards + (NEW.images < OLD.images),
                shards_leased = shards_leased + (NEW.state = 'leased') - (OLD.state = 'leased'),
                shards_done = shards_done + (NEW.state = 'done') - (OLD.state = 'done'),
                shards_failed = shards_failed
                    + (NEW.state IN ('failed', 'quarantined'))
                    - (OLD.state IN ('failed', 'quarantined')),
                labelled = labelled
                    + iif(NEW.state = 'done', NEW.labelled, 0)
                    - iif(OLD.state = 'done', OLD.labelled, 0),
                failed = failed
                    + CASE NEW.state WHEN 'done' THEN NEW.failed
                        WHEN 'failed' THEN NEW.images WHEN 'quarantined' THEN 1 ELSE 0 END
                    - CASE OLD.state WHEN 'done' THEN OLD.failed
                        WHEN 'failed' THEN OLD.images WHEN 'quarantined' THEN 1 ELSE 0 END,
                quarantined = quarantined
                    + (NEW.state = 'quarantined') - (OLD.state = 'quarantined'),
                state = CASE
                    WHEN state IN ('open', 'cancelled') THEN state
                    WHEN shards_done + shards_failed
                        + (NEW.state IN ('done', 'failed', 'quarantined'))
                        - (OLD.state IN ('done', 'failed', 'quarantined'))
                        = shards + (NEW.images < OLD.images) THEN 'done'
                    WHEN state = 'done' THEN 'running'
                    ELSE state END
            WHERE seq = NEW.run;
        END;
        """
}
