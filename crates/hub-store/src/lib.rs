//! The Hub's data on disk: one SQLite database, the files that belong to messages, and backups.
//!
//! One thread owns the only connection that writes; a few others read. All of SQL is in this crate, one module a table.
//! The data directory holds:
//!
//! | name | what |
//! |---|---|
//! | `hub.db` | the database (with `hub.db-wal` and `hub.db-shm` while it is open) |
//! | `hub.json` | the marker: a database was made here, so an empty or missing one is a loss and not a beginning |
//! | `hub.lock` | locked for as long as an instance runs |
//! | `files/ab/abcd…` | files of messages, named by the SHA-256 of their bytes |
//! | `backups/` | verified copies: archives of everything but credentials, and databases from before a migration |
//! | `work/` | what is only needed while something is done |
#![deny(missing_docs)]

mod agents;
mod archive;
mod backup;
mod backups;
mod columns;
mod connections;
mod conversations;
mod data_dir;
mod database;
mod error;
mod files;
mod grants;
mod managed;
mod members;
mod messages;
mod migrations;
mod models;
mod new_file;
mod past_runs;
mod plans;
mod restore;
mod rows;
mod search;
mod settings;
mod sizes;
mod store;
mod tell;
mod threads;
mod tree;
mod user_groups;

pub use archive::CopyFacts;
pub use backup::{CheckedCopy, Written, check, whole};
pub use backups::{BACKUP_ENDING, BackupFile, MOVE_ENDING, backups_in};
pub use error::StoreError;
pub use managed::ManagedRows;
pub use new_file::NewFile;
pub use restore::{ClosedHub, Staged, look_into_database};
pub use rows::{
    AgentRow, AppFacts, ConnectionRow, ConversationRow, GroupRow, MemberRow, ModelRow, PastRunRow, PastRunsOf, PlanRow,
    Sizes, Uses,
};
pub use store::{Store, StoreOptions};
pub use tell::{Counted, Tell};
