//! What a statement of SQL does to tables, read from its words: enough to tell what it may destroy, and which change it carries out.

use crate::migrate::{is_comment, piece};
use relations_core::Dialect;

/// One thing that a statement does to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    CreateTable,
    DropTable,
    RenameTable,
    Truncate,
    Delete,
    /// Rows are written, all of them or some.
    Update {
        all: bool,
    },
    Insert,
    AddColumn {
        column: String,
        /// Whether rows that are there would have no value for it.
        is_open: bool,
    },
    DropColumn {
        column: String,
    },
    SetType {
        column: String,
    },
    SetNotNull {
        column: String,
    },
    /// A unique index or constraint, or the primary key.
    AddUnique {
        columns: Vec<String>,
        is_concurrent: bool,
    },
    AddIndex {
        is_concurrent: bool,
    },
    AddCheck {
        is_later: bool,
    },
    AddForeignKey {
        is_later: bool,
    },
    Other,
}

/// A table, and what is done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableAct {
    /// As it is written, without quotes and without its schema.
    pub(super) table: String,
    /// As it is written in the statement, for a query.
    pub(super) quoted: String,
    pub(super) act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    /// As it stands in the statement.
    raw: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Quoted,
    Text,
    Sign,
}

impl Word {
    fn is(&self, word: &str) -> bool {
        match self.kind {
            Kind::Plain | Kind::Sign => self.text.eq_ignore_ascii_case(word),
            Kind::Quoted | Kind::Text => false,
        }
    }

    fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Plain | Kind::Quoted)
    }
}

/// Whether a statement names something, as a whole name and not as a part of one or in a text.
pub(super) fn names(statement: &str, name: &str, dialect: Dialect) -> bool {
    let mut words = words(statement, dialect).into_iter();
    words.any(|word| match word.kind {
        Kind::Plain => word.text.eq_ignore_ascii_case(name),
        Kind::Quoted => word.text == name,
        // PostgreSQL's statements of `regclass`, and blocks in dollars, hold whole statements.
        Kind::Text => word.raw.starts_with('$') && names(&word.text, name, dialect),
        Kind::Sign => false,
    })
}

/// What a statement does; nothing where it is not one that is known.
pub(super) fn acts(statement: &str, dialect: Dialect) -> Vec<TableAct> {
    let words = words(statement, dialect);
    let mut reader = Reader {
        words: &words,
        at: 0,
    };
    reader.statement(dialect)
}

fn words(statement: &str, dialect: Dialect) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = statement;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(piece(rest, dialect));
        rest = after;
        if !text.trim().is_empty() && !is_comment(text, dialect) {
            words.push(word(text, dialect));
        }
    }
    words
}

fn word(raw: &str, dialect: Dialect) -> Word {
    let inside = |quote: &str| {
        let inner = raw.strip_prefix(quote).unwrap_or(raw);
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        inner.replace(&quote.repeat(2), quote)
    };
    let is_mysql = matches!(dialect, Dialect::MySql { .. });
    let first = raw.chars().next().unwrap_or_default();
    let (kind, text) = match first {
        '\'' => (Kind::Text, inside("'")),
        '"' if is_mysql => (Kind::Text, inside("\"")),
        '"' => (Kind::Quoted, inside("\"")),
        '`' => (Kind::Quoted, inside("`")),
        '[' if raw.len() > 1 => (Kind::Quoted, raw[1..].trim_end_matches(']').to_owned()),
        '$' if raw.len() > 1 => {
            let tag = raw[1..].find('$').map_or(raw.len(), |at| at + 2);
            let inner = raw.get(tag..raw.len().saturating_sub(tag));
            (Kind::Text, inner.unwrap_or_default().to_owned())
        }
        letter if letter.is_alphanumeric() || letter == '_' => (Kind::Plain, raw.to_owned()),
        _ => (Kind::Sign, raw.to_owned()),
    };
    Word {
        text,
        raw: raw.to_owned(),
        kind,
    }
}

struct Reader<'w> {
    words: &'w [Word],
    at: usize,
}

/// A name of a table: without and with quotes and schema.
struct TableName {
    name: String,
    quoted: String,
}

