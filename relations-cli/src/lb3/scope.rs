//! The `scope` of a relation and the named `scopes` of a model, where they are constant, as functions.

use super::Import;
use super::json::Json;
use super::relation::Declared;
use crate::code::{WIDTH, field_name, free, literal, width};
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
        let function = self.function_name(relation.model, name);
        let model = &self.code.models[relation.model].name;
        let ty = &self.code.models[target].name;
        let body = chain(&calls);
        self.code.functions.push(format!(
            "/// Which rows `{name}` of `{model}` leads to.\nfn {function}(rows: FixedScope<{ty}>) -> FixedScope<{ty}> {{\n    {body}\n}}\n"
        ));
        self.code.has_scopes = true;
        self.said(subject, Status::Taken, format!("`scope = {function}`"));
        Some(format!("scope = {function}"))
    }

    /// A function for each of the named scopes, for `.filter(..)`; what else they say goes into the query.
    pub(super) fn named_scopes(&mut self) {
        for model in 0..self.definitions.len() {
            let definition = &self.definitions[model];
            if !definition.is_stored {
                continue;
            }
            let options = definition.json.get("options");
            let scopes = definition.json.get("scopes");
            let scopes = scopes.or_else(|| options.and_then(|options| options.get("scopes")));
            let scopes = scopes.map(Json::members).unwrap_or_default().to_vec();
            let name = definition.name.clone();
            for scope in scopes {
                let subject = format!("{name}.scopes.{}", scope.name);
                self.named_scope(model, &scope.name, &scope.value, &subject);
            }
        }
    }

    fn named_scope(&mut self, model: usize, name: &str, scope: &Json, subject: &str) {
        let ty = self.code.models[model].name.clone();
        let condition = scope.get("where").filter(|condition| !condition.is_empty());
        let predicate = condition.map(|condition| match condition {
            Json::Object(_) => self.all_of(model, condition),
            _ => Err("its where is not an object".to_owned()),
        });
        let mut query = Vec::new();
        match predicate {
            Some(Ok(predicate)) => {
                let function = self.function_name(model, name);
                self.code.functions.push(format!(
                    "/// Which rows the scope `{}` of `{ty}` is about, for `.filter(..)`.\npub fn {function}() -> Predicate<{ty}> {{\n    {}\n}}\n",
                    in_docs(name),
                    predicate.layout(4, 4, 0)
                ));
                self.code.has_predicates = true;
                query.push(format!(".filter({function}())"));
                let message = format!("`{function}()`, for `.find().filter({function}())`");
                self.said(subject, Status::Taken, message);
            }
            Some(Err(why)) => {
                let message = format!(
                    "{why}: write a function that gives a `Predicate<{ty}>`, and call it in `.filter(..)`"
                );
                self.said(subject, Status::Left, message);
            }
            None => {}
        }
        for member in scope.members() {
            let call = match (&*member.name, &member.value) {
                ("where", _) => continue,
                ("order", value) => self.orders(value, model).map(|orders| {
                    let orders = orders.iter().map(Call::one_line);
                    orders.collect()
                }),
                ("limit", Json::Number(number)) => Ok(format!(".limit({number})")),
                ("skip" | "offset", Json::Number(number)) => Ok(format!(".offset({number})")),
                ("include", Json::Text(relation)) => self.included(model, relation),
                (other, _) => Err(format!("`{other}` is a matter of each query")),
            };
            let message = match call {
                Ok(call) => {
                    query.push(call);
                    format!("write the query: `.find(){}`", query.concat())
                }
                Err(why) => format!("{why}: write it into the queries"),
            };
            self.said(format!("{subject}.{}", member.name), Status::Left, message);
        }
    }

    fn included(&self, model: usize, relation: &str) -> Result<String, String> {
        let wanted = field_name(relation);
        let code = &self.code.models[model];
        let mut relations = code.all_relations();
        let found = relations.find(|one| one.name == wanted || one.name == format!("{wanted}_rel"));
        let found = found.ok_or_else(|| format!("`{relation}` is not a relation"))?;
        Ok(format!(
            ".include({}::{})",
            code.name,
            found.name.to_uppercase()
        ))
    }

    /// A name for a function that no other has: `vip_of_customer`.
    fn function_name(&self, model: usize, name: &str) -> String {
        let model = snake_case(&self.code.models[model].name);
        let name = snake_case(&field_name(name));
        let wanted = field_name(&format!("{}_of_{model}", name.trim_start_matches('_')));
        let start = |function: &str| format!("fn {function}(");
        let functions = &self.code.functions;
        free(&wanted, |name| {
            functions.iter().any(|other| other.contains(&start(name)))
        })
    }

    /// `.filter(..)` and `.order_by(..)`; the reason where something has no counterpart.
    fn calls(&self, scope: &Json, target: usize) -> Result<Vec<Call>, String> {
        let mut calls = Vec::new();
        if let Some(condition) = scope.get("where") {
            if !matches!(condition, Json::Object(_)) {
                return Err("its where is not an object".to_owned());
            }
            for member in condition.members() {
                let predicate = self.predicate(target, &member.name, &member.value)?;
                calls.push(Call::Filter(predicate));
            }
        }
        if let Some(order) = scope.get("order") {
            calls.extend(self.orders(order, target)?);
        }
        Ok(calls)
    }

    /// `.order_by(..)` of each part of an order.
    fn orders(&self, order: &Json, target: usize) -> Result<Vec<Call>, String> {
        let mut calls = Vec::new();
        let orders = match order {
            Json::List(orders) => orders.iter().collect(),
            order => vec![order],
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
            calls.push(Call::OrderBy(format!("{column}.{direction}()")));
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
        let missing = || format!("`{property}` is not a property");
        let at = self.names[target].iter().position(|name| name == property);
        let field = &self.code.models[target].fields[at.ok_or_else(missing)?];
        let constant = ident(&field.name.to_uppercase()).ok_or_else(missing)?;
        let model = &self.code.models[target].name;
        Ok((format!("{model}::{constant}"), &field.ty))
    }
}

