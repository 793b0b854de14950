//! Findings of a migration that was written by hand: of its statements, since nothing else says what it does.

use super::statement::{Act, TableAct, acts};
use relations_core::{ChangeWarningKind, Dialect};

/// What a statement may do, with the query that tells whether it happens.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) kind: ChangeWarningKind,
    pub(super) message: String,
    pub(super) query: Option<String>,
    /// Which of the statements it is.
    pub(super) statement: usize,
}

/// The findings of statements that run one after the other.
pub(super) fn findings(statements: &[&str], dialect: Dialect) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Tables that the migration makes have no rows of before.
    let mut new: Vec<String> = Vec::new();
    for (nth, statement) in statements.iter().enumerate() {
        for act in acts(statement, dialect) {
            if act.act == Act::CreateTable {
                new.push(act.quoted);
            } else if !new.contains(&act.quoted) {
                let mut finder = Finder {
                    act: &act,
                    dialect,
                    statement: nth,
                    findings: &mut findings,
                };
                finder.find();
            }
        }
    }
    findings
}

struct Finder<'f> {
    act: &'f TableAct,
    dialect: Dialect,
    statement: usize,
    findings: &'f mut Vec<Finding>,
}

impl Finder<'_> {
    fn add(&mut self, kind: ChangeWarningKind, message: String, query: Option<String>) {
        self.findings.push(Finding {
            kind,
            message,
            query,
            statement: self.statement,
        });
    }

    fn destroys(&mut self, message: String, query: Option<String>) {
        self.add(ChangeWarningKind::Destructive, message, query);
    }

    fn depends(&mut self, message: String, query: Option<String>) {
        self.add(ChangeWarningKind::DataDependent, message, query);
    }

    fn locks(&mut self, message: String) {
        self.add(ChangeWarningKind::LongLock, message, None);
    }

    fn find(&mut self) {
        let TableAct { table, quoted, .. } = self.act;
        let count = Some(format!("SELECT count(*) FROM {quoted}"));
        let is_postgres = self.dialect == Dialect::Postgres;
        match &self.act.act {
            Act::DropTable => {
                self.destroys(format!("drop table `{table}`: its rows are gone"), count)
            }
            Act::Truncate => {
                self.destroys(format!("empty table `{table}`: its rows are gone"), count)
            }
            Act::Delete => self.destroys(format!("delete rows of `{table}`: they are gone"), None),
            Act::Update { all: true } => {
                let message =
                    format!("update all rows of `{table}`: they are locked until the end");
                self.locks(message);
            }
            Act::DropColumn { column } => {
                let query = format!(
                    "SELECT count(*) FROM {quoted} WHERE {} IS NOT NULL",
                    self.name(column)
                );
                let message = format!("drop column `{table}.{column}`: its values are gone");
                self.destroys(message, Some(query));
            }
            Act::AddColumn {
                column,
                is_open: true,
            } => {
                let message = format!(
                    "add column `{table}.{column}`: rows that are there have no value for it"
                );
                self.depends(message, count);
            }
            Act::SetType { column } => {
                let what = format!("change column `{table}.{column}`");
                self.depends(format!("{what}: values that do not fit refuse it"), None);
                self.locks(format!(
                    "{what}: the rows may be written anew while the table is locked"
                ));
            }
            Act::SetNotNull { column } => {
                let what = format!("let `{table}.{column}` no longer be null");
                let query = format!(
                    "SELECT count(*) FROM {quoted} WHERE {} IS NULL",
                    self.name(column)
                );
                self.depends(
                    format!("{what}: rows without a value refuse it"),
                    Some(query),
                );
                self.locks(format!(
                    "{what}: all rows are looked at while the table is locked"
                ));
            }
            Act::AddUnique {
                columns,
                is_concurrent,
            } => {
                let what = format!("make rows of `{table}` unique");
                let columns = Some(columns.join(", ")).filter(|columns| !columns.is_empty());
                let query = columns.map(|columns| {
                    let are_there = columns.replace(", ", " IS NOT NULL AND ");
                    format!("SELECT {columns}, count(*) FROM {quoted} WHERE {are_there} IS NOT NULL GROUP BY {columns} HAVING count(*) > 1")
                });
                self.depends(
                    format!("{what}: two rows with the same values refuse it"),
                    query,
                );
                if is_postgres && !is_concurrent {
                    self.locks(format!("{what}: the table is locked until it is done"));
                }
            }
            Act::AddIndex {
                is_concurrent: false,
            } if is_postgres => {
                let message = format!(
                    "add an index to `{table}`: nobody can write it meanwhile; `CREATE INDEX CONCURRENTLY`, below a line `-- step, apart:`, lets them"
                );
                self.locks(message);
            }
            Act::AddCheck { is_later } => {
                let what = format!("add a check to `{table}`");
                self.depends_on_rows(&what, "rows that do not keep to it refuse it", *is_later);
            }
            Act::AddForeignKey { is_later } => {
                let what = format!("add a foreign key to `{table}`");
                self.depends_on_rows(&what, "rows that refer to no row refuse it", *is_later);
            }
            _ => {}
        }
    }

    fn depends_on_rows(&mut self, what: &str, why: &str, is_later: bool) {
        if is_later {
            return; // `VALIDATE CONSTRAINT` looks at them, without a lock that hinders.
        }
        self.depends(format!("{what}: {why}"), None);
        if self.dialect == Dialect::Postgres {
            self.locks(format!(
                "{what}: all rows are looked at while the table is locked"
            ));
        }
    }

    /// A name in a query, quoted where it would mean another one else.
    fn name(&self, name: &str) -> String {
        let is_plain = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        match is_plain && !name.chars().any(char::is_uppercase) {
            true => name.to_owned(),
            false if matches!(self.dialect, Dialect::MySql { .. }) => {
                format!("`{}`", name.replace('`', "``"))
            }
            false => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }
}
