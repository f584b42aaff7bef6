//! Opening the database: what must be true of the file before anything may touch it, and how connections are set up.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use hub_contract::UtcMs;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::StoreError;
use crate::data_dir::{DataDir, beside, remove_if_there, size_of, sync_dir};
use crate::migrations::{self, Migration};

/// "HubD" in the header of the file: this is a Hub's database and no other program's.
pub(crate) const APPLICATION_ID: i64 = 0x4875_6244;

/// FULL: a commit that was acknowledged survives a power cut. Memory-mapped reading stays off: a damaged page must be an
/// error, not a crash.
const PRAGMAS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA cache_size = -8192;
    PRAGMA temp_store = MEMORY;
    PRAGMA secure_delete = FAST;
";

/// Opens the database for writing: makes a new one, or checks, backs up and migrates the one that is there.
pub(crate) fn open_or_create(
    place: &DataDir,
    migrations: &[Migration],
    hub_id: &str,
    now: UtcMs,
) -> Result<Connection, StoreError> {
    let path = place.database();
    match look(place, migrations::newest(migrations))? {
        Found::Nothing => create(place, migrations, hub_id, now)?,
        Found::Version(version) if version < migrations::newest(migrations) => {
            migrations::back_up_before(place, version + 1)?;
        }
        Found::Version(_) => {}
    }
    let mut connection = open_writing(&path)?;
    let version = identify(&connection, migrations::newest(migrations))?;
    migrations::run(&mut connection, migrations, version)?;
    if !place.is_marked() {
        place.mark(now)?;
    }
    Ok(connection)
}

/// Checks the database without changing it, for reading beside a running instance.
pub(crate) fn check_readable(place: &DataDir, migrations: &[Migration]) -> Result<(), StoreError> {
    match look(place, migrations::newest(migrations))? {
        Found::Nothing => Err(StoreError::not_found("database", &place.database().display().to_string())),
        Found::Version(version) if version < migrations::newest(migrations) => Err(StoreError::NeedsMigration),
        Found::Version(_) => Ok(()),
    }
}

/// A connection that can only read. In a directory that cannot be written SQLite cannot share the log with a writer, so
/// there the file is read as it lies, if nothing waits in its log.
pub(crate) fn open_reading(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).map_err(StoreError::from).and_then(|connection| {
        set_up_reading(&connection)?;
        Ok(connection)
    });
    match opened {
        Err(StoreError::ReadOnly) if size_of(&beside(path, "-wal"))? == 0 => {
            let connection = Connection::open_with_flags(immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?;
            set_up_reading(&connection)?;
            Ok(connection)
        }
        other => other,
    }
}

/// The id of the Hub.
pub(crate) fn hub_id(connection: &Connection) -> Result<String, StoreError> {
    connection.query_row("SELECT id FROM hub", [], |row| row.get(0)).map_err(|error| match error.into() {
        StoreError::Sqlite(error) => StoreError::Damaged(format!("it does not say whose it is ({error})")),
        other => other,
    })
}

/// What platforms know the person of this Hub by.
pub(crate) fn person(connection: &Connection) -> Result<String, StoreError> {
    Ok(connection.query_row("SELECT person FROM hub", [], |row| row.get(0))?)
}

/// Whether the pages of the database hold together. Reads all of it.
pub(crate) fn quick_check(connection: &Connection) -> Result<(), StoreError> {
    verdict(connection, "PRAGMA quick_check(1)")
}

/// Whether everything in the database holds together, indexes too.
pub(crate) fn integrity_check(connection: &Connection) -> Result<(), StoreError> {
    verdict(connection, "PRAGMA integrity_check(1)")
}

/// Folds the log into the database and lets SQLite note what its planner wants to know.
pub(crate) fn tidy(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA optimize")?;
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

/// The version of an open database, once it is certain that it is ours and not newer.
pub(crate) fn identify(connection: &Connection, supported: i64) -> Result<i64, StoreError> {
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    judge(number("PRAGMA application_id")?, number("PRAGMA user_version")?, supported)
}

/// What lies where the database should be.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Version(i64),
}

