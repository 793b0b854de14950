//! Edits of rows that are kept as JSON within another row.

use crate::driver::{RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Result};
use crate::json::{JsonValue, from_value_in};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Plan, Values, fields_equal};
use crate::repository::references_many::no_source;
use crate::sql::{self, RowLock};
use crate::value::{Dialect, Kind, Value};
use crate::write::update_locked;
use serde_json::{Map, Value as Json};

/// What is done with the rows that a field holds.
pub(super) enum Edit {
    Read,
    Find(Vec<Value>),
    Add(Values),
    /// Of an `embeds_one`: only where there is none.
    PutFirst(Values),
    Put(Values),
    /// Of the row with an id, or of the only one.
    Patch(Option<Vec<Value>>, Values),
    Replace(Values),
    Set(Vec<Values>),
    Remove(Option<Vec<Value>>),
}

/// Runs an edit; gives the rows that it is about.
pub(super) struct EditEmbedded {
    pub(super) model: &'static ModelMetadata,
    pub(super) id: Vec<Value>,
    pub(super) field: usize,
    pub(super) is_list: bool,
    pub(super) embedded: &'static ModelMetadata,
    pub(super) edit: Edit,
}

compiled_once!(EditEmbedded => Vec<Json>);

impl Work for EditEmbedded {
    type Output = Vec<Json>;

    fn is_atomic(&self, _: Dialect) -> bool {
        !self.reads()
    }

    fn is_read_only(&self) -> bool {
        self.reads()
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Vec<Json>> {
        let (model, dialect) = (self.model, session.dialect());
        let mut plan = Plan::new(model);
        plan.add_condition(fields_equal(model.id_fields(), self.id.clone()));
        let mut sources = RowsSink(model.new_rows());
        let statement = match self.reads() {
            true => sql::select(&plan, true, dialect)?,
            // Locked, so that of two callers none overwrites what the other did.
            false => sql::select_locked(&plan, RowLock::Change, dialect)?,
        };
        session.fetch(statement, &mut sources).await?;
        if sources.0.len() == 0 {
            return Err(no_source(model, &self.id));
        }
        let mut rows = self.rows_in(sources.0.value(0, self.field))?;
        let before = rows.clone();
        let about = self.apply(&mut rows)?;
        if rows == before {
            return Ok(about);
        }
        let mut values = Values::default();
        values.set(self.field, self.held(rows));
        update_locked(model, self.id.clone(), values, session).await?;
        Ok(about)
    }
}

impl EditEmbedded {
    fn reads(&self) -> bool {
        matches!(self.edit, Edit::Read | Edit::Find(_))
    }

    /// The rows in what the field holds.
    fn rows_in(&self, held: Value) -> Result<Vec<Json>> {
        match held {
            Value::Null | Value::Json(Json::Null) => Ok(Vec::new()),
            Value::Json(Json::Array(rows)) if self.is_list => Ok(rows),
            Value::Json(row @ Json::Object(_)) if !self.is_list => Ok(vec![row]),
            _ => {
                let (model, embedded) = (self.model.name, self.embedded.name);
                let field = self.model.fields[self.field].name;
                let message = format!("`{model}.{field}` holds no `{embedded}`");
                Err(Error::new(ErrorKind::Decode, message).of_model(model))
            }
        }
    }

    /// What the field holds of these rows.
    fn held(&self, mut rows: Vec<Json>) -> Value {
        match self.is_list {
            true => Value::Json(Json::Array(rows)),
            false => rows.pop().map_or(Value::Null, Value::Json),
        }
    }

    /// Changes the rows; gives those that it is about.
    fn apply(&self, rows: &mut Vec<Json>) -> Result<Vec<Json>> {
        match &self.edit {
            Edit::Read => Ok(rows.clone()),
            Edit::Find(id) => {
                let at = self.with_id(rows, &self.id_json(id)?);
                Ok(at.map(|at| rows[at].clone()).into_iter().collect())
            }
            Edit::Add(values) => {
                let row = self.new_row(values, rows)?;
                self.check_free(rows, &row)?;
                rows.push(row.clone());
                Ok(vec![row])
            }
            Edit::PutFirst(_) if !rows.is_empty() => Err(self.exists("there is one")),
            Edit::PutFirst(values) | Edit::Put(values) => {
                let row = self.new_row(values, &[])?;
                *rows = vec![row.clone()];
                Ok(vec![row])
            }
            Edit::Patch(id, values) => {
                let at = match id {
                    Some(id) => self.with_id(rows, &self.id_json(id)?),
                    None => (!rows.is_empty()).then_some(0),
                };
                let Some(Json::Object(row)) = at.map(|at| &mut rows[at]) else {
                    return Ok(Vec::new());
                };
                row.extend(self.properties(values)?);
                Ok(vec![Json::Object(row.clone())])
            }
            Edit::Replace(values) => {
                let row = Json::Object(self.properties(values)?);
                let Some(at) = self.with_id(rows, &self.id_of(&row)) else {
                    return Ok(Vec::new());
                };
                rows[at] = row.clone();
                Ok(vec![row])
            }
            Edit::Set(all) => {
                rows.clear();
                for values in all {
                    let row = Json::Object(self.properties(values)?);
                    self.check_free(rows, &row)?;
                    rows.push(row);
                }
                Ok(Vec::new())
            }
            Edit::Remove(None) => Ok(std::mem::take(rows)),
            Edit::Remove(Some(id)) => {
                let at = self.with_id(rows, &self.id_json(id)?);
                Ok(at.map(|at| rows.remove(at)).into_iter().collect())
            }
        }
    }

