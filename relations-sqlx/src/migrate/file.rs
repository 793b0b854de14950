//! One migration as a file has it: steps of statements.

use relations_core::{Dialect, Step};

/// A migration of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// What it is ordered by, the time at which it was made: `20260101120000`.
    pub version: i64,
    /// The version and what it is called: `20260101120000_add_notes`.
    pub name: String,
    /// The steps that carry it out.
    pub up: Vec<MigrationStep>,
    /// The steps that take it back; `None` where there is no way back.
    pub down: Option<Vec<MigrationStep>>,
    /// A hash of the file, by which a change of it is noticed.
    pub checksum: String,
    /// The hash of the tables before it, and after it, where the file says so.
    pub hashes: Option<(String, String)>,
    /// The versions that it stands for.
    pub replaces: Vec<i64>,
}

/// A step of a migration, of statements that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStep {
    /// What it does, in a line.
    pub about: String,
    /// Its statements, in order.
    pub statements: Vec<String>,
    /// Whether it runs outside of the transaction of the others.
    pub is_apart: bool,
    /// The line of the file on which each statement starts, for messages.
    pub(crate) lines: Vec<usize>,
}

/// The first line of a step; what follows says what it does.
const STEP: &str = "-- step:";
/// The same for a step that runs apart, or that is one statement, whatever semicolons are in it.
const STEP_APART: &str = "-- step, apart:";
const STEP_WHOLE: &str = "-- step, whole:";

/// The steps as the text of a file.
pub(crate) fn text_of(header: &[String], steps: &[Step]) -> String {
    let mut text = String::new();
    for line in header {
        text.push_str(&format!("-- {}\n", in_one_line(line)));
    }
    for step in steps {
        let marker = match step.statements.as_slice() {
            _ if step.is_apart => STEP_APART,
            // The body of a trigger of SQLite has semicolons.
            [one] if one.starts_with("CREATE TRIGGER") => STEP_WHOLE,
            _ => STEP,
        };
        text.push_str(&format!("\n{marker} {}\n", in_one_line(&step.about)));
        for statement in &step.statements {
            text.push_str(&format!("{statement};\n"));
        }
    }
    text
}

fn in_one_line(text: &str) -> String {
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    text.replace(is_break, " ")
}

/// What stands behind a word at the beginning of a comment before the first step: `-- from: 12ab`.
pub(crate) fn header<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut lines = text.lines().take_while(|line| line.starts_with("--"));
    lines.find_map(|line| {
        let rest = line.strip_prefix("--")?.trim().strip_prefix(word)?;
        rest.strip_prefix(':').map(str::trim)
    })
}

/// The steps of a file. Without marks each statement is a step.
pub(crate) fn steps_of(text: &str, dialect: Dialect) -> Vec<MigrationStep> {
    let mut steps: Vec<MigrationStep> = Vec::new();
    let mut is_marked = false;
    let mut is_whole = false;
    let mut statement = Located::default();
    let mut line = 1;
    let mut rest = text;
    let mut at_line_start = true;
    while !rest.is_empty() {
        if at_line_start && let Some((marker, about)) = mark(rest) {
            end_statement(&mut steps, &mut statement, is_marked);
            steps.push(MigrationStep {
                about: about.to_owned(),
                statements: Vec::new(),
                is_apart: marker == STEP_APART,
                ..MigrationStep::default()
            });
            (is_marked, is_whole) = (true, marker == STEP_WHOLE);
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            at_line_start = false;
            continue;
        }
        let length = piece(rest, dialect);
        let (piece, after) = rest.split_at(length);
        match piece {
            ";" if !is_whole => end_statement(&mut steps, &mut statement, is_marked),
            // A comment stands between two words, as a space does.
            piece if is_comment(piece, dialect) => statement.push(" ", line),
            piece => statement.push(piece, line),
        }
        line += piece.matches('\n').count();
        at_line_start = piece.ends_with('\n');
        rest = after;
    }
    end_statement(&mut steps, &mut statement, is_marked);
    steps.retain(|step| !step.statements.is_empty());
    steps
}

