//! Typed values or JSON for a row, not checked yet.

use crate::error::Result;
use crate::json::{JsonValue, Misfit};
use crate::model::{Model, RelationMetadata};
use crate::query::{Nested, NestedRow, Values};
use crate::value::Value;
use crate::write::input::{Own, Reader, Wanted};
use std::fmt;
use std::sync::Arc;

/// What a draft or a patch gives, not checked yet.
#[derive(Clone)]
pub struct Data(pub(crate) Given);

#[derive(Clone)]
pub(crate) enum Given {
    /// By setters, which the compiler has checked.
    Typed(TypedData),
    Json(JsonData),
}

/// What setters were given; and drafts of further rows, of which some may be JSON.
#[derive(Clone, Default)]
#[allow(missing_debug_implementations)] // Drafts show it.
pub struct TypedData {
    pub(crate) values: Values,
    pub(crate) nested: Vec<Nested<Data>>,
}

/// The relations whose rows JSON may hold within the data of another row.
pub(crate) type Nests = Arc<[&'static RelationMetadata]>;

/// What came as JSON.
#[derive(Clone)]
pub(crate) struct JsonData {
    pub(crate) value: Result<JsonValue, Misfit>,
    /// The only properties that this call takes, if not all.
    pub(crate) only: Option<Vec<&'static str>>,
    /// The relations whose rows may stand in the data of their source, to be created with it.
    pub(crate) nests: Nests,
}

impl Data {
    pub(crate) fn typed(values: Values, nested: Vec<Nested<Data>>) -> Data {
        Data(Given::Typed(TypedData { values, nested }))
    }

    /// Gives every field.
    pub(crate) fn all<M: Model>(model: M) -> Data {
        Data::typed(Values::all(model.into_values()), Vec::new())
    }

    /// Sets nothing.
    pub(crate) fn none() -> Data {
        Data::typed(Values::default(), Vec::new())
    }

    pub(crate) fn json(value: Result<JsonValue, Misfit>) -> Data {
        Data(Given::Json(JsonData {
            value,
            only: None,
            nests: Nests::default(),
        }))
    }

    /// The same, in which rows of these relations may stand.
    pub(crate) fn nesting(mut self, nests: &Nests) -> Data {
        if let Given::Json(json) = &mut self.0 {
            json.nests = nests.clone();
        }
        self
    }

    /// The same, of which only these properties may be there.
    pub(crate) fn only(mut self, names: Vec<&'static str>) -> Data {
        if let Given::Json(json) = &mut self.0 {
            json.only = Some(names);
        }
        self
    }

    /// The values, if the data is what is wanted.
    pub(crate) fn read(self, wanted: &Wanted) -> Result<Values> {
        let mut reader = Reader::default();
        let values = reader.read(self, wanted)?;
        reader.finish(values, wanted)
    }

    /// The values of several rows, if all of them are what is wanted.
    pub(crate) fn read_all(rows: Vec<Data>, wanted: &Wanted) -> Result<Vec<Values>> {
        let mut reader = Reader::default();
        let mut read = Vec::with_capacity(rows.len());
        for (at, row) in rows.into_iter().enumerate() {
            read.push(reader.at_item(at, |reader| reader.read(row, wanted))?);
        }
        reader.finish(read, wanted)
    }
}

impl fmt::Debug for Data {
    /// Shows which fields are set, never their values; of JSON nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Given::Typed(data) => data.values.show(&data.nested, f),
            Given::Json(_) => f.write_str("Json(..)"),
        }
    }
}

/// All of a row: what `replace` takes, a model or [`Json`](crate::Json).
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give all of a `{M}`",
    label = "expected a `{M}`"
)]
pub trait IntoRow<M>: sealed::Sealed<M> {
    #[doc(hidden)]
    fn into_row(self) -> Data;
}

/// Keeps others from implementing `IntoRow`, so that it can grow.
pub(super) mod sealed {
    pub trait Sealed<M> {}
}

#[diagnostic::do_not_recommend]
impl<M: Model> sealed::Sealed<M> for M {}

#[diagnostic::do_not_recommend]
impl<M: Model> IntoRow<M> for M {
    fn into_row(self) -> Data {
        Data::all(self)
    }
}

impl NestedRow<Data> {
    /// The values of targets of a relation through links, and of the links to them from a source with this key.
    pub(crate) fn read_linked(
        rows: Vec<NestedRow<Data>>,
        are_many: bool,
        relation: &'static RelationMetadata,
        key: &[Value],
    ) -> Result<Vec<NestedRow<Values>>> {
        let key: Vec<Own> = key.iter().cloned().map(Own::Is).collect();
        let mut reader = Reader::default();
        let mut read = Vec::with_capacity(rows.len());
        for (at, row) in rows.into_iter().enumerate() {
            let of_row = |reader: &mut Reader| reader.read_row(row, relation, &key);
            read.push(match are_many {
                true => reader.at_item(at, of_row)?,
                false => of_row(&mut reader)?,
            });
        }
        reader.finish(read, &Wanted::create(relation.target()))
    }
}
