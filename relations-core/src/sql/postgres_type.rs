//! The types as which PostgreSQL is sent values.

use sea_query::Value as SqlValue;
use std::fmt;
use std::fmt::Write;

/// The type of a value, or of the elements of an array.
#[derive(Clone, Copy)]
pub(crate) struct PostgresType {
    element: Element,
    is_array: bool,
}

macro_rules! elements {
    ($($(#[$feature:meta])? $element:ident $name:expr;)*) => {
        #[derive(Clone, Copy)]
        enum Element {
            /// A text, which takes the type of the column it meets.
            Untyped,
            $($(#[$feature])? $element,)*
        }

        impl Element {
            fn of(value: &SqlValue) -> Element {
                match value {
                    $($(#[$feature])? SqlValue::$element(_) => Element::$element,)*
                    _ => Element::Untyped,
                }
            }

            #[cfg(feature = "postgres")]
            fn of_array(elements: &sea_query::ArrayType) -> Element {
                match elements {
                    $($(#[$feature])? sea_query::ArrayType::$element => Element::$element,)*
                    _ => Element::Untyped,
                }
            }

            /// The name in SQL. An `i64` is what a number is if nothing else is said.
            fn name(self) -> Option<&'static str> {
                match self {
                    Element::Untyped => None,
                    $($(#[$feature])? Element::$element => $name,)*
                }
            }
        }
    };
}

elements! {
    BigInt None;
    BigUnsigned None;
    Bool Some("boolean");
    SmallInt Some("smallint");
    Int Some("integer");
    Float Some("real");
    Double Some("double precision");
    Bytes Some("bytea");
    #[cfg(feature = "chrono")] ChronoDate Some("date");
    #[cfg(feature = "chrono")] ChronoTime Some("time");
    #[cfg(feature = "chrono")] ChronoDateTime Some("timestamp");
    #[cfg(feature = "chrono")] ChronoDateTimeUtc Some("timestamptz");
    #[cfg(feature = "uuid")] Uuid Some("uuid");
    #[cfg(feature = "rust_decimal")] Decimal Some("numeric");
    #[cfg(feature = "serde_json")] Json Some("jsonb");
}

impl PostgresType {
    #[inline]
    pub(crate) fn of(value: &SqlValue) -> PostgresType {
        match value {
            #[cfg(feature = "postgres")]
            SqlValue::Array(elements, _) => PostgresType {
                element: Element::of_array(elements),
                is_array: true,
            },
            value => PostgresType {
                element: Element::of(value),
                is_array: false,
            },
        }
    }

    /// A number that no other type has.
    pub(crate) fn number(self) -> usize {
        self.element as usize * 2 + usize::from(self.is_array)
    }

    /// Writes the placeholder of that number, with its type unless that goes without saying.
    pub(crate) fn write_placeholder(self, number: usize, to: &mut impl Write) -> fmt::Result {
        let brackets = if self.is_array { "[]" } else { "" };
        match self.element.name() {
            Some(name) => write!(to, "CAST(${number} AS {name}{brackets})"),
            None => write!(to, "${number}"),
        }
    }
}
