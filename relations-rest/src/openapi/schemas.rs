//! The schemas of models: rows, what is written, and filters.

use super::{answers, values};
use crate::api::Api;
use crate::call::is_same;
use relations::schema::JsonShape;
use relations::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a body is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    New,
    /// A new row without rows of relations in it.
    Alone,
    Patch,
    Replace,
}

/// The schemas of a document, by their names. Each is made when it is first referred to.
pub(super) struct Schemas<'a> {
    api: &'a Api,
    /// The models, which are told apart where they have one name.
    models: Vec<&'static ModelMetadata>,
    /// The relations whose rows may be created with their source.
    nestable: Vec<&'static RelationMetadata>,
    made: Map<String, Value>,
    /// The name of each in the document. A key has a space where a name of the program cannot have one, so that a model `NewTodo` is told
    /// apart from what is written of a new `Todo`.
    names: BTreeMap<String, String>,
    /// An example of each schema that has one. It stands where the schema is used, and not a second time in it.
    examples: BTreeMap<String, Value>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Schemas {
            api,
            models: Vec::new(),
            nestable: api
                .nestable()
                .iter()
                .filter_map(|one| one.relation)
                .collect(),
            made: answers::schemas(api.form)
                .into_iter()
                .map(|(name, schema)| (name.to_owned(), schema))
                .collect(),
            names: BTreeMap::new(),
            examples: BTreeMap::new(),
        }
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.made
    }

    /// The name of a model in the document: `Todo`, and `Todo2` for another model of that name.
    pub(super) fn name(&mut self, model: &'static ModelMetadata) -> String {
        if !self.models.iter().any(|other| is_same(other, model)) {
            self.models.push(model);
        }
        let of_name = self.models.iter().filter(|m| m.name() == model.name());
        match of_name.take_while(|other| !is_same(other, model)).count() {
            0 => model.name().to_owned(),
            others => format!("{}{}", model.name(), others + 1),
        }
    }

    /// A reference to a schema, which is made unless it is there. A place is taken first, since schemas refer to each other.
    fn refer(&mut self, key: String, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if let Some(name) = self.names.get(&key) {
            return reference(name);
        }
        let mut name = key.replace(' ', "");
        while self.made.contains_key(&name) {
            name.push('_');
        }
        self.made.insert(name.clone(), Value::Null);
        self.names.insert(key, name.clone());
        let mut schema = make(self);
        let examples = schema.as_object_mut().and_then(|of| of.remove("examples"));
        if let Some(Value::Array(examples)) = examples {
            let first = examples.into_iter().next();
            self.examples
                .extend(first.map(|example| (name.clone(), example)));
        }
        self.made.insert(name.clone(), schema);
        reference(&name)
    }

    /// A schema of no model.
    pub(super) fn shared(&mut self, name: &str, schema: Value) -> Value {
        self.refer(format!(" {name}"), |_| schema)
    }

    /// The example of the schema that is referred to.
    pub(super) fn example(&self, reference: &Value) -> Option<Value> {
        let (_, name) = reference["$ref"].as_str()?.rsplit_once('/')?;
        self.examples.get(name).cloned()
    }

    /// The relations of a model that may be included.
    fn open(&self, model: &ModelMetadata) -> Vec<&'static RelationMetadata> {
        let of_model = self.api.models.iter();
        let of_model = of_model.filter(|settings| is_same(settings.model, model));
        let mut open: Vec<&'static RelationMetadata> = Vec::new();
        for settings in of_model {
            let named = settings.relations.iter().map(|of| of.relation);
            for relation in named.chain(settings.includable.iter().copied()) {
                if !open.iter().any(|other| other.name() == relation.name()) {
                    open.push(relation);
                }
            }
        }
        open
    }

    /// A row. No property is required, since a filter says which there are.
    pub(super) fn row(&mut self, model: &'static ModelMetadata) -> Value {
        let name = self.name(model);
        self.refer(name, |schemas| {
            let mut properties = Map::new();
            for field in visible(model) {
                let mut schema = schemas.answered(model, field);
                if field.is_generated() || field.is_read_only() {
                    schema["readOnly"] = json!(true);
                }
                properties.insert(field.json_name().to_owned(), schema);
            }
            for relation in schemas.open(model) {
                let mut related = schemas.related(relation);
                if !relation.targets_many() {
                    // There may be no such row.
                    related = json!({"anyOf": [related, {"type": "null"}]});
                }
                properties.insert(relation.json_name().to_owned(), related);
            }
            json!({"type": "object", "properties": properties})
        })
    }

    /// The value of a field of a row. Most are integers that may be texts, so those are in one place.
    fn answered(&mut self, model: &ModelMetadata, field: &FieldMetadata) -> Value {
        let schema = values::answered(schema_of(model, field), field);
        let is_wide = matches!(field.json_shape(), JsonShape::Integer { bits: 64, .. });
        match is_wide && !field.is_nullable() && schema.get("enum").is_none() {
            true if schema.get("minimum").is_some() => self.shared("UInt64", schema),
            true => self.shared("Int64", schema),
            false => schema,
        }
    }

    /// What is included under a relation's name.
    pub(super) fn related(&mut self, relation: &'static RelationMetadata) -> Value {
        let targets = relation.targets();
        let mut rows: Vec<Value> = targets.into_iter().map(|model| self.row(model)).collect();
        let row = match rows.len() {
            1 => rows.remove(0),
            _ => json!({ "anyOf": rows }),
        };
        match relation.targets_many() {
            true => json!({"type": "array", "items": row}),
            false => row,
        }
    }

    /// What is written: of a row through a relation without the key that the relation fills in.
    pub(super) fn written(
        &mut self,
        purpose: Purpose,
        model: &'static ModelMetadata,
        through: Option<&'static RelationMetadata>,
    ) -> Value {
        let nested = self.nested(purpose, model);
        let purpose = match purpose {
            Purpose::Alone if self.nested(Purpose::New, model).is_empty() => Purpose::New,
            purpose => purpose,
        };
        let filled_in = through.map_or_else(Vec::new, |relation| filled_in(relation, model));
        let link = through.filter(|relation| is_linked(purpose, model, relation));
        let mut name = format!("{purpose:?} {}", self.name(model));
        let is_changed = !filled_in.is_empty() || link.is_some();
        if let (Some(relation), true) = (through, is_changed && purpose != Purpose::Patch) {
            let (source, relation) = (self.name(relation.source()), relation.json_name());
            name = format!("{name} In {source}{}", capitalized(relation));
        }
        let filled_in = match purpose {
            Purpose::Patch => Vec::new(),
            _ => filled_in,
        };
        self.refer(name, |schemas| {
            let mut schema = written(purpose, model, &filled_in);
            for relation in nested {
                let row = schemas.written(Purpose::New, relation.target(), Some(relation));
                schema["properties"][relation.json_name()] = match relation.targets_many() {
                    true => json!({"type": "array", "items": row}),
                    false => row,
                };
            }
            if let Some((relation, links)) = link.zip(link.and_then(RelationMetadata::through)) {
                let link = schemas.written(Purpose::Alone, links.model(), Some(relation));
                schemas.require_link(&mut schema, &link);
                schema["properties"]["link"] = link;
            }
            schema
        })
    }

    /// Says that a new target needs the data of its link, where the link has fields that must be given.
    fn require_link(&self, schema: &mut Value, link: &Value) {
        let example = self.example(link).filter(|example| *example != json!({}));
        let Some(example) = example else { return };
        let mut required = schema["required"].as_array().cloned().unwrap_or_default();
        required.push(json!("link"));
        schema["required"] = Value::Array(required);
        schema["examples"][0]["link"] = example;
    }

    /// The relations whose rows may be created with a row.
    fn nested(&self, purpose: Purpose, source: &ModelMetadata) -> Vec<&'static RelationMetadata> {
        let nestable = self.nestable.iter().copied();
        let own = nestable.filter(|of| purpose == Purpose::New && is_same(of.source(), source));
        own.collect()
    }

    /// A `where`.
    pub(super) fn condition(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} Where", self.name(model));
        self.refer(name, |schemas| {
            let own = schemas.condition(model);
            let mut properties = Map::new();
            for group in ["and", "or", "nor"] {
                properties.insert(group.to_owned(), json!({"type": "array", "items": own}));
            }
            // `account.balance` is taken as well; in the document `{"account": {"some": {"balance": ..}}}` says it, with the types of
            // the target.
            for relation in schemas.open(model) {
                if !is_to_any(relation) {
                    let related = schemas.quantified(relation.target());
                    properties.insert(relation.json_name().to_owned(), related);
                }
            }
            let mut of_json: Vec<String> = Vec::new();
            for field in visible(model) {
                let name = field.json_name();
                properties.insert(name.to_owned(), schemas.compared(field));
                if field.json_shape() == JsonShape::Any {
                    of_json.push(in_pattern(name));
                }
            }
            let mut schema = object(properties);
            if !of_json.is_empty() {
                // What stands in a JSON column.
                let pattern = format!("^({})\\.", of_json.join("|"));
                schema["patternProperties"] = json!({ pattern: {} });
            }
            schema
        })
    }

    /// A predicate about the rows of a relation to this model.
    fn quantified(&mut self, target: &'static ModelMetadata) -> Value {
        let name = format!("{} Related", self.name(target));
        self.refer(name, |schemas| {
            let condition = schemas.condition(target);
            json!({
                "type": "object",
                "properties": {"some": condition, "none": condition, "every": condition},
                "minProperties": 1,
                "additionalProperties": false,
            })
        })
    }

    /// A value, or operators on a property: of the usual types in one place.
    fn compared(&mut self, field: &FieldMetadata) -> Value {
        let is_own = !field.values().is_empty() || !field.integers().is_empty();
        let shape = field.json_shape();
        if is_own || matches!(shape, JsonShape::List(_)) {
            return compared(field, &values::not_null(field));
        }
        // The length of a text is no limit of what it is compared with.
        let name = values::word(&shape);
        let value = values::of_shape(&shape);
        self.refer(format!("Where {name}"), |_| compared(field, &value))
    }

    /// A filter of a list.
    pub(super) fn filter(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} Filter", self.name(model));
        self.refer(name, |schemas| {
            let mut properties = schemas.parts_of_one(model);
            let count = json!({"type": "integer", "format": "int64", "minimum": 0});
            let most = schemas.page(model).1;
            let mut limit = count.clone();
            limit["maximum"] = json!(most);
            let count = schemas.shared("Rows", count);
            properties.insert("where".to_owned(), schemas.condition(model));
            properties.insert("order".to_owned(), schemas.order(model));
            let limit = schemas.shared(&format!("RowsTo{most}"), limit);
            properties.insert("limit".to_owned(), limit);
            // `skip` is another word for it, and both together are refused, which tools understand best of a document without `skip`.
            properties.insert("offset".to_owned(), count);
            object(properties)
        })
    }

    /// How many rows a list of a model has where nothing is said, and at most.
    pub(super) fn page(&self, model: &ModelMetadata) -> (u64, u64) {
        let mut models = self.api.models.iter();
        let settings = models.find(|settings| is_same(settings.model, model));
        let own = settings.and_then(|settings| settings.page);
        own.unwrap_or(self.api.page)
    }

    /// The name of a property that clients see.
    fn property(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} Property", self.name(model));
        self.refer(name, |_| {
            let names: Vec<&str> = visible(model).map(|field| field.json_name()).collect();
            json!({"type": "string", "enum": names})
        })
    }

    /// By what rows are sorted: `name DESC`, `{"name": "DESC"}`, or a list of such.
    fn order(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} Order", self.name(model));
        self.refer(name, |schemas| {
            let sorted = visible(model).filter(|field| has_order(field));
            let names: Vec<String> = sorted.map(|field| in_pattern(field.json_name())).collect();
            let names = names.join("|");
            let pattern = format!("^({names})( (ASC|DESC|asc|desc))?$");
            let text = json!({"type": "string", "pattern": pattern});
            let entry = json!({
                "type": "object",
                "patternProperties": {format!("^({names})$"): schemas.shared("Direction", direction())},
                "additionalProperties": false,
                "maxProperties": 1,
            });
            let name = format!("{} OrderBy", schemas.name(model));
            let one = schemas.refer(name, |_| json!({"anyOf": [text, entry]}));
            json!({"anyOf": [one, {"type": "array", "items": one}]})
        })
    }

    /// A filter of one row, which the path names.
    pub(super) fn filter_of_one(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} FilterOfOne", self.name(model));
        self.refer(name, |schemas| object(schemas.parts_of_one(model)))
    }

    fn parts_of_one(&mut self, model: &'static ModelMetadata) -> Map<String, Value> {
        let mut parts = Map::from_iter([("fields".to_owned(), self.fields(model))]);
        if !self.open(model).is_empty() {
            parts.insert("include".to_owned(), self.includes(model));
        }
        parts
    }

    /// Which properties: a name, a list of names, or whether each is there.
    fn fields(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} Fields", self.name(model));
        self.refer(name, |schemas| {
            let one = schemas.property(model);
            let whether = json!({
                "type": "object",
                "additionalProperties": {"type": "boolean"},
                "propertyNames": one,
            });
            json!({"anyOf": [one, {"type": "array", "items": one}, whether]})
        })
    }

    fn includes(&mut self, model: &'static ModelMetadata) -> Value {
        let name = format!("{} Include", self.name(model));
        let one = self.refer(name, |schemas| {
            let open = schemas.open(model).into_iter();
            let included: Vec<Value> = open.flat_map(|of| schemas.included(of)).collect();
            json!({ "anyOf": included })
        });
        json!({"anyOf": [one, {"type": "array", "items": one}]})
    }

    fn included(&mut self, relation: &'static RelationMetadata) -> [Value; 2] {
        let name = json!({ "const": relation.json_name() });
        let scope = match is_to_any(relation) {
            false => self.filter(relation.target()),
            true => json!({"type": "object", "maxProperties": 0}),
        };
        let mut with_scope = object(Map::from_iter([
            ("relation".to_owned(), name.clone()),
            ("scope".to_owned(), scope),
        ]));
        with_scope["required"] = json!(["relation"]);
        [name, with_scope]
    }
}