impl Reader<'_> {
    fn peek(&self, word: &str) -> bool {
        self.words.get(self.at).is_some_and(|next| next.is(word))
    }

    /// Goes on behind these words, if they are the next.
    fn take(&mut self, words: &[&str]) -> bool {
        let next = self.words.get(self.at..).unwrap_or_default();
        let is_next = words.iter().zip(next).filter(|(word, next)| next.is(word));
        let is_next = is_next.count() == words.len();
        if is_next {
            self.at += words.len();
        }
        is_next
    }

    fn name(&mut self) -> Option<String> {
        let word = self.words.get(self.at).filter(|word| word.is_name())?;
        self.at += 1;
        Some(word.text.clone())
    }

    fn table(&mut self) -> Option<TableName> {
        let _ = self.take(&["IF", "EXISTS"]) || self.take(&["IF", "NOT", "EXISTS"]);
        let _ = self.take(&["ONLY"]);
        let start = self.at;
        let mut name = self.name()?;
        while self.take(&["."]) {
            name = self.name()?;
        }
        let raw = self.words[start..self.at].iter();
        let quoted = raw.map(|word| word.raw.as_str()).collect();
        Some(TableName { name, quoted })
    }

    fn statement(&mut self, dialect: Dialect) -> Vec<TableAct> {
        if self.take(&["ALTER", "TABLE"]) {
            return self.alter(dialect).unwrap_or_default();
        }
        if self.take(&["DROP", "TABLE"]) {
            return self.all_tables(&Act::DropTable);
        }
        if self.take(&["TRUNCATE"]) {
            let _ = self.take(&["TABLE"]);
            return self.all_tables(&Act::Truncate);
        }
        self.one().into_iter().collect()
    }

    fn all_tables(&mut self, act: &Act) -> Vec<TableAct> {
        let mut all = Vec::new();
        while let Some(table) = self.table() {
            all.push(done(table, act.clone()));
            if !self.take(&[","]) {
                break;
            }
        }
        all
    }

    fn one(&mut self) -> Option<TableAct> {
        if self.take(&["DELETE"]) {
            self.skip(&["LOW_PRIORITY", "QUICK", "IGNORE"]);
            // MySQL names tables before FROM where it joins others.
            let _ = self.take(&["FROM"]);
            return Some(done(self.table()?, Act::Delete));
        }
        if self.take(&["UPDATE"]) {
            if self.take(&["OR"]) {
                self.at += 1;
            }
            self.skip(&["LOW_PRIORITY", "IGNORE"]);
            let table = self.table()?;
            let all = !self.has_condition();
            return Some(done(table, Act::Update { all }));
        }
        if self.take(&["INSERT", "INTO"]) {
            return Some(done(self.table()?, Act::Insert));
        }
        if !self.take(&["CREATE"]) {
            return None;
        }
        let is_replaced = self.take(&["OR", "REPLACE"]);
        self.skip(&["TEMPORARY", "TEMP", "UNLOGGED"]);
        if self.take(&["TABLE"]) {
            // One that may be there already has rows of before.
            let act = match (is_replaced, self.peek("IF")) {
                (true, _) => Act::DropTable,
                (_, true) => Act::Other,
                _ => Act::CreateTable,
            };
            return Some(done(self.table()?, act));
        }
        let is_unique = self.take(&["UNIQUE"]);
        self.take(&["INDEX"]).then_some(())?;
        let is_concurrent = self.take(&["CONCURRENTLY"]);
        while !self.take(&["ON"]) {
            self.at += 1;
            (self.at < self.words.len()).then_some(())?;
        }
        let table = self.table()?;
        if !is_unique {
            return Some(done(table, Act::AddIndex { is_concurrent }));
        }
        let mut columns = self.columns();
        // Some rows only, of which the condition is not read.
        if self.has(&["WHERE"]) {
            columns.clear();
        }
        let act = Act::AddUnique {
            columns,
            is_concurrent,
        };
        Some(done(table, act))
    }

    /// Goes on behind these words, each of which may be there.
    fn skip(&mut self, words: &[&str]) {
        for word in words {
            let _ = self.take(&[word]);
        }
    }

    /// Whether a WHERE follows that is the statement's own, and not that of a query within.
    fn has_condition(&self) -> bool {
        let mut depth = 0_usize;
        self.words.iter().skip(self.at).any(|word| {
            if word.is("(") {
                depth += 1;
            } else if word.is(")") {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && word.is("WHERE")
        })
    }

    /// Columns in parentheses as they are written; none where one of them is an expression.
    fn columns(&mut self) -> Vec<String> {
        while !self.peek("(") && self.at < self.words.len() {
            self.at += 1;
        }
        self.at += 1;
        let mut columns = Vec::new();
        loop {
            let Some(word) = self.words.get(self.at).filter(|word| word.is_name()) else {
                return Vec::new();
            };
            columns.push(word.raw.clone());
            self.at += 1;
            let _ = self.take(&["ASC"]) || self.take(&["DESC"]);
            if self.take(&[")"]) {
                return columns;
            }
            if !self.take(&[","]) {
                return Vec::new();
            }
        }
    }

    fn alter(&mut self, dialect: Dialect) -> Option<Vec<TableAct>> {
        let table = self.table()?;
        let mut acts = Vec::new();
        loop {
            let end = self.end_of_part();
            let mut part = Reader {
                words: &self.words[..end],
                at: self.at,
            };
            let act = part.part(dialect).unwrap_or(Act::Other);
            acts.push(TableAct {
                table: table.name.clone(),
                quoted: table.quoted.clone(),
                act,
            });
            self.at = end + 1;
            if end >= self.words.len() {
                return Some(acts);
            }
        }
    }

    /// The comma that ends a part of ALTER TABLE.
    fn end_of_part(&self) -> usize {
        let mut depth = 0_usize;
        for (at, word) in self.words.iter().enumerate().skip(self.at) {
            if word.is("(") {
                depth += 1;
            } else if word.is(")") {
                depth = depth.saturating_sub(1);
            } else if word.is(",") && depth == 0 {
                return at;
            }
        }
        self.words.len()
    }

    fn has(&self, words: &[&str]) -> bool {
        let rest = self.words.get(self.at..).unwrap_or_default();
        let mut windows = rest.windows(words.len());
        windows.any(|window| window.iter().zip(words).all(|(word, want)| word.is(want)))
    }

    /// One part of ALTER TABLE.
    fn part(&mut self, dialect: Dialect) -> Option<Act> {
        let is_mysql = matches!(dialect, Dialect::MySql { .. });
        if self.take(&["ADD"]) {
            return self.added();
        }
        if self.take(&["DROP"]) {
            let others = [
                "CONSTRAINT",
                "PRIMARY",
                "FOREIGN",
                "INDEX",
                "KEY",
                "CHECK",
                "PARTITION",
            ];
            if others.iter().any(|word| self.peek(word)) {
                return None;
            }
            let _ = self.take(&["COLUMN"]);
            let _ = self.take(&["IF", "EXISTS"]);
            let column = self.name()?;
            return Some(Act::DropColumn { column });
        }
        if self.take(&["RENAME"]) {
            let is_table = self.take(&["TO"]) || self.take(&["AS"]);
            return is_table.then_some(Act::RenameTable);
        }
        if is_mysql && (self.take(&["MODIFY"]) || self.peek("CHANGE")) {
            let is_change = self.take(&["CHANGE"]);
            let _ = self.take(&["COLUMN"]);
            let column = self.name()?;
            if is_change {
                self.name()?;
            }
            return Some(Act::SetType { column });
        }
        if !self.take(&["ALTER"]) {
            return None;
        }
        let _ = self.take(&["COLUMN"]);
        let column = self.name()?;
        if self.take(&["SET", "NOT", "NULL"]) {
            return Some(Act::SetNotNull { column });
        }
        let is_type = self.take(&["TYPE"]) || self.take(&["SET", "DATA", "TYPE"]);
        is_type.then_some(Act::SetType { column })
    }

    /// What stands behind ADD.
    fn added(&mut self) -> Option<Act> {
        if self.take(&["CONSTRAINT"]) && !self.peek("CHECK") && !self.peek("UNIQUE") {
            // Its name, which MySQL lets be left out.
            let is_unnamed = self.peek("FOREIGN") || self.peek("PRIMARY");
            if !is_unnamed {
                self.name()?;
            }
        }
        let is_later = self.has(&["NOT", "VALID"]);
        if self.take(&["FOREIGN", "KEY"]) {
            return Some(Act::AddForeignKey { is_later });
        }
        if self.take(&["CHECK"]) {
            return Some(Act::AddCheck { is_later });
        }
        let is_key = self.peek("PRIMARY");
        if is_key || self.peek("UNIQUE") {
            if self.has(&["USING", "INDEX"]) {
                return None;
            }
            let columns = self.columns();
            return Some(Act::AddUnique {
                columns,
                is_concurrent: false,
            });
        }
        if self.peek("INDEX") || self.peek("KEY") {
            return Some(Act::AddIndex {
                is_concurrent: false,
            });
        }
        let _ = self.take(&["COLUMN"]);
        let _ = self.take(&["IF", "NOT", "EXISTS"]);
        let column = self.name()?;
        let is_filled = [
            "DEFAULT",
            "GENERATED",
            "AUTO_INCREMENT",
            "SERIAL",
            "BIGSERIAL",
        ];
        let is_filled = is_filled.iter().any(|word| self.has(&[word]));
        let is_open = self.has(&["NOT", "NULL"]) && !is_filled;
        Some(Act::AddColumn { column, is_open })
    }
}