/// Judges the file by its bytes. SQLite would take an empty file for a new database, and would fold the log of a newer
/// version into the file when it closes it; so it only sees files that passed here.
fn look(place: &DataDir, supported: i64) -> Result<Found, StoreError> {
    let path = place.database();
    let waiting = size_of(&beside(&path, "-wal"))? > 0;
    let length = size_of(&path)?;
    if length == 0 {
        return match (place.is_marked(), waiting) {
            (false, false) => Ok(Found::Nothing),
            _ if path.exists() => Err(StoreError::Damaged("hub.db is empty".to_owned())),
            _ => Err(StoreError::Damaged("hub.db is missing".to_owned())),
        };
    }

    let header = Header::read(&path)?;
    let version = judge(header.application_id, header.version, supported)?;
    if !waiting {
        if header.length.is_some_and(|expected| length < expected) {
            return Err(StoreError::Damaged("hub.db was cut short".to_owned()));
        }
        return Ok(Found::Version(version));
    }
    // The newest header waits in the log.
    let connection = open_reading(&path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(Found::Version(identify(&connection, supported)?))
}

/// The fields of the file header that are judged (https://www.sqlite.org/fileformat2.html#the_database_header).
struct Header {
    application_id: i64,
    version: i64,
    /// How many bytes the file must have at least, where the header is sure of it.
    length: Option<u64>,
}

impl Header {
    fn read(path: &Path) -> Result<Self, StoreError> {
        let mut bytes = Vec::with_capacity(100);
        File::open(path)?.take(100).read_to_end(&mut bytes)?;
        Self::parse(&bytes).ok_or_else(|| StoreError::Damaged("hub.db is not a database".to_owned()))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let number = |offset: usize| {
            let field: [u8; 4] = bytes.get(offset..offset + 4)?.try_into().ok()?;
            Some(u32::from_be_bytes(field))
        };
        if !bytes.starts_with(b"SQLite format 3\0") || bytes.len() < 100 {
            return None;
        }
        let page_bytes = match u16::from_be_bytes(bytes.get(16..18)?.try_into().ok()?) {
            1 => 65_536,
            other => u64::from(other),
        };
        let pages = u64::from(number(28)?);
        let sure = number(24)? == number(92)?;
        Some(Self {
            application_id: i64::from(number(68)?),
            version: i64::from(number(60)?),
            length: sure.then_some(pages * page_bytes),
        })
    }
}

fn judge(application_id: i64, version: i64, supported: i64) -> Result<i64, StoreError> {
    if application_id != APPLICATION_ID || version < 1 {
        return Err(StoreError::Damaged("hub.db is another program's database".to_owned()));
    }
    if version > supported {
        return Err(StoreError::Newer { found: version, supported });
    }
    Ok(version)
}

/// Makes the database under another name and gives it its own when it is complete, so `hub.db` is never half made.
fn create(place: &DataDir, migrations: &[Migration], hub_id: &str, now: UtcMs) -> Result<(), StoreError> {
    let path = place.new_database();
    for leftover in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm"), beside(&path, "-journal")] {
        remove_if_there(&leftover)?;
    }
    let mut connection = open_writing(&path)?;
    connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}"))?;
    migrations::run(&mut connection, migrations, 0)?;
    connection.execute("INSERT INTO hub (only, id, created_at, person) VALUES (1, ?1, ?2, ?1)", (hub_id, now))?;
    tidy(&connection)?;
    connection.close().map_err(|(_, error)| error)?;

    File::open(&path)?.sync_all()?;
    std::fs::rename(&path, place.database())?;
    sync_dir(place.root())
}

/// A connection that writes. Makes an empty database when there is none.
pub(crate) fn open_writing(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 16777216")?;
    Ok(connection)
}

fn set_up_reading(connection: &Connection) -> Result<(), StoreError> {
    set_up(connection)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    // The first statement that reads shows whether the file can be read at all.
    Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?)
}

fn set_up(connection: &Connection) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Plans must not depend on bound values: SQLite would plan a statement anew for every new value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection.execute_batch(PRAGMAS)?)
}

fn verdict(connection: &Connection, pragma: &str) -> Result<(), StoreError> {
    let said: String = connection.query_row(pragma, [], |row| row.get(0))?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(said)) }
}

/// The address of a file that SQLite is to read as it lies. Only `%`, `?` and `#` mean something in it.
fn immutable_uri(path: &Path) -> String {
    let path = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}
