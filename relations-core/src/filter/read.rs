//! From JSON to the parts of a filter: everything is checked against metadata, and all that is wrong is told together.

use crate::error::{ProblemCode, Problems, shortened};
use crate::filter::budget::Budget;
use crate::filter::checked::{IncludePart, Included, Parts};
use crate::json::{JsonValue, check_all_keys, check_keys};
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{Cursor, Side};
use crate::resolver::Allowed;

/// Reads one filter, or one `where`.
pub(super) struct Reader<'r> {
    pub(super) budget: &'r Budget,
    pub(super) allowed: &'r Allowed,
    pub(super) problems: Problems,
    /// How much of the budget is used.
    conditions: usize,
    steps: u64,
    relations: usize,
    /// How many steps a condition is here.
    factor: u64,
    includes: usize,
    parameters: usize,
}

/// SQLite takes 32,766 parameters in one statement, and other databases take more.
const MOST_PARAMETERS: usize = 30_000;

/// How many rows of a to-many relation are reckoned for each row.
const STEPS_EACH: u64 = 10;

/// Behind several relations each row is asked once, however many ways lead to it.
const MOST_STEPS_EACH: u64 = 100;

const KEYS: [&str; 9] = [
    "where", "fields", "order", "limit", "offset", "skip", "include", "after", "before",
];

impl<'r> Reader<'r> {
    pub(super) fn new(budget: &'r Budget, allowed: &'r Allowed) -> Self {
        Reader {
            budget,
            allowed,
            problems: Problems::default(),
            conditions: 0,
            steps: 0,
            relations: 0,
            factor: 1,
            includes: 0,
            parameters: 0,
        }
    }

    /// Notes a problem of the current place.
    pub(super) fn add(&mut self, code: ProblemCode, message: impl Into<String>) {
        self.problems.add(code, message);
    }

    pub(super) fn at_key<T>(&mut self, key: &str, inner: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.problems.enter_key(key);
        let result = inner(self);
        self.problems.leave(place);
        result
    }

    pub(super) fn at_item<T>(&mut self, item: usize, inner: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.problems.enter_item(item);
        let result = inner(self);
        self.problems.leave(place);
        result
    }

