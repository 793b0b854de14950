//! The run-time filter: LoopBack's, from JSON, from a query string, or built in Rust.

mod allowed;
mod at_path;
mod budget;
mod checked;
mod condition;
mod guard;
mod order;
mod query_string;
mod read;
mod reader;
mod to_json;
use crate::error::{Error, Result};
use crate::json::JsonValue;
use crate::model::{Model, PolymorphicModel};
use crate::query::{
    Column, Condition, IntoCursor, IntoOrder, IntoPredicate, Links, Plan, PlannedInclude,
    Predicate, Side,
};
use crate::typed::{BelongsToAny, Inclusion, Polymorphic, RelationOf, Unlinked};
pub use budget::Budget;
pub(crate) use checked::{IncludePart, Included, Parts};
pub use guard::Guards;
pub(crate) use guard::not_true;
pub use reader::{FilterReader, IntoFilter};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// What to find of `M`, and what to include: a query as a value, for [`find_with`](crate::Repository::find_with).
///
/// It comes from LoopBack's JSON (`parse`, [`from_json`](Filter::from_json), serde), from a query string
/// ([`from_query`](Filter::from_query)), or is built in Rust with typed columns and relations. However it was made, it becomes
/// the same statements as a typed [`Query`](crate::Query) that asks for the same in the same order.
///
/// | part | in JSON |
/// |---|---|
/// | `where` | see [`Where`] |
/// | `fields` | the properties of the result: `["id", "name"]`, `{"id": true}`, or `{"name": false}` for all but some |
/// | `order` | `"name DESC"`, `["name DESC", "id"]`, `{"name": "DESC"}`; `"account.balance"` by a to-one relation, `"address.city"` by what is at that path in a property of JSON |
/// | `limit` | at most this many rows; `0` gives none |
/// | `offset`, `skip` | passes over this many rows first |
/// | `after`, `before` | a cursor of [`page_with`](crate::Repository::page_with), or `null`; not in a scope |
/// | `include` | `"orders"`, or a list of names and of `{"relation": "orders", "scope": {..}}`; a scope is a filter on the targets, and its limit and offset count those of each source |
///
/// Names are those of JSON. Everything is checked against the model when it is read. All problems are reported at once,
/// each with its path, and nothing is ignored. A value is converted only where nothing is lost: `"12"` may stand for
/// 12. Hidden properties, and relations declared with `include = false`, count as unknown. A [`Budget`] bounds how much
/// a filter may ask for: `parse` and serde use the default one, a [`FilterReader`] your own.
///
/// It serialises as JSON that reads back as the same filter, by a reader that knows the same relations and resolvers. What
/// JSON cannot say is an error then: conditions on links, on hidden fields, on lists and JSON columns, and numbers that are
/// infinite. `Deserialize` also takes a text with the JSON, as
/// it stands in a query string; its error has only the message, where [`from_json`](Filter::from_json) gives the problems.
///
/// # Examples
/// ```
/// # use relations_derive::Model;
/// # use relations_core::{Filter, Relation, Result};
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
/// # fn main() -> Result<()> {
/// let read: Filter<Customer> = r#"{
///     "where": {"name": {"like": "T%"}},
///     "include": [{"relation": "orders", "scope": {"limit": 2}}]
/// }"#.parse()?;
/// let built = Filter::new()
///     .filter(Customer::NAME.like("T%"))
///     .include_with(Customer::ORDERS, Filter::new().limit(2));
/// assert_eq!(read, built);
///
/// let error = r#"{"where": {"nmae": 1}, "limit": -1}"#.parse::<Filter<Customer>>().unwrap_err();
/// let paths: Vec<&str> = error.problems().iter().map(|problem| problem.path()).collect();
/// assert_eq!(paths, ["where.nmae", "limit"]);
/// # Ok(()) }
/// ```
pub struct Filter<M> {
    pub(crate) parts: Parts,
    model: PhantomData<fn() -> M>,
}

