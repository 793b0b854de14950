//! How many statements reached the server.

use crate::Result;
use serde::Serialize;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Statements, among them those that begin and end transactions, and questions whether the connection is alive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Statements {
    pub(crate) statements: f64,
    pub(crate) pings: f64,
}

impl Statements {
    /// As PostgreSQL logs them with `log_statement = all`.
    pub(crate) fn in_log(log: &Path) -> Result<Statements> {
        let mut bytes = Vec::new();
        File::open(log)?.read_to_end(&mut bytes)?;
        let mut counted = Statements::default();
        for line in String::from_utf8_lossy(&bytes).lines() {
            // "LOG:  execute <unnamed>: SELECT ..." or "LOG:  statement: BEGIN", after a time that may be configured.
            let Some((_, message)) = line.split_once("LOG:  ") else {
                continue;
            };
            let text = match message.strip_prefix("statement: ") {
                Some(text) => text,
                None if message.starts_with("execute ") => message,
                None => continue,
            };
            match text.trim() {
                "" | "/* SQLx ping */" => counted.pings += 1.0,
                _ => counted.statements += 1.0,
            }
        }
        Ok(counted)
    }

    pub(crate) fn since(self, before: &Statements) -> Statements {
        Statements {
            statements: self.statements - before.statements,
            pings: self.pings - before.pings,
        }
    }

    /// For one of so many operations.
    pub(crate) fn each(self, operations: f64) -> Statements {
        Statements {
            statements: self.statements / operations,
            pings: self.pings / operations,
        }
    }
}