    /// The entries of an object, each key once.
    pub(super) fn entries<'t>(&mut self, term: &'t JsonValue) -> Option<&'t [(String, JsonValue)]> {
        match term {
            JsonValue::Map(entries) => {
                check_keys(entries, &mut self.problems);
                Some(entries)
            }
            other => {
                self.expected_object("an object", other);
                None
            }
        }
    }

    fn expected_object(&mut self, expected: &str, term: &JsonValue) {
        let message = format!("expected {expected}, not {}", term.describe());
        self.add(ProblemCode::WrongType, message);
    }

    /// A filter at the top, or the scope of an include `depth` levels below it.
    pub(super) fn parts(
        &mut self,
        term: &JsonValue,
        model: &'static ModelMetadata,
        depth: usize,
    ) -> Parts {
        let mut parts = Parts::new(model);
        for (key, term) in self.entries(term).unwrap_or_default() {
            self.at_key(key, |reader| reader.part(&mut parts, key, term, depth));
        }
        parts
    }

    fn part(&mut self, parts: &mut Parts, key: &str, term: &JsonValue, depth: usize) {
        let model = parts.model;
        match key {
            "where" => parts.condition = self.condition(term, model, 0),
            "fields" => parts.fields = self.fields(term, model),
            "order" => parts.order = self.order(term, model),
            "limit" => parts.limit = self.limit(term),
            "offset" | "skip" if parts.offset.is_some() => {
                let message = "`offset` and `skip` are two words for one thing; give one of them";
                self.add(ProblemCode::Duplicate, message);
            }
            "offset" | "skip" => parts.offset = self.number(term),
            "after" | "before" => self.seek(parts, key, term, depth),
            "include" => parts.includes = self.includes(term, model, depth),
            _ => {
                let message = format!("a filter has no `{}`", shortened(key));
                self.problems
                    .expected(ProblemCode::UnknownKey, message, KEYS, key);
            }
        }
    }

    /// A cursor, of the rows at the top alone.
    fn seek(&mut self, parts: &mut Parts, key: &str, term: &JsonValue, depth: usize) {
        let side = match key {
            "after" => Side::After,
            _ => Side::Before,
        };
        match term {
            _ if depth > 0 => {
                let message = "rows of a scope have no cursor; it has `limit` and `offset`";
                self.add(ProblemCode::NotAllowed, message);
            }
            _ if parts.seek.is_some() => {
                let message = "rows go on after a cursor or before one; give one of them";
                self.add(ProblemCode::Duplicate, message);
            }
            JsonValue::Text(cursor) => parts.seek = Some((Cursor::from(cursor), side)),
            // As a page says that no rows follow.
            JsonValue::Null => {}
            other => {
                let message = format!("expected a cursor, not {}", other.describe());
                self.add(ProblemCode::WrongType, message);
            }
        }
    }

    fn limit(&mut self, term: &JsonValue) -> Option<u64> {
        let limit = self.number(term)?;
        match self.budget.limit {
            Some(most) if limit > most => {
                self.add(ProblemCode::OverBudget, format!("at most {most} rows"));
                None
            }
            _ => Some(limit),
        }
    }

    fn number(&mut self, term: &JsonValue) -> Option<u64> {
        use crate::value::{Kind, Value};
        // The largest number that every database takes.
        match crate::json::to_value(term, Kind::I64, true) {
            Ok(Value::Int(number)) if number >= 0 => Some(number as u64),
            Ok(_) => {
                self.add(ProblemCode::InvalidValue, "it cannot be negative");
                None
            }
            Err(misfit) => {
                misfit.note(&mut self.problems);
                None
            }
        }
    }

    /// The properties that the result has: a list of names, or an object that says of each whether it has it.
    fn fields(
        &mut self,
        term: &JsonValue,
        model: &'static ModelMetadata,
    ) -> Option<Vec<&'static FieldMetadata>> {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        match term {
            JsonValue::Text(name) => with.extend(self.visible(model, name)),
            JsonValue::List(terms) => {
                for (at, term) in terms.iter().enumerate() {
                    with.extend(self.at_item(at, |reader| match term {
                        JsonValue::Text(name) => reader.visible(model, name),
                        other => {
                            let message = format!("expected a name, not {}", other.describe());
                            reader.add(ProblemCode::WrongType, message);
                            None
                        }
                    }));
                }
            }
            JsonValue::Map(_) => {
                for (name, term) in self.entries(term)? {
                    self.at_key(name, |reader| {
                        let field = reader.visible(model, name);
                        match reader.boolean(term) {
                            Some(true) => with.extend(field),
                            Some(false) => without.extend(field),
                            None => {}
                        }
                    });
                }
            }
            other => self.expected_object("a list of names, or an object", other),
        }
        let is_wanted = |field: &&FieldMetadata| match with.is_empty() {
            true => !without.contains(field),
            false => with.contains(field),
        };
        if with.is_empty() && without.is_empty() {
            return None;
        }
        let visible = model.fields.iter().filter(|field| !field.is_hidden());
        Some(visible.filter(is_wanted).collect())
    }

    pub(super) fn boolean(&mut self, term: &JsonValue) -> Option<bool> {
        use crate::value::{Kind, Value};
        match crate::json::to_value(term, Kind::Bool, true) {
            Ok(Value::Bool(value)) => Some(value),
            Ok(_) => None,
            Err(misfit) => {
                misfit.note(&mut self.problems);
                None
            }
        }
    }

    /// The field behind a property that a filter may name.
    fn visible(
        &mut self,
        model: &'static ModelMetadata,
        name: &str,
    ) -> Option<&'static FieldMetadata> {
        let field = property(model, name);
        if field.is_none() {
            let message = format!("`{}` has no property `{}`", model.name, shortened(name));
            let names = properties(model);
            self.problems
                .expected(ProblemCode::UnknownProperty, message, names, name);
        }
        field
    }

    fn includes(
        &mut self,
        term: &JsonValue,
        model: &'static ModelMetadata,
        depth: usize,
    ) -> Vec<IncludePart> {
        let mut parts: Vec<IncludePart> = Vec::new();
        match term {
            JsonValue::List(terms) => {
                for (at, term) in terms.iter().enumerate() {
                    self.at_item(at, |reader| {
                        reader.add_includes(&mut parts, term, model, depth)
                    });
                }
            }
            single => self.add_includes(&mut parts, single, model, depth),
        }
        parts
    }

    /// What one term includes: in LoopBack 3's form, `{"orders": "items"}`, each key is a relation, and its value what is included
    /// below.
    fn add_includes(
        &mut self,
        parts: &mut Vec<IncludePart>,
        term: &JsonValue,
        model: &'static ModelMetadata,
        depth: usize,
    ) {
        if !self.is_by_names(term, model) {
            let part = self.include(term, model, depth);
            return self.add_include(parts, part);
        }
        for (name, below) in self.entries(term).unwrap_or_default() {
            self.at_key(name, |reader| {
                let name = JsonValue::Text(name.clone());
                let mut part = reader.include(&name, model, depth);
                if let Some(IncludePart {
                    included:
                        Included::Relation {
                            relation, scope, ..
                        },
                    ..
                }) = &mut part
                {
                    scope.includes = reader.includes(below, relation.target(), depth + 1);
                }
                reader.add_include(parts, part);
            });
        }
    }

    /// Whether an object has relations for keys.
    fn is_by_names(&self, term: &JsonValue, model: &'static ModelMetadata) -> bool {
        let JsonValue::Map(entries) = term else {
            return false;
        };
        let is_relation = |name: &str| self.allowed.included(model, name).is_some();
        let says_relation = entries.iter().any(|(key, _)| key == "relation");
        !says_relation && entries.iter().any(|(key, _)| is_relation(key))
    }

    fn add_include(&mut self, parts: &mut Vec<IncludePart>, part: Option<IncludePart>) {
        let Some(part) = part else {
            return;
        };
        if parts.iter().any(|known| known.name() == part.name()) {
            let message = format!("`{}` is included twice", part.name());
            return self.add(ProblemCode::Duplicate, message);
        }
        parts.push(part);
    }

    fn include(
        &mut self,
        term: &JsonValue,
        model: &'static ModelMetadata,
        depth: usize,
    ) -> Option<IncludePart> {
        if !self.spend_include(depth) {
            return None;
        }
        let (included, scope) = match term {
            JsonValue::Text(name) => (self.relation(model, name), None),
            _ => self.include_object(term, model)?,
        };
        let mut part = IncludePart::new(included?);
        if let Some(scope) = scope {
            self.at_key("scope", |reader| reader.scope(&mut part, scope, depth + 1));
        }
        self.limit_targets(&mut part);
        Some(part)
    }

    /// Uses some of the budget for an include; false once there is none left.
    fn spend_include(&mut self, depth: usize) -> bool {
        let (most, deepest) = (self.budget.includes, self.budget.depth);
        self.includes += 1;
        if self.includes == most.saturating_add(1) {
            let message = format!("at most {most} relations are included");
            self.add(ProblemCode::OverBudget, message);
        }
        let is_within = self.includes <= most;
        if is_within && depth >= deepest {
            let message = format!("at most {deepest} levels of includes");
            self.add(ProblemCode::OverBudget, message);
        }
        is_within && depth < deepest
    }

    /// What `{"relation": .., "scope": ..}` includes, if it is there, and the scope as it was written.
    fn include_object<'t>(
        &mut self,
        term: &'t JsonValue,
        model: &'static ModelMetadata,
    ) -> Option<(Option<Included>, Option<&'t JsonValue>)> {
        let (mut relation, mut scope) = (None, None);
        let mut has_relation = false;
        let JsonValue::Map(_) = term else {
            self.expected_object("a name, or an object with `relation` and `scope`", term);
            return None;
        };
        for (key, term) in self.entries(term)? {
            self.at_key(key, |reader| match (key.as_str(), term) {
                ("relation", JsonValue::Text(name)) => {
                    has_relation = true;
                    relation = reader.relation(model, name);
                }
                ("relation", other) => {
                    has_relation = true;
                    let message = format!("expected a name, not {}", other.describe());
                    reader.add(ProblemCode::WrongType, message);
                }
                ("scope", term) => scope = Some(term),
                _ => {
                    let message = format!("an include has no `{}`", shortened(key));
                    let keys = ["relation", "scope"];
                    reader
                        .problems
                        .expected(ProblemCode::UnknownKey, message, keys, key);
                }
            });
        }
        if !has_relation {
            self.add(ProblemCode::Missing, "an include names its `relation`");
        }
        Some((relation, scope))
    }

    /// Gives a to-many relation the limit that the budget has.
    fn limit_targets(&self, part: &mut IncludePart) {
        if let Included::Relation {
            relation, scope, ..
        } = &mut part.included
            && relation.targets_many()
        {
            scope.limit = scope.limit.or(self.budget.limit);
        }
    }

    fn scope(&mut self, part: &mut IncludePart, term: &JsonValue, depth: usize) {
        match &mut part.included {
            Included::Relation {
                relation, scope, ..
            } if relation.is_to_any() => {
                *scope = Parts::new(relation.target());
                if self
                    .entries(term)
                    .is_some_and(|entries| !entries.is_empty())
                {
                    let message = "its rows are of several models, so it takes no scope";
                    self.add(ProblemCode::NotAllowed, message);
                }
            }
            Included::Relation {
                relation, scope, ..
            } => {
                *scope = self.parts(term, relation.target(), depth);
            }
            Included::Resolver { scope, .. } => {
                check_all_keys(term, &mut self.problems);
                *scope = term.clone().into_json();
                if scope.is_none() {
                    self.add(ProblemCode::InvalidValue, "a number of it is out of range");
                }
            }
        }
    }

    /// What a filter may include under a name.
    fn relation(&mut self, model: &'static ModelMetadata, name: &str) -> Option<Included> {
        let included = self.allowed.included(model, name);
        if let (None, Some(field)) = (&included, embedding(model, name)) {
            let message = format!(
                "the rows of `{name}` are kept in the property `{}`, and come with it: leave out the include",
                field.json_name
            );
            self.add(ProblemCode::UnknownRelation, message);
        } else if included.is_none() {
            let message = format!("`{}` has no relation `{}`", model.name, shortened(name));
            let names = self.allowed.names(model);
            let names = names.iter().map(String::as_str);
            self.problems
                .expected(ProblemCode::UnknownRelation, message, names, name);
        }
        included
    }

    /// The relation that a condition or an order may ask about: one that may be included.
    pub(super) fn asked(
        &self,
        model: &'static ModelMetadata,
        name: &str,
    ) -> Option<&'static RelationMetadata> {
        match self.allowed.included(model, name)? {
            Included::Relation { relation, .. } if !relation.is_to_any() => Some(relation),
            _ => None,
        }
    }

    /// How much of the budget is used.
    pub(super) fn spent(&self) -> usize {
        self.conditions
    }

    /// Uses some of the budget; false once there is none left.
    pub(super) fn spend_condition(&mut self) -> bool {
        self.conditions += 1;
        if self.conditions == self.budget.conditions.saturating_add(1) {
            let message = format!("at most {} conditions", self.budget.conditions);
            self.add(ProblemCode::OverBudget, message);
        }
        self.spend_steps(1)
    }

    /// Uses some of the budget for what each row that is looked at takes here; false once there is none left.
    pub(super) fn spend_steps(&mut self, count: u64) -> bool {
        let had_steps = self.steps <= self.budget.steps;
        let steps = self.factor.saturating_mul(count);
        self.steps = self.steps.saturating_add(steps);
        if had_steps && self.steps > self.budget.steps {
            let message = format!(
                "at most {} steps; a condition within a to-many relation is {STEPS_EACH}, within several {MOST_STEPS_EACH}",
                self.budget.steps
            );
            self.add(ProblemCode::OverBudget, message);
        }
        self.has_conditions_left()
    }

    /// Uses some of the budget for a relation that is asked about; false once there is none left.
    pub(super) fn spend_relation(&mut self) -> bool {
        self.relations += 1;
        if self.relations == self.budget.relations.saturating_add(1) {
            let message = format!(
                "at most {} relations are asked about",
                self.budget.relations
            );
            self.add(ProblemCode::OverBudget, message);
        }
        self.spend_condition() && self.relations <= self.budget.relations
    }

    pub(super) fn has_conditions_left(&self) -> bool {
        self.conditions <= self.budget.conditions && self.steps <= self.budget.steps
    }

    /// Reads what is asked of the rows behind a relation.
    pub(super) fn behind<T>(
        &mut self,
        relation: &RelationMetadata,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let factor = self.factor;
        if relation.targets_many() {
            self.factor = MOST_STEPS_EACH.min(factor * STEPS_EACH);
        }
        let result = inner(self);
        self.factor = factor;
        result
    }

    /// Counts values that each are a parameter of their own; false where no database is sure to take that many.
    pub(super) fn spend_parameters(&mut self, count: usize) -> bool {
        self.parameters += count;
        if self.parameters > MOST_PARAMETERS {
            let message = format!("at most {MOST_PARAMETERS} values in all lists of such");
            self.add(ProblemCode::OverBudget, message);
        }
        self.parameters <= MOST_PARAMETERS
    }
}

/// The field of this name in JSON, unless it is hidden.
pub(super) fn property(
    model: &'static ModelMetadata,
    name: &str,
) -> Option<&'static FieldMetadata> {
    let mut fields = model.fields.iter();
    fields.find(|field| field.json_name == name && !field.is_hidden())
}

/// The names of all fields that are not hidden.
pub(super) fn properties(model: &'static ModelMetadata) -> impl Iterator<Item = &'static str> {
    let visible = model.fields.iter().filter(|field| !field.is_hidden());
    visible.map(|field| field.json_name)
}

/// The field that keeps the embedded rows of this name.
fn embedding(model: &'static ModelMetadata, name: &str) -> Option<&'static FieldMetadata> {
    let mut fields = model.fields.iter().filter(|field| !field.is_hidden());
    fields.find(|field| {
        let embedded = field.embedded.filter(|_| field.json_name == name);
        embedded.is_some() || field.embedded.is_some_and(|embedded| embedded.name == name)
    })
}