fn mark(rest: &str) -> Option<(&'static str, &str)> {
    let line = rest.lines().next()?;
    let markers = [STEP, STEP_APART, STEP_WHOLE];
    let mut found = markers.into_iter();
    found.find_map(|marker| Some((marker, line.strip_prefix(marker)?.trim())))
}

/// A statement that is being read, and the line on which it starts.
#[derive(Default)]
struct Located {
    text: String,
    line: usize,
}

impl Located {
    fn push(&mut self, piece: &str, line: usize) {
        if self.text.trim().is_empty() {
            self.line = line;
        }
        self.text.push_str(piece);
    }
}

fn end_statement(steps: &mut Vec<MigrationStep>, statement: &mut Located, is_marked: bool) {
    let Located { text, line } = std::mem::take(statement);
    let text = text.trim().trim_end_matches(';').trim_end();
    if text.is_empty() {
        return;
    }
    if !is_marked || steps.is_empty() {
        let first = text.lines().next().unwrap_or_default();
        steps.push(MigrationStep {
            about: first.to_owned(),
            ..MigrationStep::default()
        });
    }
    if let Some(step) = steps.last_mut() {
        step.statements.push(text.to_owned());
        step.lines.push(line);
    }
}

pub(crate) fn is_comment(piece: &str, dialect: Dialect) -> bool {
    let is_hash = matches!(dialect, Dialect::MySql { .. }) && piece.starts_with('#');
    // What stands in `/*! */` MySQL runs.
    let is_block =
        piece.starts_with("/*") && !piece.starts_with("/*!") && !piece.starts_with("/*M!");
    is_hash || is_block || begins_comment(piece, dialect)
}

/// Two hyphens begin a comment, on MySQL only where a space or the end follows: `1--1` is 2 there.
fn begins_comment(rest: &str, dialect: Dialect) -> bool {
    let Some(after) = rest.strip_prefix("--") else {
        return false;
    };
    let is_mysql = matches!(dialect, Dialect::MySql { .. });
    let is_space = |letter: char| letter.is_whitespace() || letter.is_control();
    !is_mysql || after.chars().next().is_none_or(is_space)
}

/// The length of the next piece: what is quoted, a comment, or a single letter.
pub(crate) fn piece(rest: &str, dialect: Dialect) -> usize {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let is_mysql = matches!(dialect, Dialect::MySql { .. });
    match rest.as_bytes()[0] {
        b'\'' => quoted(rest, '\'', is_mysql),
        b'"' => quoted(rest, '"', is_mysql),
        b'`' if dialect != Dialect::Postgres => quoted(rest, '`', false),
        b'[' if dialect == Dialect::Sqlite => rest.find(']').map_or(rest.len(), |at| at + 1),
        b'e' | b'E' if dialect == Dialect::Postgres && rest[1..].starts_with('\'') => {
            1 + quoted(&rest[1..], '\'', true)
        }
        b'-' if begins_comment(rest, dialect) => rest.find('\n').unwrap_or(rest.len()),
        b'#' if is_mysql => rest.find('\n').unwrap_or(rest.len()),
        b'/' if rest.starts_with("/*") => comment(rest, dialect == Dialect::Postgres),
        b'$' if dialect == Dialect::Postgres => dollars(rest).unwrap_or(first),
        letter if letter.is_ascii_alphanumeric() || letter == b'_' => {
            // A word as a whole, so that an `e` at its end, or a dollar within, begins nothing.
            let is_word = |letter: char| letter.is_alphanumeric() || "_$".contains(letter);
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            end.max(first)
        }
        _ => first,
    }
}

fn quoted(rest: &str, quote: char, has_escapes: bool) -> usize {
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' && has_escapes {
            letters.next();
        } else if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// A comment in `/* */`, which nests on PostgreSQL.
