//! Models as a new file has them. Names and texts from elsewhere are data: what is not an identifier becomes one, and every text is
//! a literal.

use crate::names::{RESERVED, ident, pascal_case, snake_case};
use crate::source::Kind;
use std::collections::BTreeSet;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// A new file of models.
#[derive(Debug, Default)]
pub(crate) struct Code {
    /// The first lines, as comments.
    pub(crate) head: Vec<String>,
    pub(crate) has_serde: bool,
    pub(crate) models: Vec<ModelCode>,
    pub(crate) enums: Vec<EnumCode>,
    /// Whether some of the functions are scopes of relations.
    pub(crate) has_scopes: bool,
    /// Whether some of the functions give predicates.
    pub(crate) has_predicates: bool,
    /// Functions that fields and relations name.
    pub(crate) functions: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ModelCode {
    pub(crate) docs: Vec<String>,
    /// Said in comments: what could not be taken over.
    pub(crate) remarks: Vec<String>,
    pub(crate) name: String,
    /// Arguments of `#[model(..)]`.
    pub(crate) arguments: Vec<String>,
    /// What serde calls the fields, where that is a rule.
    pub(crate) rename_all: Option<&'static str>,
    pub(crate) relations: Vec<RelationCode>,
    pub(crate) fields: Vec<FieldCode>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FieldCode {
    pub(crate) docs: Vec<String>,
    pub(crate) remarks: Vec<String>,
    /// Without `r#`.
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) is_optional: bool,
    pub(crate) arguments: Vec<String>,
    pub(crate) serde: Vec<String>,
    pub(crate) relations: Vec<RelationCode>,
}

#[derive(Debug, Clone)]
pub(crate) struct RelationCode {
    pub(crate) kind: Kind,
    pub(crate) target: String,
    pub(crate) name: String,
    pub(crate) key_from: Vec<String>,
    pub(crate) key_to: Vec<String>,
    pub(crate) through: Option<Through>,
    /// `on_delete = "cascade"` and the like.
    pub(crate) more: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Through {
    pub(crate) link: String,
    pub(crate) key_from: Vec<String>,
    pub(crate) key_to: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum EnumCode {
    /// One of several models.
    Models {
        name: String,
        models: Vec<String>,
        has_serde: bool,
    },
    /// One of several texts, under the names of their variants.
    Texts {
        name: String,
        db_enum: Option<String>,
        variants: Vec<(String, String)>,
    },
}

impl RelationCode {
    pub(crate) fn new(
        kind: Kind,
        name: impl Into<String>,
        target: impl Into<String>,
    ) -> RelationCode {
        RelationCode {
            kind,
            target: target.into(),
            name: name.into(),
            key_from: Vec::new(),
            key_to: Vec::new(),
            through: None,
            more: Vec::new(),
        }
    }

    fn text(&self, indent: &str, field: Option<&str>) -> String {
        let default = self.kind.default_name(&self.target, field);
        let mut arguments = vec![self.target.clone()];
        if self.name != default {
            arguments.push(format!("name = {}", literal(&self.name)));
        }
        arguments.extend(key("key_from", &self.key_from));
        arguments.extend(key("key_to", &self.key_to));
        if let Some(through) = &self.through {
            let keys = key("key_from", &through.key_from)
                .into_iter()
                .chain(key("key_to", &through.key_to));
            let keys: Vec<String> = keys.collect();
            arguments.push(match keys.is_empty() {
                true => format!("through = {}", through.link),
                false => format!("through({}, {})", through.link, keys.join(", ")),
            });
        }
        arguments.extend(self.more.iter().cloned());
        attribute(indent, self.kind.name(), &arguments)
    }
}

fn key(name: &str, fields: &[String]) -> Option<String> {
    let fields: Vec<String> = fields.iter().map(|field| literal(field)).collect();
    match fields.as_slice() {
        [] => None,
        [one] => Some(format!("{name} = {one}")),
        several => Some(format!("{name} = [{}]", several.join(", "))),
    }
}

/// A text as a literal of Rust.
pub(crate) fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

/// A text as a literal of SQL.
pub(crate) fn sql_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl ModelCode {
    /// All relations, those of fields too.
    pub(crate) fn all_relations(&self) -> impl Iterator<Item = &RelationCode> {
        let of_fields = self.fields.iter().flat_map(|field| &field.relations);
        self.relations.iter().chain(of_fields)
    }

    /// A name for a relation that nothing else of the model has; the first that is free.
    pub(crate) fn free_relation_name(&self, wanted: &[String]) -> String {
        let is_free = |name: &String| {
            let upper = name.to_uppercase();
            // A name may be left of nothing, and `self` is none, raw or not.
            ident(name).is_some()
                && !RESERVED.contains(&name.as_str())
                && !self
                    .fields
                    .iter()
                    .any(|field| field.name.to_uppercase() == upper)
                && !self
                    .all_relations()
                    .any(|relation| relation.name.to_uppercase() == upper)
        };
        let base = wanted.last().cloned().unwrap_or_default();
        let mut numbered = (2..).map(|number| format!("{base}_{number}"));
        let found = wanted.iter().find(|name| is_free(name)).cloned();
        found.or_else(|| numbered.find(is_free)).unwrap_or(base)
    }

    /// A name for a field that nothing else has.
    pub(crate) fn free_field_name(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            self.fields
                .iter()
                .any(|field| field.name.to_uppercase() == name.to_uppercase())
        };
        free(wanted, taken)
    }
}

/// The name, or the name with the first number that makes it free.
pub(crate) fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    let mut numbered = (2..).map(|number| format!("{wanted}_{number}"));
    numbered.find(|name| !taken(name)).unwrap_or_default()
}

/// Whether the derive would make one type twice of two models, or one of a model that is another model.
pub(crate) fn clashes(one: &str, other: &str) -> bool {
    let is_made = |model: &str, name: &str| {
        let end = name.strip_prefix(model);
        end.is_some_and(|end| MADE.contains(&end))
    };
    one == other || is_made(one, other) || is_made(other, one)
}

/// What the derive makes of a model: `SupplierDraft`.
const MADE: &[&str] = &["Draft", "Patch", "Repository", "With"];

/// As [`free`], for names of types and variants.
pub(crate) fn free_type(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    let mut numbered = (2..).map(|number| format!("{wanted}{number}"));
    numbered.find(|name| !taken(name)).unwrap_or_default()
}

/// A text as the compiler reads identifiers: in normalization form C, in which a letter and its accent are one where they can be.
fn normal(text: &str) -> String {
    text.nfc().collect()
}

/// Any text as the name of a field: `Order Details` as `order_details`, `3d` as `n3d`.
pub(crate) fn field_name(text: &str) -> String {
    let words: String = normal(text)
        .chars()
        .map(|letter| if is_word(letter) { letter } else { '_' })
        .collect();
    let mut snake = snake_case(&words);
    while snake.contains("__") && !text.contains("__") {
        snake = snake.replace("__", "_");
    }
    normal(&as_ident(snake, "n"))
}

/// Any text as the name of a type: `order_details` as `OrderDetails`.
pub(crate) fn type_name(text: &str) -> String {
    let words: String = normal(text)
        .chars()
        .map(|letter| if is_word(letter) { letter } else { '_' })
        .collect();
    let is_shouted = !words.chars().any(char::is_lowercase);
    let words = if is_shouted {
        words.to_lowercase()
    } else {
        words
    };
    let mut name = normal(&as_ident(pascal_case(&words), "N"));
    // Letters without case make no difference.
    if !name.starts_with(char::is_uppercase) && name.starts_with(char::is_lowercase) {
        name.insert(0, 'N');
    }
    match PRELUDE.contains(&name.as_str()) || syn::parse_str::<syn::Ident>(&name).is_err() {
        true => format!("{name}Row"),
        false => name,
    }
}

/// Names of types that mean something else in the file.
const PRELUDE: &[&str] = &[
    "Arc",
    "Box",
    "ColumnType",
    "Db",
    "Deserialize",
    "Draft",
    "Err",
    "Error",
    "Filter",
    "FixedScope",
    "FromRow",
    "Graph",
    "Json",
    "Model",
    "None",
    "Ok",
    "Option",
    "Patch",
    "Pool",
    "Predicate",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Sync",
    "Tx",
    "Vec",
];

fn is_word(letter: char) -> bool {
    letter == '_' || unicode_word(letter)
}

/// Whether the letter can stand in an identifier of Rust.
fn unicode_word(letter: char) -> bool {
    syn::parse_str::<syn::Ident>(&format!("x{letter}x")).is_ok()
}

fn as_ident(mut name: String, prefix: &str) -> String {
    if name.trim_matches('_').is_empty() {
        name = prefix.to_owned();
    }
    match ident(&name) {
        Some(_) => name,
        None => format!("{prefix}{name}"),
    }
}

impl Code {
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for line in self.head.iter().flat_map(|head| lines(head)) {
            let _ = writeln!(text, "// {line}");
        }
        if !self.head.is_empty() {
            text.push('\n');
        }
        text.push_str(match (self.has_scopes, self.has_predicates) {
            (true, true) => "use relations::prelude::*;\nuse relations::{FixedScope, Predicate};\n",
            (true, false) => "use relations::FixedScope;\nuse relations::prelude::*;\n",
            (false, true) => "use relations::Predicate;\nuse relations::prelude::*;\n",
            (false, false) => "use relations::prelude::*;\n",
        });
        if self.has_serde {
            text.push_str("use serde::{Deserialize, Serialize};\n");
        }
        for model in &self.models {
            self.model(&mut text, model);
        }
        for one in &self.enums {
            one.write(&mut text, self.has_serde);
        }
        let functions: BTreeSet<&String> = self.functions.iter().collect();
        for function in functions {
            let _ = write!(text, "\n{function}");
        }
        text
    }

