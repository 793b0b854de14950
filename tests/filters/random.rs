//! Random filters as JSON, of the shapes that a model allows.

use crate::dice::Dice;
use relations::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata, value::Kind};
use serde_json::{Map, Value, json};

/// Makes filters.
pub(crate) struct Random {
    pub(crate) dice: Dice,
    /// Whether it makes only what brackets can say: neither null nor empty lists and objects.
    pub(crate) for_brackets: bool,
    /// What may still be asked for, so that a filter stays within its budget.
    conditions: usize,
    includes: usize,
    relations: usize,
    steps: usize,
    /// How many steps a condition is where it stands.
    factor: usize,
}

const TEXTS: [&str; 14] = [
    "",
    "Thor",
    "a b",
    "ä😀",
    "'; DROP TABLE thing; --",
    "100%",
    "a_b",
    "\\",
    "x\u{0}y",
    "true",
    "12",
    "[0]",
    "&=+%20",
    "null",
];

const PATTERNS: [&str; 8] = [
    "",
    "^Th.r$",
    "a|b",
    "[a-z]+",
    "(?:x){2,3}",
    "/th/i",
    "/a/b/",
    "/",
];

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random {
            dice: Dice(seed),
            for_brackets: false,
            conditions: 0,
            includes: 0,
            relations: 0,
            steps: 0,
            factor: 1,
        }
    }

    /// Gives it what a filter may ask for, but for some that orders and empty objects take.
    fn refill(&mut self) {
        (self.conditions, self.includes) = (60, 15);
        (self.relations, self.steps) = (10, 1800);
    }

    /// Takes so many steps, where they are left.
    fn spend(&mut self, steps: usize) -> bool {
        let steps = steps * self.factor;
        let is_left = steps <= self.steps;
        if is_left {
            self.steps -= steps;
        }
        is_left
    }

    /// Takes a relation that conditions may ask about, where that is left.
    fn spend_relation(
        &mut self,
        model: &'static ModelMetadata,
    ) -> Option<&'static RelationMetadata> {
        let relation = self.asked(model)?;
        if self.relations == 0 || !self.spend(1) {
            return None;
        }
        self.relations -= 1;
        Some(relation)
    }

    /// What stands within a condition on the rows behind a relation.
    fn behind(
        &mut self,
        relation: &RelationMetadata,
        inner: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let factor = self.factor;
        if relation.targets_many() {
            self.factor = 100.min(factor * 10);
        }
        let value = inner(self);
        self.factor = factor;
        value
    }

    /// A filter of a model.
    pub(crate) fn filter(&mut self, model: &'static ModelMetadata) -> Value {
        self.refill();
        self.parts(model, 0)
    }

    /// A `where` of a model.
    pub(crate) fn rows(&mut self, model: &'static ModelMetadata) -> Value {
        self.refill();
        self.group(model, 0)
    }

    fn parts(&mut self, model: &'static ModelMetadata, depth: usize) -> Value {
        let mut parts = Map::new();
        if !self.dice.one_in(3) {
            self.put(&mut parts, "where", |random| random.group(model, 0));
        }
        if self.dice.one_in(3) {
            self.put(&mut parts, "fields", |random| random.fields(model));
        }
        if self.dice.one_in(2) {
            self.put(&mut parts, "order", |random| random.order(model));
        }
        if self.dice.one_in(3) {
            parts.insert("limit".into(), self.dice.roll(9).into());
        }
        if self.dice.one_in(3) {
            let word = *self.dice.any(&["skip", "offset"]);
            parts.insert(word.into(), self.dice.roll(9).into());
        }
        if depth < 4 && self.dice.one_in(depth + 1) {
            self.put(&mut parts, "include", |random| random.include(model, depth));
        }
        Value::Object(parts)
    }

    /// Adds an entry, unless it is empty where that cannot be said.
    fn put(
        &mut self,
        parts: &mut Map<String, Value>,
        key: &str,
        value: impl FnOnce(&mut Self) -> Value,
    ) {
        let value = value(self);
        if !(self.for_brackets && is_empty(&value)) {
            parts.insert(key.to_owned(), value);
        }
    }

    fn list(&mut self, most: usize, mut item: impl FnMut(&mut Self) -> Value) -> Value {
        let least = usize::from(self.for_brackets);
        let count = least + self.dice.roll(most);
        let items = (0..count).map(|_| item(self));
        let items: Vec<Value> = items.collect();
        Value::Array(
            items
                .into_iter()
                .filter(|item| !(self.for_brackets && is_empty(item)))
                .collect(),
        )
    }

    fn visible(&mut self, model: &'static ModelMetadata) -> &'static FieldMetadata {
        loop {
            let field = self.dice.any(model.fields());
            if !field.is_hidden() {
                return field;
            }
        }
    }

    /// A relation that conditions may ask about.
    fn asked(&mut self, model: &'static ModelMetadata) -> Option<&'static RelationMetadata> {
        let relations: Vec<_> = model
            .relations()
            .iter()
            .filter(|relation| relation.is_included() && !is_to_any(relation))
            .collect();
        (!relations.is_empty()).then(|| *self.dice.any(&relations))
    }

    /// An object of conditions, `depth` groups deep.
    fn group(&mut self, model: &'static ModelMetadata, depth: usize) -> Value {
        let mut entries = Map::new();
        let least = usize::from(self.for_brackets);
        for _ in 0..least + self.dice.roll(3) {
            // Room for a relation and a condition behind it, each of which takes up to 100 steps.
            if self.conditions == 0 || self.steps < 200 {
                break;
            }
            self.conditions -= 1;
            match self.dice.roll(if depth < 3 { 7 } else { 4 }) {
                4 => {
                    let name = *self.dice.any(&["and", "or", "nor"]);
                    if model.fields().iter().any(|field| field.json_name() == name)
                        && self.for_brackets
                    {
                        continue;
                    }
                    self.put(&mut entries, name, |random| {
                        random.list(4, |random| random.group(model, depth + 2))
                    });
                }
                5 => {
                    let Some(relation) = self.spend_relation(model) else {
                        continue;
                    };
                    let quantifier = *self.dice.any(&["some", "none", "every"]);
                    let inner = self.behind(relation, |random| {
                        random.group(relation.target(), depth + 2)
                    });
                    if !(self.for_brackets && is_empty(&inner)) {
                        entries.insert(relation.json_name().into(), json!({quantifier: inner}));
                    }
                }
                6 => {
                    let Some(relation) = self.spend_relation(model) else {
                        continue;
                    };
                    let field = self.visible(relation.target());
                    let name = format!("{}.{}", relation.json_name(), field.json_name());
                    self.put(&mut entries, &name, |random| {
                        random.behind(relation, |random| random.property(field))
                    });
                }
                _ => {
                    let field = self.visible(model);
                    self.put(&mut entries, field.json_name(), |random| {
                        random.property(field)
                    });
                }
            }
        }
        Value::Object(entries)
    }

    fn property(&mut self, field: &'static FieldMetadata) -> Value {
        self.spend(1);
        let is_compared = !matches!(field.kind(), Kind::List(_) | Kind::Json);
        if is_compared && field.kind() != Kind::Bytes && self.dice.one_in(3) {
            return self.value(field.kind());
        }
        let mut operators = Map::new();
        for _ in 0..1 + self.dice.roll(2) {
            let exists = self.dice.one_in(2);
            let (operator, value) = match self.dice.roll(6) {
                0 => ("exists", json!(exists)),
                1 if !self.for_brackets => (*self.dice.any(&["eq", "neq"]), Value::Null),
                _ if !is_compared => ("exists", json!(exists)),
                2 if field.kind() == Kind::Text => {
                    let operator = *self.dice.any(&["like", "nlike", "ilike", "nilike"]);
                    (operator, (*self.dice.any(&TEXTS)).into())
                }
                3 if field.kind() == Kind::Text => (
                    *self.dice.any(&["regexp", "nregexp"]),
                    (*self.dice.any(&PATTERNS)).into(),
                ),
                4 => {
                    let operator = *self.dice.any(&["inq", "nin"]);
                    (operator, self.list(5, |random| random.value(field.kind())))
                }
                5 => (
                    "between",
                    json!([self.value(field.kind()), self.value(field.kind())]),
                ),
                _ => {
                    let operator = *self.dice.any(&["eq", "neq", "gt", "gte", "lt", "lte"]);
                    (operator, self.value(field.kind()))
                }
            };
            let steps = match operator {
                "regexp" | "nregexp" => 10,
                _ => 1,
            };
            if self.conditions == 0 || !self.spend(steps) {
                break;
            }
            self.conditions -= 1;
            operators.insert(operator.to_owned(), value);
        }
        if operators.is_empty() {
            operators.insert("exists".into(), json!(true));
        }
        Value::Object(operators)
    }

    fn value(&mut self, kind: Kind) -> Value {
        let dice = &mut self.dice;
        let [a, b] = [dice.roll(60), dice.roll(60)];
        match kind {
            Kind::Bool => json!(a % 2 == 0),
            Kind::I8 => json!(a as i8 - 30),
            Kind::U64 => json!(u64::MAX >> a),
            Kind::I64 => json!(i64::MIN >> a),
            Kind::I16 | Kind::I32 => json!(a as i16 * -500),
            Kind::F32 => json!(*dice.any(&[0.1, -2.5, 16777216.0, 3.4028235e38, 1e-45, 0.3])),
            Kind::F64 => {
                let bits = f64::from_bits(dice.0);
                json!(if bits.is_finite() { bits } else { 0.1 })
            }
            Kind::Text => json!(*dice.any(&TEXTS)),
            Kind::Bytes => json!([a, b, 255]),
            Kind::Date => json!(format!("20{b:02}-02-2{}", a % 9)),
            Kind::Time => json!(format!("{:02}:{b:02}:{a:02}.{b}", a % 24)),
            Kind::DateTime => json!(format!("2026-12-31T{:02}:{b:02}:{a:02}", a % 24)),
            Kind::DateTimeUtc => json!(format!(
                "2026-12-31T{:02}:{b:02}:{a:02}+0{}:30",
                a % 24,
                a % 9
            )),
            Kind::Uuid => json!(uuid::Uuid::from_u128(u128::from(dice.0) << b).to_string()),
            Kind::Decimal => match a % 3 {
                0 => json!(a as f64 / 8.0),
                1 => json!(a),
                _ => json!(format!("-{a}.{b}0")),
            },
            _ => json!(a),
        }
    }

    fn fields(&mut self, model: &'static ModelMetadata) -> Value {
        if self.dice.one_in(2) {
            return self.list(4, |random| random.visible(model).json_name().into());
        }
        let mut fields = Map::new();
        let (wanted, many) = (self.dice.one_in(2), self.dice.one_in(3));
        for field in model.fields().iter().filter(|field| !field.is_hidden()) {
            if many || self.dice.one_in(4) {
                fields.insert(field.json_name().to_owned(), wanted.into());
            }
        }
        Value::Object(fields)
    }

    fn order(&mut self, model: &'static ModelMetadata) -> Value {
        self.list(4, |random| {
            let mut field = random.visible(model);
            let mut name = field.json_name().to_owned();
            let (mut at, mut path) = (model, String::new());
            while random.dice.one_in(2)
                && let Some(relation) = random.asked(at)
                && !relation.targets_many()
                && path.len() < 60
            {
                at = relation.target();
                path.push_str(relation.json_name());
                path.push('.');
                field = random.visible(at);
                name = format!("{path}{}", field.json_name());
            }
            if matches!(field.kind(), Kind::List(_) | Kind::Json) {
                return "id".into();
            }
            let direction = *random.dice.any(&["ASC", "DESC", "desc"]);
            match random.dice.one_in(2) || name.contains([' ', ',']) {
                true => json!({name: direction}),
                false => format!("{name} {direction}").into(),
            }
        })
    }

    fn include(&mut self, model: &'static ModelMetadata, depth: usize) -> Value {
        let mut included = Vec::new();
        for relation in model
            .relations()
            .iter()
            .filter(|relation| relation.is_included())
        {
            if self.includes == 0 || !self.dice.one_in(3) {
                continue;
            }
            self.includes -= 1;
            if self.dice.one_in(3) {
                included.push(relation.json_name().into());
                continue;
            }
            let mut include = Map::new();
            include.insert("relation".into(), relation.json_name().into());
            if !is_to_any(relation) {
                self.put(&mut include, "scope", |random| {
                    random.parts(relation.target(), depth + 1)
                });
            }
            included.push(Value::Object(include));
        }
        Value::Array(included)
    }
}

fn is_to_any(relation: &RelationMetadata) -> bool {
    relation.kind() == RelationKind::BelongsTo && relation.discriminator().is_some()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}
