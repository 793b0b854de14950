//! `#[model(..)]` on a field.

use super::argument::Value;
use super::arguments::Arguments;
use super::{Name, model_arguments};
use crate::errors::Errors;
use proc_macro2::Span;
use syn::{Attribute, Path};

/// `#[model(..)]` on a field.
pub(crate) struct FieldAttr {
    pub(crate) id: Option<Span>,
    pub(crate) generated: Option<Span>,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    pub(crate) hidden: Option<Span>,
    pub(crate) read_only: bool,
    pub(crate) column: Option<Name>,
    pub(crate) was: Option<Name>,
    pub(crate) default: Option<Name>,
    pub(crate) default_with: Option<Path>,
    pub(crate) created_at: Option<Span>,
    pub(crate) updated_at: Option<Span>,
    pub(crate) on_update_now: Option<Span>,
    pub(crate) version: Option<Span>,
    pub(crate) db_type: Option<Name>,
    pub(crate) length: Option<u32>,
    pub(crate) precision: Option<(u32, u32)>,
    pub(crate) json: Option<Span>,
}

impl FieldAttr {
    pub(crate) fn from_attributes(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let arguments = model_arguments(attributes, errors);
        let mut arguments = Arguments::new("model", arguments, errors);
        let attr = FieldAttr {
            id: arguments.flag("id", errors),
            generated: arguments.flag("generated", errors),
            unique: arguments.flag("unique", errors).is_some(),
            index: arguments.flag("index", errors).is_some(),
            hidden: arguments.flag("hidden", errors),
            read_only: arguments.flag("read_only", errors).is_some(),
            column: arguments.text("column", errors),
            was: arguments.text("was", errors),
            default: arguments.text("default", errors),
            default_with: default_with(&mut arguments, errors),
            created_at: arguments.flag("created_at", errors),
            updated_at: arguments.flag("updated_at", errors),
            on_update_now: arguments.flag("on_update_now", errors),
            version: arguments.flag("version", errors),
            db_type: arguments.text("db_type", errors),
            length: length(&mut arguments, errors),
            precision: precision(&mut arguments, errors),
            json: arguments.flag("json", errors),
        };
        arguments.finish(errors);
        attr
    }
}

/// `default_with = Uuid::new_v4`, also as a string
fn default_with(arguments: &mut Arguments, errors: &mut Errors) -> Option<Path> {
    let help = "`default_with` takes a function that makes a value\nhelp: write `default_with = path::to::function`";
    arguments.path("default_with", help, errors)
}

/// `precision = 10, scale = 2`
fn precision(arguments: &mut Arguments, errors: &mut Errors) -> Option<(u32, u32)> {
    let has_precision = arguments.has("precision");
    let precision = digits("precision", 1..=57, arguments, errors);
    let has_scale = arguments.has("scale");
    let scale = digits("scale", 0..=28, arguments, errors);
    match (precision, scale) {
        (Some((precision, _)), None) if !has_scale => Some((precision, 0)),
        (Some((precision, _)), Some((scale, _))) if scale <= precision => Some((precision, scale)),
        (Some((precision, _)), Some((_, at))) => {
            let message = format!(
                "there are at most {precision} digits, so no more are behind the point\nhelp: `precision` counts all digits, `scale` those behind the point"
            );
            errors.add(at, message);
            None
        }
        (None, Some((_, at))) if !has_precision => {
            let message = "`scale` needs `precision`, which counts all digits\nhelp: write `precision = 10, scale = 2`";
            errors.add(at, message);
            None
        }
        _ => None,
    }
}

fn digits(
    name: &'static str,
    allowed: std::ops::RangeInclusive<u32>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> Option<(u32, Span)> {
    let argument = arguments.take(name)?;
    let at = argument
        .value
        .as_ref()
        .map_or(argument.name.span(), Value::span);
    let digits = match argument.value {
        Some(Value::Int(int)) => int.base10_parse().ok(),
        _ => None,
    };
    let digits = digits.filter(|digits| allowed.contains(digits));
    if digits.is_none() {
        let (first, last) = (allowed.start(), allowed.end());
        errors.add(
            at,
            format!("`{name}` takes a number of digits from {first} to {last}\nhelp: write `precision = 10, scale = 2`"),
        );
    }
    digits.map(|digits| (digits, at))
}

fn length(arguments: &mut Arguments, errors: &mut Errors) -> Option<u32> {
    let argument = arguments.take("length")?;
    let at = argument
        .value
        .as_ref()
        .map_or(argument.name.span(), Value::span);
    let length = match argument.value {
        Some(Value::Int(int)) => int.base10_parse().ok().filter(|length| *length > 0),
        _ => None,
    };
    if length.is_none() {
        errors.add(
            at,
            "`length` takes a number of characters\nhelp: write `length = 255`",
        );
    }
    length
}
