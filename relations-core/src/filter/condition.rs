//! `where`: groups, properties with their operators, and related rows.

use crate::error::{ProblemCode, shortened};
use crate::filter::checked::Included;
use crate::filter::read::{Reader, properties, property};
use crate::json::{JsonValue, to_value_in};
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{Condition, Operator, Pattern, Quantifier};
use crate::sql;
use crate::sql::regex;
use crate::value::{Dialect, Kind, Value};

/// The operators on a property, in LoopBack's words; `nregexp` is ours.
const OPERATORS: [&str; 16] = [
    "eq", "neq", "gt", "gte", "lt", "lte", "between", "inq", "nin", "like", "nlike", "ilike",
    "nilike", "regexp", "nregexp", "exists",
];

/// A regular expression takes longer than other comparisons.
const STEPS_OF_REGEXP: u64 = 10;

impl Reader<'_> {
    /// A `where`; nothing where it asks nothing, or is wrong.
    pub(super) fn condition(
        &mut self,
        term: &JsonValue,
        model: &'static ModelMetadata,
        depth: usize,
    ) -> Option<Condition> {
        let entries = self.entries(term)?;
        // Several conditions are a group, as if they stood in an `and`.
        let is_group = match entries {
            [(key, JsonValue::Map(inner))] => {
                let is_name = property(model, key).is_some() || self.asked(model, key).is_some();
                // Behind a dotted name they are a group of the related rows.
                is_name && inner.len() > 1
            }
            entries => entries.len() > 1,
        };
        let depth = self.below(is_group, depth)?;
        let mut parts = Vec::new();
        for (key, term) in entries {
            self.at_key(key, |reader| {
                reader.entry(&mut parts, key, term, model, depth);
            });
        }
        together(parts)
    }

    fn entry(
        &mut self,
        parts: &mut Vec<Condition>,
        key: &str,
        term: &JsonValue,
        model: &'static ModelMetadata,
        depth: usize,
    ) {
        if let (Some(group), JsonValue::List(terms)) = (Group::named(key), term) {
            parts.extend(self.group(group, terms, model, depth));
        } else if let Some(field) = property(model, key) {
            self.property(parts, field, term);
        } else if let Some(relation) = self.asked(model, key) {
            self.related(parts, relation, term, depth);
        } else if let Some((first, rest)) = key.split_once('.')
            && let Some(relation) = self.asked(model, first)
        {
            parts.extend(self.dotted(relation, rest, term, depth));
        } else if let Some((field, path)) = into_json(model, key) {
            self.at_path(parts, field, path, term);
        } else if Group::named(key).is_some() {
            let message = format!("expected a list, not {}", term.describe());
            self.add(ProblemCode::WrongType, message);
        } else {
            self.unknown(model, key);
        }
    }

    fn unknown(&mut self, model: &'static ModelMetadata, name: &str) {
        // Names are compared with all that there are, so this too has its price.
        if !self.spend_condition() {
            return;
        }
        if let Some(Included::Relation { .. }) = self.allowed.included(model, name) {
            let message = format!("the rows of `{}` are of several models", shortened(name));
            return self.add(ProblemCode::NotAllowed, message);
        }
        let message = format!(
            "`{}` has no property or relation `{}`",
            model.name,
            shortened(name)
        );
        let relations = self.allowed.names(model);
        let relations = relations.iter().map(String::as_str);
        let asked = relations.filter(|name| self.asked(model, name).is_some());
        let mut names: Vec<&str> = properties(model).collect();
        names.extend(asked);
        self.problems
            .expected(ProblemCode::UnknownProperty, message, names, name);
    }

    fn group(
        &mut self,
        group: Group,
        terms: &[JsonValue],
        model: &'static ModelMetadata,
        depth: usize,
    ) -> Option<Condition> {
        if !self.goes_deeper(depth) {
            return None;
        }
        let mut parts = Vec::new();
        for (at, term) in terms.iter().enumerate() {
            let spent = self.spent();
            self.at_item(at, |reader| {
                let condition = reader.condition(term, model, depth + 1);
                // An empty object is true for every row.
                parts.push(condition.unwrap_or_else(Condition::always));
            });
            // An item costs what is in it, but nothing is free.
            if self.spent() == spent {
                self.spend_condition();
            }
            if !self.has_conditions_left() {
                return None;
            }
        }
        Some(match group {
            Group::And if parts.is_empty() => return None,
            Group::And => Condition::All(parts),
            Group::Or => Condition::Any(parts),
            Group::Nor => Condition::Not(Box::new(match parts.len() {
                1 => parts.remove(0),
                _ => Condition::Any(parts),
            })),
        })
    }

    /// How deep what follows is, where it is a group or none.
    fn below(&mut self, is_group: bool, depth: usize) -> Option<usize> {
        match is_group {
            true => self.goes_deeper(depth).then_some(depth + 1),
            false => Some(depth),
        }
    }

    fn goes_deeper(&mut self, depth: usize) -> bool {
        if depth < self.budget.depth {
            return true;
        }
        let message = format!("at most {} levels of conditions", self.budget.depth);
        self.add(ProblemCode::OverBudget, message);
        false
    }

    /// `{"orders": {"some": {..}}}`
    fn related(
        &mut self,
        parts: &mut Vec<Condition>,
        relation: &'static RelationMetadata,
        term: &JsonValue,
        depth: usize,
    ) {
        const QUANTIFIERS: [&str; 3] = ["some", "none", "every"];
        let entries = match term {
            JsonValue::Map(entries) if !entries.is_empty() => entries,
            other => {
                let message = format!(
                    "`{}` is a relation, and {} says nothing of its rows",
                    relation.json_name,
                    other.describe()
                );
                return self
                    .problems
                    .expected(ProblemCode::WrongType, message, QUANTIFIERS, "");
            }
        };
        self.entries(term);
        for (key, term) in entries {
            self.at_key(key, |reader| {
                let quantifier = match key.as_str() {
                    "some" => Quantifier::Some,
                    "none" => Quantifier::None,
                    "every" => Quantifier::Every,
                    _ => {
                        let message = format!(
                            "`{}` is a relation, and `{}` says nothing of its rows",
                            relation.json_name,
                            shortened(key)
                        );
                        let code = ProblemCode::UnknownOperator;
                        return reader.problems.expected(code, message, QUANTIFIERS, key);
                    }
                };
                parts.extend(reader.quantified(relation, quantifier, term, depth));
            });
        }
    }

    fn quantified(
        &mut self,
        relation: &'static RelationMetadata,
        quantifier: Quantifier,
        term: &JsonValue,
        depth: usize,
    ) -> Option<Condition> {
        if !self.spend_relation() || !self.goes_deeper(depth) {
            return None;
        }
        let condition = self.behind(relation, |reader| {
            reader.condition(term, relation.target(), depth + 1)
        });
        if quantifier == Quantifier::Every && condition.is_none() {
            // Every target meets what asks nothing.
            return None;
        }
        Some(Condition::Related {
            relation,
            quantifier,
            condition: condition.map(Box::new),
        })
    }

    /// `{"account.balance": ..}`: some row behind the relation has the property.
    fn dotted(
        &mut self,
        relation: &'static RelationMetadata,
        rest: &str,
        term: &JsonValue,
        depth: usize,
    ) -> Option<Condition> {
        if !self.spend_relation() || !self.goes_deeper(depth) {
            return None;
        }
        if let JsonValue::Map(operators) = term {
            self.below(operators.len() > 1, depth + 1)?;
        }
        let target = relation.target();
        let mut parts = Vec::new();
        self.behind(relation, |reader| {
            if let Some(field) = property(target, rest) {
                reader.property(&mut parts, field, term);
            } else if let Some((first, rest)) = rest.split_once('.')
                && let Some(relation) = reader.asked(target, first)
            {
                parts.extend(reader.dotted(relation, rest, term, depth + 1));
            } else if let Some((field, path)) = into_json(target, rest) {
                reader.at_path(&mut parts, field, path, term);
            } else {
                reader.unknown(target, rest);
            }
        });
        Some(Condition::Related {
            relation,
            quantifier: Quantifier::Some,
            condition: Some(Box::new(together(parts)?)),
        })
    }

    /// A value, or an object of operators, all of which apply.
    fn property(
        &mut self,
        parts: &mut Vec<Condition>,
        field: &'static FieldMetadata,
        term: &JsonValue,
    ) {
        let JsonValue::Map(entries) = term else {
            if let JsonValue::List(_) = term
                && field.kind != Kind::Bytes
            {
                let message = "expected a value, not a list; `inq` takes one of several";
                return self.add(ProblemCode::WrongType, message);
            }
            parts.extend(self.operator(field, "eq", term));
            return;
        };
        if entries.is_empty() {
            let message = "expected a value or an operator, not an empty object";
            return self.add(ProblemCode::WrongType, message);
        }
        self.entries(term);
        for (operator, term) in entries {
            self.at_key(operator, |reader| {
                parts.extend(reader.operator(field, operator, term));
            });
        }
    }

    fn operator(
        &mut self,
        field: &'static FieldMetadata,
        operator: &str,
        term: &JsonValue,
    ) -> Option<Condition> {
        if !self.spend_condition() {
            return None;
        }
        if matches!(operator, "regexp" | "nregexp") && !self.spend_steps(STEPS_OF_REGEXP - 1) {
            return None;
        }
        if let Some(message) = misplaced(operator, field, term) {
            let code = ProblemCode::UnknownOperator;
            let known = operators_of(field);
            self.problems.expected(code, message, known, operator);
            return None;
        }
        if let Some(is_null) = null_test(operator, term) {
            return Some(Condition::IsNull {
                field,
                negated: !is_null,
            });
        }
        if let Some(operator) = comparison(operator) {
            let value = self.value(field, term)?;
            return Some(Condition::Compare {
                field,
                operator,
                value,
            });
        }
        match operator {
            "between" => self.between(field, term),
            "inq" | "nin" => self.list(field, operator == "nin", term),
            "like" | "nlike" | "ilike" | "nilike" => Some(Condition::Like {
                field,
                pattern: self.like_pattern(operator, term)?,
            }),
            "regexp" | "nregexp" => self.regexp(field, operator == "nregexp", term),
            _ => Some(Condition::IsNull {
                field,
                negated: self.boolean(term)?,
            }),
        }
    }

    fn value(&mut self, field: &'static FieldMetadata, term: &JsonValue) -> Option<Value> {
        if *term == JsonValue::Null {
            let message = "no comparison with null is true; ask with `exists`";
            self.add(ProblemCode::InvalidValue, message);
            return None;
        }
        match to_value_in(term, (field.kind, field.form), true) {
            Ok(value) if !field.allows(&value) => {
                self.add_not_allowed(field, &value);
                None
            }
            Ok(value) => match field.why_not(&value) {
                Some(why) => {
                    self.add(ProblemCode::InvalidValue, why);
                    None
                }
                None => Some(value),
            },
            Err(misfit) => {
                misfit.note(&mut self.problems);
                None
            }
        }
    }

    /// An enum has no such value, so nothing could be found.
    fn add_not_allowed(&mut self, field: &FieldMetadata, value: &Value) {
        let given = value.display();
        let message = format!("{given} is not one of its values");
        let allowed = field.allowed();
        let allowed = allowed.iter().map(String::as_str);
        self.problems
            .expected(ProblemCode::InvalidValue, message, allowed, &given);
    }

    fn text(&mut self, term: &JsonValue) -> Option<String> {
        match term {
            JsonValue::Text(text) => Some(text.clone()),
            other => {
                let message = format!("expected a text, not {}", other.describe());
                self.add(ProblemCode::WrongType, message);
                None
            }
        }
    }

    /// The pattern of `like` or one of its kin. SQLite refuses very long ones, and matching takes the longer the more they ask.
    pub(super) fn like_pattern(&mut self, operator: &str, term: &JsonValue) -> Option<Pattern> {
        const LONGEST: usize = 1_000;
        let text = self.text(term)?;
        if text.len() > LONGEST {
            let message = format!("a pattern of at most {LONGEST} bytes");
            self.add(ProblemCode::OverBudget, message);
            return None;
        }
        let pattern = Pattern::new(text).negated(operator.starts_with('n'));
        Some(pattern.ignoring_case(operator.ends_with("ilike")))
    }

    fn between(&mut self, field: &'static FieldMetadata, term: &JsonValue) -> Option<Condition> {
        let JsonValue::List(terms) = term else {
            let message = format!("expected a list of two values, not {}", term.describe());
            self.add(ProblemCode::WrongType, message);
            return None;
        };
        let [low, high] = terms.as_slice() else {
            let message = format!("expected two values, not {}", terms.len());
            self.add(ProblemCode::WrongType, message);
            return None;
        };
        let low = self.at_item(0, |reader| reader.value(field, low));
        let high = self.at_item(1, |reader| reader.value(field, high));
        Some(Condition::Between {
            field,
            low: low?,
            high: high?,
        })
    }

    fn list(
        &mut self,
        field: &'static FieldMetadata,
        negated: bool,
        term: &JsonValue,
    ) -> Option<Condition> {
        let JsonValue::List(terms) = term else {
            let message = format!("expected a list, not {}", term.describe());
            self.add(ProblemCode::WrongType, message);
            return None;
        };
        let most = self.budget.list;
        if terms.len() > most {
            self.add(ProblemCode::OverBudget, format!("at most {most} values"));
            return None;
        }
        if !sql::is_one_parameter(field.kind) && !self.spend_parameters(terms.len()) {
            return None;
        }
        let mut values = Vec::with_capacity(terms.len());
        for (at, term) in terms.iter().enumerate() {
            values.extend(self.at_item(at, |reader| reader.value(field, term)));
        }
        Some(Condition::In {
            field,
            values,
            negated,
        })
    }

    /// `"^T"`, or with flags `"/^T/i"`.
    fn regexp(
        &mut self,
        field: &'static FieldMetadata,
        negated: bool,
        term: &JsonValue,
    ) -> Option<Condition> {
        let text = self.text(term)?;
        let (pattern, flags) = match text
            .strip_prefix('/')
            .and_then(|rest| rest.rsplit_once('/'))
        {
            Some((pattern, flags)) => (pattern.to_owned(), flags.to_owned()),
            None => (text, String::new()),
        };
        // `g` asks for all matches, where one is enough.
        let unknown = flags.chars().find(|flag| !matches!(flag, 'i' | 'g'));
        if let Some(flag) = unknown {
            let message = format!(
                "there is no flag `{flag}`, only `i` for either case; a leading `/` begins `/pattern/flags`"
            );
            self.add(ProblemCode::InvalidValue, message);
            return None;
        }
        if let Err(why) = regex::portable(&pattern, Dialect::Sqlite) {
            self.add(ProblemCode::InvalidValue, why);
            return None;
        }
        let pattern = Pattern::new(pattern).negated(negated);
        let pattern = pattern.ignoring_case(flags.contains('i'));
        Some(Condition::Regexp { field, pattern })
    }
}

