//! From the parts of a filter to LoopBack's JSON, which reads back as the same parts.

use crate::filter::checked::{IncludePart, Included, Parts};
use crate::filter::condition::is_compared;
use crate::filter::read::properties;
use crate::json::{JsonValue, from_value, from_value_in};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{
    By, Condition, Expression, Links, Operator, OrderBy, PathPlace, PathTest, Pattern, Quantifier,
};
use crate::value::Kind;
use crate::value::Value;

/// Why some part of a filter has no JSON.
pub(super) type Unwritten = &'static str;

const OF_LINKS: Unwritten = "what is asked of links has no form in JSON";

/// The JSON of a filter.
pub(super) fn filter(parts: &Parts) -> Result<JsonValue, Unwritten> {
    let mut entries = Vec::new();
    let mut entry = |key: &str, term: JsonValue| entries.push((key.to_owned(), term));
    if let Some(fields) = &parts.fields {
        entry("fields", names(parts.model, fields));
    }
    if let Some(condition) = &parts.condition {
        entry("where", where_(condition)?);
    }
    if !parts.order.is_empty() {
        let is_first = |by: &&OrderBy| !matches!(at_path_of(by), Some((_, _, part)) if part != PathPlace::Type);
        let order = parts.order.iter().filter(is_first).map(order);
        entry("order", JsonValue::List(order.collect::<Result<_, _>>()?));
    }
    if let Some(limit) = parts.limit {
        entry("limit", number(limit));
    }
    if let Some(offset) = parts.offset {
        entry("offset", number(offset));
    }
    if let Some((cursor, side)) = &parts.seek {
        entry(side.key(), text(cursor.as_ref()));
    }
    if !parts.includes.is_empty() {
        let includes = parts.includes.iter().map(include);
        entry(
            "include",
            JsonValue::List(includes.collect::<Result<_, _>>()?),
        );
    }
    Ok(JsonValue::Map(entries))
}

/// No table has more rows.
fn number(rows: u64) -> JsonValue {
    JsonValue::Int(rows.min(i64::MAX as u64).into())
}

fn text(text: impl Into<String>) -> JsonValue {
    JsonValue::Text(text.into())
}

fn object(key: &str, term: JsonValue) -> JsonValue {
    JsonValue::Map(vec![(key.to_owned(), term)])
}

/// `["id", "name"]`
fn names(model: &'static ModelMetadata, fields: &[&FieldMetadata]) -> JsonValue {
    if fields.is_empty() {
        // An empty list would ask for all of them.
        let without = properties(model).map(|name| (name.to_owned(), JsonValue::Bool(false)));
        return JsonValue::Map(without.collect());
    }
    let names = fields.iter().map(|field| text(field.json_name));
    JsonValue::List(names.collect())
}

/// `"account.balance DESC"`, or `{"a name": "DESC"}` where a name is not one word.
fn order(by: &OrderBy) -> Result<JsonValue, Unwritten> {
    let (field, below) = match at_path_of(by) {
        Some((field, below, _)) => (field, Some(below)),
        None => (by.by.field().ok_or(COMPUTED)?, None),
    };
    check(field)?;
    let path = by.path.iter().map(|relation| relation.json_name);
    let names: Vec<&str> = path.chain([field.json_name]).chain(below).collect();
    if by.direction.null_above {
        return Err("an order with NULL above all values has no form in JSON");
    }
    let direction = match by.direction.descending {
        true => "DESC",
        false => "ASC",
    };
    let name = names.join(".");
    if name.contains(|sign: char| sign == ',' || sign.is_whitespace()) || name.is_empty() {
        return Ok(object(&name, text(direction)));
    }
    Ok(text(format!("{name} {direction}")))
}

/// The value inside a column of JSON that rows are sorted by.
fn at_path_of(by: &OrderBy) -> Option<(&'static FieldMetadata, &str, PathPlace)> {
    match &by.by {
        By::Computed(expression) => match &**expression {
            Expression::AtPath { field, path, part } => Some((field, path, *part)),
            _ => None,
        },
        By::Field(_) => None,
    }
}

const COMPUTED: Unwritten = "what is computed has no form in JSON";

/// Refuses what a filter from JSON may not ask about.
fn check(field: &FieldMetadata) -> Result<(), Unwritten> {
    match field.is_hidden() {
        true => Err("a hidden field has no form in JSON"),
        false => Ok(()),
    }
}

fn include(part: &IncludePart) -> Result<JsonValue, Unwritten> {
    let scope = match &part.included {
        Included::Relation { links, .. } if *links != Links::default() => {
            return Err(OF_LINKS);
        }
        Included::Relation { scope, .. } => match filter(scope)? {
            JsonValue::Map(entries) if entries.is_empty() => None,
            scope => Some(scope),
        },
        Included::Resolver { scope, .. } => {
            let scope = scope.clone().map(JsonValue::from_value).transpose();
            scope.map_err(|_| "a scope nests too deeply for a filter")?
        }
    };
    let mut entries = vec![("relation".to_owned(), text(part.name()))];
    entries.extend(scope.map(|scope| ("scope".to_owned(), scope)));
    Ok(JsonValue::Map(entries))
}

