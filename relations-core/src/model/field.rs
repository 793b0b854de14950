//! A field of a model and its column.

use crate::model::Model;
use crate::model::check::Text;
use crate::model::metadata::ModelMetadata;
use crate::value::{Check, ColumnType, JsonForm, Kind, Value};

/// What makes the value of a new row that is given none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    By(Maker),
    /// The time of the write.
    Time,
}

/// A function that makes values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Maker(pub(crate) fn() -> Value);

/// Fields are told apart by their names; where functions are, is nothing to compare.
impl PartialEq for Maker {
    fn eq(&self, _: &Maker) -> bool {
        true
    }
}

impl Eq for Maker {}

/// Rows of another model that a field keeps as JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EmbeddedRows {
    /// The name of their repository.
    pub(crate) name: &'static str,
    pub(crate) model: fn() -> &'static ModelMetadata,
    pub(crate) is_list: bool,
}

/// A name is of one field only.
impl PartialEq for EmbeddedRows {
    fn eq(&self, other: &EmbeddedRows) -> bool {
        (self.name, self.is_list) == (other.name, other.is_list)
    }
}

impl Eq for EmbeddedRows {}

/// What tells whether a value is one of the field's type. What types are compared by is their names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked(Option<Check>);

impl PartialEq for Checked {
    fn eq(&self, _: &Checked) -> bool {
        true
    }
}

impl Eq for Checked {}

/// A field of a model and its column.
///
/// # Examples
/// ```
/// # use docs_models::*;
/// let id = Customer::metadata().field("id").unwrap();
/// assert!(id.is_id() && id.is_generated());
/// let city = Customer::metadata().field("city").unwrap();
/// assert!(city.is_nullable());
/// assert_eq!((city.column(), city.json_name()), ("city", "city"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct FieldMetadata {
    pub(crate) name: &'static str,
    pub(crate) json_name: &'static str,
    pub(crate) column: &'static str,
    pub(crate) was: Option<&'static str>,
    /// The comment on its column.
    pub(crate) comment: Option<&'static str>,
    pub(crate) type_name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    pub(crate) id: bool,
    pub(crate) generated: bool,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    pub(crate) hidden: bool,
    pub(crate) read_only: bool,
    pub(crate) default: Option<&'static str>,
    pub(crate) made: Option<Made>,
    /// Whether it holds the time of the last write.
    pub(crate) updated: bool,
    /// Whether the database sets that time too, where another program writes the row.
    pub(crate) on_update_now: bool,
    /// Whether it counts the writes of a row.
    pub(crate) version: bool,
    pub(crate) length: Option<u32>,
    pub(crate) precision: Option<(u32, u32)>,
    pub(crate) db_type: Option<&'static str>,
    pub(crate) values: &'static [&'static str],
    pub(crate) integers: &'static [i64],
    pub(crate) db_enum: Option<&'static str>,
    pub(crate) checked: Checked,
    pub(crate) form: JsonForm,
    pub(crate) embedded: Option<EmbeddedRows>,
}

impl FieldMetadata {
    /// A part of the id of links, which refers to the id of `M` and is kept like it.
    pub(crate) const fn of_link<M: Model>(name: &'static str, column: &'static str) -> Self {
        let id = &M::FIELDS[M::METADATA.id[0]];
        FieldMetadata {
            json_name: name,
            name,
            column,
            type_name: id.type_name,
            kind: id.kind,
            nullable: false,
            id: true,
            generated: false,
            unique: false,
            index: false,
            hidden: false,
            read_only: false,
            version: false,
            was: None,
            comment: None,
            default: None,
            made: None,
            updated: false,
            on_update_now: false,
            length: id.length,
            precision: id.precision,
            db_type: id.db_type,
            values: id.values,
            integers: id.integers,
            db_enum: id.db_enum,
            checked: id.checked,
            form: id.form,
            embedded: None,
        }
    }