/// Which rows of `M`, as a value: the `where` of a [`Filter`].
///
/// In JSON it is an object; everything in it must hold.
///
/// | key | value |
/// |---|---|
/// | a property | a value, `null`, or an object of operators, all of which apply |
/// | `and`, `or`, `nor` | a list of such objects: all, one, none of them hold; an empty `or` gives no row |
/// | a relation | `{"some": {..}}`, `{"none": {..}}`, `{"every": {..}}`: how many of its rows meet an object of this kind |
/// | `"account.balance"` | the same as for a property; some row behind the relation has it |
/// | `"address.city"` | a text, a number, a truth value, `null`, or an object of operators but for `regexp`: of what is at that path in a property of JSON; see `JsonPath` of `relations::query` for what they mean. In a query string all are texts |
///
/// | operators | take |
/// |---|---|
/// | `eq neq gt gte lt lte` | a value; `eq` and `neq` also `null` |
/// | `between` | a list of two values, both included |
/// | `inq nin` | a list of values; an empty one gives no row, every row |
/// | `like nlike ilike nilike` | a pattern, see [`Column::like`]; the `i` forms mind no case |
/// | `regexp nregexp` | `"^T"` or `"/^T/i"`, see [`Column::regexp`] |
/// | `exists` | `true` for rows that have a value, `false` for NULL |
///
/// As in SQL, a comparison with NULL is neither true nor false: `neq` and `nin` leave such rows out.
///
/// Typed queries take it as a predicate: `customers.find().filter(rows)`. For an update or a delete turn it into one, which is
/// `None` where it asks nothing: `customers.delete().filter(rows.into_predicate().ok_or("which rows?")?)`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Where;
/// let customers = CustomerRepository::new(&db);
/// let asked: Where<Customer> = Where::from_json(r#"{"city": "Asgard", "orders": {"some": {"total": {"gt": 8}}}}"#)?;
/// assert_eq!(customers.count_with(&asked).await?, 1);
///
/// // It is a predicate, too, for a typed query.
/// let rows = customers.find().filter(asked).include(Customer::ORDERS).await?;
/// assert_eq!(rows[0].orders.len(), 2);
/// # Ok(()) });
/// ```
pub struct Where<M> {
    pub(crate) condition: Option<Condition>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Filter<M> {
    /// A filter that asks for all rows.
    pub fn new() -> Self {
        Filter::from_parts(Parts::new(M::metadata()))
    }

    fn from_parts(parts: Parts) -> Self {
        Filter {
            parts,
            model: PhantomData,
        }
    }

    /// Reads a filter from JSON text, as `parse` does.
    ///
    /// # Errors
    /// `InvalidFilter`, with all that is wrong in [`Error::problems`].
    pub fn from_json(text: &str) -> Result<Self> {
        FilterReader::new().json(text)
    }

    /// Reads a filter from JSON.
    ///
    /// # Errors
    /// Those of [`from_json`](Filter::from_json).
    pub fn from_value(value: serde_json::Value) -> Result<Self> {
        FilterReader::new().value(value)
    }

    /// Reads a filter from a query string: `filter[limit]=2&filter[where][name]=x`, or `filter={..}` with JSON, or
    /// both. Other parameters are ignored; without any of these the filter asks for all rows.
    ///
    /// Brackets are those of LoopBack: `[include][]=a&[include][]=b` or `[include][0]=a` for lists.
    ///
    /// # Errors
    /// Those of [`from_json`](Filter::from_json).
    pub fn from_query(query: &str) -> Result<Self> {
        FilterReader::new().query(query)
    }

    /// Keeps the rows for which the predicate is true; `None` keeps all. Further filters apply as well.
    pub fn filter(mut self, predicate: impl IntoPredicate<M>) -> Self {
        if let Some(predicate) = predicate.into_predicate() {
            self.parts.add_condition(predicate.condition);
        }
        self
    }

    /// Sorts the rows; further orders break the ties of earlier ones.
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        self.parts.order.extend(order.into_order().by.parts());
        self
    }

    /// Gives at most this many rows. In a scope: targets of each source.
    pub fn limit(mut self, rows: u64) -> Self {
        self.parts.limit = Some(rows);
        self
    }

    /// Passes over this many rows first. In a scope: of each source.
    pub fn offset(mut self, rows: u64) -> Self {
        self.parts.offset = Some(rows);
        self
    }