fn done(table: TableName, act: Act) -> TableAct {
    TableAct {
        table: table.name,
        quoted: table.quoted,
        act,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sql: &str, dialect: Dialect) -> String {
        let acts = acts(sql, dialect);
        let acts = acts.iter().map(|it| format!("{} {:?}", it.table, it.act));
        acts.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_a_statement_does_is_read_from_its_words() {
        let postgres = [
            (
                "drop table if exists public.\"a b\", c cascade",
                "a b DropTable; c DropTable",
            ),
            ("SELECT 'DROP TABLE x'", ""),
            ("/* DROP TABLE x */ TRUNCATE ONLY t", "t Truncate"),
            ("DELETE FROM t WHERE a = 1", "t Delete"),
            ("UPDATE t SET a = 1", "t Update { all: true }"),
            ("UPDATE t SET a = 1 WHERE b", "t Update { all: false }"),
            (
                "ALTER TABLE t ADD COLUMN n integer NOT NULL, DROP old, ADD m numeric(4, 2) NOT NULL DEFAULT (1)",
                "t AddColumn { column: \"n\", is_open: true }; t DropColumn { column: \"old\" }; \
                 t AddColumn { column: \"m\", is_open: false }",
            ),
            (
                "ALTER TABLE t ALTER n TYPE bigint, ALTER COLUMN n SET NOT NULL",
                "t SetType { column: \"n\" }; t SetNotNull { column: \"n\" }",
            ),
            ("ALTER TABLE t DROP CONSTRAINT c", "t Other"),
            (
                "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NOT VALID",
                "t AddCheck { is_later: true }",
            ),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY i ON s.t (\"A\", b DESC)",
                "t AddUnique { columns: [\"\\\"A\\\"\", \"b\"], is_concurrent: true }",
            ),
            (
                "CREATE UNIQUE INDEX ON t (lower(a))",
                "t AddUnique { columns: [], is_concurrent: false }",
            ),
        ];
        for (sql, want) in postgres {
            assert_eq!(read(sql, Dialect::Postgres), want, "{sql}");
        }
        let mariadb = Dialect::MySql { returning: true };
        assert_eq!(
            read(
                "ALTER TABLE `t` CHANGE COLUMN a b BIGINT NOT NULL, ADD UNIQUE KEY k (a)",
                mariadb
            ),
            "t SetType { column: \"a\" }; t AddUnique { columns: [\"a\"], is_concurrent: false }"
        );
        assert_eq!(read("DELETE FROM [a t]", Dialect::Sqlite), "a t Delete");
        assert_eq!(
            read("ALTER TABLE t RENAME TO u", Dialect::Sqlite),
            "t RenameTable"
        );
    }

    #[test]
    fn a_name_is_a_whole_word_and_no_text() {
        let names = |sql| names(sql, "note", Dialect::Postgres);
        assert!(names("ALTER TABLE Note ADD x"));
        assert!(names("ALTER TABLE \"note\" ADD x"));
        assert!(names("DO $$ BEGIN DROP TABLE note; END $$"));
        assert!(!names("ALTER TABLE notes ADD footnote"));
        assert!(!names("SELECT 'note'"));
        assert!(!names("ALTER TABLE \"Note\" ADD x"));
    }

    #[test]
    fn no_text_stops_the_reader() {
        let words = [
            "ALTER", "TABLE", "t", "ADD", "(", ")", ",", "DROP", "UNIQUE", "'", "$$", "\"", "[",
            "é", "ON",
        ];
        for one in words {
            for two in words {
                for three in words {
                    let sql = format!("ALTER TABLE t {one} {two} {three}");
                    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                        acts(&sql, dialect);
                        acts(&format!("CREATE INDEX {one} {two}{three}"), dialect);
                        acts(&format!("{one}{two} {three}"), dialect);
                    }
                }
            }
        }
    }
}
