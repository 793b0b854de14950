//! The `scope` of a relation, where it is constant, as a function.

use super::Import;
use super::json::Json;
use super::relation::Declared;
use crate::code::{field_name, free, literal};
use crate::names::{ident, snake_case};
use crate::output::Status;

impl Import<'_> {
    /// `scope = function` of a `has_many` or of links, and the function; what it cannot say is left.
    pub(super) fn scope(
        &mut self,
        relation: &Declared,
        target: usize,
        name: &str,
    ) -> Option<String> {
        let scope = relation
            .value
            .get("scope")
            .filter(|scope| !scope.is_empty())?;
        let subject = format!("{}.scope", relation.subject);
        let calls = match self.calls(scope, target) {
            Ok(calls) => calls,
            Err(why) => {
                let message = format!("{why}: write it as a function, and name that as `scope`");
                self.said(subject, Status::Left, message);
                return None;
            }
        };
        for member in scope.members() {
            if !["where", "order"].contains(&&*member.name) {
                let why =
                    "a scope says which rows, and in which order: write the rest into the queries";
                self.said(format!("{subject}.{}", member.name), Status::Left, why);
            }
        }
        if calls.is_empty() {
            return None;
        }
        let model = &self.code.models[relation.model].name;
        let wanted = format!("{}_of_{}", name.trim_start_matches('_'), snake_case(model));
        let wanted = field_name(&wanted);
        let start = |function: &str| format!("fn {function}(");
        let functions = &self.code.functions;
        let function = free(&wanted, |name| {
            functions.iter().any(|other| other.contains(&start(name)))
        });
        let ty = &self.code.models[target].name;
        self.code.functions.push(format!(
            "/// Which rows `{name}` of `{model}` leads to.\nfn {function}(rows: FixedScope<{ty}>) -> FixedScope<{ty}> {{\n    rows{calls}\n}}\n"
        ));
        self.code.has_scopes = true;
        self.said(subject, Status::Taken, format!("`scope = {function}`"));
        Some(format!("scope = {function}"))
    }

    /// `.filter(..)` and `.order_by(..)`; the reason where something has no counterpart.
    fn calls(&self, scope: &Json, target: usize) -> Result<String, String> {
        let mut calls = String::new();
        if let Some(condition) = scope.get("where") {
            if !matches!(condition, Json::Object(_)) {
                return Err("its where is not an object".to_owned());
            }
            for member in condition.members() {
                let predicate = self.predicate(target, &member.name, &member.value)?;
                calls.push_str(&format!("\n        .filter({})", predicate.code));
            }
        }
        let orders = match scope.get("order") {
            Some(Json::List(orders)) => orders.iter().collect(),
            Some(order) => vec![order],
            None => Vec::new(),
        };
        for order in orders {
            let text = order.text().ok_or("its order is not a text")?;
            let (property, direction) = text.trim().split_once(' ').unwrap_or((text.trim(), "ASC"));
            let (column, _) = self.column(target, property)?;
            let direction = match direction.trim().to_uppercase().as_str() {
                "ASC" => "asc",
                "DESC" => "desc",
                other => return Err(format!("`{other}` is no direction of an order")),
            };
            calls.push_str(&format!("\n        .order_by({column}.{direction}())"));
        }
        Ok(calls)
    }

    /// One member of a `where`.
    fn predicate(&self, target: usize, name: &str, value: &Json) -> Result<Predicate, String> {
        if name == "and" || name == "or" {
            let parts = value.items().iter().map(|part| self.all_of(target, part));
            let sign = if name == "and" { "&" } else { "|" };
            return joined(parts.collect::<Result<_, _>>()?, sign);
        }
        let (column, ty) = self.column(target, name)?;
        let Json::Object(operators) = value else {
            return compared(&column, ty, "eq", value);
        };
        let parts = operators
            .iter()
            .map(|operator| compared(&column, ty, &operator.name, &operator.value));
        joined(parts.collect::<Result<_, _>>()?, "&")
    }

    /// A `where` within another.
    fn all_of(&self, target: usize, condition: &Json) -> Result<Predicate, String> {
        let members = condition.members().iter();
        let parts = members.map(|member| self.predicate(target, &member.name, &member.value));
        joined(parts.collect::<Result<_, _>>()?, "&")
    }

    /// The constant of a property's column, and the type that it is compared as.
    fn column(&self, target: usize, property: &str) -> Result<(String, &str), String> {
        let missing = || format!("`{property}` is no property");
        let at = self.names[target].iter().position(|name| name == property);
        let field = &self.code.models[target].fields[at.ok_or_else(missing)?];
        let constant = ident(&field.name.to_uppercase()).ok_or_else(missing)?;
        let model = &self.code.models[target].name;
        Ok((format!("{model}::{constant}"), &field.ty))
    }
}

/// A predicate as code.
struct Predicate {
    code: String,
    /// Whether it is joined of several, so that it needs parentheses within another.
    is_joined: bool,
}

fn joined(mut parts: Vec<Predicate>, sign: &str) -> Result<Predicate, String> {
    if parts.len() < 2 {
        return parts.pop().ok_or_else(|| "a condition is empty".to_owned());
    }
    let parts = parts.into_iter().map(|part| match part.is_joined {
        true => format!("({})", part.code),
        false => part.code,
    });
    Ok(Predicate {
        code: parts.collect::<Vec<_>>().join(&format!(" {sign} ")),
        is_joined: true,
    })
}

/// One operator on a column.
fn compared(column: &str, ty: &str, operator: &str, value: &Json) -> Result<Predicate, String> {
    let one = || constant(value, ty);
    let list = || -> Result<String, String> {
        let values = value.items().iter().map(|value| constant(value, ty));
        let values: Vec<String> = values.collect::<Result<_, _>>()?;
        match values.is_empty() {
            true => Err(format!("`{operator}` has no values")),
            false => Ok(values.join(", ")),
        }
    };
    let call = match (operator, value) {
        ("eq", Json::Null) => "is_null()".to_owned(),
        ("neq", Json::Null) => "is_not_null()".to_owned(),
        ("eq", _) => format!("eq({})", one()?),
        ("neq", _) => format!("ne({})", one()?),
        ("gt", _) => format!("gt({})", one()?),
        ("gte", _) => format!("ge({})", one()?),
        ("lt", _) => format!("lt({})", one()?),
        ("lte", _) => format!("le({})", one()?),
        ("inq", _) => format!("in_([{}])", list()?),
        ("nin", _) => format!("not_in([{}])", list()?),
        ("between", _) if value.items().len() == 2 => format!("between({})", list()?),
        (other, _) => return Err(format!("`{other}` has no counterpart")),
    };
    Ok(Predicate {
        code: format!("{column}.{call}"),
        is_joined: false,
    })
}

/// A value that stands in the definition, as a literal of the column's type.
fn constant(value: &Json, ty: &str) -> Result<String, String> {
    let literal = match (value, ty) {
        (Json::Text(text), "String") => Some(literal(text)),
        (Json::Bool(bool), "bool") => Some(bool.to_string()),
        (Json::Number(number), "i64") => {
            number.parse::<i64>().ok().map(|number| number.to_string())
        }
        (Json::Number(number), "i32") => {
            number.parse::<i32>().ok().map(|number| number.to_string())
        }
        (Json::Number(number), "i16") => {
            number.parse::<i16>().ok().map(|number| number.to_string())
        }
        (Json::Number(number), "f64") => {
            let number = number
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite());
            number.map(|number| format!("{number:?}"))
        }
        _ => None,
    };
    literal.ok_or_else(|| format!("`{value}` is no constant of type `{ty}`"))
}