    fn model(&self, text: &mut String, model: &ModelCode) {
        text.push('\n');
        docs(text, "", &model.docs);
        remarks(text, "", &model.remarks);
        let serde = if self.has_serde {
            ", Serialize, Deserialize"
        } else {
            ""
        };
        let _ = writeln!(text, "#[derive(Debug, Clone, Model{serde})]");
        if let (true, Some(rule)) = (self.has_serde, model.rename_all) {
            let _ = writeln!(text, "#[serde(rename_all = \"{rule}\")]");
        }
        if !model.arguments.is_empty() {
            let _ = writeln!(text, "{}", attribute("", "model", &model.arguments));
        }
        let targets: Vec<&String> = model
            .relations
            .iter()
            .map(|relation| &relation.target)
            .collect();
        let several = targets
            .iter()
            .enumerate()
            .any(|(at, target)| targets[..at].contains(target));
        if several {
            // Two relations to one model have a word in common, which that lint takes for a mistake.
            text.push_str("#[allow(clippy::duplicated_attributes)]\n");
        }
        for relation in &model.relations {
            let _ = writeln!(text, "{}", relation.text("", None));
        }
        let _ = writeln!(text, "pub struct {} {{", model.name);
        for field in &model.fields {
            self.field(text, field);
        }
        text.push_str("}\n");
    }

