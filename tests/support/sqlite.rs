//! SQLite, in memory and in a file.

use super::{Capabilities, Database};
use std::path::PathBuf;

const SQLITE: Capabilities = Capabilities {
    large_unsigned: false,
    nanoseconds: true,
    nul_in_text: true,
    nan: false,
    infinity: true,
    negative_zero: false,
    folds_all_letters: false,
    transactional_schema: true,
    set_in_one_statement: true,
    concurrent_writers: false,
    columns_take_anything: true,
    in_a_file: false,
};

pub(crate) struct SqliteInMemory;

impl Database for SqliteInMemory {
    const CAPABILITIES: Capabilities = SQLITE;

    async fn create(&self, _: &str) -> String {
        "sqlite::memory:".to_owned()
    }

    async fn remove(&self, _: &str) {}
}

pub(crate) struct SqliteInFile;

pub(crate) fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{name}.db"))
}

impl Database for SqliteInFile {
    const CAPABILITIES: Capabilities = Capabilities {
        in_a_file: true,
        ..SQLITE
    };

    async fn create(&self, name: &str) -> String {
        format!("sqlite:{}?mode=rwc", path(name).display())
    }

    async fn remove(&self, name: &str) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path(name).display()));
        }
    }
}
