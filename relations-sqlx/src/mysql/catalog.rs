//! How MySQL and MariaDB are asked for their tables.

use crate::catalog::Catalog;
use relations_core::catalog::Column;

pub(super) const CATALOG: Catalog = Catalog {
    columns: COLUMNS,
    keys: KEYS,
    foreign_keys: FOREIGN_KEYS,
    constraint: CONSTRAINT,
    placeholder: |_| "?".to_owned(),
    complete_column,
    complete_index: |_| {},
    tables: TABLES,
    texts: TEXTS,
    complete_table: |_, _| {},
};

const TABLES: &str = "\
SELECT TABLE_SCHEMA, TABLE_NAME, CASE WHEN TABLE_TYPE NOT LIKE '%VIEW' THEN TABLE_COMMENT END, CAST(NULL AS CHAR) \
FROM information_schema.TABLES \
WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') AND TABLE_SCHEMA = COALESCE(NULLIF(?, ''), DATABASE()) \
ORDER BY TABLE_NAME";

// Names of checks are unique within a table on MariaDB, and within a schema on MySQL, which has no table beside them. What stands
// in `/*M! */` only MariaDB reads.
const TEXTS: &str = "\
SELECT s.name, x.owner, x.part, x.text, x.named FROM (SELECT COALESCE(NULLIF(?, ''), DATABASE()) AS name) AS s JOIN ( \
  SELECT TABLE_SCHEMA AS home, TABLE_NAME AS owner, COLUMN_NAME AS part, COLUMN_COMMENT AS text, CAST(NULL AS CHAR) AS named \
  FROM information_schema.COLUMNS WHERE COLUMN_COMMENT <> '' \
  UNION ALL \
  SELECT t.TABLE_SCHEMA, t.TABLE_NAME, COALESCE(NULL /*M!, CASE WHEN k.LEVEL = 'Column' THEN k.CONSTRAINT_NAME END */), k.CHECK_CLAUSE, k.CONSTRAINT_NAME \
  FROM information_schema.TABLE_CONSTRAINTS t JOIN information_schema.CHECK_CONSTRAINTS k \
    ON k.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = t.CONSTRAINT_NAME /*M! AND k.TABLE_NAME = t.TABLE_NAME */ \
  WHERE t.CONSTRAINT_TYPE = 'CHECK' \
) AS x ON x.home = s.name \
ORDER BY x.owner, x.part, x.text";

// MariaDB writes NULL where there is no default. "DEFAULT_GENERATED" of MySQL is a default that is an expression.
const COLUMNS: &str = "\
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_SCHEMA = DATABASE(), @@lower_case_table_names > 0, \
  t.TABLE_TYPE LIKE '%VIEW', c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE = 'YES', \
  NULLIF(c.COLUMN_DEFAULT, 'NULL'), \
  CASE WHEN c.EXTRA LIKE '% GENERATED%' THEN 'computed' WHEN c.EXTRA LIKE '%auto_increment%' THEN 'counted' END, \
  c.COLLATION_NAME, CAST(NULL AS CHAR), c.EXTRA LIKE '%on update%' \
FROM information_schema.TABLES t \
  JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME \
WHERE t.TABLE_NAME IN ({names}) AND t.TABLE_SCHEMA IN (DATABASE(), {schemas}) \
ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.ORDINAL_POSITION";

// Indexes by which an equal value is found.
const KEYS: &str = "\
SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, INDEX_NAME = 'PRIMARY', NON_UNIQUE = 0, CAST(NULL AS CHAR), COLUMN_NAME \
FROM information_schema.STATISTICS \
WHERE INDEX_TYPE IN ('BTREE', 'HASH') AND TABLE_NAME IN ({names}) AND TABLE_SCHEMA IN (DATABASE(), {schemas}) \
ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

const FOREIGN_KEYS: &str = "\
SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, \
  k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE \
FROM information_schema.KEY_COLUMN_USAGE k \
  JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA \
    AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME \
WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND k.TABLE_NAME IN ({names}) \
  AND k.TABLE_SCHEMA IN (DATABASE(), {schemas}) \
ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

const CONSTRAINT: &str = "\
SELECT COLUMN_NAME FROM information_schema.STATISTICS \
WHERE TABLE_SCHEMA = COALESCE(NULLIF(?, ''), DATABASE()) AND TABLE_NAME = ? AND INDEX_NAME = ? AND COLUMN_NAME IS NOT NULL \
ORDER BY SEQ_IN_INDEX";

/// An enum has its texts in its type, and the first of them as its default where it has none:
/// <https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html>.
fn complete_column(column: &mut Column) {
    let texts = column.type_name.strip_prefix("enum(");
    let Some(texts) = texts.and_then(|texts| texts.strip_suffix(')')) else {
        return;
    };
    column.values = texts_of(texts);
    if !column.is_nullable && column.default.is_none() {
        column.default = column.values.first().map(|first| format!("'{first}'"));
    }
}

/// The texts of `'a','it''s'`.
fn texts_of(listed: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut letters = listed.chars().peekable();
    while letters.any(|letter| letter == '\'') {
        let mut text = String::new();
        while let Some(letter) = letters.next() {
            if letter == '\'' && letters.next_if_eq(&'\'').is_none() {
                break;
            }
            text.push(letter);
        }
        texts.push(text);
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::texts_of;

    #[test]
    fn the_texts_of_an_enum() {
        assert_eq!(texts_of("'a','it''s, b',''"), ["a", "it's, b", ""]);
    }
}