    fn field(&self, text: &mut String, field: &FieldCode) {
        docs(text, "    ", &field.docs);
        remarks(text, "    ", &field.remarks);
        if !field.arguments.is_empty() {
            let _ = writeln!(text, "{}", attribute("    ", "model", &field.arguments));
        }
        if self.has_serde && !field.serde.is_empty() {
            let _ = writeln!(text, "{}", attribute("    ", "serde", &field.serde));
        }
        for relation in &field.relations {
            let _ = writeln!(text, "{}", relation.text("    ", Some(&field.name)));
        }
        let name = ident(&field.name).unwrap_or_default();
        let _ = match field.is_optional {
            true => writeln!(text, "    pub {name}: Option<{}>,", field.ty),
            false => writeln!(text, "    pub {name}: {},", field.ty),
        };
    }
}

impl EnumCode {
    fn write(&self, text: &mut String, is_serialized: bool) {
        text.push('\n');
        match self {
            EnumCode::Models {
                name,
                models,
                has_serde,
            } => {
                let _ = match has_serde {
                    true => writeln!(
                        text,
                        "#[derive(Debug, Clone, PolymorphicModel, Serialize)]\n#[serde(untagged)]"
                    ),
                    false => writeln!(text, "#[derive(Debug, Clone, PolymorphicModel)]"),
                };
                let _ = writeln!(text, "pub enum {name} {{");
                for model in models {
                    let _ = writeln!(text, "    {model}({model}),");
                }
            }
            EnumCode::Texts {
                name,
                db_enum,
                variants,
            } => {
                let serde = if is_serialized {
                    ", Serialize, Deserialize"
                } else {
                    ""
                };
                let _ = writeln!(
                    text,
                    "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType{serde})]"
                );
                if let Some(db_enum) = db_enum {
                    let _ = writeln!(text, "#[model(db_enum = {})]", literal(db_enum));
                }
                let _ = writeln!(text, "pub enum {name} {{");
                for (variant, value) in variants {
                    if variant != value {
                        let _ = writeln!(text, "    #[model(rename = {})]", literal(value));
                        if is_serialized {
                            let _ = writeln!(text, "    #[serde(rename = {})]", literal(value));
                        }
                    }
                    let _ = writeln!(text, "    {variant},");
                }
            }
        }
        text.push_str("}\n");
    }
}

/// How wide rustfmt leaves what is between parentheses, and a line.
const INNER_WIDTH: usize = 70;
pub(crate) const WIDTH: usize = 100;

/// `#[path(arguments)]` as rustfmt leaves it, without the end of its line.
fn attribute(indent: &str, path: &str, arguments: &[String]) -> String {
    let line = format!("{indent}#[{path}({})]", arguments.join(", "));
    // What is not a literal, a path or a list rustfmt does not touch.
    let is_known = syn::parse_str::<Metas>(&arguments.join(", ")).is_ok();
    let is_short = width(&arguments.join(", ")) <= INNER_WIDTH && width(&line) <= WIDTH;
    match is_short || !is_known {
        true => line,
        false => format!("{indent}#[{path}({})]", listed(indent, arguments)),
    }
}

