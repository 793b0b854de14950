//! Errors that name a model and its relation: values that do not fit a field, and violated constraints.

use crate::error::{Error, ErrorKind, Violation, with_article};
use crate::model::constraint_name::check_name;
use crate::model::field::FieldMetadata;
use crate::model::foreign_key::ForeignKey;
use crate::model::metadata::ModelMetadata;
use crate::model::relation::{RelationKind, RelationMetadata};
use crate::value::{DecodeError, Value};

impl Error {
    /// A column that could not be read into its field.
    pub(crate) fn decode(
        model: &'static ModelMetadata,
        field: &FieldMetadata,
        error: DecodeError,
    ) -> Error {
        Error::decode_row(model, field, &[], error)
    }

    /// A column that could not be read into its field, of the row with this id, as far as that could be read.
    pub(crate) fn decode_row(
        model: &'static ModelMetadata,
        field: &FieldMetadata,
        id: &[Value],
        error: DecodeError,
    ) -> Error {
        let (reason, source) = error.into_parts();
        let of_id = model.id_fields().zip(id);
        let of_id = of_id.map(|(field, value)| format!("`{}` {}", field.name, value.display()));
        let of_row = match of_id.collect::<Vec<_>>().join(" and ") {
            id if id.is_empty() => id,
            id => format!(" of the row with {id}"),
        };
        let message = format!(
            "cannot read column `{}`{of_row} into `{}::{}: {}`: {reason}",
            field.column,
            model.name,
            field.name,
            field.rust_type(),
        );
        let error = Error::new(ErrorKind::Decode, message).of_model(model.name);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    /// A value that the database cannot store.
    pub(crate) fn invalid_value(model: &'static str, field: &FieldMetadata, why: &str) -> Error {
        let message = format!("cannot store `{model}::{}`: {why}", field.name);
        Error::new(ErrorKind::InvalidValue, message)
            .of_model(model)
            .of_fields(vec![field.name])
    }

    /// A pattern that cannot be searched for.
    pub(crate) fn invalid_pattern(model: &'static str, field: &FieldMetadata, why: &str) -> Error {
        let message = format!("cannot search `{model}::{}`: {why}", field.name);
        Error::new(ErrorKind::InvalidValue, message).of_model(model)
    }

    /// Says of a violated constraint which model it belongs to, and which relation if it is a key of one.
    ///
    /// `through` is the relation that the write went through; its keys come first.
    pub(crate) fn in_model(
        mut self,
        model: &'static ModelMetadata,
        through: Option<&'static RelationMetadata>,
    ) -> Error {
        let Some(violation) = self.take_violation() else {
            return self;
        };
        let Some(holder) = violated_model(&violation, model) else {
            let message = describe_unknown(self.kind(), model, &violation);
            return self.with_message(message).of_model(model.name);
        };
        let columns = violated_columns(&violation, holder);
        let key = match (self.kind(), through) {
            (ErrorKind::AlreadyExists, Some(relation)) => relation
                .unique_key()
                .filter(|key| has_columns(key, &columns)),
            (ErrorKind::ForeignKeyViolation, through) => through
                .and_then(|relation| key_of(relation, &columns))
                .or_else(|| violated_key(&violation, &columns, model)),
            _ => None,
        };
        let fields = fields_of(key.as_ref().map_or(holder, |key| key.holder), &columns);
        let message = describe(self.kind(), holder, key.as_ref(), &columns, &violation);
        // What a row still refers to is the row that was to be written.
        let model = if self.kind() == ErrorKind::ForeignKeyViolation {
            model
        } else {
            holder
        };
        let error = self
            .with_message(message)
            .of_model(model.name)
            .of_fields(fields);
        match key {
            Some(key) => error.of_relation(key.relation.name),
            None => error,
        }
    }

    /// The constraint that was violated, with its model, where the database told neither its columns nor one of our names.
    pub(crate) fn unknown_constraint(
        &self,
        model: &'static ModelMetadata,
    ) -> Option<(&'static ModelMetadata, String)> {
        let has_columns = matches!(
            self.kind(),
            ErrorKind::AlreadyExists | ErrorKind::ForeignKeyViolation
        );
        let violation = self.violation().filter(|_| has_columns)?;
        let holder = violated_model(violation, model)?;
        let name = constraint_name_of(violation)?;
        let is_unknown = violated_columns(violation, holder).is_empty();
        is_unknown.then(|| (holder, name.to_owned()))
    }

    /// The error with what the database's catalog says of the constraint.
    pub(crate) fn with_columns(mut self, table: String, columns: Vec<String>) -> Error {
        let mut violation = self.take_violation().unwrap_or_default();
        (violation.table, violation.columns) = (Some(table), columns);
        self.with_violation(violation)
    }

    /// Says that a foreign key was violated which the database did not name.
    pub(crate) fn violating(
        self,
        model: &'static ModelMetadata,
        key: &ForeignKey,
        still_referred: bool,
    ) -> Error {
        let violation = Violation {
            constraint: None,
            table: Some(key.holder.table.to_owned()),
            columns: key.columns().into_iter().map(str::to_owned).collect(),
            still_referred,
        };
        self.with_violation(violation)
            .in_model(model, Some(key.relation))
    }
}

/// The model of the table that was violated: a cascade may have met another than the one written, or a trigger.
fn violated_model(
    violation: &Violation,
    model: &'static ModelMetadata,
) -> Option<&'static ModelMetadata> {
    let has = |model: &ModelMetadata, column: &String| {
        let mut fields = model.fields.iter();
        fields.any(|field| field.column.eq_ignore_ascii_case(column))
    };
    let has_all = |model: &ModelMetadata| violation.columns.iter().all(|name| has(model, name));
    let mut models = model.related_models().into_iter();
    match &violation.table {
        Some(table) => models.find(|model| model.table.eq_ignore_ascii_case(table)),
        // MySQL names a column alone; where no model has it, the table written may have more columns than its model.
        None => models.find(|model| has_all(model)).or(Some(model)),
    }
}

