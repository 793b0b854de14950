//! What a draft or a patch gives, by its setters or as JSON, and how it becomes values: by being read for a purpose, in no
//! other way. So no write can forget to check JSON, or take it for empty.

use crate::error::{Error, ErrorKind, ProblemCode, Problems, Result};
use crate::json::{JsonValue, Misfit, check_keys, to_value_in};
use crate::model::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata};
use crate::query::{Nested, NestedRow, Values};
use crate::value::Value;
use crate::write::data::{Data, Given, JsonData, Nests, TypedData};
use crate::write::defaults::make;
use std::collections::HashSet;

/// What data is for: which properties there may be, and which there must be.
pub(crate) struct Wanted {
    model: &'static ModelMetadata,
    purpose: Purpose,
    /// The relation that the row is written through, and what it has a say in.
    relation: Option<&'static RelationMetadata>,
    imposed: Vec<(&'static FieldMetadata, Own)>,
    /// Whether values that are not given are left out, to be made later.
    leaves_made: bool,
    /// Whether a version that is given is that of a row which may be there.
    compares_version: bool,
}

enum Purpose {
    Create,
    /// Of the row with this id, if it is of one.
    Patch(Option<Vec<Value>>),
    /// All of a row that is there. What the database made may be given, so that a row goes back as it was read, and is left out.
    Replace,
}

/// What a field is to hold that a relation has a say in.
#[derive(Clone)]
pub(crate) enum Own {
    Is(Value),
    /// The key of a row that is not stored yet.
    New,
    /// What it holds already, since links refer to it.
    Kept,
}

/// What becomes of a property.
enum Verdict {
    Set,
    /// It says what is known.
    Drop,
    Refuse(ProblemCode, String),
}

impl Wanted {
    fn new(model: &'static ModelMetadata, purpose: Purpose) -> Wanted {
        Wanted {
            model,
            purpose,
            relation: None,
            imposed: Vec::new(),
            leaves_made: false,
            compares_version: false,
        }
    }

    pub(crate) fn create(model: &'static ModelMetadata) -> Wanted {
        Wanted::new(model, Purpose::Create)
    }

    pub(crate) fn patch(model: &'static ModelMetadata) -> Wanted {
        Wanted::new(model, Purpose::Patch(None))
    }

    /// A row that may be there already: only what is given.
    pub(crate) fn upsert(model: &'static ModelMetadata) -> Wanted {
        Wanted {
            leaves_made: true,
            compares_version: true,
            ..Wanted::create(model)
        }
    }

    /// A row that replaces the one which may be there.
    pub(crate) fn set(model: &'static ModelMetadata) -> Wanted {
        Wanted {
            compares_version: true,
            ..Wanted::create(model)
        }
    }

    /// A patch of one row.
    pub(crate) fn patch_of(model: &'static ModelMetadata, id: Vec<Value>) -> Wanted {
        Wanted::new(model, Purpose::Patch(Some(id)))
    }

    pub(crate) fn replace(model: &'static ModelMetadata) -> Wanted {
        Wanted::new(model, Purpose::Replace)
    }

