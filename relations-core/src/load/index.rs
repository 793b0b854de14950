//! An index from keys to positions.

use crate::error::Result;
use crate::load::keys::{KeyColumns, ReadKey};
use crate::model::{FieldMetadata, Rows};
use crate::value::{KeyPart, Kind, RowReader, Value, hash};
use std::hash::{Hash, Hasher};

/// The position of each key among those that are known. Keys of the usual kinds are compared as what they are.
#[derive(Debug)]
pub(crate) enum Index {
    Ints(hash::Map<i64, usize>),
    Texts(hash::Map<String, usize>),
    #[cfg(feature = "uuid")]
    Uuids(hash::Map<uuid::Uuid, usize>),
    /// Of several columns, or of another kind.
    Others(hash::Map<Key, usize>),
}

/// A key as values; floats and the like are no keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key(pub(crate) Vec<Value>);

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for value in &self.0 {
            match value {
                Value::Int(value) => value.hash(state),
                Value::Uint(value) => value.hash(state),
                Value::Text(value) => value.hash(state),
                Value::Bytes(value) => value.hash(state),
                #[cfg(feature = "uuid")]
                Value::Uuid(value) => value.hash(state),
                #[cfg(feature = "chrono")]
                Value::Date(value) => value.hash(state),
                #[cfg(feature = "chrono")]
                Value::Time(value) => value.hash(state),
                #[cfg(feature = "chrono")]
                Value::DateTime(value) => value.hash(state),
                #[cfg(feature = "chrono")]
                Value::DateTimeUtc(value) => value.hash(state),
                _ => {}
            }
        }
    }
}

impl Index {
    /// An index with room for this many keys, which these fields hold.
    pub(crate) fn of(fields: &[&'static FieldMetadata], keys: usize) -> Index {
        let kind = match fields {
            [field] => Some(field.kind),
            _ => None,
        };
        match kind {
            Some(Kind::List(kind)) => Index::of_kind(Some(*kind), keys),
            kind => Index::of_kind(kind, keys),
        }
    }

    fn of_kind(kind: Option<Kind>, keys: usize) -> Index {
        match kind {
            Some(kind) if kind.is_number() => Index::Ints(hash::map_for(keys)),
            Some(Kind::Text) => Index::Texts(hash::map_for(keys)),
            #[cfg(feature = "uuid")]
            Some(Kind::Uuid) => Index::Uuids(hash::map_for(keys)),
            _ => Index::Others(hash::map_for(keys)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Index::Ints(at) => at.len(),
            Index::Texts(at) => at.len(),
            #[cfg(feature = "uuid")]
            Index::Uuids(at) => at.len(),
            Index::Others(at) => at.len(),
        }
    }

    /// The position of the key that a row holds in these fields; `None` where it holds none, or one that is not known.
    pub(crate) fn of_row(&self, rows: &dyn Rows, row: usize, fields: &[usize]) -> Option<usize> {
        match (self, fields) {
            (Index::Others(at), _) => at.get(&Key(rows.key(row, fields)?)).copied(),
            (_, [field]) => self.of_part(&rows.key_part(row, *field)),
            _ => None,
        }
    }

    #[inline]
    fn of_part(&self, part: &KeyPart<'_>) -> Option<usize> {
        match (self, part) {
            (Index::Ints(at), KeyPart::Int(key)) => at.get(key).copied(),
            (Index::Texts(at), KeyPart::Text(key)) => at.get(key.as_ref()).copied(),
            #[cfg(feature = "uuid")]
            (Index::Uuids(at), KeyPart::Uuid(key)) => at.get(key).copied(),
            (_, KeyPart::Null) => None,
            (Index::Others(at), part) => at.get(&Key(vec![part.to_value()])).copied(),
            _ => None,
        }
    }

    /// The position of a key of one column, and whether it is known only now: it then has this position.
    pub(crate) fn add(&mut self, part: &KeyPart<'_>, next: usize) -> (usize, bool) {
        if let Some(known) = self.of_part(part) {
            return (known, false);
        }
        match (self, part) {
            (Index::Ints(at), KeyPart::Int(key)) => at.insert(*key, next),
            (Index::Texts(at), KeyPart::Text(key)) => at.insert(key.as_ref().to_owned(), next),
            #[cfg(feature = "uuid")]
            (Index::Uuids(at), KeyPart::Uuid(key)) => at.insert(*key, next),
            (Index::Others(at), part) => at.insert(Key(vec![part.to_value()]), next),
            _ => unreachable!("an index has keys of one kind"),
        };
        (next, true)
    }

    /// Says where the key is that a row holds in these fields; nothing where it is null.
    pub(crate) fn set(&mut self, rows: &dyn Rows, row: usize, fields: &[usize], position: usize) {
        if let (Index::Others(at), Some(key)) = (&mut *self, rows.key(row, fields)) {
            at.insert(Key(key), position);
        } else if let [field] = fields {
            match rows.key_part(row, *field) {
                KeyPart::Null => {}
                part => {
                    self.add(&part, position);
                }
            }
        }
    }

    /// The position of the key that stands in these columns of a row that is read.
    pub(crate) fn read(
        &self,
        row: &mut dyn RowReader,
        columns: &KeyColumns,
    ) -> Result<Option<usize>> {
        columns.with_key(row, |key| match key {
            ReadKey::One(part) => self.of_part(part),
            ReadKey::Several(values) => match self {
                Index::Others(at) => at.get(&Key(values)).copied(),
                _ => None,
            },
        })
    }

    /// As [`read`](Index::read), but a key that is not known yet gets the next position. Says which it is.
    pub(crate) fn read_or_add(
        &mut self,
        row: &mut dyn RowReader,
        columns: &KeyColumns,
    ) -> Result<Option<(usize, bool)>> {
        let next = self.len();
        columns.with_key(row, |key| match key {
            ReadKey::One(part) => Some(self.add(part, next)),
            ReadKey::Several(values) => {
                let Index::Others(at) = self else { return None };
                let key = Key(values);
                match at.get(&key) {
                    Some(known) => Some((*known, false)),
                    None => {
                        at.insert(key, next);
                        Some((next, true))
                    }
                }
            }
        })
    }
}