/// The names of the fields with these columns.
fn fields_of(model: &'static ModelMetadata, columns: &[String]) -> Vec<&'static str> {
    let fields = columns.iter().filter_map(|column| {
        let mut fields = model.fields.iter();
        fields.find(|field| field.column.eq_ignore_ascii_case(column))
    });
    fields.map(|field| field.name).collect()
}

/// The columns of the violated constraint: as the database named them, or from the constraint's name.
fn violated_columns(violation: &Violation, model: &'static ModelMetadata) -> Vec<String> {
    if !violation.columns.is_empty() {
        return violation.columns.clone();
    }
    let Some(name) = constraint_name_of(violation) else {
        return Vec::new();
    };
    if name.eq_ignore_ascii_case("primary") {
        return model
            .id_fields()
            .map(|field| field.column.to_owned())
            .collect();
    }
    crate::model::constraint_name::constraint_columns(model, name)
}

/// The name of the violated constraint. MySQL qualifies that of an index by its table.
fn constraint_name_of(violation: &Violation) -> Option<&str> {
    let constraint = violation.constraint.as_ref()?;
    constraint.rsplit('.').next()
}

/// The foreign key of a relation that has these columns.
fn key_of(relation: &'static RelationMetadata, columns: &[String]) -> Option<ForeignKey> {
    let mut keys = relation.foreign_keys().into_iter();
    keys.find(|key| has_columns(key, columns))
}

/// Whether these are the columns of a key, which others may have declared in another order, and in another case.
fn has_columns(key: &ForeignKey, columns: &[String]) -> bool {
    let own = key.columns();
    let is_own = |column: &String| own.iter().any(|own| own.eq_ignore_ascii_case(column));
    own.len() == columns.len() && columns.iter().all(is_own)
}

/// The foreign key of the model that was violated, on either side of it.
fn violated_key(
    violation: &Violation,
    columns: &[String],
    model: &'static ModelMetadata,
) -> Option<ForeignKey> {
    // A row that is still referred to is a source of `has_one` and its like; one that refers to nothing belongs to
    // something.
    let on_side = |relation: &&RelationMetadata| {
        (relation.kind == RelationKind::BelongsTo) != violation.still_referred
    };
    let relations = model.relations.iter().filter(on_side);
    let mut keys = relations.flat_map(RelationMetadata::foreign_keys);
    keys.find(|key| {
        let table = violation.table.as_deref();
        table.is_none_or(|table| table.eq_ignore_ascii_case(key.holder.table))
            && has_columns(key, columns)
    })
}

/// What to say of a table that no model here has.
fn describe_unknown(kind: ErrorKind, model: &ModelMetadata, violation: &Violation) -> String {
    let table = violation.table.as_deref().unwrap_or_default();
    let columns = list(None, &violation.columns);
    let constraint = match &violation.constraint {
        Some(name) => format!(" (constraint `{name}`)"),
        None => String::new(),
    };
    let what = match kind {
        ErrorKind::NotNullViolation => format!("table `{table}` needs a value for {columns}"),
        ErrorKind::ForeignKeyViolation => {
            format!("a foreign key of table `{table}` does not allow this{constraint}")
        }
        _ => format!("a constraint of table `{table}` does not allow this{constraint}"),
    };
    format!("writing `{}`: {what}", model.name)
}

fn describe(
    kind: ErrorKind,
    model: &ModelMetadata,
    key: Option<&ForeignKey>,
    columns: &[String],
    violation: &Violation,
) -> String {
    let keys = list(Some(key.map_or(model, |key| key.holder)), columns);
    let constraint = match &violation.constraint {
        Some(name) if columns.is_empty() => format!(" (constraint `{name}`)"),
        _ => String::new(),
    };
    match (kind, key) {
        (ErrorKind::AlreadyExists, Some(key)) => {
            let path = key.relation.path();
            format!("`{path}` has its row already: the {keys} is taken")
        }
        (ErrorKind::AlreadyExists, _) if columns.is_empty() => {
            format!("this `{}` exists already{constraint}", model.name)
        }
        (ErrorKind::AlreadyExists, _) => {
            format!(
                "{} with this {keys} exists already",
                with_article(model.name)
            )
        }
        (ErrorKind::ForeignKeyViolation, Some(key)) => {
            let (path, referred) = (key.relation.path(), key.referred.name);
            match violation.still_referred {
                false => format!("`{path}`: the {keys} refers to no `{referred}`"),
                true => format!(
                    "`{path}`: {} still refers to this row",
                    with_article(key.holder.name)
                ),
            }
        }
        (ErrorKind::ForeignKeyViolation, None) => {
            let table = violation.table.as_deref().unwrap_or(model.table);
            format!("a foreign key of table `{table}` does not allow this{constraint}")
        }
        (ErrorKind::NotNullViolation, _) => {
            format!("`{}` needs a value for {keys}", model.name)
        }
        _ => match violated_check(model, violation) {
            Some(check) => format!("a check of `{}` does not hold: {check}", model.name),
            None => format!(
                "a constraint of `{}` does not allow this{constraint}",
                model.name
            ),
        },
    }
}

/// The SQL of the check of the model that has the constraint's name.
fn violated_check(model: &ModelMetadata, violation: &Violation) -> Option<&'static str> {
    let constraint = violation.constraint.as_deref()?;
    let mut checks = model.checks.iter().zip(1..);
    let check = checks.find(|(_, nth)| check_name(model, *nth).eq_ignore_ascii_case(constraint));
    check.map(|(sql, _)| *sql)
}

/// The fields with these columns, and beside each the column where it has another name.
fn list(model: Option<&ModelMetadata>, columns: &[String]) -> String {
    let field = |column: &String| {
        let mut fields = model?.fields.iter();
        fields.find(|field| field.column.eq_ignore_ascii_case(column))
    };
    let names = columns.iter().map(|column| match field(column) {
        Some(field) if field.name != column => format!("`{}` (column `{column}`)", field.name),
        _ => format!("`{column}`"),
    });
    names.collect::<Vec<_>>().join(", ")
}