/// A predicate as code.
enum Predicate {
    One(String),
    /// Several, with the sign between them.
    Joined(&'static str, Vec<Predicate>),
}

impl Predicate {
    fn one_line(&self) -> String {
        match self {
            Predicate::One(code) => code.clone(),
            Predicate::Joined(sign, parts) => {
                let parts = parts.iter().map(|part| match part {
                    Predicate::One(code) => code.clone(),
                    joined => format!("({})", joined.one_line()),
                });
                parts.collect::<Vec<_>>().join(&format!(" {sign} "))
            }
        }
    }

    /// As rustfmt breaks it, from this column on, on a line with this indent, and with so much behind it.
    fn layout(&self, column: usize, indent: usize, behind: usize) -> String {
        let line = self.one_line();
        let Predicate::Joined(sign, parts) = self else {
            return line;
        };
        if column + width(&line) + behind <= WIDTH {
            return line;
        }
        let deeper = indent + 4;
        let parts = parts.iter().enumerate().map(|(nth, part)| {
            let (column, indent) = match nth {
                0 => (column, indent),
                _ => (deeper + 2, deeper),
            };
            match part {
                Predicate::One(code) => code.clone(),
                joined => format!("({})", joined.layout(column + 1, indent, 1)),
            }
        });
        let blank = " ".repeat(deeper);
        parts.collect::<Vec<_>>().join(&format!("\n{blank}{sign} "))
    }
}

/// A call of a scope.
enum Call {
    Filter(Predicate),
    OrderBy(String),
}

impl Call {
    fn one_line(&self) -> String {
        match self {
            Call::Filter(predicate) => format!(".filter({})", predicate.one_line()),
            Call::OrderBy(order) => format!(".order_by({order})"),
        }
    }

    /// On a line with this indent, from this column on.
    fn layout(&self, column: usize, indent: usize) -> String {
        let line = self.one_line();
        match self {
            Call::Filter(predicate @ Predicate::Joined(..)) if column + width(&line) > WIDTH => {
                let deeper = indent + 4;
                let predicate = predicate.layout(deeper, deeper, 1);
                let (blank, end) = (" ".repeat(deeper), " ".repeat(indent));
                format!(".filter(\n{blank}{predicate},\n{end})")
            }
            _ => line,
        }
    }
}

/// How wide rustfmt leaves several calls on a line.
const CHAIN_WIDTH: usize = 60;

/// `rows.filter(..).order_by(..)` as rustfmt leaves it in a function.
fn chain(calls: &[Call]) -> String {
    let line: String = calls.iter().map(Call::one_line).collect();
    let line = format!("rows{line}");
    if width(&line) <= CHAIN_WIDTH {
        return line;
    }
    let first = calls
        .first()
        .map(|call| call.layout(8, 4))
        .unwrap_or_default();
    let indent = if first.contains('\n') { 4 } else { 8 };
    let rest = calls.iter().skip(1).map(|call| {
        let call = call.layout(indent, indent);
        format!("\n{}{call}", " ".repeat(indent))
    });
    format!("rows{first}{}", rest.collect::<String>())
}

fn joined(mut parts: Vec<Predicate>, sign: &'static str) -> Result<Predicate, String> {
    if parts.len() < 2 {
        return parts.pop().ok_or_else(|| "a condition is empty".to_owned());
    }
    Ok(Predicate::Joined(sign, parts))
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
        ("like" | "nlike" | "ilike" | "nilike" | "regexp", Json::Text(text)) if ty == "String" => {
            matched(operator, text)?
        }
        (other, _) => return Err(format!("`{other}` has no counterpart")),
    };
    Ok(Predicate::One(format!("{column}.{call}")))
}

/// A comparison with a pattern; a regular expression may stand in slashes, with its flags behind them.
fn matched(operator: &str, text: &str) -> Result<String, String> {
    let method = match operator {
        "like" => "like",
        "nlike" => "not_like",
        "ilike" => "ilike",
        "nilike" => "not_ilike",
        _ => {
            let inner = text
                .strip_prefix('/')
                .and_then(|rest| rest.rsplit_once('/'));
            return match inner {
                None => Ok(format!("regexp({})", literal(text))),
                Some((pattern, "")) => Ok(format!("regexp({})", literal(pattern))),
                Some((pattern, "i")) => Ok(format!("iregexp({})", literal(pattern))),
                Some((_, flags)) => Err(format!("the flags `{flags}` have no counterpart")),
            };
        }
    };
    Ok(format!("{method}({})", literal(text)))
}

/// A name from elsewhere within a line of docs.
fn in_docs(name: &str) -> String {
    name.replace(
        |letter: char| letter.is_control() || "`\u{2028}\u{2029}".contains(letter),
        " ",
    )
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
