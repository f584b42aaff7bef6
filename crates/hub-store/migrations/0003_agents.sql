-- What people talk to. The connection may be gone: such an agent stays, switched off, until somebody mends or removes it.
-- `source` is what stands behind it, `app` what the platform told about it; both as JSON.
CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    group_name TEXT,
    description TEXT NOT NULL,
    icon TEXT,
    platform TEXT NOT NULL,
    connection TEXT NOT NULL,
    source TEXT NOT NULL,
    app TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    position INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX agents_of_connection ON agents (connection);
