//! How SQLite is asked for its tables.

use crate::catalog::Catalog;
use relations_core::catalog::{Check, Column, Index, Table, TableName};
use sea_query::Values;

pub(super) const CATALOG: Catalog = Catalog {
    columns: COLUMNS,
    keys: KEYS,
    foreign_keys: FOREIGN_KEYS,
    constraint: CONSTRAINT,
    placeholder: |at| format!("?{at}"),
    complete_column,
    complete_index,
    tables: TABLES,
    texts: "",
    complete_table,
};

/// A query for the triggers of a table, which may be temporary where the table is not.
pub(super) fn triggers(table: &TableName) -> (String, Values) {
    let schema = table
        .schema
        .as_deref()
        .unwrap_or("main")
        .replace('"', "\"\"");
    let sql = format!(
        "SELECT 1 FROM (SELECT type, tbl_name FROM \"{schema}\".sqlite_schema \
         UNION ALL SELECT type, tbl_name FROM temp.sqlite_schema) \
         WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE LIMIT 1"
    );
    (sql, Values(vec![table.name.as_str().into()]))
}

// Neither virtual tables nor what they keep their rows in, nor those of SQLite itself.
const TABLES: &str = "\
SELECT l.schema, l.name, NULL, \
  (SELECT s.sql FROM main.sqlite_schema AS s WHERE l.schema = 'main' AND s.type = 'table' AND s.name = l.name) \
FROM pragma_table_list AS l \
WHERE l.type IN ('table', 'view') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND l.schema = coalesce(nullif(?1, ''), 'main') \
ORDER BY l.name";

// A table is looked for in the temporary database, in the main one, then in those that are attached. The collation is in the
// text of the table alone, which those of attached databases do not show here.
const COLUMNS: &str = "\
SELECT l.schema, l.name, 1, 1, l.type = 'view', c.name, c.type, c.\"notnull\" = 0 AND c.pk = 0, c.dflt_value, \
  CASE WHEN c.hidden IN (2, 3) THEN 'computed' \
    WHEN c.pk = 1 AND upper(c.type) = 'INTEGER' AND l.wr = 0 AND 1 = \
      (SELECT count(*) FROM pragma_table_xinfo(l.name, l.schema) AS o WHERE o.pk > 0) THEN 'counted' END, \
  (SELECT s.sql FROM main.sqlite_schema AS s WHERE l.schema = 'main' AND s.type = 'table' AND s.name = l.name), NULL, \
  l.schema = 'main' AND EXISTS (SELECT 1 FROM main.sqlite_schema AS s WHERE s.type = 'trigger' \
    AND s.tbl_name = l.name COLLATE NOCASE AND s.name = 'on_update_' || l.name || '.' || c.name COLLATE NOCASE) \
FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name, l.schema) AS c \
WHERE l.name COLLATE NOCASE IN ({names}) AND c.hidden <> 1 AND '' IN ({schemas}) \
ORDER BY CASE l.schema WHEN 'temp' THEN 0 WHEN 'main' THEN 1 ELSE 2 END, l.schema, l.name, c.cid";

// A primary key that numbers rows has no index of its own; that of another is found by its columns.
const KEYS: &str = "\
SELECT l.schema, l.name, '', 1, 1, NULL, c.name, c.pk AS place \
FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name, l.schema) AS c \
WHERE l.name COLLATE NOCASE IN ({names}) AND c.pk > 0 AND '' IN ({schemas}) \
UNION ALL \
SELECT l.schema, l.name, i.name, 0, i.\"unique\", \
  CASE WHEN i.partial THEN coalesce((SELECT s.sql FROM main.sqlite_schema AS s \
    WHERE l.schema = 'main' AND s.type = 'index' AND s.name = i.name), '') END, x.name, x.seqno \
FROM pragma_table_list AS l JOIN pragma_index_list(l.name, l.schema) AS i \
  JOIN pragma_index_xinfo(i.name, l.schema) AS x \
WHERE l.name COLLATE NOCASE IN ({names}) AND i.origin <> 'pk' AND x.key = 1 \
ORDER BY 1, 2, 3, 8";