enum Group {
    And,
    Or,
    Nor,
}

impl Group {
    fn named(name: &str) -> Option<Group> {
        match name {
            "and" => Some(Group::And),
            "or" => Some(Group::Or),
            "nor" => Some(Group::Nor),
            _ => None,
        }
    }
}

/// All of them; nothing where there are none.
fn together(mut parts: Vec<Condition>) -> Option<Condition> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(Condition::All(parts)),
    }
}

/// The property, and the path into its JSON, that a name with points stands for.
pub(super) fn into_json<'k>(
    model: &'static ModelMetadata,
    key: &'k str,
) -> Option<(&'static FieldMetadata, &'k str)> {
    let (first, path) = key.split_once('.')?;
    let field = property(model, first)?;
    is_json(field.kind).then_some((field, path))
}

/// Why an operator cannot stand at a field.
fn misplaced(operator: &str, field: &FieldMetadata, term: &JsonValue) -> Option<String> {
    if !OPERATORS.contains(&operator) {
        return Some(format!("there is no operator `{}`", shortened(operator)));
    }
    let fits = operators_of(field).any(|known| known == operator);
    (!fits && null_test(operator, term).is_none()).then(|| {
        format!(
            "`{operator}` does not go with `{}`, which is {}",
            field.json_name,
            described(field.kind)
        )
    })
}

