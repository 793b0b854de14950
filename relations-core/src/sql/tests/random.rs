//! Random plans, and what else statements are made of.

use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{
    Aggregate, AggregateFunction, By, Condition, Cursor, Direction, Expression, FEW, Fragment,
    Function, Links, Lock, Operation, Operator, OrderBy, PathTest, Pattern, Plan, PlannedInclude,
    Quantifier, Seek, Selected, SelectedColumn, Side, Strategy, Values, with_ties,
};
use crate::value::{Kind, Value};
use std::sync::Arc;

/// Small numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    /// A number from 0 to `sides - 1`.
    fn roll(&mut self, sides: usize) -> usize {
        // https://en.wikipedia.org/wiki/Xorshift
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// Makes the structure by one pair of dice, and the values by another.
pub(super) struct Random {
    structure: Dice,
    values: Dice,
}

const OPERATORS: [Operator; 6] = [
    Operator::Eq,
    Operator::Ne,
    Operator::Gt,
    Operator::Ge,
    Operator::Lt,
    Operator::Le,
];

const QUANTIFIERS: [Quantifier; 3] = [Quantifier::Some, Quantifier::None, Quantifier::Every];

impl Random {
    pub(super) fn new(structure: u64, values: u64) -> Random {
        Random {
            structure: Dice(structure.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            values: Dice(values.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        }
    }

    pub(super) fn is(&mut self) -> bool {
        self.structure.roll(2) == 0
    }

    pub(super) fn any<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.structure.roll(of.len())]
    }

    pub(super) fn relation(&mut self, model: &'static ModelMetadata) -> &'static RelationMetadata {
        self.any(&relations(model))
    }

    pub(super) fn plan(&mut self, model: &'static ModelMetadata, depth: usize) -> Plan {
        let mut plan = Plan::new(model);
        plan.condition = self.is().then(|| self.condition(model, depth));
        plan.order = self.order(model);
        plan.limit = self.is().then(|| self.number());
        plan.offset = self.is().then(|| self.number());
        plan.is_of_filter = self.is();
        plan.lock = self.any(&[None, None, Some(Lock::Wait), Some(Lock::Skip)]);
        let has_cursor = plan.order.iter().all(OrderBy::has_cursor);
        plan.seek = (self.is() && has_cursor).then(|| Box::new(self.seek(&plan)));
        if depth > 0 && !relations(model).is_empty() {
            let includes = (0..self.structure.roll(3)).map(|_| {
                let relation = self.relation(model);
                self.include(relation, depth - 1)
            });
            plan.includes = Arc::new(includes.collect());
        }
        let strategy = self.any(&[Strategy::Fast, Strategy::Careful]);
        let single = self.is();
        plan.decide(strategy, single);
        plan
    }

    fn seek(&mut self, plan: &Plan) -> Seek {
        let (model, side) = (plan.model, self.any(&[Side::After, Side::Before]));
        let order = with_ties(model, &plan.order);
        let fields = order.iter().flat_map(OrderBy::own_fields);
        let values: Vec<(usize, Value)> = fields
            .map(|field| {
                let at = model.fields.iter().position(|own| own == field);
                let is_null = field.nullable && self.is();
                let value = if is_null {
                    Value::Null
                } else {
                    self.value(field)
                };
                (at.unwrap(), value)
            })
            .collect();
        let of_field = |wanted: usize| {
            let mut values = values.iter();
            values.find(|(at, _)| *at == wanted).unwrap().1.clone()
        };
        let cursor = Cursor::new(model, &order, of_field).unwrap();
        Seek {
            counts_from_cursor: self.is(),
            ..Seek::new(cursor, side, model, &plan.order)
        }
    }

    pub(super) fn include(
        &mut self,
        relation: &'static RelationMetadata,
        depth: usize,
    ) -> PlannedInclude {
        let mut include = PlannedInclude::new(relation, self.plan(relation.target(), depth));
        if self.is() {
            (include.scope.limit, include.scope.offset) = (None, None);
        }
        if let Some(through) = relation.through() {
            include.links = Links {
                condition: self.is().then(|| self.condition(through.model(), 0)),
                order: self.order(through.model()),
                are_loaded: self.is(),
            };
        }
        include
    }

    /// A limit or an offset: one that may be part of the text, or one that is bound.
    fn number(&mut self) -> u64 {
        match self.is() {
            true => self.structure.roll(30) as u64,
            false => 2000 + self.values.roll(30) as u64,
        }
    }

    fn order(&mut self, model: &'static ModelMetadata) -> Vec<OrderBy> {
        let orders = (0..self.structure.roll(3)).map(|_| {
            let (mut path, mut last) = (Vec::new(), model);
            while let Some(relation) = self.relation_to_one(last).filter(|_| path.len() < 2) {
                path.push(relation);
                last = relation.target();
            }
            let by = match self.structure.roll(4) {
                0 => By::Computed(Arc::new(self.computed(last, 2))),
                _ => By::Field(self.field(last)),
            };
            OrderBy {
                path,
                by,
                direction: Direction {
                    descending: self.is(),
                    null_above: self.is(),
                },
            }
        });
        orders.collect()
    }

    fn relation_to_one(
        &mut self,
        model: &'static ModelMetadata,
    ) -> Option<&'static RelationMetadata> {
        let mut to_one = relations(model);
        to_one.retain(|relation| !relation.targets_many());
        (!to_one.is_empty() && self.is()).then(|| self.any(&to_one))
    }

    /// A field whose values can be compared.
    fn field(&mut self, model: &'static ModelMetadata) -> &'static FieldMetadata {
        let fields = model.fields.iter();
        let single: Vec<_> = fields
            .filter(|field| !matches!(field.kind, Kind::List(_) | Kind::Json))
            .collect();
        self.any(&single)
    }

    fn condition(&mut self, model: &'static ModelMetadata, depth: usize) -> Condition {
        let kinds = match (depth, relations(model).is_empty()) {
            (0, _) => 11,
            (_, true) => 14,
            (_, false) => 17,
        };
        let (field, negated) = (self.field(model), self.is());
        let of_kind = |kind| model.fields.iter().find(|field| field.kind == kind);
        let (text, json) = (of_kind(Kind::Text), of_kind(Kind::Json));
        match self.structure.roll(kinds) {
            0 => Condition::Compare {
                field,
                operator: self.any(&OPERATORS),
                value: self.value(field),
            },
            1 => Condition::Between {
                field,
                low: self.value(field),
                high: self.value(field),
            },
            2 => Condition::In {
                field,
                values: self.list(field),
                negated,
            },
            3 => Condition::Keys {
                fields: model.id_fields().collect(),
                values: self.keys(&model.id_fields().collect::<Vec<_>>()),
            },
            4 => Condition::Like {
                field: text.unwrap_or(field),
                pattern: self.pattern(),
            },
            5 => Condition::Regexp {
                field: text.unwrap_or(field),
                pattern: self.pattern(),
            },
            6 => Condition::IsNull { field, negated },
            7 => Condition::Computed {
                left: self.computed(model, 2),
                operator: self.any(&OPERATORS),
                right: self.computed(model, 2),
            },
            8 => Condition::ComputedIsNull {
                expression: self.computed(model, 2),
                negated,
            },
            9 => Condition::Fragment(self.fragment(model, 1)),
            10 => Condition::Path {
                field: json.unwrap_or(field),
                path: self.any(&["a", "a.0", "0.b.0"]).to_owned(),
                test: self.path_test(),
            },
            11 => Condition::Not(Box::new(self.condition(model, depth - 1))),
            12 => Condition::All(self.conditions(model, depth - 1)),
            13 => Condition::Any(self.conditions(model, depth - 1)),
            14 | 15 => self.related(model, depth - 1),
            _ => self.linked(model),
        }
    }

    fn pattern(&mut self) -> Pattern {
        let pattern = Pattern::new(self.text()).negated(self.is());
        pattern.ignoring_case(self.is())
    }

    fn path_test(&mut self) -> PathTest {
        let negated = self.is();
        let value = match self.structure.roll(4) {
            0 => Value::Bool(self.is()),
            1 => Value::Int(7),
            2 => Value::Float(0.5),
            _ => Value::Text(self.text()),
        };
        match self.structure.roll(3) {
            0 => PathTest::Compare(self.any(&OPERATORS), value),
            1 => PathTest::Like(self.pattern()),
            _ => PathTest::IsNull { negated },
        }
    }

    fn computed(&mut self, model: &'static ModelMetadata, depth: usize) -> Expression {
        let field = self.field(model);
        let kinds = if depth == 0 { 2 } else { 6 };
        let inner = |random: &mut Self| Box::new(random.computed(model, depth - 1));
        match self.structure.roll(kinds) {
            0 => Expression::Field(field),
            1 => Expression::value(self.value(field), field.kind),
            2 => Expression::Arithmetic {
                operation: self.any(&[
                    Operation::Add,
                    Operation::Sub,
                    Operation::Mul,
                    Operation::Div,
                ]),
                kind: self.any(&[Kind::I64, Kind::I16, Kind::F64]),
                left: inner(self),
                right: inner(self),
            },
            3 => Expression::Call {
                function: self.any(&[Function::Lower, Function::Length, Function::Year]),
                of: inner(self),
            },
            4 if !relations(model).is_empty() => {
                let relation = self.relation(model);
                let function =
                    self.any(&[AggregateFunction::Sum, AggregateFunction::CountDistinct]);
                let of = self.computed(relation.target(), depth - 1);
                Expression::OfTargets {
                    relation,
                    aggregate: Aggregate::new(function, Some(of)),
                }
            }
            4 => Expression::Coalesce(inner(self), inner(self)),
            _ => Expression::Fragment(self.fragment(model, depth - 1)),
        }
    }

    /// Values of rows, or of groups by one field.
    pub(super) fn selected(&mut self, model: &'static ModelMetadata) -> Selected {
        let mut plan = self.plan(model, 0);
        (plan.seek, plan.lock, plan.order) = (None, None, Vec::new());
        let (key, count) = (Expression::Field(self.field(model)), self.structure.roll(3));
        let is_grouped = self.is();
        let column = |random: &mut Self| match is_grouped {
            true => {
                let of = Some(random.computed(model, 1));
                Expression::Aggregate(Aggregate::new(AggregateFunction::Max, of))
            }
            false => random.computed(model, 2),
        };
        let name = |at: usize| Some(format!("n{at}").into());
        let columns = (0..=count).map(|at| SelectedColumn {
            expression: column(self),
            name: name(at),
        });
        Selected {
            plan,
            columns: columns.collect(),
            distinct: self.is(),
            keys: is_grouped.then_some(key).into_iter().collect(),
            having: None,
            order: Vec::new(),
        }
    }

    fn fragment(&mut self, model: &'static ModelMetadata, depth: usize) -> Fragment {
        Fragment {
            text: self.any(&["F({}, {})", "{} || '{{' || {}"]).into(),
            parts: vec![self.computed(model, depth), self.computed(model, depth)],
            kind: self.any(&[Kind::I64, Kind::Text]),
        }
    }

    fn conditions(&mut self, model: &'static ModelMetadata, depth: usize) -> Vec<Condition> {
        let count = self.structure.roll(4);
        (0..count).map(|_| self.condition(model, depth)).collect()
    }

    fn related(&mut self, model: &'static ModelMetadata, depth: usize) -> Condition {
        let relation = self.relation(model);
        let condition = self.is().then(|| self.condition(relation.target(), depth));
        Condition::Related {
            relation,
            quantifier: self.any(&QUANTIFIERS),
            condition: condition.map(Box::new),
        }
    }

    /// Of a model that links lead to, whether they lead to a row.
    fn linked(&mut self, model: &'static ModelMetadata) -> Condition {
        let relations = model.relations.iter();
        let back = relations
            .filter(|relation| relation.through().is_some())
            .flat_map(|relation| relation.target().relations)
            .find(|relation| relation.through().is_some());
        let Some(relation) = back else {
            return Condition::always();
        };
        match self.is() {
            true => Condition::Unlinked { relation },
            false => Condition::Linked {
                relation,
                key: self.key(&relation.source_fields()),
            },
        }
    }

    fn key(&mut self, fields: &[&'static FieldMetadata]) -> Vec<Value> {
        fields.iter().map(|field| self.value(field)).collect()
    }

    /// The keys of an include: a few, of which the text may have a part each, or so many that it cannot depend on their number.
    pub(super) fn keys_sent(&mut self, fields: &[&'static FieldMetadata]) -> Vec<Value> {
        let count = match self.is() {
            true => 1 + self.structure.roll(4),
            false => FEW as usize + 1 + self.values.roll(3),
        };
        (0..count).flat_map(|_| self.key(fields)).collect()
    }

    /// One key or several.
    fn keys(&mut self, fields: &[&'static FieldMetadata]) -> Vec<Value> {
        let count = 1 + self.values.roll(3);
        (0..count).flat_map(|_| self.key(fields)).collect()
    }

    /// No values, or as many as the text may depend on.
    fn list(&mut self, field: &'static FieldMetadata) -> Vec<Value> {
        let count = self.structure.roll(4);
        (0..count).map(|_| self.value(field)).collect()
    }

    /// Rows that give values for the same fields.
    pub(super) fn rows(&mut self, model: &'static ModelMetadata) -> Vec<Values> {
        let mut fields: Vec<usize> = (0..model.fields.len()).collect();
        fields.retain(|_| self.is());
        let version = model.version().filter(|_| self.is());
        let row = |_| Values {
            fields: fields
                .iter()
                .map(|at| (*at, self.stored(&model.fields[*at])))
                .collect(),
            computed: Vec::new(),
            nested: Vec::new(),
            expected: version.map(|version| self.value(version)),
        };
        let count = 1 + fields.len() % 3;
        (0..count).map(row).collect()
    }

    fn stored(&mut self, field: &'static FieldMetadata) -> Value {
        match field.nullable && self.values.roll(3) == 0 {
            true => Value::Null,
            false => self.value(field),
        }
    }

    fn value(&mut self, field: &'static FieldMetadata) -> Value {
        match field.kind {
            Kind::Text => Value::Text(self.text()),
            Kind::Bool => Value::Bool(self.values.roll(2) == 0),
            Kind::F32 | Kind::F64 => Value::Float(self.values.roll(1000) as f64 / 8.0),
            Kind::Json => Value::Json(
                serde_json::json!([{ "id": 1 + self.values.roll(3), "city": self.text() }]),
            ),
            Kind::List(_) => Value::List(vec![Value::Int(self.values.roll(1000) as i64)]),
            _ => Value::Int(self.values.roll(1000) as i64),
        }
    }

    fn text(&mut self) -> String {
        ["", "a", "Thor", "a.b", "ä"][self.values.roll(5)].to_owned()
    }
}

/// Those that lead to one model.
fn relations(model: &'static ModelMetadata) -> Vec<&'static RelationMetadata> {
    let relations = model.relations.iter();
    relations.filter(|relation| !relation.is_to_any()).collect()
}