    /// Of a row that is written through a relation.
    pub(crate) fn through(
        mut self,
        relation: &'static RelationMetadata,
        imposed: impl IntoIterator<Item = (&'static FieldMetadata, Own)>,
    ) -> Wanted {
        self.relation = Some(relation);
        self.imposed.extend(imposed);
        self
    }

    /// Of a target of this relation: where it is new or written as a whole, it has the values that the relation's own scope fixes.
    pub(crate) fn in_scope_of(mut self, relation: &'static RelationMetadata) -> Wanted {
        let is_whole = matches!(self.purpose, Purpose::Create | Purpose::Replace);
        if is_whole && relation.has_scope() {
            let values = relation.fixed_values().into_iter();
            let own = values.map(|(field, value)| (field, Own::Is(value)));
            self = self.through(relation, own);
        }
        self
    }

    fn own(&self, field: &FieldMetadata) -> Option<&Own> {
        let mut imposed = self.imposed.iter();
        let own = imposed.find(|(other, _)| other.name == field.name);
        own.map(|(_, own)| own)
    }

    /// The value of a field of the id, where it is known which row is written.
    fn of_id(&self, field: &FieldMetadata) -> Option<&Value> {
        let Purpose::Patch(Some(id)) = &self.purpose else {
            return None;
        };
        let mut fields = self.model.id_fields().zip(id);
        let own = fields.find(|(other, _)| other.name == field.name);
        own.map(|(_, value)| value)
    }

    /// Why a field cannot be set. It is as with drafts and patches, which have no setter for it then.
    fn obstacle(&self, field: &FieldMetadata) -> Option<&'static str> {
        match self.purpose {
            Purpose::Create | Purpose::Patch(_) if field.generated => {
                Some("the database makes this value")
            }
            Purpose::Create if field.version && !self.compares_version => {
                Some("a new row starts with the first version")
            }
            Purpose::Patch(_) if field.id => Some("the id of a row does not change"),
            Purpose::Create | Purpose::Patch(_) if field.read_only && !field.version => {
                Some("it is read-only")
            }
            _ => None,
        }
    }

    /// Whether a field must be given, but for what a relation fills in.
    fn requires(&self, field: &FieldMetadata) -> bool {
        match self.purpose {
            Purpose::Create => {
                let has_default = field.default.is_some() || field.made.is_some();
                !field.nullable && !field.generated && !has_default
            }
            Purpose::Patch(_) => false,
            Purpose::Replace => {
                let is_known = field.generated || field.read_only || field.version;
                field.id || !(field.nullable || is_known)
            }
        }
    }

    /// What is wrong with a field whatever its value is.
    fn refusal(&self, field: &FieldMetadata) -> Option<String> {
        match (self.own(field), &self.relation) {
            (Some(Own::New), Some(relation)) => Some(format!(
                "`{}` fills in the key of the new `{}`",
                relation.path(),
                match relation.through() {
                    Some(through) if through.key_to().contains(&field.name) => relation.target(),
                    _ => relation.source(),
                }
                .name
            )),
            (None, _) if self.of_id(field).is_none() => self.obstacle(field).map(str::to_owned),
            _ => None,
        }
    }

    fn verdict(&self, field: &FieldMetadata, value: &Value) -> Verdict {
        let is_id = self.of_id(field).map(|id| id == value);
        match (self.own(field), self.relation) {
            (Some(Own::Is(own)), Some(relation)) if own != value => {
                let message = contradiction(field.json_name, own, relation, value);
                Verdict::Refuse(ProblemCode::ConstraintMismatch, message)
            }
            (Some(Own::Kept), _) if is_id != Some(true) => {
                let message = kept(field.json_name);
                Verdict::Refuse(ProblemCode::ConstraintMismatch, message)
            }
            (None, _) if is_id == Some(false) => {
                let message = "it is not the id of the row that is to change";
                Verdict::Refuse(ProblemCode::NotAllowed, message.to_owned())
            }
            _ if self.obstacle(field).is_some() => Verdict::Drop,
            _ => Verdict::Set,
        }
    }

    /// The names of the properties that there may be.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let fields = self.model.fields.iter();
        let can_be_set =
            |field: &&FieldMetadata| self.obstacle(field).is_none() && !field.is_hidden();
        fields.filter(can_be_set).map(|field| field.json_name)
    }

    /// Leaves out what is made anew: a row as it was read can be given to `replace`.
    fn leave_out_made(&self, values: &mut Values) {
        if !matches!(self.purpose, Purpose::Replace) {
            return;
        }
        values.fields.retain(|(at, _)| {
            let field = &self.model.fields[*at];
            field.id || !(field.generated || field.updated)
        });
    }

    /// Makes the values of a new row that are not given, but for those that a relation has a say in.
    fn make(&self, values: &mut Values) {
        if matches!(self.purpose, Purpose::Create) && !self.leaves_made {
            make(self.model, values, |field| {
                self.own(field).is_none() && !(self.compares_version && field.version)
            });
        }
    }

