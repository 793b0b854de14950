//! Whether a connection can do what a filter asks: the relations are open, and the database takes the values.

use super::{Included, Parts};
use crate::error::{ProblemCode, Problems};
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::Condition;
use crate::query::PathTest;
use crate::resolver::{Allowed, declared};
use crate::value::{Dialect, Value};

impl Allowed {
    /// What a filter may include under a name.
    pub(crate) fn included(&self, model: &'static ModelMetadata, name: &str) -> Option<Included> {
        if let Some(relation) = declared(model, name) {
            return self.is_open(relation).then(|| Included::relation(relation));
        }
        self.resolver(model, name)?;
        Some(Included::Resolver {
            name: name.to_owned(),
            scope: None,
        })
    }

    /// Notes what a filter asks of relations that may not be included; it may have been read before they were closed, or
    /// built in Rust.
    pub(crate) fn check(&self, parts: &Parts, dialect: Dialect, problems: &mut Problems) {
        if let Some(condition) = &parts.condition {
            problems.at_key("where", |problems| {
                self.check_condition(condition, dialect, problems)
            });
        }
        if let Some((key, why)) = parts.misfit() {
            problems.at_key(key, |problems| {
                problems.add(ProblemCode::InvalidValue, why);
            });
        }
        for (at, by) in parts.order.iter().enumerate() {
            problems.at_key("order", |problems| {
                problems.at_item(at, |problems| {
                    for relation in &by.path {
                        self.check_relation(relation, problems);
                    }
                });
            });
        }
        for (at, part) in parts.includes.iter().enumerate() {
            problems.at_key("include", |problems| {
                problems.at_item(at, |problems| match &part.included {
                    Included::Relation {
                        relation,
                        scope,
                        links,
                    } => {
                        self.check_relation(relation, problems);
                        check_serializes(relation, problems);
                        if let Some(condition) = &links.condition {
                            self.check_condition(condition, dialect, problems);
                        }
                        problems.at_key("scope", |problems| {
                            check_no_cursor(scope, problems);
                            self.check(scope, dialect, problems);
                        });
                    }
                    Included::Resolver { name, .. }
                        if self.resolver(parts.model, name).is_none() =>
                    {
                        self.refuse(parts.model, name, problems);
                    }
                    Included::Resolver { .. } => {}
                });
            });
        }
    }

    fn check_condition(&self, condition: &Condition, dialect: Dialect, problems: &mut Problems) {
        match condition {
            Condition::Related {
                relation,
                condition,
                ..
            } => problems.at_key(relation.json_name, |problems| {
                self.check_relation(relation, problems);
                if let Some(condition) = condition {
                    self.check_condition(condition, dialect, problems);
                }
            }),
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    self.check_condition(part, dialect, problems);
                }
            }
            Condition::Not(inner) => self.check_condition(inner, dialect, problems),
            Condition::Compare { field, value, .. } => {
                check_values(field, [value], dialect, problems);
            }
            Condition::Between { field, low, high } => {
                check_values(field, [low, high], dialect, problems);
            }
            Condition::In { field, values, .. } => {
                check_values(field, values, dialect, problems);
            }
            Condition::Like { field, pattern } | Condition::Regexp { field, pattern } => {
                let pattern = Value::Text(pattern.text.clone());
                check_values(field, [&pattern], dialect, problems);
            }
            Condition::Path { field, test, .. } => {
                let value = match test {
                    PathTest::Compare(_, value) => value.clone(),
                    PathTest::Like(pattern) => Value::Text(pattern.text.clone()),
                    PathTest::IsNull { .. } => return,
                };
                check_values(field, [&value], dialect, problems);
            }
            // No filter has one.
            Condition::Computed { .. }
            | Condition::ComputedIsNull { .. }
            | Condition::Fragment(_)
            | Condition::IsNull { .. }
            | Condition::Linked { .. }
            | Condition::LeadsIntoScope { .. }
            | Condition::Unlinked { .. }
            | Condition::Keys { .. }
            | Condition::TooDeep => {}
        }
    }

    fn check_relation(&self, relation: &'static RelationMetadata, problems: &mut Problems) {
        if !self.is_open(relation) {
            self.refuse(relation.source(), relation.json_name, problems);
        }
    }

    fn refuse(&self, model: &'static ModelMetadata, name: &str, problems: &mut Problems) {
        let message = format!("`{}` has no relation `{name}`", model.name);
        let names = self.names(model);
        let names = names.iter().map(String::as_str);
        problems.expected(ProblemCode::UnknownRelation, message, names, name);
    }
}

/// Notes a target that could not be written beside its source: it counts as closed where the source can be.
fn check_serializes(relation: &'static RelationMetadata, problems: &mut Problems) {
    let targets = relation.targets();
    let silent = targets.iter().find(|target| !target.serializes);
    if let Some(target) = silent.filter(|_| relation.source().serializes) {
        let name = relation.json_name;
        let message = format!(
            "`{name}` cannot be included: `{}` does not implement `Serialize`",
            target.name
        );
        problems.add(ProblemCode::UnknownRelation, message);
    }
}

/// Notes the first value that the database cannot take, such as a NUL character on PostgreSQL.
fn check_values<'v>(
    field: &FieldMetadata,
    values: impl IntoIterator<Item = &'v Value>,
    dialect: Dialect,
    problems: &mut Problems,
) {
    let mut values = values.into_iter();
    if let Some(why) = values.find_map(|value| value.to_sql(field.kind, dialect).err()) {
        problems.at_key(field.json_name, |problems| {
            problems.add(ProblemCode::InvalidValue, why);
        });
    }
}

/// A scope that is built in Rust may have one.
fn check_no_cursor(scope: &Parts, problems: &mut Problems) {
    if let Some((_, side)) = &scope.seek {
        problems.at_key(side.key(), |problems| {
            let message = "rows of a scope have no cursor; it has `limit` and `offset`";
            problems.add(ProblemCode::NotAllowed, message);
        });
    }
}
