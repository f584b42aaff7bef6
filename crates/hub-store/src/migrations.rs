//! Numbered changes of the schema. Each is one transaction that ends with its number in `user_version`, so a file is
//! always exactly at one version. Before the first pending one the database is backed up.

use std::fs;
use std::path::PathBuf;

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;
use crate::backup;
use crate::data_dir::{DataDir, remove_if_there};

/// One change of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// Its number: 1, 2, 3…
    pub(crate) version: i64,
    /// Its statements.
    pub(crate) sql: &'static str,
}

/// All of them, in order. One that was released is never edited again.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../migrations/0001_first.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_person.sql") },
    Migration { version: 3, sql: include_str!("../migrations/0003_agents.sql") },
    Migration { version: 4, sql: include_str!("../migrations/0004_people.sql") },
    Migration { version: 5, sql: include_str!("../migrations/0005_chosen.sql") },
    Migration { version: 6, sql: include_str!("../migrations/0006_comparisons.sql") },
    Migration { version: 7, sql: include_str!("../migrations/0007_prompts.sql") },
];

/// How many backups made before a migration are kept.
const KEPT: usize = 3;

/// The version that these migrations lead to.
pub(crate) fn newest(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.version)
}

/// Does what is missing from `version` on.
pub(crate) fn run(connection: &mut Connection, migrations: &[Migration], version: i64) -> Result<(), StoreError> {
    for migration in migrations.iter().filter(|migration| migration.version > version) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration.sql)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {}", migration.version))?;
        transaction.commit()?;
    }
    Ok(())
}

/// Writes `backups/pre-v<version>.db` and keeps the newest three of these.
pub(crate) fn back_up_before(place: &DataDir, version: i64) -> Result<(), StoreError> {
    fs::create_dir_all(place.backups())?;
    backup::write_database(&place.database(), &place.backups().join(format!("pre-v{version}.db")))?;

    let mut made = made_before_migrations(place)?;
    made.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    for (_, path) in made.into_iter().skip(KEPT) {
        remove_if_there(&path)?;
    }
    Ok(())
}

