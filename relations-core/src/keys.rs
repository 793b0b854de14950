//! The keys of some rows, each once, and which of them each row holds.

use crate::connection::RowReader;
use crate::error::{Error, Result};
use crate::hash;
use crate::metadata::{FieldMetadata, ModelMetadata};
use crate::rows::Rows;
use crate::slot::Groups;
use crate::value::{KeyPart, Kind, Value};
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
pub(crate) struct Key(Vec<Value>);

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
                _ => {}
            }
        }
    }
}

impl Index {
    /// An index with room for so many keys, which these fields hold.
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

    fn of_part(&self, part: &KeyPart<'_>) -> Option<usize> {
        match (self, part) {
            (Index::Ints(at), KeyPart::Int(key)) => at.get(key).copied(),
            (Index::Texts(at), KeyPart::Text(key)) => at.get(*key).copied(),
            #[cfg(feature = "uuid")]
            (Index::Uuids(at), KeyPart::Uuid(key)) => at.get(key).copied(),
            (_, KeyPart::Null) => None,
            (Index::Others(at), part) => at.get(&Key(vec![part.to_value()])).copied(),
            _ => None,
        }
    }

    /// The position of a key of one column, and whether it is known only now: it then has this position.
    fn add(&mut self, part: &KeyPart<'_>, next: usize) -> (usize, bool) {
        if let Some(known) = self.of_part(part) {
            return (known, false);
        }
        match (self, part) {
            (Index::Ints(at), KeyPart::Int(key)) => at.insert(*key, next),
            (Index::Texts(at), KeyPart::Text(key)) => at.insert((*key).to_owned(), next),
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

/// Consecutive columns of a statement that hold a key.
pub(crate) struct KeyColumns {
    pub(crate) start: usize,
    pub(crate) model: &'static ModelMetadata,
    pub(crate) fields: Vec<&'static FieldMetadata>,
}

enum ReadKey<'k> {
    One(&'k KeyPart<'k>),
    Several(Vec<Value>),
}

impl KeyColumns {
    /// What is made of the key; `None` where it is null.
    fn with_key<T>(
        &self,
        row: &mut dyn RowReader,
        make: impl FnOnce(ReadKey<'_>) -> Option<T>,
    ) -> Result<Option<T>> {
        let failed = |field, misread| Error::decode(self.model.name, field, misread);
        if let [field] = *self.fields.as_slice()
            && field.kind.is_number()
        {
            return match row.int(self.start) {
                Ok(key) => Ok(make(ReadKey::One(&KeyPart::Int(key)))),
                Err(misread) if misread.is_null() => Ok(None),
                Err(misread) => Err(failed(field, misread)),
            };
        }
        let mut values = Vec::with_capacity(self.fields.len());
        for (at, field) in self.fields.iter().enumerate() {
            let value = Value::read(row, self.start + at, field.kind);
            values.push(value.map_err(|misread| failed(field, misread))?);
        }
        if values.contains(&Value::Null) {
            return Ok(None);
        }
        Ok(match values.as_slice() {
            [Value::Text(text)] => make(ReadKey::One(&KeyPart::Text(text))),
            #[cfg(feature = "uuid")]
            [Value::Uuid(key)] => make(ReadKey::One(&KeyPart::Uuid(*key))),
            _ => make(ReadKey::Several(values)),
        })
    }
}

/// The keys of some sources, each once, and which of them each source holds.
#[derive(Debug)]
pub(crate) struct Keys {
    index: Index,
    columns: usize,
    /// The values of each key, one key after the other.
    values: Vec<Value>,
    of_sources: Groups,
}

impl Keys {
    /// The keys that rows hold in these fields. `are_own` says that hardly any of them share one.
    pub(crate) fn of(rows: &dyn Rows, fields: &[&'static FieldMetadata], are_own: bool) -> Keys {
        let places: Vec<usize> = fields
            .iter()
            .map(|field| rows.model().position(field))
            .collect();
        let mut keys = Keys::new(fields, if are_own { rows.len() } else { 0 }, rows.len());
        for row in 0..rows.len() {
            keys.push_row(rows, row, &places);
        }
        keys
    }

    /// No keys yet, with room for so many of so many sources.
    pub(crate) fn new(fields: &[&'static FieldMetadata], keys: usize, sources: usize) -> Keys {
        Keys {
            index: Index::of(fields, keys),
            columns: fields.len(),
            values: Vec::with_capacity(keys * fields.len()),
            of_sources: Groups::with_capacity(sources, sources),
        }
    }

    /// Adds the keys of the next source: one, none where a part is null, or those of a list.
    pub(crate) fn push_row(&mut self, rows: &dyn Rows, row: usize, fields: &[usize]) {
        if let [field] = fields {
            match rows.key_part(row, *field) {
                KeyPart::Null => {}
                KeyPart::List(keys) => {
                    for key in keys {
                        self.push_value(key);
                    }
                }
                part => self.push_part(&part),
            }
        } else if let Some(values) = rows.key(row, fields) {
            self.push_several(values);
        }
        self.of_sources.close();
    }

    fn push_part(&mut self, part: &KeyPart<'_>) {
        let (position, is_new) = self.index.add(part, self.values.len());
        if is_new {
            self.values.push(part.to_value());
        }
        self.of_sources.push(position);
    }

    fn push_value(&mut self, value: Value) {
        match self.index {
            Index::Others(_) => self.push_several(vec![value]),
            _ => self.push_part(&value.as_part()),
        }
    }

    fn push_several(&mut self, values: Vec<Value>) {
        let next = self.len();
        let Index::Others(at) = &mut self.index else {
            unreachable!("an index of one column has keys of its kind")
        };
        let key = Key(values);
        let position = match at.get(&key) {
            Some(known) => *known,
            None => {
                self.values.extend_from_slice(&key.0);
                at.insert(key, next);
                next
            }
        };
        self.of_sources.push(position);
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// The values of each key, one key after the other.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// The positions of the keys that each source holds.
    pub(crate) fn of_sources(&self) -> &Groups {
        &self.of_sources
    }
}