/// Whether it leads to rows of several models.
pub(super) fn is_to_any(relation: &RelationMetadata) -> bool {
    relation.kind() == RelationKind::BelongsTo && !relation.discriminator_values().is_empty()
}

/// The words of a field that says which model a key refers to; none of other fields.
fn words(model: &ModelMetadata, field: &FieldMetadata) -> &'static [&'static str] {
    let mut relations = model.relations().iter();
    let relation = relations
        .find(|relation| is_to_any(relation) && relation.discriminator() == Some(field.name()));
    relation.map_or(&[], RelationMetadata::discriminator_values)
}

fn schema_of(model: &ModelMetadata, field: &FieldMetadata) -> Value {
    let mut schema = values::schema(field);
    let mut words: Vec<Option<&str>> = words(model, field).iter().copied().map(Some).collect();
    if !words.is_empty() {
        words.extend(field.is_nullable().then_some(None));
        schema["enum"] = json!(words);
    }
    schema
}

fn example_of(model: &ModelMetadata, field: &FieldMetadata) -> Value {
    let word = words(model, field).first();
    word.map_or_else(|| values::example(field), |word| json!(word))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object of these properties and no others.
fn object(properties: Map<String, Value>) -> Value {
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn direction() -> Value {
    json!({"enum": ["ASC", "DESC", "asc", "desc"]})
}

/// Whether rows can be sorted by it.
fn has_order(field: &FieldMetadata) -> bool {
    !matches!(field.json_shape(), JsonShape::Any | JsonShape::List(_))
}

/// A name as a regular expression, of JavaScript and of others.
fn in_pattern(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter.is_alphanumeric() || letter == '_' || !letter.is_ascii() {
            true => pattern.push(letter),
            false => pattern.push_str(&format!("\\x{:02x}", letter as u32)),
        }
    }
    pattern
}

/// The fields that rows show and filters may name.
fn visible(model: &'static ModelMetadata) -> impl Iterator<Item = &'static FieldMetadata> {
    model.fields().iter().filter(|field| !field.is_hidden())
}

/// A value, or operators on a property.
fn compared(field: &FieldMetadata, value: &Value) -> Value {
    let shape = field.json_shape();
    let flag = json!({"type": "boolean"});
    let mut operators = Map::from_iter([("exists".to_owned(), flag)]);
    let is_compared = !matches!(shape, JsonShape::Any | JsonShape::List(_));
    // Each database has its own idea of the order of JSON, so only whether it is there is asked.
    let of_null = match is_compared {
        true => json!({"anyOf": [value, {"type": "null"}]}),
        false => json!({"type": "null"}),
    };
    for operator in ["eq", "neq"] {
        operators.insert(operator.to_owned(), of_null.clone());
    }
    if is_compared {
        for operator in ["gt", "gte", "lt", "lte"] {
            operators.insert(operator.to_owned(), value.clone());
        }
        let list = json!({"type": "array", "items": value});
        let mut pair = list.clone();
        pair["minItems"] = json!(2);
        pair["maxItems"] = json!(2);
        operators.insert("between".to_owned(), pair);
        operators.insert("inq".to_owned(), list.clone());
        operators.insert("nin".to_owned(), list);
    }
    if matches!(shape, JsonShape::Text | JsonShape::Wide) {
        for operator in ["like", "nlike", "ilike", "nilike"] {
            operators.insert(operator.to_owned(), json!({"type": "string"}));
        }
        for operator in ["regexp", "nregexp"] {
            let pattern = json!({"type": "string", "format": "regex"});
            operators.insert(operator.to_owned(), pattern);
        }
    }
    let mut operators = object(operators);
    operators["minProperties"] = json!(1);
    json!({"anyOf": [of_null, operators]})
}

/// The fields of a row that a relation fills in, by their names in Rust: the key of a target, or both keys of a link.
fn filled_in(relation: &'static RelationMetadata, model: &ModelMetadata) -> Vec<&'static str> {
    match relation.through() {
        Some(through) if is_same(through.model(), model) => {
            [through.key_from(), through.key_to()].concat()
        }
        Some(_) => Vec::new(),
        None if relation.kind() == RelationKind::BelongsTo => Vec::new(),
        None => {
            let key = relation.key_to().iter().copied();
            key.chain(relation.discriminator()).collect()
        }
    }
}

/// Whether the data of a link may stand in that of a new target.
fn is_linked(purpose: Purpose, model: &ModelMetadata, relation: &RelationMetadata) -> bool {
    let has_links = relation.through().is_some() && is_same(relation.target(), model);
    let is_free = !model
        .fields()
        .iter()
        .any(|field| field.json_name() == "link");
    purpose == Purpose::New && has_links && is_free
}

fn is_taken(purpose: Purpose, field: &FieldMetadata) -> bool {
    match purpose {
        Purpose::New | Purpose::Alone => {
            !field.is_generated() && !field.is_read_only() && !field.is_version()
        }
        Purpose::Patch => !field.is_generated() && !field.is_read_only() && !field.is_id(),
        // A row can be given back as it was read. What the client cannot set stays as it is.
        Purpose::Replace => true,
    }
}

fn is_required(purpose: Purpose, field: &FieldMetadata) -> bool {
    let has_default = field.default().is_some() || field.has_default_with();
    let must_be_there = !field.is_nullable() && !field.is_generated();
    match purpose {
        Purpose::New | Purpose::Alone => must_be_there && !has_default,
        Purpose::Patch => false,
        // The path has the id.
        Purpose::Replace => {
            must_be_there && !field.is_read_only() && !field.is_id() && !field.is_version()
        }
    }
}

fn written(purpose: Purpose, model: &'static ModelMetadata, filled_in: &[&str]) -> Value {
    let (mut properties, mut example) = (Map::new(), Map::new());
    let mut required = Vec::new();
    // A new row gets the key from its source: in a nested row it is refused, elsewhere it is taken where it is the same. A row that is
    // replaced has it, since rows can be given back.
    let is_given =
        |field: &FieldMetadata| purpose == Purpose::Replace || !filled_in.contains(&field.name());
    let taken = visible(model).filter(|field| is_taken(purpose, field) && is_given(field));
    for field in taken {
        let name = field.json_name();
        let is_set = !field.is_generated() && !field.is_read_only();
        let mut schema = schema_of(model, field);
        if !is_set {
            schema["readOnly"] = json!(true);
        }
        properties.insert(name.to_owned(), schema);
        if is_required(purpose, field) && !filled_in.contains(&field.name()) {
            required.push(name);
            example.insert(name.to_owned(), example_of(model, field));
        } else if purpose == Purpose::New && is_of_many(model, field) {
            example.insert(name.to_owned(), example_of(model, field));
        }
    }
    if purpose == Purpose::Patch {
        // One that refers to no other row.
        let plain =
            visible(model).filter(|field| is_taken(purpose, field) && !is_key(model, field));
        if let Some(field) = plain.take(1).next() {
            example.insert(field.json_name().to_owned(), example_of(model, field));
        }
    }
    let mut schema = json!({"type": "object", "properties": properties});
    // What is hidden is named nowhere, but may be given.
    if !model.fields().iter().any(FieldMetadata::is_hidden) {
        schema["additionalProperties"] = json!(false);
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if purpose == Purpose::Patch {
        schema["minProperties"] = json!(1);
    }
    if purpose != Purpose::Patch || !example.is_empty() {
        schema["examples"] = json!([example]);
    }
    schema
}

/// Whether it is the whole key to another model which has many of these rows: one more is free, so an example can have it.
fn is_of_many(model: &ModelMetadata, field: &FieldMetadata) -> bool {
    let mut relations = model.relations().iter();
    relations.any(|relation| {
        let is_its_key = !is_to_any(relation) && relation.key_from() == [field.name()];
        let is_of_other = is_its_key && !is_same(relation.target(), model);
        is_of_other
            && relation.target().relations().iter().any(|back| {
                back.kind() == RelationKind::HasMany
                    && back.through().is_none()
                    && is_same(back.target(), model)
                    && back.key_to() == [field.name()]
            })
    })
}

fn is_key(model: &ModelMetadata, field: &FieldMetadata) -> bool {
    let mut relations = model.relations().iter();
    relations.any(|relation| relation.key_from().contains(&field.name()))
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first
        .chain(letters.filter(|letter| letter.is_alphanumeric() || *letter == '_'))
        .collect()
}