// A key that names no column refers to the primary key.
const FOREIGN_KEYS: &str = "\
SELECT l.schema, l.name, CAST(f.id AS TEXT), NULL, f.\"from\", l.schema, f.\"table\", \
  coalesce(f.\"to\", \
    (SELECT p.name FROM pragma_table_xinfo(f.\"table\", l.schema) AS p WHERE p.pk = f.seq + 1)), \
  f.on_delete, f.on_update \
FROM pragma_table_list AS l JOIN pragma_foreign_key_list(l.name, l.schema) AS f \
WHERE l.name COLLATE NOCASE IN ({names}) AND '' IN ({schemas}) \
ORDER BY l.schema, l.name, f.id, f.seq";

// SQLite names an index alone where it is one of expressions; the columns that they use are in its text.
const CONSTRAINT: &str = "\
SELECT c.name FROM main.sqlite_schema AS s JOIN pragma_table_xinfo(s.tbl_name) AS c \
WHERE ?1 IN ('', 'main') AND s.type = 'index' AND s.tbl_name = ?2 COLLATE NOCASE AND s.name = ?3 COLLATE NOCASE \
  AND replace(replace(replace(replace(substr(s.sql, instr(s.sql, '(')), '(', ' '), ')', ' '), ',', ' '), '\"', ' ') \
    LIKE '% ' || c.name || ' %' \
ORDER BY c.cid";

/// The collation, for which the statement gives the text of the whole table.
fn complete_column(column: &mut Column) {
    if let Some(table) = column.collation.take() {
        let collation = collation_of(&table, &column.name);
        column.collation = Some(collation.unwrap_or_else(|| "BINARY".to_owned()));
    }
}

/// The condition, for which the statement gives the text of the whole index.
fn complete_index(index: &mut Index) {
    if let Some(text) = &index.condition {
        let words = words(text);
        let at = words
            .iter()
            .rposition(|word| word.eq_ignore_ascii_case("where"));
        let condition = at.map(|at| words[at + 1..].join(" "));
        index.condition = Some(condition.unwrap_or_default());
    }
}

/// Checks, and comments behind columns, which are in the text of the table alone.
fn complete_table(table: &mut Table, text: &str) {
    table.checks = checks_of(text).into_iter().map(Check::from).collect();
    for (column, comment) in comments_of(text) {
        let mut columns = table.columns.iter_mut();
        if let Some(column) = columns.find(|other| other.name.eq_ignore_ascii_case(&column)) {
            column.comment.get_or_insert(comment);
        }
    }
}

/// What stands in the brackets behind each CHECK of a table's definition.
fn checks_of(table: &str) -> Vec<String> {
    let words = words(table);
    let mut checks = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            word if depth == 1 && word.eq_ignore_ascii_case("check") => {
                let end = end_of_brackets(&words, at);
                checks.extend(words.get(at + 1..end).map(|words| words.join(" ")));
                at = end + 1;
            }
            _ => {}
        }
    }
    checks
}

/// The place of the bracket that closes the one at `start`.
fn end_of_brackets(words: &[String], start: usize) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate().skip(start) {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    words.len()
}

/// Columns and the comments that stand behind their definitions, on the same line.
fn comments_of(table: &str) -> Vec<(String, String)> {
    let mut comments = Vec::new();
    let mut before = String::new();
    let mut column = None;
    for line in table.lines() {
        let start = before.len();
        before.push_str(line);
        before.push('\n');
        let Some((code, comment)) = line.split_once("--") else {
            column = last_column(&before).or(column);
            continue;
        };
        let code = before[..start].to_owned() + code;
        let is_quoted = code.matches('\'').count() % 2 == 1;
        let is_alone = code[start..].trim().is_empty();
        column = last_column(&code).or(column);
        if let (Some(column), false, false) = (&column, is_quoted, is_alone) {
            comments.push((column.clone(), comment.trim().to_owned()));
        }
    }
    comments
}

/// The first word of the last definition that has begun.
fn last_column(code: &str) -> Option<String> {
    let words = words(code);
    let start = words.iter().position(|word| word == "(")? + 1;
    let mut depth = 0;
    let mut last = words.get(start);
    for (at, word) in words.iter().enumerate().skip(start) {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => last = words.get(at + 1).or(last),
            _ => {}
        }
    }
    last.map(|word| unquoted(word))
}