    /// Keeps the rows that come after the row of this cursor, as [`Query::after`](crate::Query::after) does; `None` keeps all. The cursor is
    /// one of the same order, from a page of [`page_with`](crate::Repository::page_with) or of a typed query. Not for a scope.
    pub fn after(self, cursor: impl IntoCursor) -> Self {
        self.seek(cursor, Side::After)
    }

    /// Keeps the rows that come before the row of this cursor, as [`Query::before`](crate::Query::before) does. It takes the place of
    /// [`after`](Filter::after).
    pub fn before(self, cursor: impl IntoCursor) -> Self {
        self.seek(cursor, Side::Before)
    }

    fn seek(mut self, cursor: impl IntoCursor, side: Side) -> Self {
        self.parts.seek = cursor.into_cursor().map(|cursor| (cursor, side));
        self
    }

    /// Names a property of the result, which then has only those that are named. A hidden one stays hidden.
    pub fn field<T>(mut self, column: Column<M, T>) -> Self {
        let mut wanted = self.parts.fields.take().unwrap_or_default();
        wanted.push(column.field());
        let fields = M::metadata().fields.iter();
        let wanted = fields.filter(|field| wanted.contains(field) && !field.is_hidden());
        self.parts.fields = Some(wanted.collect());
        self
    }

    /// Loads a relation with the rows: `include(Customer::ORDERS)`, or with a typed scope as
    /// [`Query::include`](crate::Query::include) takes it; links and counts of nested includes are left out. Including
    /// it again replaces the earlier include.
    pub fn include(self, relation: impl FilterInclude<M>) -> Self {
        self.included(IncludePart::of(&relation.into_plan()))
    }

    /// Loads a relation with the rows. The filter says which targets, in which order, how many for each source, which
    /// of their properties, and what to include with them.
    pub fn include_with<R: RelationOf<M>>(self, _: R, scope: Filter<R::Target>) -> Self {
        self.included(IncludePart::new(Included::Relation {
            relation: R::metadata(),
            scope: scope.parts,
            links: Links::default(),
        }))
    }

    /// Has a registered resolver add what it finds for the rows; see
    /// [`InclusionResolver`](crate::InclusionResolver).
    pub fn include_resolved(self, name: impl Into<String>) -> Self {
        self.included(IncludePart::new(Included::Resolver {
            name: name.into(),
            scope: None,
        }))
    }

    fn included(mut self, part: IncludePart) -> Self {
        let mut known = self.parts.includes.iter_mut();
        match known.find(|known| known.name() == part.name()) {
            Some(known) => *known = part,
            None => self.parts.includes.push(part),
        }
        self
    }

    /// Which rows it asks for. As a predicate of a typed query it is no longer bound to the allow-list of relations;
    /// see [`InclusionResolvers`](crate::InclusionResolvers).
    pub fn to_where(&self) -> Where<M> {
        Where::new(self.parts.condition.clone())
    }
}

/// What [`Filter::include`] takes: a relation, also with a scope or nested includes, but without links and counts, which a
/// graph does not hold.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "not a relation of `{M}`",
    note = "include a relation that `{M}` declares, without links and counts"
)]
pub trait FilterInclude<M>: sealed::Sealed<M> {
    #[doc(hidden)]
    fn into_plan(self) -> PlannedInclude;
}

