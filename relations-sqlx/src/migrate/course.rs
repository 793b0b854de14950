//! How far a migration has come, and what is written down of it.

use super::history::{deletion, insertion, updating};
use super::{Migration, MigrationStep};

/// How far a migration has come.
pub(super) struct Course<'m> {
    pub(super) migration: &'m Migration,
    pub(super) steps: &'m [MigrationStep],
    pub(super) is_down: bool,
    /// The first step that is still to be run.
    pub(super) at: usize,
    /// Whether it was begun before.
    pub(super) is_resumed: bool,
    /// Whether the database has a row of it.
    pub(super) is_known: bool,
}

impl Course<'_> {
    /// The statement that writes down how many steps were run.
    pub(super) fn row_at(&self, done: usize) -> String {
        if self.is_down && done == self.steps.len() {
            return deletion(&[self.migration.version]);
        }
        match self.is_known {
            true => self.next_row(done),
            false => self.first_row(done),
        }
    }

    pub(super) fn first_row(&self, done: usize) -> String {
        insertion(self.migration, self.direction(), done, self.steps.len())
    }

    pub(super) fn next_row(&self, done: usize) -> String {
        updating(self.migration, self.direction(), done, self.steps.len())
    }

    fn direction(&self) -> &'static str {
        if self.is_down { "down" } else { "up" }
    }
}