fn made_before_migrations(place: &DataDir) -> Result<Vec<(i64, PathBuf)>, StoreError> {
    let mut made = Vec::new();
    for entry in fs::read_dir(place.backups())? {
        let entry = entry?;
        let name = entry.file_name();
        let version = name.to_str().and_then(|name| name.strip_prefix("pre-v")?.strip_suffix(".db")?.parse().ok());
        if let Some(version) = version {
            made.push((version, entry.path()));
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use hub_contract::agent::AgentSource;

    use super::*;
    use crate::{Store, StoreOptions};

    const NOW: i64 = MIGRATIONS.len() as i64;
    const NEXT: i64 = NOW + 1;
    const SECOND: Migration = Migration { version: NEXT, sql: "CREATE TABLE second (a INTEGER) STRICT" };
    const FAILING: Migration =
        Migration { version: NEXT + 1, sql: "CREATE TABLE third (a INTEGER) STRICT; INSERT INTO missing VALUES (1)" };

    fn migrations(added: &[Migration]) -> Vec<Migration> {
        MIGRATIONS.iter().chain(added).copied().collect()
    }

    fn open(directory: &Path, migrations: &[Migration]) -> Result<Store, StoreError> {
        let options = StoreOptions { data_dir: directory.to_owned(), now: 1, hub_id: "hub".to_owned() };
        Store::open_with(options, migrations)
    }

    fn tables(path: &Path) -> Vec<String> {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection
            .prepare("SELECT name FROM sqlite_schema WHERE name IN ('hub', 'second', 'third') ORDER BY 1")
            .unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn version(path: &Path) -> i64 {
        Connection::open(path).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    }

    /// Every file of the directory but the lock, with its bytes.
    fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
        let mut contents: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file() && entry.file_name() != "hub.lock")
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
            .collect();
        contents.sort();
        contents
    }

    #[test]
    fn the_schema_is_the_one_that_was_agreed_on() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection, MIGRATIONS, 0).unwrap();
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").unwrap();
        let schema: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        insta::assert_snapshot!(schema.join(";\n\n"));
    }

    #[test]
    fn versions_are_numbered_without_gaps() {
        assert!(MIGRATIONS.iter().map(|migration| migration.version).eq(1..=newest(MIGRATIONS)));
    }

    #[test]
    fn a_new_database_has_no_backup() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path(), &migrations(&[SECOND])).unwrap());
        assert!(!directory.path().join("backups").exists());
        assert_eq!(version(&directory.path().join("hub.db")), NEXT);
    }

    #[test]
    fn an_older_database_is_backed_up_then_migrated() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path(), MIGRATIONS).unwrap());
        drop(open(directory.path(), &migrations(&[SECOND])).unwrap());
        assert_eq!(tables(&directory.path().join("hub.db")), ["hub", "second"]);
        let backup = directory.path().join(format!("backups/pre-v{NEXT}.db"));
        assert_eq!((version(&backup), tables(&backup)), (NOW, vec!["hub".to_owned()]));
    }

    #[test]
    fn a_failing_migration_leaves_the_version_before_it_and_can_be_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path(), MIGRATIONS).unwrap());
        let database = directory.path().join("hub.db");
        for _ in 0..2 {
            open(directory.path(), &migrations(&[SECOND, FAILING])).unwrap_err();
            assert_eq!((version(&database), tables(&database)), (NEXT, vec!["hub".to_owned(), "second".to_owned()]));
        }
        drop(open(directory.path(), &migrations(&[SECOND])).unwrap());
    }

    #[test]
    fn the_newest_three_backups_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let place = DataDir::new(directory.path());
        drop(open(directory.path(), MIGRATIONS).unwrap());
        fs::create_dir(place.backups()).unwrap();
        fs::write(place.backups().join("mine.db"), "kept").unwrap();
        for version in 8..=12 {
            back_up_before(&place, version).unwrap();
        }
        let mut names: Vec<_> =
            fs::read_dir(place.backups()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["mine.db", "pre-v10.db", "pre-v11.db", "pre-v12.db"]);
    }

    #[test]
    fn a_role_prompt_moves_into_a_column_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path(), &MIGRATIONS[..6]).unwrap());
        let old = Connection::open(directory.path().join("hub.db")).unwrap();
        let source = r#"{"type":"prompt","connection":"c","model":"m","prompt":"Answer briefly.","parameters":{"temperature":0.2}}"#;
        let app = r#"{"type":"remote","connection":"c","remote_id":"bot-1","workflow":true}"#;
        for (id, source) in [("a", source), ("b", app)] {
            old.execute(
                "INSERT INTO agents VALUES (?1, ?1, NULL, '', NULL, 'dify', 'c', ?2, '{}', 1, 0, 1)",
                [id, source],
            )
            .unwrap();
        }
        drop(old);
        drop(open(directory.path(), MIGRATIONS).unwrap());
        let new = Connection::open(directory.path().join("hub.db")).unwrap();
        let read: Vec<_> = crate::agents::list(&new).unwrap().into_iter().map(|agent| agent.source).collect();
        let was = [source, app].map(|source| serde_json::from_str(source).unwrap());
        assert_eq!(read, was);
        let outline = &crate::agents::outlines(&new).unwrap()[0].source;
        let AgentSource::Prompt { prompt, parameters, .. } = outline else { panic!("{outline:?}") };
        assert!(prompt.is_empty() && parameters.is_null(), "a list does not read it");
    }

    #[test]
    fn an_older_app_refuses_a_newer_database_without_touching_a_byte() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path(), &migrations(&[SECOND])).unwrap());
        let before = contents(directory.path());
        let refused = open(directory.path(), MIGRATIONS);
        assert!(matches!(refused, Err(StoreError::Newer { found: NEXT, supported: NOW })), "{refused:?}");
        let refused = database_for_reading(directory.path());
        assert!(matches!(refused, Err(StoreError::Newer { found: NEXT, supported: NOW })), "{refused:?}");
        assert_eq!(contents(directory.path()), before);
    }

    #[test]
    fn a_newer_version_that_waits_in_the_log_is_seen_and_the_log_is_left() {
        let made = tempfile::tempdir().unwrap();
        drop(open(made.path(), MIGRATIONS).unwrap());
        // A copy taken while a newer version has it open: what a killed newer version leaves behind.
        let newer = Connection::open(made.path().join("hub.db")).unwrap();
        let migrated = format!("BEGIN; CREATE TABLE second (a); PRAGMA user_version = {NEXT}; COMMIT");
        newer.execute_batch(&migrated).unwrap();
        let directory = tempfile::tempdir().unwrap();
        for name in ["hub.db", "hub.db-wal", "hub.json"] {
            fs::copy(made.path().join(name), directory.path().join(name)).unwrap();
        }
        let data = |contents: Vec<(String, Vec<u8>)>| -> Vec<_> {
            contents.into_iter().filter(|(name, _)| name != "hub.db-shm").collect()
        };
        let before = data(contents(directory.path()));
        let refused = open(directory.path(), MIGRATIONS);
        assert!(matches!(refused, Err(StoreError::Newer { found: NEXT, supported: NOW })), "{refused:?}");
        assert_eq!(data(contents(directory.path())), before);
    }

    #[test]
    fn reading_waits_for_somebody_to_migrate() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path(), MIGRATIONS).unwrap());
        let place = DataDir::new(directory.path());
        let early = crate::database::check_readable(&place, &migrations(&[SECOND]));
        assert!(matches!(early, Err(StoreError::NeedsMigration)), "{early:?}");
    }

    fn database_for_reading(directory: &Path) -> Result<(), StoreError> {
        crate::database::check_readable(&DataDir::new(directory), MIGRATIONS)
    }
}
