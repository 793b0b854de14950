//! The keys of some rows, each once, and which of them each row holds.

use crate::error::{Error, Result};
use crate::load::index::{Index, Key};
use crate::model::{FieldMetadata, Groups, ModelMetadata, Rows};
use crate::value::{KeyPart, RowReader, Value};

/// Consecutive columns of a statement that hold a key.
pub(crate) struct KeyColumns {
    pub(crate) start: usize,
    pub(crate) model: &'static ModelMetadata,
    pub(crate) fields: Vec<&'static FieldMetadata>,
}

pub(crate) enum ReadKey<'k> {
    One(&'k KeyPart<'k>),
    Several(Vec<Value>),
}

impl KeyColumns {
    /// What is made of the key; `None` where it is null.
    pub(crate) fn with_key<T>(
        &self,
        row: &mut dyn RowReader,
        make: impl FnOnce(ReadKey<'_>) -> Option<T>,
    ) -> Result<Option<T>> {
        let failed = |field, error| Error::decode(self.model, field, error);
        if let [field] = *self.fields.as_slice()
            && field.kind.is_number()
        {
            return match row.int(self.start) {
                Ok(key) => Ok(make(ReadKey::One(&KeyPart::Int(key)))),
                Err(error) if error.is_null() => Ok(None),
                Err(error) => Err(failed(field, error)),
            };
        }
        let mut values = Vec::with_capacity(self.fields.len());
        for (at, field) in self.fields.iter().enumerate() {
            let value = Value::read(row, self.start + at, field.kind);
            values.push(value.map_err(|error| failed(field, error))?);
        }
        if values.contains(&Value::Null) {
            return Ok(None);
        }
        Ok(match values.as_slice() {
            [Value::Text(text)] => make(ReadKey::One(&KeyPart::Text(text.into()))),
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

    /// No keys yet, with room for this many keys of this many sources.
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