    /// The position of the row with this id.
    fn with_id(&self, rows: &[Json], id: &[Json]) -> Option<usize> {
        rows.iter().position(|row| self.id_of(row) == id)
    }

    fn id_of(&self, row: &Json) -> Vec<Json> {
        let fields = self.embedded.id_fields();
        fields.map(|field| row[field.json_name].clone()).collect()
    }

    fn id_json(&self, id: &[Value]) -> Result<Vec<Json>> {
        let pairs = self.embedded.id_fields().zip(id);
        pairs
            .map(|(field, value)| self.json_of(value, field))
            .collect()
    }

    fn check_free(&self, rows: &[Json], row: &Json) -> Result<()> {
        match self.with_id(rows, &self.id_of(row)) {
            Some(_) => Err(self.exists("another has its id")),
            None => Ok(()),
        }
    }

    fn exists(&self, why: &str) -> Error {
        let (model, field) = (self.model.name, self.model.fields[self.field].name);
        let embedded = self.embedded.name;
        let message = format!("`{model}.{field}`: the `{embedded}` cannot be added, since {why}");
        Error::new(ErrorKind::AlreadyExists, message).of_model(embedded)
    }

    /// The property that a value is.
    fn json_of(&self, value: &Value, field: &FieldMetadata) -> Result<Json> {
        let json = from_value_in(value, (field.kind, field.form)).and_then(JsonValue::into_json);
        json.ok_or_else(|| {
            let (model, field) = (self.embedded.name, field.name);
            let message = format!("`{model}.{field}` has a value that JSON cannot hold");
            let error = Error::new(ErrorKind::InvalidValue, message).of_model(model);
            error.of_fields(vec![field])
        })
    }

    /// What these values are as properties.
    fn properties(&self, values: &Values) -> Result<Map<String, Json>> {
        let given = values.fields.iter().map(|(at, value)| {
            let field = &self.embedded.fields[*at];
            Ok((field.json_name.to_owned(), self.json_of(value, field)?))
        });
        given.collect()
    }

    /// A new row, with what no one gave.
    fn new_row(&self, values: &Values, others: &[Json]) -> Result<Json> {
        let mut row = self.properties(values)?;
        for field in self.embedded.fields {
            if row.contains_key(field.json_name) {
                continue;
            }
            let made = match field.id && field.kind.is_integer() {
                true => next_id(others, field)?,
                false if field.nullable => Json::Null,
                false => return Err(self.not_made(field)),
            };
            row.insert(field.json_name.to_owned(), made);
        }
        Ok(Json::Object(row))
    }

    fn not_made(&self, field: &FieldMetadata) -> Error {
        let (name, field) = (self.embedded.name, field.name);
        let message = format!(
            "`{name}.{field}` has no value: within another row no database makes it\nhelp: give it, or add `default_with`"
        );
        Error::new(ErrorKind::InvalidData, message).of_model(name)
    }
}

/// One more than the greatest id of these rows.
fn next_id(rows: &[Json], field: &FieldMetadata) -> Result<Json> {
    let ids = rows.iter().filter_map(|row| {
        let id = &row[field.json_name];
        id.as_i64()
            .map(i128::from)
            .or_else(|| id.as_u64().map(i128::from))
    });
    let next = ids.max().unwrap_or(0) + 1;
    let greatest = match field.kind {
        Kind::I8 => i8::MAX.into(),
        Kind::I16 => i16::MAX.into(),
        Kind::I32 => i32::MAX.into(),
        Kind::U8 => u8::MAX.into(),
        Kind::U16 => u16::MAX.into(),
        Kind::U32 => u32::MAX.into(),
        Kind::U64 => u64::MAX.into(),
        _ => i128::from(i64::MAX),
    };
    match u64::try_from(next) {
        Ok(id) if next <= greatest => Ok(id.into()),
        // Where all are below zero.
        Err(_) if next <= greatest => Ok(Json::from(next as i64)),
        _ => Err(Error::new(ErrorKind::InvalidValue, "no greater id is left")),
    }
}