/// Keeps others from implementing `FilterInclude`, so that it can grow.
mod sealed {
    pub trait Sealed<M> {}
}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M>> sealed::Sealed<M> for R {}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M>> FilterInclude<M> for R {
    fn into_plan(self) -> PlannedInclude {
        PlannedInclude::new(R::metadata(), Plan::new(R::Target::metadata()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M>, Q, L: Unlinked> sealed::Sealed<M> for Inclusion<R, Q, L> {}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M>, Q, L: Unlinked> FilterInclude<M> for Inclusion<R, Q, L> {
    fn into_plan(self) -> PlannedInclude {
        self.planned
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Polymorphic<Source = M>> sealed::Sealed<M> for BelongsToAny<R> {}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Polymorphic<Source = M>> FilterInclude<M> for BelongsToAny<R> {
    fn into_plan(self) -> PlannedInclude {
        PlannedInclude::new(R::metadata(), Plan::new(R::Target::first()))
    }
}

impl<M: Model> Default for Filter<M> {
    fn default() -> Self {
        Filter::new()
    }
}

impl<M: Model> Where<M> {
    fn new(condition: Option<Condition>) -> Self {
        Where {
            condition: condition.filter(|condition| *condition != Condition::always()),
            model: PhantomData,
        }
    }

    /// Reads a `where` from JSON text, as `parse` does. [`FilterReader`] reads it by the allow-list of a connection.
    ///
    /// # Errors
    /// `InvalidFilter`, with all that is wrong in [`Error::problems`].
    pub fn from_json(text: &str) -> Result<Self> {
        FilterReader::new().where_json(text)
    }

    /// Reads a `where` from JSON.
    ///
    /// # Errors
    /// Those of [`from_json`](Where::from_json).
    pub fn from_value(value: serde_json::Value) -> Result<Self> {
        FilterReader::new().where_value(value)
    }

    /// Reads a `where` from a query string: `where[name]=x`, or `where={..}` with JSON, or both.
    ///
    /// # Errors
    /// Those of [`from_json`](Where::from_json).
    pub fn from_query(query: &str) -> Result<Self> {
        FilterReader::new().where_query(query)
    }

    /// Whether it has no condition, and so is true of every row. One with conditions may still be true of every row.
    pub fn is_empty(&self) -> bool {
        self.condition.is_none()
    }

    /// The same as a predicate of a typed query, an update or a delete; `None` where it asks nothing.
    pub fn into_predicate(self) -> Option<Predicate<M>> {
        self.condition.map(Predicate::new)
    }
}

impl<M: Model> From<Predicate<M>> for Where<M> {
    fn from(predicate: Predicate<M>) -> Self {
        Where::new(Some(predicate.condition))
    }
}

impl<M: Model> From<Where<M>> for Filter<M> {
    fn from(rows: Where<M>) -> Self {
        let mut filter = Filter::new();
        filter.parts.condition = rows.condition;
        filter
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoPredicate<M> for Where<M> {
    fn into_predicate(self) -> Option<Predicate<M>> {
        self.condition.map(Predicate::new)
    }
}

macro_rules! as_json {
    ($($ty:ident: |$this:ident| $term:expr, |$reader:ident| $read:ident, $same:expr;)*) => { $(
        // None of these is derived, which would ask the same of `M`.
        impl<M> Clone for $ty<M> {
            fn clone(&self) -> Self {
                let $this = self;
                $same
            }
        }

        impl<M: Model> FromStr for $ty<M> {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                $ty::from_json(text)
            }
        }

        impl<M: Model> Serialize for $ty<M> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $this = self;
                $term.map_err(S::Error::custom)?.serialize(serializer)
            }
        }

        impl<'de, M: Model> Deserialize<'de> for $ty<M> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read = match JsonValue::deserialize(deserializer)? {
                    JsonValue::Text(text) => $ty::from_json(&text),
                    term => FilterReader::new().$read(&term),
                };
                read.map_err(D::Error::custom)
            }
        }

        impl<M: Model> fmt::Debug for $ty<M> {
            /// Shows the JSON of which it can be made.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $this = self;
                let json = $term.ok().and_then(|term| serde_json::to_string(&term).ok());
                write!(f, "{}::<{}>({})", stringify!($ty), M::NAME, json.as_deref().unwrap_or(".."))
            }
        }
    )* };
}

as_json! {
    Filter: |this| to_json::filter(&this.parts), |reader| filter, Filter { parts: this.parts.clone(), model: PhantomData };
    Where: |this| this.condition.as_ref().map_or(Ok(JsonValue::Map(Vec::new())), to_json::where_), |reader| rows,
        Where { condition: this.condition.clone(), model: PhantomData };
}

impl<M> PartialEq for Filter<M> {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl<M> PartialEq for Where<M> {
    fn eq(&self, other: &Self) -> bool {
        self.condition == other.condition
    }
}