/// Of an operator that compares with null, whether it asks for null.
pub(super) fn null_test(operator: &str, term: &JsonValue) -> Option<bool> {
    match (operator, term) {
        ("eq", JsonValue::Null) => Some(true),
        ("neq", JsonValue::Null) => Some(false),
        _ => None,
    }
}

/// The operator that compares with one value and has this name.
pub(super) fn comparison(name: &str) -> Option<Operator> {
    Some(match name {
        "eq" => Operator::Eq,
        "neq" => Operator::Ne,
        "gt" => Operator::Gt,
        "gte" => Operator::Ge,
        "lt" => Operator::Lt,
        "lte" => Operator::Le,
        _ => return None,
    })
}

/// The operators that go with a field.
fn operators_of(field: &FieldMetadata) -> impl Iterator<Item = &'static str> + use<> {
    let kind = field.kind;
    OPERATORS
        .into_iter()
        .filter(move |operator| match *operator {
            "exists" => true,
            "like" | "nlike" | "ilike" | "nilike" | "regexp" | "nregexp" => kind == Kind::Text,
            _ => is_compared(kind),
        })
}

/// Whether databases compare such columns alike.
pub(super) fn is_compared(kind: Kind) -> bool {
    !is_json(kind) && !matches!(kind, Kind::List(_))
}

#[allow(unused_variables)] // Whether it is used depends on the features.
fn is_json(kind: Kind) -> bool {
    #[cfg(feature = "serde_json")]
    if kind == Kind::Json {
        return true;
    }
    false
}

fn described(kind: Kind) -> &'static str {
    match kind {
        Kind::List(_) => "a list",
        #[cfg(feature = "serde_json")]
        Kind::Json => "JSON",
        _ => "no text",
    }
}
