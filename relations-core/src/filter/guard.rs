//! Guards: conditions on the rows of models that hold in every part of a filter.

use crate::error::{ProblemCode, Problems};
use crate::filter::Where;
use crate::filter::checked::{Included, Parts};
use crate::model::{Model, ModelMetadata, RelationMetadata};
use crate::query::{Condition, Expression, PathTest, Quantifier};
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Which rows of each model may be seen and written: what a [`DynamicRepository`](crate::dynamic::DynamicRepository) adds to
/// everything that it is asked.
///
/// A guard holds at every level: for rows, for those that are included, for predicates about related rows and for counts. What
/// cannot be guarded is refused: the order by a row that has a guard, predicates through links that have one, and the
/// include of a polymorphic relation to such rows.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations::dynamic::{DynamicRepository, Guards};
///
/// let guards = Guards::new().with(Order::TOTAL.ge(8));
/// let orders = DynamicRepository::new(&db, Order::metadata());
/// assert_eq!(orders.count(None).await?, 2);
/// assert_eq!(orders.guarded(guards).count(None).await?, 1);
/// # Ok(()) });
/// ```
#[derive(Clone, Default)]
pub struct Guards {
    of: Arc<HashMap<TypeId, Condition>>,
}

impl fmt::Debug for Guards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guards")
            .field("models", &self.of.len())
            .finish()
    }
}

impl Guards {
    /// No guards: everything may be seen.
    pub fn new() -> Self {
        Guards::default()
    }

    /// Only these rows of `M`, beside what other guards say of it.
    pub fn with<M: Model>(mut self, rows: impl Into<Where<M>>) -> Self {
        if let Some(condition) = rows.into().condition {
            self.add(M::metadata(), condition);
        }
        self
    }

    /// No row of this model.
    pub fn without(mut self, model: &'static ModelMetadata) -> Self {
        self.add(model, Condition::never());
        self
    }

    fn add(&mut self, model: &'static ModelMetadata, condition: Condition) {
        let of = Arc::make_mut(&mut self.of);
        let first = of.remove(&model.type_id());
        of.insert(model.type_id(), Condition::beside(first, condition));
    }

