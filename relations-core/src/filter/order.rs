//! `order`: by properties, also of rows behind to-one relations.

use crate::error::{ProblemCode, shortened};
use crate::filter::condition::{into_json, is_compared};
use crate::filter::read::{Reader, properties, property};
use crate::json::JsonValue;
use crate::model::ModelMetadata;
use crate::query::OrderBy;

impl Reader<'_> {
    /// `"name DESC, id"`, a list of such, or objects such as `{"name": "DESC"}`.
    pub(super) fn order(
        &mut self,
        term: &JsonValue,
        model: &'static ModelMetadata,
    ) -> Vec<OrderBy> {
        let mut order = Vec::new();
        match term {
            JsonValue::List(terms) => {
                for (at, term) in terms.iter().enumerate() {
                    self.at_item(at, |reader| reader.order_item(&mut order, term, model));
                }
            }
            single => self.order_item(&mut order, single, model),
        }
        order
    }

    fn order_item(
        &mut self,
        order: &mut Vec<OrderBy>,
        term: &JsonValue,
        model: &'static ModelMetadata,
    ) {
        match term {
            JsonValue::Text(text) => self.order_text(order, text, model),
            // Of several keys the order is lost wherever JSON passes through a map.
            JsonValue::Map(entries) if entries.len() > 1 => {
                let message = "the keys of an object have no order; give a list";
                self.add(ProblemCode::WrongType, message);
            }
            JsonValue::Map(entries) => {
                for (name, term) in entries {
                    self.order_entry(order, name, term, model);
                }
            }
            other => {
                let message = format!("expected \"name DESC\", not {}", other.describe());
                self.add(ProblemCode::WrongType, message);
            }
        }
    }

    /// `name DESC, id`
    fn order_text(&mut self, order: &mut Vec<OrderBy>, text: &str, model: &'static ModelMetadata) {
        for part in text.split(',') {
            if !self.spend_condition() {
                return;
            }
            let mut words = part.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (None, ..) => self.add(ProblemCode::Syntax, "a name is missing"),
                (Some(name), direction, None) => {
                    let by = self.sorted(name, direction.unwrap_or("ASC"), model);
                    order.extend(by.into_iter().flat_map(OrderBy::parts));
                }
                _ => {
                    let part = shortened(part);
                    let message = format!("`{part}` is more than a name and a direction");
                    self.add(ProblemCode::Syntax, message);
                }
            }
        }
    }

    /// `{"name": "DESC"}`
    fn order_entry(
        &mut self,
        order: &mut Vec<OrderBy>,
        name: &str,
        term: &JsonValue,
        model: &'static ModelMetadata,
    ) {
        if !self.spend_condition() {
            return;
        }
        self.at_key(name, |reader| match term {
            JsonValue::Text(direction) => {
                let by = reader.sorted(name, direction, model);
                order.extend(by.into_iter().flat_map(OrderBy::parts));
            }
            other => {
                let message = format!("expected a direction, not {}", other.describe());
                let directions = ["ASC", "DESC"];
                let code = ProblemCode::WrongType;
                reader.problems.expected(code, message, directions, "");
            }
        });
    }

    fn sorted(
        &mut self,
        path: &str,
        direction: &str,
        model: &'static ModelMetadata,
    ) -> Option<OrderBy> {
        let descending = if direction.eq_ignore_ascii_case("asc") {
            Some(false)
        } else if direction.eq_ignore_ascii_case("desc") {
            Some(true)
        } else {
            let message = format!("there is no direction `{}`", shortened(direction));
            let code = ProblemCode::InvalidValue;
            self.problems
                .expected(code, message, ["ASC", "DESC"], direction);
            None
        };
        let mut by = self.column(path, model)?;
        by.direction.descending = descending?;
        Some(by)
    }

    /// The column behind `balance` or `account.balance`.
    fn column(&mut self, path: &str, model: &'static ModelMetadata) -> Option<OrderBy> {
        let (mut model, mut rest) = (model, path);
        let mut relations = Vec::new();
        loop {
            if let Some(field) = property(model, rest) {
                if !is_compared(field.kind) {
                    let message = format!("`{}` has no order", field.json_name);
                    self.add(ProblemCode::InvalidValue, message);
                    return None;
                }
                let mut by = OrderBy::new(field, false);
                by.path = relations;
                return Some(by);
            }
            if let Some((field, path)) = into_json(model, rest) {
                // Its type, number and text each stand in the order, and once more where NULL is told apart.
                if !self.is_path(field, path) || !self.spend_path(path, 6) {
                    return None;
                }
                let mut by = OrderBy::at_path(field, path, false);
                by.path = relations;
                return Some(by);
            }
            let step = rest.split_once('.');
            let step = step.and_then(|(first, rest)| Some((self.asked(model, first)?, rest)));
            let Some((relation, after)) = step else {
                let message = format!("`{}` has no property `{}`", model.name, shortened(rest));
                let names = properties(model);
                let code = ProblemCode::UnknownProperty;
                self.problems.expected(code, message, names, rest);
                return None;
            };
            if relation.targets_many() {
                let message = format!(
                    "`{}` leads to several rows, which give no order",
                    relation.json_name
                );
                self.add(ProblemCode::InvalidValue, message);
                return None;
            }
            if relations.len() >= self.budget.depth {
                let message = format!("at most {} levels of relations", self.budget.depth);
                self.add(ProblemCode::OverBudget, message);
                return None;
            }
            relations.push(relation);
            (model, rest) = (relation.target(), after);
        }
    }
}
