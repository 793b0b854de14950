//! The suite on SQLite, in memory and in a file.
#![cfg(all(
    feature = "sqlite",
    feature = "chrono",
    feature = "uuid",
    feature = "rust_decimal",
    feature = "serde_json"
))]

#[macro_use]
mod suite;

use std::path::PathBuf;
use suite::support::{Capabilities, Database};

const SQLITE: Capabilities = Capabilities {
    large_unsigned: false,
    nanoseconds: true,
    nul_in_text: true,
    nan: false,
    infinity: true,
    folds_all_letters: false,
    transactional_schema: true,
    set_in_one_statement: true,
    concurrent_writers: false,
    columns_take_anything: true,
    in_a_file: false,
};

struct Memory;

impl Database for Memory {
    const CAPABILITIES: Capabilities = SQLITE;

    async fn create(&self, _: &str) -> String {
        "sqlite::memory:".to_owned()
    }

    async fn remove(&self, _: &str) {}
}

struct File;

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{name}.db"))
}

impl Database for File {
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

mod memory {
    suite!(crate::Memory);
}

mod file {
    suite!(crate::File);
}