    /// For the derive, as are the methods that follow.
    #[doc(hidden)]
    pub const fn new<T: ColumnType>(
        name: &'static str,
        json_name: &'static str,
        column: &'static str,
    ) -> Self {
        FieldMetadata {
            name,
            json_name,
            column,
            was: None,
            comment: None,
            type_name: T::NAME,
            kind: T::KIND,
            nullable: T::NULLABLE,
            id: false,
            generated: false,
            unique: false,
            index: false,
            hidden: false,
            read_only: false,
            default: None,
            made: None,
            updated: false,
            on_update_now: false,
            version: false,
            length: None,
            precision: None,
            db_type: None,
            values: T::VALUES,
            integers: T::INTEGERS,
            db_enum: T::DB_ENUM,
            checked: Checked(T::CHECK),
            form: T::FORM,
            embedded: None,
        }
    }

    #[doc(hidden)]
    pub const fn with_id(mut self) -> Self {
        self.id = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_former_column(mut self, was: &'static str) -> Self {
        self.was = Some(was);
        self
    }

    #[doc(hidden)]
    pub const fn with_comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    #[doc(hidden)]
    pub const fn with_generated(mut self) -> Self {
        self.generated = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_unique(mut self) -> Self {
        self.unique = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_index(mut self) -> Self {
        self.index = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_default(mut self, sql: &'static str) -> Self {
        self.default = Some(sql);
        self
    }

    #[doc(hidden)]
    pub const fn with_default_with(mut self, function: fn() -> Value) -> Self {
        self.made = Some(Made::By(Maker(function)));
        self
    }

    #[doc(hidden)]
    pub const fn with_created_at(mut self) -> Self {
        self.made = Some(Made::Time);
        self.read_only = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_updated_at(mut self) -> Self {
        self.updated = true;
        self.with_created_at()
    }

    #[doc(hidden)]
    pub const fn with_on_update_now(mut self) -> Self {
        self.on_update_now = true;
        self.with_updated_at()
    }

    /// After a default, which a new row has instead of 1.
    #[doc(hidden)]
    pub const fn with_version(mut self) -> Self {
        self.version = true;
        if self.default.is_none() && self.made.is_none() {
            self.made = Some(Made::By(Maker(|| Value::Int(1))));
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    #[doc(hidden)]
    pub const fn with_precision(mut self, precision: u32, scale: u32) -> Self {
        self.precision = Some((precision, scale));
        self
    }

    #[doc(hidden)]
    pub const fn with_embedded(
        mut self,
        name: &'static str,
        is_list: bool,
        model: Option<fn() -> &'static ModelMetadata>,
    ) -> Self {
        if let Some(model) = model {
            self.embedded = Some(EmbeddedRows {
                name,
                model,
                is_list,
            });
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_db_type(mut self, db_type: &'static str) -> Self {
        self.db_type = Some(db_type);
        self
    }

    /// The name of the field in Rust, without `r#`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the property in JSON and filters, from the struct's own `#[serde(..)]`.
    pub fn json_name(&self) -> &'static str {
        self.json_name
    }

    /// The name of the column.
    pub fn column(&self) -> &'static str {
        self.column
    }

    /// What the column stores.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the column may be NULL: whether the field is an `Option`.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// Whether the field is the id, or part of it.
    pub fn is_id(&self) -> bool {
        self.id
    }

    /// Whether the database makes the value of a new row.
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// Whether no two rows share a value.
    pub fn is_unique(&self) -> bool {
        self.unique
    }

    /// Whether an index is asked for.
    pub fn is_indexed(&self) -> bool {
        self.index
    }

    /// Whether run-time filters can neither select, search nor sort by it, and JSON results leave it out.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Whether JSON from outside cannot set it.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Whether the database sets the time of the last update, where a program writes the row that does not know this model.
    pub fn is_set_on_update(&self) -> bool {
        self.on_update_now
    }

    /// The SQL of the column's default.
    pub fn default(&self) -> Option<&'static str> {
        self.default
    }

    /// Whether a new row that is given no value for it gets one from a function, or as the time of the write.
    pub fn has_default_with(&self) -> bool {
        self.made.is_some()
    }

    /// Whether each write of the row sets it to the time of the write.
    pub fn is_updated(&self) -> bool {
        self.updated
    }

    /// Whether it is the version of the row, which each write increments.
    pub fn is_version(&self) -> bool {
        self.version
    }

    /// Whether it holds the time at which the row was added.
    pub(crate) fn is_time_of_creation(&self) -> bool {
        self.made == Some(Made::Time) && !self.updated
    }

    /// How many digits a decimal has, and how many of them behind the point.
    pub fn precision(&self) -> Option<(u32, u32)> {
        self.precision
    }

    /// Why a decimal does not fit into the column, if it does not.
    pub(crate) fn misfit(&self, value: &Value) -> Option<String> {
        #[cfg(feature = "rust_decimal")]
        if let (Some((precision, scale)), Value::Decimal(decimal)) = (self.precision, value) {
            let whole = decimal.trunc().abs();
            let digits = match whole.is_zero() {
                true => 0,
                false => whole.to_string().len() as u32,
            };
            if digits > precision - scale || decimal.normalize().scale() > scale {
                let before = precision - scale;
                return Some(format!(
                    "{decimal} has more than {before} digits before the point, or more than {scale} behind it"
                ));
            }
        }
        let _ = value;
        None
    }

    /// The longest text, in characters.
    pub fn length(&self) -> Option<u32> {
        self.length
    }

    /// The texts that the column may hold, where its type is an enum; empty where any may be stored.
    pub fn values(&self) -> &'static [&'static str] {
        self.values
    }

    /// The integers that the column may hold, where its type is an enum stored as integers; empty where any may be
    /// stored.
    pub fn integers(&self) -> &'static [i64] {
        self.integers
    }

    /// The name of the database's own enum, where the column's type is one.
    pub fn db_enum(&self) -> Option<&'static str> {
        self.db_enum
    }

    /// Whether the column may hold the value, where its type is an enum.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        match value {
            Value::Text(text) if !self.values.is_empty() => self.values.contains(&text.as_str()),
            Value::Int(integer) if !self.integers.is_empty() => self.integers.contains(integer),
            _ => true,
        }
    }

    /// Why a value of the column's kind is none of the field's type, if it is none.
    pub(crate) fn why_not(&self, value: &Value) -> Option<String> {
        match (self.checked.0, value) {
            (None, _) | (_, Value::Null) => None,
            (Some(check), value) => check(value).err(),
        }
    }

    /// The type of the field, for messages.
    pub(crate) fn rust_type(&self) -> String {
        match self.nullable {
            true => format!("Option<{}>", self.type_name),
            false => self.type_name.to_owned(),
        }
    }

    /// What the column may hold, as it is written in JSON.
    pub(crate) fn allowed(&self) -> Vec<String> {
        let texts = self.values.iter().map(|text| (*text).to_owned());
        texts
            .chain(self.integers.iter().map(i64::to_string))
            .collect()
    }

    /// The column's type in a schema, where the usual one is not wanted.
    pub fn db_type(&self) -> Option<&'static str> {
        self.db_type
    }
}

pub(crate) fn fields(model: &ModelMetadata, names: &[&str]) -> Vec<&'static FieldMetadata> {
    names
        .iter()
        .map(|name| {
            model
                .field(name)
                .expect("the derive has checked that the field exists")
        })
        .collect()
}

impl FieldMetadata {
    /// Whether its type is a column type, as it must be. Where it is none, checks of the model say nothing of the field.
    pub(crate) const fn is_column(&self) -> bool {
        !self.type_name.is_empty()
    }

    /// `supplier_id` is `i64`, for messages of the compiler.
    pub(crate) const fn describe(&self, text: Text, model: &str) -> Text {
        text.put("`")
            .put(model)
            .put("::")
            .put(self.name)
            .put("` is `")
            .put(self.type_name)
            .put("`")
    }
}