    /// Whether some rows of the model are kept back.
    pub fn guards(&self, model: &'static ModelMetadata) -> bool {
        self.of.contains_key(&model.type_id())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    pub(crate) fn of(&self, model: &'static ModelMetadata) -> Option<&Condition> {
        self.of.get(&model.type_id())
    }

    /// Puts the guards into all parts of a filter, and notes what cannot be guarded.
    pub(crate) fn apply(&self, parts: &mut Parts, problems: &mut Problems) {
        if self.is_empty() {
            return;
        }
        let asked = parts.condition.take();
        let asked =
            asked.map(|asked| problems.at_key("where", |problems| self.inside(asked, problems)));
        parts.condition = self.beside(parts.model, asked);
        for (at, by) in parts.order.iter().enumerate() {
            problems.at_key("order", |problems| {
                problems.at_item(at, |problems| {
                    let mut path = by.path.iter();
                    if let Some(relation) = path.find(|relation| self.guards(relation.target())) {
                        refuse(relation, "be ordered by", problems);
                    }
                });
            });
        }
        for (at, part) in parts.includes.iter_mut().enumerate() {
            problems.at_key("include", |problems| {
                problems.at_item(at, |problems| {
                    self.guard_include(&mut part.included, problems)
                });
            });
        }
    }

    fn guard_include(&self, included: &mut Included, problems: &mut Problems) {
        let Included::Relation {
            relation,
            scope,
            links,
        } = included
        else {
            return;
        };
        if relation.is_to_any()
            && relation
                .targets()
                .into_iter()
                .any(|target| self.guards(target))
        {
            return refuse(relation, "be included", problems);
        }
        if let Some(of_links) = relation
            .through()
            .and_then(|through| self.of(through.model()))
        {
            links.condition = Some(Condition::beside(links.condition.take(), of_links.clone()));
        }
        problems.at_key("scope", |problems| self.apply(scope, problems));
    }

    /// What the model's guard says, beside what is asked for already.
    pub(crate) fn beside(
        &self,
        model: &'static ModelMetadata,
        asked: Option<Condition>,
    ) -> Option<Condition> {
        match self.of(model) {
            Some(guard) => Some(Condition::beside(asked, guard.clone())),
            None => asked,
        }
    }

    /// A condition whose predicates about related rows are about those that may be seen.
    pub(crate) fn inside(&self, condition: Condition, problems: &mut Problems) -> Condition {
        let all = |parts: Vec<Condition>, problems: &mut Problems| {
            let parts = parts.into_iter();
            parts.map(|part| self.inside(part, problems)).collect()
        };
        match condition {
            Condition::All(parts) => Condition::All(all(parts, problems)),
            Condition::Any(parts) => Condition::Any(all(parts, problems)),
            Condition::Not(part) => Condition::Not(Box::new(self.inside(*part, problems))),
            Condition::Related {
                relation,
                quantifier,
                condition,
            } => {
                if relation
                    .through()
                    .is_some_and(|through| self.guards(through.model()))
                {
                    refuse(relation, "be asked about", problems);
                }
                let asked = condition.map(|asked| self.inside(*asked, problems));
                let condition = match (self.of(relation.target()), quantifier) {
                    // A target that may not be seen is none for which the condition must be true.
                    (Some(guard), Quantifier::Every) => {
                        let asked = asked.unwrap_or_else(Condition::always);
                        Some(Condition::Any(vec![not_true(guard), asked]))
                    }
                    _ => self.beside(relation.target(), asked),
                };
                Condition::Related {
                    relation,
                    quantifier,
                    condition: condition.map(Box::new),
                }
            }
            other => other,
        }
    }
}

fn refuse(relation: &RelationMetadata, what: &str, problems: &mut Problems) {
    let message = format!("`{}` cannot {what} here", relation.json_name);
    problems.add(ProblemCode::UnknownRelation, message);
}

/// Whether a condition is false or unknown, and never unknown itself: of a NULL no comparison is true.
pub(crate) fn not_true(condition: &Condition) -> Condition {
    let each = |parts: &[Condition]| parts.iter().map(not_true).collect();
    match condition {
        Condition::All(parts) => Condition::Any(each(parts)),
        Condition::Any(parts) => Condition::All(each(parts)),
        Condition::Not(part) => not_false(part),
        leaf => or_null(Condition::Not(Box::new(leaf.clone())), leaf),
    }
}

/// Whether a condition is true or unknown.
fn not_false(condition: &Condition) -> Condition {
    let each = |parts: &[Condition]| parts.iter().map(not_false).collect();
    match condition {
        Condition::All(parts) => Condition::All(each(parts)),
        Condition::Any(parts) => Condition::Any(each(parts)),
        Condition::Not(part) => not_true(part),
        leaf => or_null(leaf.clone(), leaf),
    }
}

/// The first, or that a field of the comparison is NULL, which makes it unknown.
fn or_null(first: Condition, leaf: &Condition) -> Condition {
    let fields = match leaf {
        Condition::Compare { field, .. }
        | Condition::Between { field, .. }
        | Condition::In { field, .. }
        | Condition::Like { field, .. }
        | Condition::Regexp { field, .. } => vec![*field],
        Condition::Keys { fields, .. } => fields.clone(),
        _ => Vec::new(),
    };
    let nullable = fields.into_iter().filter(|field| field.nullable);
    let nulls = nullable.map(|field| Condition::IsNull {
        field,
        negated: false,
    });
    let mut parts: Vec<Condition> = nulls.collect();
    match leaf {
        Condition::Path { field, path, .. } => parts.push(Condition::Path {
            field,
            path: path.clone(),
            test: PathTest::IsNull { negated: false },
        }),
        Condition::Computed { left, right, .. } => {
            let sides = [left, right].map(|side| Condition::ComputedIsNull {
                expression: side.clone(),
                negated: false,
            });
            parts.extend(sides);
        }
        // In the user's own words, which may be NULL as well.
        Condition::Fragment(fragment) => parts.push(Condition::ComputedIsNull {
            expression: Expression::Fragment(fragment.clone()),
            negated: false,
        }),
        // True or false, as a subquery by EXISTS or a test for NULL is; groups never come here.
        Condition::Compare { .. }
        | Condition::Between { .. }
        | Condition::In { .. }
        | Condition::Like { .. }
        | Condition::Regexp { .. }
        | Condition::Keys { .. }
        | Condition::IsNull { .. }
        | Condition::ComputedIsNull { .. }
        | Condition::Related { .. }
        | Condition::Linked { .. }
        | Condition::LeadsIntoScope { .. }
        | Condition::Unlinked { .. }
        | Condition::All(_)
        | Condition::Any(_)
        | Condition::Not(_)
        | Condition::TooDeep => {}
    }
    if parts.is_empty() {
        return first;
    }
    parts.push(first);
    Condition::Any(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Operator;
    use crate::value::Value;

    #[derive(Debug, relations_derive::Model)]
    #[model(crate = "crate")]
    struct Row {
        #[model(id, generated)]
        id: i64,
        tenant: Option<i64>,
    }

    fn leaf(at: usize) -> Condition {
        Condition::Compare {
            field: &Row::metadata().fields[at],
            operator: Operator::Eq,
            value: Value::Int(1),
        }
    }

    #[test]
    fn what_is_unknown_is_not_true() {
        let null = Condition::IsNull {
            field: &Row::metadata().fields[1],
            negated: false,
        };
        let not = |leaf| Condition::Not(Box::new(leaf));
        assert_eq!(not_true(&leaf(0)), not(leaf(0)));
        assert_eq!(
            not_true(&leaf(1)),
            Condition::Any(vec![null.clone(), not(leaf(1))])
        );
        assert_eq!(not_true(&not(leaf(1))), Condition::Any(vec![null, leaf(1)]));
        let fragment = crate::raw::SqlFragment::<Row>::new("tenant > 0").predicate();
        let Condition::Fragment(words) = fragment.condition.clone() else {
            panic!("it is in words of one's own");
        };
        let null = Condition::ComputedIsNull {
            expression: Expression::Fragment(words),
            negated: false,
        };
        assert_eq!(
            not_true(&fragment.condition),
            Condition::Any(vec![null, not(fragment.condition)])
        );
    }
}
