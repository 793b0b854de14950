//! What stands for a type that is not a column type, so that its model has metadata and the one error is at the field.
//!
//! Only a program that does not compile has it. A derive cannot see whether a type is a column type, so it asks
//! [`ColumnProbe`] of any whose name it does not know; how that works is told in `probe`.

use crate::model::key::{Key, KeyColumn};
use crate::model::nullability::Required;
use crate::model::probe::Flag;
#[cfg(feature = "serde_json")]
use crate::value::{AsJson, OptionalJson};
use crate::value::{ColumnType, DecodeError, IntoField, Kind, RowReader, Value};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// What a column holds: the type of its field, or `Unstored` where that is not a column type.
pub type ColumnOf<T, const IS_COLUMN: bool> = <Flag<IS_COLUMN> as Holds<T>>::Type;

/// See [`ColumnOf`].
pub trait Holds<T> {
    /// The type.
    type Type;
}

impl<T> Holds<T> for Flag<true> {
    type Type = T;
}

impl<T> Holds<T> for Flag<false> {
    type Type = Unstored<T>;
}

/// Whether a type is a column type, and how its values become those of [`ColumnOf`] and back.
#[derive(Debug)]
pub struct ColumnProbe<T>(PhantomData<T>);

impl<T: ColumnType> ColumnProbe<T> {
    /// Whether the type is a column type.
    pub const IS_COLUMN: bool = true;

    /// The field's value of what a column holds.
    pub fn restore(value: T) -> T {
        value
    }

    /// What a column holds of the field's value.
    pub fn get(value: &T) -> &T {
        value
    }
}

/// See [`ColumnProbe`].
pub trait NotColumn {
    /// The type.
    type Field;
    /// Whether the type is a column type.
    const IS_COLUMN: bool = false;

    /// See [`ColumnProbe`].
    fn restore(_: Unstored<Self::Field>) -> Self::Field {
        never()
    }

    /// See [`ColumnProbe`].
    fn get(_: &Self::Field) -> &Unstored<Self::Field> {
        never()
    }
}

impl<T> NotColumn for ColumnProbe<T> {
    type Field = T;
}

/// The type of a model's field at a position, which must be a column type. Nothing is found by way of this trait: its impl
/// is where the compiler reports a type that is none.
pub trait DeclaredAt<const AT: usize> {
    /// The type.
    type Type;
}

/// A type that is not a column type, as what all that follows from it may take it for: a column, a key, the type of any
/// value given for it.
pub struct Unstored<T>(PhantomData<fn() -> T>);

fn never() -> ! {
    unreachable!("a model with a field of no column type does not compile")
}

impl<T> fmt::Debug for Unstored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unstored")
    }
}

impl<T> Clone for Unstored<T> {
    fn clone(&self) -> Self {
        never()
    }
}

impl<T> PartialEq for Unstored<T> {
    fn eq(&self, _: &Self) -> bool {
        never()
    }
}

impl<T> Eq for Unstored<T> {}

impl<T> Hash for Unstored<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static> Key for Unstored<T> {
    fn push_values(&self, _: &mut Vec<Value>) {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static> KeyColumn for Unstored<T> {
    type Key = Self;
    type Need = Required;
}

#[diagnostic::do_not_recommend]
impl<T: 'static> ColumnType for Unstored<T> {
    type Base = Self;
    type This = Self;
    // Not the name of any type: see `FieldMetadata::is_column`.
    const NAME: &'static str = "";
    const KIND: Kind = Kind::Bool;

    fn read(_: &mut dyn RowReader, _: usize) -> Result<Self, DecodeError> {
        never()
    }

    fn into_value(self) -> Value {
        never()
    }

    fn to_value(&self) -> Value {
        never()
    }
}

macro_rules! into_unstored {
    ($($value:ty => $field:ty $(, $N:ident)?;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<T $(, const $N: usize)?> IntoField<Unstored<$field>> for $value {
            fn into_field(self) -> Unstored<$field> {
                never()
            }
        }
    )* };
}

into_unstored! {
    T => T;
    &T => T;
    T => Option<T>;
    &T => Option<T>;
    [T; N] => Vec<T>, N;
    &[T] => Vec<T>;
}

#[cfg(feature = "serde_json")]
into_unstored! {
    T => AsJson<T>;
    &T => AsJson<T>;
    T => OptionalJson<T>;
    &T => OptionalJson<T>;
    Option<T> => OptionalJson<T>;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    #[test]
    fn a_probe_answers_for_any_type() {
        const { assert!(ColumnProbe::<Option<i64>>::IS_COLUMN) };
        const { assert!(!ColumnProbe::<Plain>::IS_COLUMN) };
        const { assert!(!ColumnProbe::<Option<Plain>>::IS_COLUMN) };
    }
}
