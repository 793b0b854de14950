//! PostgreSQL's errors as sqlx gives them.

use super::codes;
use crate::fault::Fault;
use crate::over_sqlx::DatabaseErrors;
use relations_core::{ErrorKind, Violation};
use sqlx::Postgres;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

impl DatabaseErrors for Postgres {
    fn fault(error: &dyn DatabaseError) -> Fault {
        let error = error.try_downcast_ref::<PgDatabaseError>();
        error.map_or(Fault::Refused(ErrorKind::Database), codes::fault)
    }

    fn violation(error: &dyn DatabaseError) -> Violation {
        let error = error.try_downcast_ref::<PgDatabaseError>();
        error.map(violation).unwrap_or_default()
    }
}

/// What PostgreSQL says of a violated constraint: names apart, and texts in the language of `lc_messages`.
#[derive(Default)]
struct Told<'e> {
    constraint: Option<&'e str>,
    table: Option<&'e str>,
    column: Option<&'e str>,
    message: &'e str,
    detail: Option<&'e str>,
}

fn violation(error: &PgDatabaseError) -> Violation {
    Told {
        constraint: error.constraint(),
        table: error.table(),
        column: error.column(),
        message: error.message(),
        detail: error.detail(),
    }
    .violation()
}

impl Told<'_> {
    fn violation(&self) -> Violation {
        let mut violation = Violation::default();
        violation.constraint = self.constraint.map(str::to_owned);
        violation.table = self.table.map(str::to_owned);
        violation.still_referred = self.names_two_tables();
        let columns = match self.column {
            Some(column) => vec![column.to_owned()],
            // What a delete violates is a key of another table, and the detail lists the columns here.
            None if violation.still_referred => Vec::new(),
            None => self.listed_columns().unwrap_or_default(),
        };
        // An index of expressions has columns that are none.
        if !columns.iter().any(|column| column.contains('(')) {
            violation.columns = columns;
        }
        violation
    }

    /// The columns of "Key (a, b)=(1, 2) already exists.", whose middle is the same in all languages.
    fn listed_columns(&self) -> Option<Vec<String>> {
        let (before, _) = self.detail?.split_once(")=(")?;
        let (_, columns) = before.split_once('(')?;
        let columns = columns.split(", ");
        Some(
            columns
                .map(|name| name.trim_matches('"').to_owned())
                .collect(),
        )
    }

    /// Whether a row is still referred to: "update or delete on table "a" violates foreign key constraint "b" on table "c"" has three
    /// names in quotes, in all languages, where the other violation has two.
    fn names_two_tables(&self) -> bool {
        let (Some(constraint), Some(table)) = (self.constraint, self.table) else {
            return false;
        };
        // A name may have quotes too.
        let message = self.message.replace(constraint, "").replace(table, "");
        let quotes = message.chars().filter(|letter| "\"«»„“”".contains(*letter));
        quotes.count() > 4
    }
}

#[cfg(test)]
mod tests {
    use super::Told;

    /// The message and the detail of an insert and of a delete, as translated for PostgreSQL 15.
    const TRANSLATED: [[&str; 4]; 7] = [
        [
            "insert or update on table \"pet\" violates foreign key constraint \"of\"",
            "Key (a, b)=(1, 2) is not present in table \"owner\".",
            "update or delete on table \"owner\" violates foreign key constraint \"of\" on table \"pet\"",
            "Key (id)=(1) is still referenced from table \"pet\".",
        ],
        [
            "Einfügen oder Aktualisieren in Tabelle »pet« verletzt Fremdschlüssel-Constraint »of«",
            "Schlüssel (a, b)=(1, 2) ist nicht in Tabelle »owner« vorhanden.",
            "Aktualisieren oder Löschen in Tabelle »owner« verletzt Fremdschlüssel-Constraint »of« von Tabelle »pet«",
            "Auf Schlüssel (id)=(1) wird noch aus Tabelle »pet« verwiesen.",
        ],
        [
            "inserción o actualización en la tabla «pet» viola la llave foránea «of»",
            "La llave (a, b)=(1, 2) no está presente en la tabla «owner».",
            "update o delete en «owner» viola la llave foránea «of» en la tabla «pet»",
            "La llave (id)=(1) todavía es referida desde la tabla «pet».",
        ],
        [
            "une instruction insert ou update sur la table « pet » viole la contrainte de clé\nétrangère « of »",
            "La clé (a, b)=(1, 2) n'est pas présente dans la table « owner ».",
            "UPDATE ou DELETE sur la table « owner » viole la contrainte de clé étrangère « of » de la table « pet »",
            "La clé (id)=(1) est toujours référencée à partir de la table « pet ».",
        ],
        [
            "la INSERT o l'UPDATE sulla tabella \"pet\" viola il vincolo di chiave esterna \"of\"",
            "La chiave (a, b)=(1, 2) non è presente nella tabella \"owner\".",
            "l'istruzione UPDATE o DELETE sulla tabella \"owner\" viola il vincolo di chiave esterna \"of\" sulla tabella \"pet\"",
            "La chiave (id)=(1) è ancora referenziata dalla tabella \"pet\".",
        ],
        [
            "テーブル\"pet\"への挿入、更新は外部キー制約\"of\"に違反しています",
            "テーブル\"owner\"にキー(a, b)=(1, 2)がありません",
            "テーブル\"owner\"の更新または削除は、テーブル\"pet\"の外部キー制約\"of\"に違反します",
            "キー(id)=(1)はまだテーブル\"pet\"から参照されています",
        ],
        [
            "插入或更新表 \"pet\" 违反外键约束 \"of\"",
            "键值对(a, b)=(1, 2)没有在表\"owner\"中出现.",
            "在 \"owner\" 上的更新或删除操作违反了在 \"pet\" 上的外键约束 \"of\"",
            "键值对(id)=(1)仍然是从表\"pet\"引用的.",
        ],
    ];

    #[test]
    fn a_violation_is_understood_in_all_languages() {
        for [inserted, missing, deleted, referred] in TRANSLATED {
            let told = |message, detail| Told {
                constraint: Some("of"),
                table: Some("pet"),
                column: None,
                message,
                detail: Some(detail),
            };
            let violation = told(inserted, missing).violation();
            assert!(!violation.still_referred, "{inserted}");
            assert_eq!(violation.columns, ["a", "b"], "{missing}");
            let violation = told(deleted, referred).violation();
            assert!(violation.still_referred, "{deleted}");
            assert!(violation.columns.is_empty(), "{referred}");
        }
    }

    #[test]
    fn columns_are_read_in_all_languages() {
        for detail in [
            "Key (\"A\", b)=(1, 2) already exists.",
            "Schlüssel »(\"A\", b)=(1, 2)« existiert bereits.",
            "Ключ \"(\"A\", b)=(1, 2)\" уже существует.",
        ] {
            let told = Told {
                detail: Some(detail),
                ..Told::default()
            };
            assert_eq!(told.violation().columns, ["A", "b"], "{detail}");
        }
        let expression = Told {
            detail: Some("Key (lower(name::text))=(a) already exists."),
            ..Told::default()
        };
        assert!(expression.violation().columns.is_empty());
    }
}
