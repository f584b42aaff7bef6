-- Times are UTC milliseconds. Columns named `key` are small numbers for joins and for the search indexes; nobody outside
-- the store sees them. JSON is stored where nothing but the core looks inside.

CREATE TABLE hub (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Secrets are in the vault; `secrets` holds hints by field.
CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    base_url TEXT NOT NULL,
    fields TEXT NOT NULL,
    secrets TEXT NOT NULL,
    proxy TEXT,
    plain_http_allowed INTEGER NOT NULL,
    last_test TEXT,
    catalog_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a connection offers. `position` is the place in the platform's list; typed-in items follow it.
CREATE TABLE catalog_items (
    connection TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    typed_in INTEGER NOT NULL,
    position INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    chats INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    capabilities TEXT NOT NULL,
    shutdown_date TEXT,
    PRIMARY KEY (connection, kind, remote_id)
) STRICT, WITHOUT ROWID;

-- `target` may name an agent, model or connection that is gone: conversations stay readable.
CREATE TABLE conversations (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    target TEXT NOT NULL,
    target_name TEXT NOT NULL,
    platform TEXT,
    pinned INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    draft TEXT NOT NULL
) STRICT;

CREATE INDEX conversations_listed ON conversations (archived, pinned, updated_at);
CREATE INDEX conversations_of_target ON conversations (target, archived, pinned, updated_at);

-- A tree by `parent`. `state` is the name of the state, `state_facts` the rest of it. Keys are never used twice, so
-- their order is the order of writing. `text` and `body` come last: reading the columns before them skips long answers.
CREATE TABLE messages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (key) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages (key),
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    state_facts TEXT,
    created_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX messages_of_conversation ON messages (conversation);
CREATE INDEX messages_of_parent ON messages (parent);
CREATE INDEX messages_streaming ON messages (key) WHERE state = 'streaming';

-- Files on disk, by the SHA-256 of their bytes. The row is written before the file and removed after it.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A file goes with its last message. `use` is 'attachment' or 'overflow' (the rest of a text longer than a message shows).
CREATE TABLE message_files (
    message INTEGER NOT NULL REFERENCES messages (key) ON DELETE CASCADE,
    use TEXT NOT NULL,
    position INTEGER NOT NULL,
    file TEXT NOT NULL REFERENCES files (id),
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    PRIMARY KEY (message, use, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_files_of_file ON message_files (file);

-- Search. The row id is the message's key; the text itself stays in `messages` only. No positions are kept: a phrase is
-- proven on the text. `search_trigrams` answers three characters and more, `search_short` one and two.
CREATE VIRTUAL TABLE search_trigrams USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = "trigram case_sensitive 1"
);
CREATE VIRTUAL TABLE search_short USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none,
    tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);