    /// Leaves what JSON cannot set: a row as it was read can be given to `replace` as JSON, too.
    fn leave_out_read_only(&self, values: &mut Values) {
        if !matches!(self.purpose, Purpose::Replace) {
            return;
        }
        values.fields.retain(|(at, _)| {
            let field = &self.model.fields[*at];
            // The version is not set by it, but compared.
            field.id || field.version || !field.read_only || self.own(field).is_some()
        });
    }

    /// Whether rows of relations may be created with the row.
    fn may_nest(&self) -> bool {
        matches!(self.purpose, Purpose::Create) && !self.leaves_made
    }

    /// Whether the field says which row is written.
    fn says_which(&self, field: &FieldMetadata) -> bool {
        field.id && !matches!(self.purpose, Purpose::Create)
    }

    /// Makes the values hold what the relation imposes: fills it into those of a new row, and refuses others.
    fn impose(&self, values: &mut Values) -> Result<()> {
        let Some(relation) = self.relation else {
            return Ok(());
        };
        for (field, own) in &self.imposed {
            let at = self.model.position(field);
            if values.gives(at) && values.get(at).is_none() {
                let field = field.name;
                let message = format!("`{}`: `{field}` cannot be computed", relation.path());
                let error = Error::new(ErrorKind::ConstraintMismatch, message);
                return Err(error.of_model(self.model.name).of_relation(relation.name));
            }
            match own {
                Own::Is(own) => {
                    check(values, relation, self.model, field, own)?;
                    if matches!(self.purpose, Purpose::Create) {
                        values.set(self.model.position(field), own.clone());
                    }
                }
                Own::Kept if values.get(self.model.position(field)).is_some() => {
                    let message = format!("`{}`: {}", relation.path(), kept(field.name));
                    let error = Error::new(ErrorKind::ConstraintMismatch, message);
                    return Err(error.of_model(self.model.name).of_relation(relation.name));
                }
                // What a draft gives for a key that is not known yet is compared when it is.
                Own::Kept | Own::New => {}
            }
        }
        Ok(())
    }
}

fn kept(field: &str) -> String {
    format!("links refer to `{field}`, so it cannot be changed")
}

fn contradiction(field: &str, own: &Value, relation: &RelationMetadata, given: &Value) -> String {
    format!(
        "`{field}` is {} through `{}`, and the data says {}",
        own.display(),
        relation.path(),
        given.display()
    )
}

