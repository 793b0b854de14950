//! The answers to `cargo relations`: a line each, its parts with tabs between.

use relations_core::{Result, SchemaDiff};
use std::fmt::Write as _;

/// What a program answers, and whether something differs.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) lines: String,
    pub(super) differs: bool,
}

pub(super) type Answered = Result<Answer>;

impl Answer {
    /// A line of a word and its parts. What would end a part or the line is escaped.
    pub(super) fn line(&mut self, word: &str, parts: &[&str]) {
        self.lines.push_str(word);
        for part in parts {
            let part = part.replace('\\', "\\\\").replace('\t', "\\t");
            let part = part.replace('\n', "\\n").replace('\r', "\\r");
            let _ = write!(self.lines, "\t{part}");
        }
        self.lines.push('\n');
    }

    pub(super) fn changes(&mut self, diff: &SchemaDiff) {
        for change in diff.changes() {
            let table = change.table().map(ToString::to_string).unwrap_or_default();
            self.line("change", &[change.kind(), &table, &change.to_string()]);
        }
        self.differs |= !diff.is_empty();
    }

    pub(super) fn warnings(&mut self, diff: &SchemaDiff) {
        for warning in diff.warnings() {
            let query = warning.query.unwrap_or_default();
            self.line("warning", &[warning.kind.name(), &warning.message, &query]);
        }
    }

    pub(super) fn steps(&mut self, diff: &SchemaDiff) {
        for step in diff.steps() {
            self.line(
                "step",
                &[if step.is_apart { "apart" } else { "" }, &step.about],
            );
            for statement in &step.statements {
                self.line("sql", &[statement]);
            }
        }
    }
}