fn comment(rest: &str, nests: bool) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(next) = rest[at..].find(['*', '/']) {
        at += next;
        if rest[at..].starts_with("/*") && (nests || depth == 0) {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// A text in `$tag$ .. $tag$`.
fn dollars(rest: &str) -> Option<usize> {
    let end = rest[1..].find('$')? + 2;
    let tag = &rest[..end];
    let is_tag = |letter: char| letter.is_alphanumeric() || letter == '_';
    if !tag[1..end - 1].chars().all(is_tag)
        || tag[1..].starts_with(|letter: char| letter.is_ascii_digit())
    {
        return None;
    }
    let closing = rest[end..].find(tag);
    Some(closing.map_or(rest.len(), |at| end + at + tag.len()))
}

/// A hash of a text that is the same in every build, whatever ends its lines.
pub(crate) fn checksum(text: &str) -> String {
    let hash = text.bytes().filter(|byte| *byte != b'\r');
    let hash = hash.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARIADB: Dialect = Dialect::MySql { returning: true };

    fn statements(text: &str, dialect: Dialect) -> Vec<String> {
        let steps = steps_of(text, dialect).into_iter();
        steps.flat_map(|step| step.statements).collect()
    }

    #[test]
    fn statements_end_at_semicolons_outside_of_quotes_and_comments() {
        let text = "-- a; b\nINSERT INTO a VALUES ('x;''y', \"c;\"); /* ; */ DELETE FROM b;\n";
        for dialect in [Dialect::Sqlite, Dialect::Postgres, MARIADB] {
            assert_eq!(
                statements(text, dialect),
                ["INSERT INTO a VALUES ('x;''y', \"c;\")", "DELETE FROM b"]
            );
        }
        let dollars = "DO $a$ BEGIN x; $b$; END $a$; SELECT e'\\';' FROM name$1;";
        assert_eq!(
            statements(dollars, Dialect::Postgres),
            ["DO $a$ BEGIN x; $b$; END $a$", "SELECT e'\\';' FROM name$1"]
        );
        assert_eq!(
            statements("SELECT 'a\\';'; # ;\nSELECT 2", MARIADB),
            ["SELECT 'a\\';'", "SELECT 2"]
        );
        for dialect in [Dialect::Sqlite, Dialect::Postgres, MARIADB] {
            assert_eq!(statements("SELECT/* ; */1", dialect), ["SELECT 1"]);
        }
    }

    #[test]
    fn hyphens_begin_a_comment_on_mysql_only_before_a_space() {
        let text = "UPDATE t SET a = b--1; DELETE FROM t; --\t;\n--";
        assert_eq!(
            statements(text, MARIADB),
            ["UPDATE t SET a = b--1", "DELETE FROM t"]
        );
        assert_eq!(statements(text, Dialect::Sqlite), ["UPDATE t SET a = b"]);
    }

    #[test]
    fn a_file_has_the_steps_that_were_written_into_it() {
        let name = "x\n-- step: y\nDROP TABLE z;";
        let steps = [
            Step::example(
                &format!("create `{name}`"),
                &[&format!("CREATE TABLE \"{name}\" (a TEXT)"), "SELECT ';'"],
                false,
            ),
            Step::example("index", &["CREATE INDEX CONCURRENTLY i ON a (b)"], true),
        ];
        let text = text_of(&["from: 1".to_owned()], &steps);
        assert_eq!(header(&text, "from"), Some("1"));
        let read = steps_of(&text, Dialect::Postgres);
        assert_eq!(read.len(), 2);
        for (read, written) in read.iter().zip(&steps) {
            assert_eq!(
                (&read.statements, read.is_apart),
                (&written.statements, written.is_apart)
            );
        }
    }

    #[test]
    fn a_step_may_be_whole() {
        let text = "-- step, whole: a trigger\nCREATE TRIGGER t BEGIN a; b; END;\n-- step: more\nSELECT 1; SELECT 2;";
        let steps = steps_of(text, Dialect::Sqlite);
        assert_eq!(steps[0].statements, ["CREATE TRIGGER t BEGIN a; b; END"]);
        assert_eq!(steps[1].statements, ["SELECT 1", "SELECT 2"]);
    }
}