/// What a relation imposes on rows of a model: the fields of the key, and, on a target that can belong to several models,
/// the one that says which.
pub(crate) fn imposed(
    relation: &'static RelationMetadata,
    fields: &[&'static FieldMetadata],
    key: &[Own],
) -> Vec<(&'static FieldMetadata, Own)> {
    let key = fields.iter().copied().zip(key.iter().cloned());
    let is_target = relation.through().is_none();
    let which = relation.imposed_type().filter(|_| is_target);
    let which = which.map(|(field, word)| (field, Own::Is(word)));
    key.chain(which).collect()
}

/// Fills a key into the values of a new row, which is known only now.
pub(crate) fn fill(
    values: &mut Values,
    relation: &'static RelationMetadata,
    model: &'static ModelMetadata,
    fields: &[&'static FieldMetadata],
    key: &[Value],
) -> Result<()> {
    let key: Vec<Own> = key.iter().cloned().map(Own::Is).collect();
    let wanted = Wanted::create(model).through(relation, imposed(relation, fields, &key));
    wanted.impose(values)
}

/// Refuses a value for a field of the key that is not the source's.
fn check(
    values: &Values,
    relation: &'static RelationMetadata,
    model: &'static ModelMetadata,
    field: &'static FieldMetadata,
    own: &Value,
) -> Result<()> {
    match values.get(model.position(field)) {
        Some(given) if given != own => {
            let message = contradiction(field.name, own, relation, given);
            let error = Error::new(ErrorKind::ConstraintMismatch, message);
            Err(error.of_model(model.name).of_relation(relation.name))
        }
        _ => Ok(()),
    }
}

/// Reads data and collects what is wrong with its JSON. Values of which something is wrong are never used.
#[derive(Default)]
pub(crate) struct Reader {
    problems: Problems,
    /// The relation whose key is contradicted first.
    contradicted: Option<&'static RelationMetadata>,
}

impl Reader {
    pub(crate) fn at_item<T>(&mut self, item: usize, inner: impl FnOnce(&mut Self) -> T) -> T {
        let left = self.problems.enter_item(item);
        let result = inner(self);
        self.problems.leave(left);
        result
    }

    fn at_key<T>(&mut self, key: &str, inner: impl FnOnce(&mut Self) -> T) -> T {
        let left = self.problems.enter_key(key);
        let result = inner(self);
        self.problems.leave(left);
        result
    }

    pub(crate) fn finish<T>(self, made: T, wanted: &Wanted) -> Result<T> {
        let only_keys = self.problems.are_all(ProblemCode::ConstraintMismatch);
        let contradicted = self.contradicted.filter(|_| only_keys);
        let kind = match contradicted {
            Some(_) => ErrorKind::ConstraintMismatch,
            None => ErrorKind::InvalidData,
        };
        let model = wanted.model.name;
        let read = self
            .problems
            .finish(made, kind, format_args!("the data of `{model}`"));
        read.map_err(|error| match contradicted {
            Some(relation) => error.of_model(model).of_relation(relation.name),
            None => error.of_model(model),
        })
    }

    pub(crate) fn read(&mut self, data: Data, wanted: &Wanted) -> Result<Values> {
        match data.0 {
            Given::Typed(TypedData { mut values, nested }) => {
                wanted.impose(&mut values)?;
                wanted.make(&mut values);
                self.check_discriminators(&values, wanted);
                for nested in nested {
                    let nested = self.read_nested(nested, &values, wanted)?;
                    values.nested.push(nested);
                }
                wanted.leave_out_made(&mut values);
                Ok(values)
            }
            Given::Json(json) => self.read_json(json, wanted),
        }
    }

    fn read_json(&mut self, mut json: JsonData, wanted: &Wanted) -> Result<Values> {
        self.check_only(json.only.as_deref(), wanted.model);
        match std::mem::replace(&mut json.value, Ok(JsonValue::Null)) {
            Ok(JsonValue::Map(entries)) => {
                let (rows, entries) = match wanted.may_nest() {
                    true => split_nested(entries, wanted.model, &json.nests),
                    false => (Vec::new(), entries),
                };
                let mut values = self.read_object(&entries, &json, wanted);
                wanted.leave_out_read_only(&mut values);
                if self.problems.is_empty() {
                    wanted.impose(&mut values)?;
                    wanted.make(&mut values);
                }
                self.check_discriminators(&values, wanted);
                for (relation, term) in rows {
                    if let Some(nested) = self.nested_of_json(relation, term, &json.nests) {
                        let nested = self.read_nested(nested, &values, wanted)?;
                        values.nested.push(nested);
                    }
                }
                wanted.leave_out_made(&mut values);
                Ok(values)
            }
            Ok(other) => {
                let message = format!("expected an object, not {}", other.describe());
                self.problems.add(ProblemCode::WrongType, message);
                Ok(Values::default())
            }
            Err(misfit) => {
                misfit.note(&mut self.problems);
                Ok(Values::default())
            }
        }
    }

    /// The rows of a relation that stand in the JSON of their source.
    fn nested_of_json(
        &mut self,
        relation: &'static RelationMetadata,
        term: JsonValue,
        nests: &Nests,
    ) -> Option<Nested<Data>> {
        let rows = match (relation.kind, term) {
            (RelationKind::HasOne, term) => vec![term],
            (_, JsonValue::List(rows)) => rows,
            (_, other) => {
                let message = format!("expected a list, not {}", other.describe());
                self.at_key(relation.json_name, |reader| {
                    reader.problems.add(ProblemCode::WrongType, message);
                });
                return None;
            }
        };
        let rows = rows.into_iter();
        let rows = rows.map(|row| NestedRow::of_json(row, relation, nests));
        Some(Nested {
            relation,
            rows: rows.collect(),
        })
    }

    /// Refuses a discriminator that stands for none of its relation's models: no include could follow it.
    fn check_discriminators(&mut self, values: &Values, wanted: &Wanted) {
        let relations = wanted.model.relations.iter();
        for relation in relations.filter(|relation| relation.is_to_any()) {
            let field = relation
                .discriminator()
                .and_then(|name| wanted.model.field(name));
            let Some(field) = field else { continue };
            let known = relation.discriminator_values();
            match values.get(wanted.model.position(field)) {
                Some(Value::Text(given)) if !known.contains(&given.as_str()) => {
                    let message = format!("`{}` leads to no such model", relation.path());
                    self.at_key(field.json_name, |reader| {
                        let code = ProblemCode::InvalidValue;
                        let known = known.iter().copied();
                        reader.problems.expected(code, message, known, given);
                    });
                }
                _ => {}
            }
        }
    }

    /// Rows that are drafted within the draft of another, of which `values` are known so far.
    fn read_nested(
        &mut self,
        nested: Nested<Data>,
        values: &Values,
        wanted: &Wanted,
    ) -> Result<Nested<Values>> {
        let relation = nested.relation;
        let source_fields = relation.source_fields().into_iter();
        let key: Vec<Own> = source_fields
            .map(|field| own(values, wanted.model, field))
            .collect();
        let is_one = relation.kind == RelationKind::HasOne;
        let rows = nested.rows.into_iter().enumerate();
        let rows = self.at_key(relation.json_name, |reader| {
            rows.map(|(at, row)| match is_one {
                true => reader.read_row(row, relation, &key),
                false => reader.at_item(at, |reader| reader.read_row(row, relation, &key)),
            })
            .collect::<Result<_>>()
        })?;
        Ok(Nested { relation, rows })
    }

    /// A target of a source with this key, and the link to it, where there is one.
    pub(crate) fn read_row(
        &mut self,
        row: NestedRow<Data>,
        relation: &'static RelationMetadata,
        key: &[Own],
    ) -> Result<NestedRow<Values>> {
        let target = relation.target();
        let wanted = Wanted::create(target).in_scope_of(relation);
        let Some(through) = relation.through() else {
            let imposed = imposed(relation, &relation.target_fields(), key);
            let values = self.read(row.values, &wanted.through(relation, imposed))?;
            return Ok(NestedRow {
                values,
                link: Values::default(),
            });
        };
        let values = self.read(row.values, &wanted)?;
        let target_fields = relation.target_fields().into_iter();
        let target_key: Vec<Own> = target_fields
            .map(|field| own(&values, target, field))
            .collect();
        let mut keys = imposed(relation, &through.source_fields(), key);
        keys.extend(imposed(relation, &through.target_fields(), &target_key));
        let wanted = Wanted::create(through.model()).through(relation, keys);
        let link = self.at_key("link", |reader| reader.read(row.link, &wanted))?;
        Ok(NestedRow { values, link })
    }

    fn read_object(
        &mut self,
        entries: &[(String, JsonValue)],
        json: &JsonData,
        wanted: &Wanted,
    ) -> Values {
        let only = json.only.as_deref();
        let is_taken = |field: &FieldMetadata| {
            wanted.says_which(field) || only.is_none_or(|only| only.contains(&field.json_name))
        };
        check_keys(entries, &mut self.problems);
        let mut values = Values::default();
        let mut seen = HashSet::with_capacity(entries.len());
        for (key, term) in entries {
            if !seen.insert(key.as_str()) {
                continue;
            }
            let mut fields = wanted.model.fields.iter();
            match fields.position(|field| field.json_name == key) {
                Some(at) if !is_taken(&wanted.model.fields[at]) => {
                    self.at_key(key, |reader| reader.add_not_taken(key, only));
                }
                Some(at) => {
                    let value = self.at_key(key, |reader| reader.read_property(at, term, wanted));
                    if let Some(value) = value {
                        values.fields.push((at, value));
                    }
                }
                None => self.at_key(key, |reader| {
                    reader.add_unknown(key, wanted, &json.nests);
                }),
            }
        }
        self.add_absent(&mut values, &seen, is_taken, wanted);
        values
    }

    /// What is not given: it is missing, or of a row that is replaced it becomes null.
    fn add_absent(
        &mut self,
        values: &mut Values,
        given: &HashSet<&str>,
        is_taken: impl Fn(&FieldMetadata) -> bool,
        wanted: &Wanted,
    ) {
        for (at, field) in wanted.model.fields.iter().enumerate() {
            if given.contains(field.json_name) {
                continue;
            }
            if wanted.requires(field) && wanted.own(field).is_none() {
                self.at_key(field.json_name, |reader| {
                    let message = match field.read_only {
                        true => "a value is required, and it is read-only",
                        false => "a value is required",
                    };
                    reader.problems.add(ProblemCode::Missing, message);
                });
            } else if matches!(wanted.purpose, Purpose::Replace)
                && !field.generated
                && !field.version
                // What a relation imposes stays as it is.
                && wanted.own(field).is_none()
                && is_taken(field)
            {
                values.fields.push((at, Value::Null));
            }
        }
    }

    /// The value of a property, if it is to be set.
    fn read_property(&mut self, at: usize, term: &JsonValue, wanted: &Wanted) -> Option<Value> {
        let field = &wanted.model.fields[at];
        if let Some(message) = wanted.refusal(field) {
            self.problems.add(ProblemCode::NotAllowed, message);
            return None;
        }
        let is_imposed = wanted.own(field).is_some();
        let value = match value_of(field, term, is_imposed) {
            Ok(value) => value,
            Err(misfit) => {
                misfit.note(&mut self.problems);
                return None;
            }
        };
        if !field.allows(&value) {
            let message = format!("{} is not one of its values", value.display());
            let allowed = field.allowed();
            let allowed = allowed.iter().map(String::as_str);
            let given = value.display();
            self.problems
                .expected(ProblemCode::InvalidValue, message, allowed, &given);
            return None;
        }
        if let Some(why) = field.why_not(&value) {
            self.problems.add(ProblemCode::InvalidValue, why);
            return None;
        }
        match wanted.verdict(field, &value) {
            Verdict::Set => Some(value),
            Verdict::Drop => None,
            Verdict::Refuse(code, message) => {
                if code == ProblemCode::ConstraintMismatch {
                    self.contradicted = self.contradicted.or(wanted.relation);
                }
                self.problems.add(code, message);
                None
            }
        }
    }

    /// A property that the model has and this call does not take.
    fn add_not_taken(&mut self, key: &str, only: Option<&[&'static str]>) {
        let message = "it cannot be set here".to_owned();
        let names = only.unwrap_or_default().iter().copied();
        self.problems
            .expected(ProblemCode::NotAllowed, message, names, key);
    }

    /// A name in `only` that is none would keep a property out that is meant to be taken.
    fn check_only(&mut self, only: Option<&[&'static str]>, model: &'static ModelMetadata) {
        for name in only.unwrap_or_default() {
            if !model.fields.iter().any(|field| field.json_name == *name) {
                let message = format!(
                    "`only` names `{name}`, and `{}` has no such property",
                    model.name
                );
                self.problems.add(ProblemCode::UnknownProperty, message);
            }
        }
    }

    fn add_unknown(&mut self, key: &str, wanted: &Wanted, nests: &Nests) {
        let model = wanted.model;
        let nested = nests
            .iter()
            .filter(|relation| wanted.may_nest() && is_of(relation, model))
            .map(|relation| relation.json_name);
        let mut relations = model.relations.iter();
        // A closed relation is as unknown here as to filters.
        match relations.find(|relation| relation.json_name == key && relation.included) {
            Some(relation) => {
                let message = how_to_write(relation);
                self.problems
                    .add(ProblemCode::NavigationalProperty, message);
            }
            None => {
                let message = format!("`{}` has no such property", model.name);
                let names = wanted.names().chain(nested);
                self.problems
                    .expected(ProblemCode::UnknownProperty, message, names, key);
            }
        }
    }
}

fn is_of(relation: &RelationMetadata, source: &ModelMetadata) -> bool {
    relation.source().type_id() == source.type_id()
}

/// The properties of JSON that are rows of a relation which may stand there, and the others. Of a name that is there twice the second is
/// left among the others, so that it is refused.
#[allow(clippy::type_complexity)] // Both are used on the spot.
fn split_nested(
    entries: Vec<(String, JsonValue)>,
    model: &ModelMetadata,
    nests: &Nests,
) -> (
    Vec<(&'static RelationMetadata, JsonValue)>,
    Vec<(String, JsonValue)>,
) {
    let (mut nested, mut others) = (Vec::new(), Vec::new());
    for (key, term) in entries {
        let mut relations = nests.iter().copied();
        let relation =
            relations.find(|relation| is_of(relation, model) && relation.json_name == key);
        match relation {
            Some(relation) if !nested.iter().any(|(other, _)| *other == relation) => {
                nested.push((relation, term));
            }
            _ => others.push((key, term)),
        }
    }
    (nested, others)
}

impl NestedRow<Data> {
    /// A target as JSON, with the data of the link to it under `link`, unless that is a property of the target.
    pub(crate) fn of_json(
        mut row: JsonValue,
        relation: &'static RelationMetadata,
        nests: &Nests,
    ) -> NestedRow<Data> {
        let target = relation.target();
        let has_link = relation.through().is_some()
            && !target.fields.iter().any(|field| field.json_name == LINK);
        let link = match &mut row {
            JsonValue::Map(entries) if has_link => {
                let at = entries.iter().position(|(key, _)| key == LINK);
                at.map(|at| entries.remove(at).1)
            }
            _ => None,
        };
        NestedRow {
            values: Data::json(Ok(row)).nesting(nests),
            link: link.map_or_else(Data::none, |link| Data::json(Ok(link))),
        }
    }
}

/// Where the data of a link stands in that of its target.
const LINK: &str = "link";

/// What the key of a row is, as far as it is known before the row is stored.
fn own(values: &Values, model: &ModelMetadata, field: &FieldMetadata) -> Own {
    match values.get(model.position(field)) {
        Some(value) => Own::Is(value.clone()),
        None => Own::New,
    }
}

/// The value of a field. What a relation imposes is compared even with null.
fn value_of(field: &FieldMetadata, term: &JsonValue, is_imposed: bool) -> Result<Value, Misfit> {
    match term {
        // A column of JSON that is not nullable holds the JSON value null.
        JsonValue::Null if field.nullable || is_imposed => Ok(Value::Null),
        term => to_value_in(term, (field.kind, field.form), false),
    }
}

/// Where the rows of a relation are written, since the data of another row is not the place.
fn how_to_write(relation: &RelationMetadata) -> String {
    let (source, name) = (relation.source(), relation.json_name);
    match relation.kind {
        RelationKind::HasOne | RelationKind::HasMany => format!(
            "`{name}` is a relation; write its rows through `{}Repository::{}`",
            source.name, relation.name
        ),
        RelationKind::BelongsTo | RelationKind::ReferencesMany => {
            let field = |name| source.field(name).map_or(name, |field| field.json_name);
            let keys = relation.key_from.iter().copied();
            let keys: Vec<&str> = keys.chain(relation.discriminator()).map(field).collect();
            let keys = keys.join("`, `");
            format!("`{name}` is a relation; set `{keys}` instead")
        }
    }
}
