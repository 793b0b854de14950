//! What a row of a statement is read into.

use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::value::{ColumnType, DecodeError, Kind, Row, RowReader, Value};

/// What a row of your own statement is read into: a model or a struct with `#[derive(FromRow)]`, by the names of the columns; a tuple
/// of values, by position.
#[diagnostic::on_unimplemented(
    message = "a row cannot be read into `{Self}`",
    label = "expected a model, a struct with `#[derive(FromRow)]`, or a tuple",
    note = "a single value is read by `.value()`, those of all rows by `.values()`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// The columns that are read, by name; none where they are read by position.
    #[doc(hidden)]
    fn columns() -> Option<Vec<&'static str>>;

    /// Reads the columns in this order, one after the other.
    #[doc(hidden)]
    fn read(row: &mut Row<'_>) -> Result<Self, DecodeError>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> FromRow for M {
    fn columns() -> Option<Vec<&'static str>> {
        let fields = M::metadata().fields().iter();
        Some(fields.map(|field| field.column()).collect())
    }

    fn read(row: &mut Row<'_>) -> Result<Self, DecodeError> {
        M::read(row)
    }
}

macro_rules! tuples {
    ($($($ty:ident)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($ty: ColumnType),*> FromRow for ($($ty,)*) {
            fn columns() -> Option<Vec<&'static str>> {
                None
            }

            fn read(row: &mut Row<'_>) -> Result<Self, DecodeError> {
                Ok(($(row.read::<$ty>()?,)*))
            }
        }
    )* };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
}

/// How rows of one statement are read.
pub(super) struct Reading {
    /// The columns of the statement.
    names: Vec<String>,
    /// Which of them are read, one after the other.
    places: Vec<usize>,
}

impl Reading {
    /// Known from any row.
    pub(super) fn of<T: FromRow>(row: &mut dyn RowReader) -> Result<Reading> {
        let names = row.columns();
        let places = match T::columns() {
            None => Ok((0..names.len()).collect()),
            Some(wanted) => wanted.iter().map(|name| place(name, &names)).collect(),
        };
        match places {
            Ok(places) => Ok(Reading { names, places }),
            Err(why) => Err(failed::<T>(&why)),
        }
    }

    pub(super) fn read<T: FromRow>(&self, row: &mut dyn RowReader) -> Result<T> {
        let mut chosen = Chosen {
            row,
            places: &self.places,
        };
        let mut row = Row::new(&mut chosen, 0);
        T::read(&mut row).map_err(|error| {
            let name = self
                .places
                .get(row.at())
                .map(|place| self.names[*place].as_str());
            let (reason, source) = error.into_parts();
            let why = match name {
                Some(name) => format!("column `{name}`: {reason}"),
                None => format!("the statement gives only {}", listed(&self.names)),
            };
            match source {
                Some(source) => failed::<T>(&why).with_source(source),
                None => failed::<T>(&why),
            }
        })
    }
}

fn failed<T>(why: &str) -> Error {
    let whole = std::any::type_name::<T>();
    // Without the paths, also of what a tuple holds.
    let mut short = String::new();
    for part in whole.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    let message = format!("cannot read a row into `{short}`: {why}");
    Error::new(ErrorKind::Decode, message)
}

/// Where the only column of this name is. Databases do not mind case in the names of columns.
fn place(name: &str, columns: &[String]) -> Result<usize, String> {
    let exact = columns.iter().filter(|column| *column == name).count();
    let is_it = |column: &String| match exact {
        0 => column.eq_ignore_ascii_case(name),
        _ => column == name,
    };
    let mut places = (0..columns.len()).filter(|at| is_it(&columns[*at]));
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(format!(
            "the statement gives several columns `{name}`\nhelp: give all but one another name by AS"
        )),
        (None, _) => Err(format!(
            "the statement gives no column `{name}`; it gives {}",
            listed(columns)
        )),
    }
}

fn listed(columns: &[String]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    columns.join(", ")
}

/// Some columns of a row, in an order of their own.
struct Chosen<'r> {
    row: &'r mut dyn RowReader,
    places: &'r [usize],
}

impl Chosen<'_> {
    fn place(&self, at: usize) -> Result<usize, DecodeError> {
        let place = self.places.get(at).copied();
        place.ok_or_else(|| DecodeError::new("there is no such column"))
    }
}

macro_rules! pass_on {
    ($($(#[$cfg:meta])? $name:ident -> $ty:ty;)*) => { $(
        $(#[$cfg])?
        fn $name(&mut self, at: usize) -> Result<$ty, DecodeError> {
            self.row.$name(self.place(at)?)
        }
    )* };
}

impl RowReader for Chosen<'_> {
    fn columns(&self) -> Vec<String> {
        let columns = self.row.columns();
        self.places
            .iter()
            .map(|place| columns[*place].clone())
            .collect()
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError> {
        self.row.list(self.place(at)?, of)
    }

    pass_on! {
        is_null -> bool;
        int -> i64;
        uint -> u64;
        float -> f64;
        boolean -> bool;
        text -> String;
        bytes -> Vec<u8>;
        #[cfg(feature = "chrono")] date -> chrono::NaiveDate;
        #[cfg(feature = "chrono")] time -> chrono::NaiveTime;
        #[cfg(feature = "chrono")] date_time -> chrono::NaiveDateTime;
        #[cfg(feature = "chrono")] date_time_utc -> chrono::DateTime<chrono::Utc>;
        #[cfg(feature = "uuid")] uuid -> uuid::Uuid;
        #[cfg(feature = "rust_decimal")] decimal -> rust_decimal::Decimal;
        #[cfg(feature = "serde_json")] json -> serde_json::Value;
    }
}
