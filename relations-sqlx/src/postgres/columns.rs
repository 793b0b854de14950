//! The columns of a statement.

use super::reader::Reader;
use sqlx::postgres::{PgColumn, PgRow, PgTypeInfo, PgTypeKind};
use sqlx::{Column, Postgres, Row, Type};

/// What the columns of a statement hold, as far as it is asked for often. Found once, and not for each row.
#[derive(Default)]
pub(super) struct Columns(Vec<Form>);

#[derive(Clone, Copy)]
pub(super) enum Form {
    Int2,
    Int4,
    Int8,
    Text,
    Other,
}

impl Columns {
    /// A reader of the next row of the statement.
    pub(super) fn read<'r>(&'r mut self, row: &'r PgRow) -> Reader<'r> {
        if self.0.is_empty() {
            let types = row.columns().iter().map(PgColumn::type_info);
            self.0 = types.map(Form::of).collect();
        }
        Reader::new(row, &self.0)
    }
}

impl Form {
    fn of(info: &PgTypeInfo) -> Form {
        if <i64 as Type<Postgres>>::compatible(info) {
            Form::Int8
        } else if <i32 as Type<Postgres>>::compatible(info) {
            Form::Int4
        } else if <i16 as Type<Postgres>>::compatible(info) {
            Form::Int2
        } else if <String as Type<Postgres>>::compatible(info) {
            Form::Text
        } else {
            match info.kind() {
                PgTypeKind::Enum(_) => Form::Text,
                PgTypeKind::Domain(of) => Form::of(of),
                _ => Form::Other,
            }
        }
    }
}