/// What stands behind COLLATE in the definition of a column.
fn collation_of(table: &str, column: &str) -> Option<String> {
    let words = words(table);
    let start = words.iter().position(|word| word == "(")? + 1;
    let mut depth = 0;
    let mut is_first = true;
    let mut is_column = false;
    let mut words = words[start..].iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => {
                is_first = true;
                continue;
            }
            _ => {}
        }
        if is_first {
            is_column = unquoted(word).eq_ignore_ascii_case(column);
            is_first = false;
        } else if is_column && depth == 0 && word.eq_ignore_ascii_case("collate") {
            return words.next().map(|word| unquoted(word));
        }
    }
    None
}

fn unquoted(word: &str) -> String {
    let quotes = |letter| matches!(letter, '"' | '`' | '[' | ']' | '\'');
    word.trim_matches(quotes).to_owned()
}

/// The words of a text in SQL, without comments; each bracket and comma is one, and what is quoted too.
fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let closing = match letter {
            '"' | '`' | '\'' => Some(letter),
            '[' => Some(']'),
            _ => None,
        };
        let next = letters.peek().copied();
        if let Some(closing) = closing {
            word.push(letter);
            word.extend(letters.by_ref().take_while(|letter| *letter != closing));
            word.push(closing);
        } else if letter == '-' && next == Some('-') {
            letters.by_ref().find(|letter| *letter == '\n');
        } else if letter == '/' && next == Some('*') {
            let mut before = ' ';
            letters.by_ref().skip(1).find(|letter| {
                let is_end = before == '*' && *letter == '/';
                before = *letter;
                is_end
            });
        } else if letter.is_whitespace() || "(),".contains(letter) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            words.extend("(),".contains(letter).then(|| letter.to_string()));
        } else {
            word.push(letter);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::{checks_of, collation_of, comments_of, complete_index};
    use relations_core::catalog::Index;

    #[test]
    fn the_collation_of_a_column_is_in_the_text_of_its_table() {
        let table = "CREATE TABLE \"a\" (\n \"id\" INTEGER PRIMARY KEY, -- collate x, y\n \
            [the name] VARCHAR(20) DEFAULT ('(, collate z') COLLATE NOCASE NOT NULL, /* , */ plain TEXT,\n \
            CONSTRAINT u UNIQUE (plain COLLATE RTRIM))";
        assert_eq!(collation_of(table, "The Name").as_deref(), Some("NOCASE"));
        assert_eq!(collation_of(table, "id"), None);
        assert_eq!(collation_of(table, "plain"), None);
    }

    #[test]
    fn checks_and_comments_are_in_the_text_of_a_table() {
        let table = "CREATE TABLE \"check\" ( -- all of them\n id INTEGER PRIMARY KEY, -- its number\n \
            -- alone\n \"the name\" TEXT CHECK (length(\"the name\") > 1 -- two\n AND 1 IN (1, 2)), -- as said, 'so'\n \
            kind TEXT DEFAULT 'check (1)' /* -- no */ NOT NULL,\n CONSTRAINT c check(kind <> ',)'))";
        let checks = [
            "length ( \"the name\" ) > 1 AND 1 IN ( 1 , 2 )",
            "kind <> ',)'",
        ];
        assert_eq!(checks_of(table), checks);
        let comments = comments_of(table);
        assert!(comments.contains(&("id".to_owned(), "its number".to_owned())));
        assert!(comments.contains(&("the name".to_owned(), "as said, 'so'".to_owned())));
        assert_eq!(checks_of("CREATE TABLE a (b CHECK"), [""; 0]);
    }

    #[test]
    fn the_condition_of_an_index_is_in_its_text() {
        let mut index = Index::default();
        index.columns = vec![Some("b".to_owned())];
        index.condition = Some("CREATE UNIQUE INDEX i ON a (b) WHERE b IS NOT NULL".to_owned());
        complete_index(&mut index);
        assert_eq!(index.condition.as_deref(), Some("b IS NOT NULL"));
        assert!(index.covers_all_rows());
    }
}
