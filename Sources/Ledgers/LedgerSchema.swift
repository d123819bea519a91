import GRDB

/// The tables of a prediction ledger.
///
/// A released migration never changes; what is to be different becomes another one after it.
enum LedgerSchema {
    /// Marks the file as ours in its header: `plpl`.
    static let applicationID = 0x706C_706C

    static let migrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: recipes, results, images") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: recipes)
            try db.execute(sql: result)
            try db.execute(sql: image)
        }
        return migrator
    }()

    /// The recipes of an ensemble's members, as one row for the whole and one for each.
    private static let recipes = """
        CREATE TABLE ensemble (
            id      INTEGER PRIMARY KEY,
            recipes BLOB    NOT NULL UNIQUE
                    CHECK (length(recipes) > 0 AND length(recipes) % 32 = 0)
        ) STRICT;
        CREATE TABLE recipe (
            recipe   BLOB    NOT NULL CHECK (length(recipe) = 32),
            ensemble INTEGER NOT NULL REFERENCES ensemble (id),
            member   INTEGER NOT NULL CHECK (member >= 0),
            PRIMARY KEY (recipe, ensemble, member)
        ) STRICT, WITHOUT ROWID;
        """

    /// One row a result file that images are known by; `images` counts them, which triggers see to.
    ///
    /// `layout` is JSON: where each member's logits begin in the file, and how many bytes an image's
    /// take.
    private static let result = """
        CREATE TABLE result (
            id     INTEGER PRIMARY KEY,
            run    TEXT    NOT NULL,
            shard  INTEGER NOT NULL CHECK (shard >= 0),
            epoch  INTEGER NOT NULL CHECK (epoch >= 0),
            sha256 BLOB    NOT NULL CHECK (length(sha256) = 32),
            layout TEXT    NOT NULL CHECK (json_valid(layout)),
            used   INTEGER NOT NULL,
            images INTEGER NOT NULL DEFAULT 0 CHECK (images >= 0),
            UNIQUE (run, shard, epoch, sha256)
        ) STRICT;
        """

    /// One row an image and ensemble: which row of which result it is.
    ///
    /// `seals` are eight bytes a member, the beginning of the SHA-256 of its logits, so that a row
    /// can be trusted without reading the rest of its file.
    private static let image = """
        CREATE TABLE image (
            ensemble INTEGER NOT NULL REFERENCES ensemble (id),
            sha256   BLOB    NOT NULL CHECK (length(sha256) = 32),
            result   INTEGER NOT NULL REFERENCES result (id),
            row      INTEGER NOT NULL CHECK (row >= 0),
            seals    BLOB    NOT NULL CHECK (length(seals) % 8 = 0),
            PRIMARY KEY (ensemble, sha256)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER image_entered AFTER INSERT ON image BEGIN
            UPDATE result SET images = images + 1 WHERE id = NEW.result;
        END;
        CREATE TRIGGER image_moved AFTER UPDATE OF result ON image WHEN NEW.result <> OLD.result
        BEGIN
            UPDATE result SET images = images - 1 WHERE id = OLD.result;
            UPDATE result SET images = images + 1 WHERE id = NEW.result;
        END;
        CREATE TRIGGER image_forgotten AFTER DELETE ON image BEGIN
            UPDATE result SET images = images - 1 WHERE id = OLD.result;
        END;
        """
}