/// The JSON of a `where`. Every comparison names its operator, so that a property may be called `and`.
pub(super) fn where_(condition: &Condition) -> Result<JsonValue, Unwritten> {
    let property = |field: &FieldMetadata, operator: &str, term: JsonValue| {
        check(field)?;
        if operator != "exists" && !is_compared(field.kind) {
            return Err("a comparison of lists or JSON has no form in JSON");
        }
        Ok(object(field.json_name, object(operator, term)))
    };
    Ok(match condition {
        Condition::TooDeep => {
            return Err("a condition that is nested too deeply has no form in JSON");
        }
        Condition::Compare {
            field,
            operator,
            value: given,
        } => property(field, compared(*operator), value(field, given)?)?,
        Condition::Between { field, low, high } => {
            let values = vec![value(field, low)?, value(field, high)?];
            property(field, "between", JsonValue::List(values))?
        }
        Condition::In {
            field,
            values,
            negated,
        } => {
            let values = values.iter().map(|given| value(field, given));
            let values = JsonValue::List(values.collect::<Result<_, _>>()?);
            property(field, if *negated { "nin" } else { "inq" }, values)?
        }
        Condition::Like { field, pattern } => property(field, like(pattern), text(&pattern.text))?,
        Condition::Regexp { field, pattern } => {
            let flags = if pattern.ignore_case { "i" } else { "" };
            let operator = if pattern.negated { "nregexp" } else { "regexp" };
            property(field, operator, text(format!("/{}/{flags}", pattern.text)))?
        }
        Condition::IsNull { field, negated } => {
            property(field, "exists", JsonValue::Bool(*negated))?
        }
        Condition::Path { field, path, test } => at_path(field, path, test)?,
        Condition::Related {
            relation,
            quantifier,
            condition,
        } => {
            let quantifier = match quantifier {
                Quantifier::Some => "some",
                Quantifier::None => "none",
                Quantifier::Every => "every",
            };
            let condition = condition.as_ref().map(|condition| where_(condition));
            let condition = condition.unwrap_or_else(|| Ok(JsonValue::Map(Vec::new())))?;
            object(relation.json_name, object(quantifier, condition))
        }
        Condition::All(parts) if parts.is_empty() => JsonValue::Map(Vec::new()),
        Condition::All(parts) => object("and", group(parts)?),
        Condition::Any(parts) => object("or", group(parts)?),
        Condition::Not(inner) => match &**inner {
            // Of a single one, `nor` is the negation of that one.
            Condition::Any(parts) if parts.len() != 1 => object("nor", group(parts)?),
            inner => object("nor", JsonValue::List(vec![where_(inner)?])),
        },
        Condition::Linked { .. }
        | Condition::LeadsIntoScope { .. }
        | Condition::Unlinked { .. }
        | Condition::Keys { .. } => {
            return Err(OF_LINKS);
        }
        Condition::Computed { .. } | Condition::ComputedIsNull { .. } | Condition::Fragment(_) => {
            return Err(COMPUTED);
        }
    })
}

/// `{"address.city": {"eq": "Oslo"}}`
fn at_path(field: &FieldMetadata, path: &str, test: &PathTest) -> Result<JsonValue, Unwritten> {
    check(field)?;
    let (operator, term) = match test {
        PathTest::Compare(operator, given) => {
            let term = from_value(given, Kind::F64);
            (compared(*operator), term.ok_or("JSON has no such number")?)
        }
        PathTest::Like(pattern) => (like(pattern), text(&pattern.text)),
        PathTest::IsNull { negated } => ("exists", JsonValue::Bool(*negated)),
    };
    let path = format!("{}.{path}", field.json_name);
    Ok(object(&path, object(operator, term)))
}

fn like(pattern: &Pattern) -> &'static str {
    match (pattern.negated, pattern.ignore_case) {
        (false, false) => "like",
        (true, false) => "nlike",
        (false, true) => "ilike",
        (true, true) => "nilike",
    }
}

fn group(parts: &[Condition]) -> Result<JsonValue, Unwritten> {
    let terms = parts.iter().map(where_);
    Ok(JsonValue::List(terms.collect::<Result<_, _>>()?))
}

fn compared(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "eq",
        Operator::Ne => "neq",
        Operator::Gt => "gt",
        Operator::Ge => "gte",
        Operator::Lt => "lt",
        Operator::Le => "lte",
    }
}

fn value(field: &FieldMetadata, value: &Value) -> Result<JsonValue, Unwritten> {
    from_value_in(value, (field.kind, field.form))
        .ok_or("a number that is infinite or none has no form in JSON")
}
