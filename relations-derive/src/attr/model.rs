//! `#[model(..)]` on the struct.

use super::arguments::Arguments;
use super::{Name, model_arguments, parsed};
use crate::errors::Errors;
use crate::names::{RULES, closest, renamed};
use syn::{Attribute, Path};

/// `#[model(..)]` on the struct.
pub(crate) struct ModelAttr {
    pub(crate) table: Option<Name>,
    pub(crate) was: Option<Name>,
    pub(crate) schema: Option<Name>,
    pub(crate) discriminator: Option<Name>,
    /// Whether rows are only read.
    pub(crate) is_view: bool,
    /// Whether docs are comments in the database.
    pub(crate) has_comments: bool,
    /// Fields of which no two rows share all values.
    pub(crate) unique: Vec<Vec<Name>>,
    /// Fields with one index.
    pub(crate) indexes: Vec<Vec<Name>>,
    /// SQL that is true of every row.
    pub(crate) checks: Vec<Name>,
    /// By which rule columns are named after their fields.
    pub(crate) columns: Option<String>,
    /// The path of the crate whose `__private` generated code names.
    pub(crate) krate: Path,
}

impl ModelAttr {
    pub(crate) fn from_attributes(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let arguments = model_arguments(attributes, errors);
        let mut arguments = Arguments::new("model", arguments, errors);
        let table = arguments.text("table", errors);
        let was = arguments.text("was", errors);
        let schema = arguments.text("schema", errors);
        let discriminator = arguments.text("discriminator", errors);
        let is_view = arguments.flag("view", errors).is_some();
        let has_comments = arguments.flag("comments", errors).is_some();
        let unique = arguments.groups("unique", errors);
        let indexes = arguments.groups("index", errors);
        let checks = arguments.texts("check", errors);
        let columns = rule_of_columns(&mut arguments, errors);
        let krate = arguments.text("crate", errors).and_then(|name| {
            let path = parsed(&name);
            if path.is_none() {
                let message = format!(
                    "`{}` is not a path\nhelp: write `crate = \"::path::to::relations\"`",
                    name.text
                );
                errors.add(name.span, message);
            }
            path
        });
        arguments.finish(errors);
        ModelAttr {
            table,
            was,
            schema,
            discriminator,
            is_view,
            has_comments,
            unique,
            indexes,
            checks,
            columns,
            krate: krate.unwrap_or_else(|| syn::parse_quote!(::relations)),
        }
    }
}

/// `columns = "PascalCase"`
fn rule_of_columns(arguments: &mut Arguments, errors: &mut Errors) -> Option<String> {
    let rule = arguments.text("columns", errors)?;
    if renamed("x", Some(&rule.text)).is_some() {
        return Some(rule.text);
    }
    let help = match closest(&rule.text, RULES) {
        Some(closest) => format!("did you mean `{closest}`?"),
        None => format!("expected one of `{}`", RULES.join("`, `")),
    };
    let message = format!("`{}` is not a rule for names\nhelp: {help}", rule.text);
    errors.add(rule.span, message);
    None
}
