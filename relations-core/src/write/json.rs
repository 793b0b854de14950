//! Rows and changes given as JSON.

use crate::error::ProblemCode;
use crate::json::{JsonValue, Misfit};
use crate::model::Model;
use crate::write::data::{Data, IntoRow};
use crate::write::draft::{Changes, IntoDraft, IntoPatch};
use crate::write::fill_key::{FillAt, LeaveAt};
use serde_json::Value;
use std::fmt;

/// JSON in place of a draft, a patch or a model, such as the body of a request: a text or a `serde_json::Value`.
///
/// `suppliers.create(Json(body))`, `create_all([Json(a), Json(b)])`, `patch(Json(body)).filter(..)`,
/// `patch_by_id(7, Json(body))`, `replace(Json(body))`, the same through relations, and within drafts:
/// `Supplier::draft().name("Thor").account(Json(body))`. The crate's documentation has an example.
///
/// Properties have the names that serde gives the fields. Types are strict: a text is not taken for a number. What a
/// draft may leave out, JSON may leave out; what drafts and patches cannot set (what the database makes, and in a patch
/// the id) JSON cannot set either, but `patch_by_id` accepts the id of the row. `replace` writes all of a row: the id
/// must be given, and what is not given becomes null, or is reported as missing if it cannot be null. The key that a
/// relation imposes is filled in; data may repeat it, not change it. Rows of relations are not written with the row.
///
/// Numbers count as they are written: a text or bytes with `0.1234567890123456789` fill a `Decimal` exactly, and a number that its
/// field would round is a problem. A `serde_json::Value` has rounded its numbers before, unless `arbitrary_precision` is on.
///
/// All problems are reported at once, before any statement runs, by [`Error::problems`](crate::Error::problems) of an
/// error of kind [`InvalidData`](crate::ErrorKind::InvalidData), or
/// [`ConstraintMismatch`](crate::ErrorKind::ConstraintMismatch) where nothing but imposed keys is contradicted. Paths
/// start at the object, in `create_all` at the number of the row: `[1].name`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Json;
/// let customers = CustomerRepository::new(&db);
/// customers.orders(1).create(Json(r#"{"total": 7}"#)).await?;
/// customers.patch_by_id(1, Json(r#"{"city": null}"#)).await?;
///
/// // The key that the relation imposes cannot be contradicted.
/// let error = customers.orders(1).create(Json(r#"{"total": 7, "customer_id": 2}"#)).await.unwrap_err();
/// assert_eq!(error.problems()[0].path(), "customer_id");
/// # Ok(()) });
/// ```
#[derive(Clone, Copy)]
pub struct Json<T>(pub T);

/// What [`Json`] holds: a text that is JSON, or a value of `serde_json`.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not JSON",
    label = "expected a text, bytes or a `serde_json::Value`"
)]
pub trait JsonSource: sealed::Sealed {
    #[doc(hidden)]
    fn into_data(self) -> Data;
}

/// Keeps others from implementing `JsonSource`, so that it can grow.
mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for &str {}

impl JsonSource for &str {
    fn into_data(self) -> Data {
        Data::json(
            JsonValue::from_json(self).map_err(|why| {
                Misfit::new(ProblemCode::Syntax, format!("this is not JSON: {why}"))
            }),
        )
    }
}

impl sealed::Sealed for String {}

impl JsonSource for String {
    fn into_data(self) -> Data {
        self.as_str().into_data()
    }
}

impl sealed::Sealed for &String {}

impl JsonSource for &String {
    fn into_data(self) -> Data {
        self.as_str().into_data()
    }
}

impl sealed::Sealed for &[u8] {}

impl JsonSource for &[u8] {
    fn into_data(self) -> Data {
        match std::str::from_utf8(self) {
            Ok(text) => text.into_data(),
            Err(why) => Data::json(Err(Misfit::new(
                ProblemCode::Syntax,
                format!("this is not JSON: {why}"),
            ))),
        }
    }
}

impl sealed::Sealed for Vec<u8> {}

impl JsonSource for Vec<u8> {
    fn into_data(self) -> Data {
        self.as_slice().into_data()
    }
}

impl sealed::Sealed for &Vec<u8> {}

impl JsonSource for &Vec<u8> {
    fn into_data(self) -> Data {
        self.as_slice().into_data()
    }
}

impl sealed::Sealed for Value {}

impl JsonSource for Value {
    fn into_data(self) -> Data {
        Data::json(
            JsonValue::from_value(self)
                .map_err(|message| Misfit::new(ProblemCode::InvalidValue, message)),
        )
    }
}

impl sealed::Sealed for &Value {}

impl JsonSource for &Value {
    fn into_data(self) -> Data {
        self.clone().into_data()
    }
}

/// JSON of which a call takes these properties only, from [`Json::only`].
#[derive(Debug, Clone)]
pub struct Only<T> {
    source: T,
    names: Vec<&'static str>,
}

impl<T> Json<T> {
    /// The same JSON, of which this call takes only these properties, by their JSON names: `Json(body).only(["name", "email"])`.
    ///
    /// Any other is a problem, as an unknown one is. `replace` leaves the others as they are. For what JSON from outside may never set
    /// there is `#[model(read_only)]`.
    ///
    /// # Examples
    /// ```
    /// # use relations_core::Json;
    /// let body = r#"{"name": "Thor", "is_admin": true}"#;
    /// let changes = Json(body).only(["name", "email"]);
    /// // users.patch_by_id(7, changes) is an error that says `is_admin`, before any statement.
    /// # let _ = changes;
    /// ```
    pub fn only(self, names: impl IntoIterator<Item = &'static str>) -> Json<Only<T>> {
        Json(Only {
            source: self.0,
            names: names.into_iter().collect(),
        })
    }
}

impl<T: JsonSource> sealed::Sealed for Only<T> {}

impl<T: JsonSource> JsonSource for Only<T> {
    fn into_data(self) -> Data {
        self.source.into_data().only(self.names)
    }
}

impl<T> fmt::Debug for Json<T> {
    /// Shows nothing of it: data ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json(..)")
    }
}

impl<T: JsonSource> Changes for Json<T> {
    fn into_data(self) -> Data {
        self.0.into_data()
    }
}

// What a draft's type would say is said by an error when the JSON is read, so it is a draft of every model, with every key.
// Kept from messages of the compiler, which are about drafts.

#[diagnostic::do_not_recommend]
impl<M, T: JsonSource> IntoDraft<M> for Json<T> {}

#[diagnostic::do_not_recommend]
impl<M, T: JsonSource> IntoPatch<M> for Json<T> {}

#[diagnostic::do_not_recommend]
impl<M, E, T: JsonSource> FillAt<M, E> for Json<T> {
    type Output = Self;
}

#[diagnostic::do_not_recommend]
impl<M, E, T: JsonSource> LeaveAt<M, E> for Json<T> {}

#[diagnostic::do_not_recommend]
impl<M: Model, T: JsonSource> crate::write::data::sealed::Sealed<M> for Json<T> {}

#[diagnostic::do_not_recommend]
impl<M: Model, T: JsonSource> IntoRow<M> for Json<T> {
    fn into_row(self) -> Data {
        self.0.into_data()
    }
}
