//! What a filter asks of values inside columns of JSON: `{"address.city": "Oslo"}`.

use crate::error::{ProblemCode, shortened};
use crate::filter::condition::{comparison, null_test};
use crate::filter::read::{Reader, properties, property};
use crate::json::{JsonValue, float};
use crate::model::FieldMetadata;
use crate::query::{Condition, Operator, PathTest, parts};
use crate::value::Value;

const OPERATORS: [&str; 14] = [
    "eq", "neq", "gt", "gte", "lt", "lte", "between", "inq", "nin", "like", "nlike", "ilike",
    "nilike", "exists",
];

impl Reader<'_> {
    /// A value, or an object of operators, all of which apply.
    pub(super) fn at_path(
        &mut self,
        conditions: &mut Vec<Condition>,
        field: &'static FieldMetadata,
        path: &str,
        term: &JsonValue,
    ) {
        if !self.is_path(field, path) {
            return;
        }
        let entries = match term {
            JsonValue::Map(entries) if entries.is_empty() => {
                let message = "expected a value or an operator, not an empty object";
                return self.add(ProblemCode::WrongType, message);
            }
            JsonValue::Map(entries) => entries,
            term => {
                conditions.extend(self.path_operator(field, path, "eq", term));
                return;
            }
        };
        self.entries(term);
        for (operator, term) in entries {
            self.at_key(operator, |reader| {
                conditions.extend(reader.path_operator(field, path, operator, term));
            });
        }
    }

    /// Whether it is a path into the field. What is kept there as rows of a model has the properties of that model.
    pub(super) fn is_path(&mut self, field: &'static FieldMetadata, path: &str) -> bool {
        if let Err(why) = parts(path) {
            self.add(ProblemCode::InvalidValue, why);
            return false;
        }
        let mut names = path.split('.').peekable();
        let mut holder = field;
        while let (Some(embedded), Some(first)) = (holder.embedded, names.peek().copied()) {
            let is_position = first.bytes().all(|digit| digit.is_ascii_digit());
            if embedded.is_list && !is_position {
                let list = holder.json_name;
                let first = shortened(first);
                let message =
                    format!("`{list}` is a list, of which a path names one: `{list}.0.{first}`");
                self.add(ProblemCode::InvalidValue, message);
                return false;
            }
            if embedded.is_list {
                names.next();
            }
            let Some(name) = names.next() else {
                return true;
            };
            let model = (embedded.model)();
            let Some(property) = property(model, name) else {
                let message = format!("`{}` has no property `{}`", model.name, shortened(name));
                let code = ProblemCode::UnknownProperty;
                self.problems
                    .expected(code, message, properties(model), name);
                return false;
            };
            holder = property;
        }
        true
    }

    /// On MySQL each position in a path is asked for with a parameter, as often as its value is.
    pub(super) fn spend_path(&mut self, path: &str, times: usize) -> bool {
        let positions = path.split('.').filter(|part| {
            let mut letters = part.bytes();
            letters.all(|letter| letter.is_ascii_digit())
        });
        self.spend_parameters(times * (1 + positions.count()))
    }

    fn path_operator(
        &mut self,
        field: &'static FieldMetadata,
        path: &str,
        operator: &str,
        term: &JsonValue,
    ) -> Option<Condition> {
        if !self.spend_condition() || !self.spend_path(path, 1) {
            return None;
        }
        let condition = |test| Condition::Path {
            field,
            path: path.to_owned(),
            test,
        };
        if let Some(is_null) = null_test(operator, term) {
            return Some(condition(PathTest::IsNull { negated: !is_null }));
        }
        if let Some(operator) = comparison(operator) {
            let value = self.scalar(term)?;
            return Some(condition(PathTest::Compare(operator, value)));
        }
        match operator {
            "between" => self.path_between(term).map(|tests| {
                let tests = tests.map(condition);
                Condition::All(tests.into())
            }),
            "inq" | "nin" => {
                let by = match operator {
                    "inq" => Operator::Eq,
                    _ => Operator::Ne,
                };
                let tests = self.path_list(by, term)?.into_iter().map(condition);
                Some(match by {
                    Operator::Eq => Condition::Any(tests.collect()),
                    _ => Condition::All(tests.collect()),
                })
            }
            "like" | "nlike" | "ilike" | "nilike" => {
                let pattern = self.like_pattern(operator, term)?;
                Some(condition(PathTest::Like(pattern)))
            }
            "exists" => Some(condition(PathTest::IsNull {
                negated: self.boolean(term)?,
            })),
            _ => {
                let message = format!("there is no operator `{}` on a path", shortened(operator));
                let code = ProblemCode::UnknownOperator;
                self.problems.expected(code, message, OPERATORS, operator);
                None
            }
        }
    }

    fn path_between(&mut self, term: &JsonValue) -> Option<[PathTest; 2]> {
        let [low, high] = self.items(term, 2..=2)? else {
            return None;
        };
        let low = self.at_item(0, |reader| reader.scalar(low));
        let high = self.at_item(1, |reader| reader.scalar(high));
        Some([
            PathTest::Compare(Operator::Ge, low?),
            PathTest::Compare(Operator::Le, high?),
        ])
    }

    fn path_list(&mut self, by: Operator, term: &JsonValue) -> Option<Vec<PathTest>> {
        let most = self.budget.list;
        let terms = self.items(term, 0..=most)?;
        if !self.spend_parameters(terms.len()) {
            return None;
        }
        let mut tests = Vec::with_capacity(terms.len());
        for (at, term) in terms.iter().enumerate() {
            let value = self.at_item(at, |reader| reader.scalar(term));
            tests.extend(value.map(|value| PathTest::Compare(by, value)));
        }
        Some(tests)
    }

    fn items<'t>(
        &mut self,
        term: &'t JsonValue,
        count: std::ops::RangeInclusive<usize>,
    ) -> Option<&'t [JsonValue]> {
        let JsonValue::List(terms) = term else {
            let message = format!("expected a list, not {}", term.describe());
            self.add(ProblemCode::WrongType, message);
            return None;
        };
        if count.contains(&terms.len()) {
            return Some(terms);
        }
        let (least, most) = (*count.start(), *count.end());
        match least {
            0 => self.add(ProblemCode::OverBudget, format!("at most {most} values")),
            _ => {
                let message = format!("expected two values, not {}", terms.len());
                self.add(ProblemCode::WrongType, message);
            }
        }
        None
    }

    /// A text, a number or a truth value.
    fn scalar(&mut self, term: &JsonValue) -> Option<Value> {
        let value = match term {
            JsonValue::Text(text) => Some(Value::Text(text.clone())),
            JsonValue::Bool(value) => Some(Value::Bool(*value)),
            JsonValue::Float(value) => Some(Value::Float(*value)),
            JsonValue::Int(value) => i64::try_from(*value).ok().map(Value::Int),
            JsonValue::Digits(written) => float(written).map(Value::Float),
            JsonValue::Null => {
                let message = "no comparison with null is true; ask with `exists`";
                self.add(ProblemCode::InvalidValue, message);
                return None;
            }
            other => {
                let message = format!(
                    "expected a text, a number or a truth value, not {}",
                    other.describe()
                );
                self.add(ProblemCode::WrongType, message);
                return None;
            }
        };
        if value.is_none() {
            let number = term.describe();
            let message = format!("{number} is larger than an `i64` or a float holds");
            self.add(ProblemCode::InvalidValue, message);
        }
        value
    }
}