/// Arguments of an attribute, as many as there are.
struct Metas;

impl syn::parse::Parse for Metas {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Metas> {
        let metas = input.parse_terminated(meta, syn::Token![,])?;
        drop(metas);
        Ok(Metas)
    }
}

fn meta(input: syn::parse::ParseStream<'_>) -> syn::Result<()> {
    if input.peek(syn::Lit) {
        return input.parse::<syn::Lit>().map(drop);
    }
    input.call(syn::Path::parse_mod_style)?;
    if input.peek(syn::token::Paren) {
        let inner;
        syn::parenthesized!(inner in input);
        return inner.parse_terminated(meta, syn::Token![,]).map(drop);
    }
    match input.parse::<Option<syn::Token![=]>>()? {
        Some(_) => input.parse::<syn::Lit>().map(drop),
        None => Ok(()),
    }
}

/// Arguments a line each, and the parenthesis that ends them at the indent; a single list opens on the line.
fn listed(indent: &str, arguments: &[String]) -> String {
    if let [only] = arguments
        && let Some((path, inner)) = list_of(only)
    {
        return format!("{path}({})", listed(indent, &inner));
    }
    let deeper = format!("{indent}    ");
    let lines = arguments.iter().map(|argument| match list_of(argument) {
        Some((path, inner)) if width(&inner.join(", ")) > INNER_WIDTH => {
            format!("{deeper}{path}({})", listed(&deeper, &inner))
        }
        _ => format!("{deeper}{argument}"),
    });
    let lines: Vec<String> = lines.collect();
    format!("\n{}\n{indent}", lines.join(",\n"))
}

/// `through(Link, key_from = "a")`, taken apart.
fn list_of(argument: &str) -> Option<(&str, Vec<String>)> {
    let (path, rest) = argument.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let is_path = path
        .chars()
        .all(|letter| letter == '_' || letter.is_alphanumeric());
    is_path.then(|| (path, parts(inner)))
}

/// What stands between commas that are in no text and no parentheses.
fn parts(inner: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut depth, mut is_text) = (0_usize, false);
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_text => {
                part.push(letter);
                part.extend(letters.next());
                continue;
            }
            '"' => is_text = !is_text,
            '(' | '[' if !is_text => depth += 1,
            ')' | ']' if !is_text => depth = depth.saturating_sub(1),
            ',' if !is_text && depth == 0 => {
                parts.push(std::mem::take(&mut part).trim().to_owned());
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    parts.push(part.trim().to_owned());
    parts
}

pub(crate) fn width(text: &str) -> usize {
    text.chars().count()
}

/// The lines of a text; what else ends a line for an editor becomes a blank.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().map(|line| {
        let kept = line.chars().map(|letter| {
            if letter.is_control() || is_direction(letter) {
                ' '
            } else {
                letter
            }
        });
        kept.collect::<String>().trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().into_iter()
}

/// Letters that change the direction of text, which rustc refuses in comments.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Documentation as an attribute would have it. Each line starts with a blank, so that nothing in it is a list or code of ours.
fn docs(text: &mut String, indent: &str, docs: &[String]) {
    for line in docs.iter().flat_map(|doc| lines(doc)) {
        let _ = match line.is_empty() {
            true => writeln!(text, "{indent}///"),
            false => writeln!(text, "{indent}/// {}", line.trim_start()),
        };
    }
}

fn remarks(text: &mut String, indent: &str, remarks: &[String]) {
    for line in remarks.iter().flat_map(|remark| lines(remark)) {
        let _ = writeln!(text, "{indent}// {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::{field_name, type_name};

    #[test]
    fn any_text_becomes_a_name() {
        let cases = [
            ("accountManager", "account_manager", "AccountManager"),
            ("Order Details", "order_details", "OrderDetails"),
            ("ORDER_LINE", "order_line", "OrderLine"),
            ("3d", "n3d", "N3d"),
            ("", "n", "N"),
            ("--", "n", "N"),
            ("type", "type", "Type"),
            ("self", "nself", "NSelf"),
            ("option", "option", "OptionRow"),
            ("a\"; drop", "a_drop", "ADrop"),
            ("Größe", "größe", "Größe"),
            ("_address", "_address", "Address"),
        ];
        for (text, field, ty) in cases {
            assert_eq!(
                (field_name(text).as_str(), type_name(text).as_str()),
                (field, ty),
                "{text}"
            );
        }
    }
}
