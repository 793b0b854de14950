//! Tokens to typed attributes, every key and value with its span.

use crate::errors::Errors;
use crate::names::{RULES, closest, renamed};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitBool, LitInt, LitStr, Path, Token, bracketed, parenthesized};

/// A name from an attribute, such as a key, with the place where the user typed it.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// One argument: `unique`, `column = "…"`, `key_to = supplier_id`, `key_to = ["a", "b"]`, `unique("a", "b")`.
struct Argument {
    name: Ident,
    value: Option<Value>,
}

enum Value {
    /// A string or a bare identifier.
    Name(Name),
    List(Vec<Name>, Span),
    /// `unique("a", "b")`
    Group(Vec<Name>, Span),
    /// `default_with = Uuid::new_v4`
    Path(Path),
    Int(LitInt),
    Bool(LitBool),
    /// `through = Link`, `through(Link, key_from = "…")`
    Link(Path, Vec<Argument>),
}

impl Value {
    fn span(&self) -> Span {
        match self {
            Value::Name(name) => name.span,
            Value::List(_, span) | Value::Group(_, span) => *span,
            Value::Int(int) => int.span(),
            Value::Bool(bool) => bool.span(),
            Value::Link(path, _) | Value::Path(path) => path.span(),
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        if name == "through" {
            let value = Some(link(input, name.span())?);
            return Ok(Argument { name, value });
        }
        if GROUPS.iter().any(|group| name == group) && input.peek(syn::token::Paren) {
            let value = Some(group(input)?);
            return Ok(Argument { name, value });
        }
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) if PATHS.iter().any(|path| name == path) && input.peek(Ident::peek_any) => {
                Some(Value::Path(input.parse()?))
            }
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Argument { name, value })
    }
}

/// Arguments that name a function.
const PATHS: &[&str] = &["default_with", "scope"];

/// Arguments that may stand before several fields.
const GROUPS: &[&str] = &["unique", "index"];

/// `("a", "b")`
fn group(input: ParseStream) -> syn::Result<Value> {
    let content;
    let parentheses = parenthesized!(content in input);
    let names = content.parse_terminated(Name::parse, Token![,])?;
    let span = parentheses.span.join();
    Ok(Value::Group(names.into_iter().collect(), span))
}

/// What follows `through`, which is at `at`.
fn link(input: ParseStream, at: Span) -> syn::Result<Value> {
    const HELP: &str = "help: write `through = Link`, or `through(Link, key_to = \"…\")`";
    let is_string = |input: ParseStream| match input.peek(LitStr) {
        true => Err(input.error(format!(
            "the model of the links is a path, not a string\n{HELP}"
        ))),
        false => Ok(()),
    };
    let missing = || {
        syn::Error::new(
            at,
            format!("`through` needs the model of the links\n{HELP}"),
        )
    };
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        if content.is_empty() || content.peek2(Token![=]) {
            return Err(missing());
        }
        is_string(&content)?;
        let (path, arguments) = path_and_arguments(&content)?;
        return Ok(Value::Link(path, arguments));
    }
    input.parse::<Option<Token![=]>>()?.ok_or_else(missing)?;
    is_string(input)?;
    Ok(Value::Link(input.parse()?, Vec::new()))
}

fn path_and_arguments(input: ParseStream) -> syn::Result<(Path, Vec<Argument>)> {
    let path: Path = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok((path, parse_list(input)?))
}

impl Parse for Name {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            return Ok(Name {
                text: literal.value(),
                span: literal.span(),
            });
        }
        let ident = input.call(Ident::parse_any)?;
        Ok(Name {
            text: ident.unraw().to_string(),
            span: ident.span(),
        })
    }
}

impl Parse for Value {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(syn::token::Bracket) {
            let list;
            let bracket = bracketed!(list in input);
            let names = list.parse_terminated(Name::parse, Token![,])?;
            return Ok(Value::List(
                names.into_iter().collect(),
                bracket.span.join(),
            ));
        }
        if input.peek(LitInt) {
            return input.parse().map(Value::Int);
        }
        if input.peek(LitBool) {
            return input.parse().map(Value::Bool);
        }
        input.parse().map(Value::Name)
    }
}

impl Argument {
    fn may_be_repeated(&self) -> bool {
        self.name == "check" || matches!(self.value, Some(Value::Group(..)))
    }
}

/// The arguments of one attribute, taken out one after the other; what is left over is unknown.
struct Arguments<'a> {
    attribute: &'a str,
    arguments: Vec<Argument>,
    known: Vec<&'static str>,
}

impl<'a> Arguments<'a> {
    fn new(attribute: &'a str, arguments: Vec<Argument>, errors: &mut Errors) -> Self {
        let mut kept: Vec<Argument> = Vec::new();
        for argument in arguments {
            let is_repeated = kept.iter().any(|other| other.name == argument.name);
            if is_repeated && !argument.may_be_repeated() {
                let message = format!(
                    "argument `{}` is given twice in `{attribute}`",
                    argument.name
                );
                errors.add(argument.name.span(), message);
            } else {
                kept.push(argument);
            }
        }
        Arguments {
            attribute,
            arguments: kept,
            known: Vec::new(),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<Argument> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        let at = self
            .arguments
            .iter()
            .position(|argument| argument.name == name)?;
        Some(self.arguments.remove(at))
    }

    fn has(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name)
    }

    /// `unique`
    fn flag(&mut self, name: &'static str, errors: &mut Errors) -> Option<Span> {
        let argument = self.take(name)?;
        match &argument.value {
            None => {}
            Some(Value::Bool(bool)) => return bool.value.then(|| argument.name.span()),
            Some(Value::Group(_, span)) => {
                let help = "several fields go into the `#[model(..)]` of the struct";
                errors.add(*span, format!("`{name}` takes no value\nhelp: {help}"));
            }
            Some(value) => {
                errors.add(
                    value.span(),
                    format!("`{name}` takes no value\nhelp: write `{name}`"),
                );
            }
        }
        Some(argument.name.span())
    }

    /// `unique("a", "b")`, any number of times
    fn groups(&mut self, name: &'static str, errors: &mut Errors) -> Vec<Vec<Name>> {
        let mut groups = Vec::new();
        while let Some(argument) = self.take(name) {
            let at = match argument.value {
                Some(Value::Group(names, _)) if !names.is_empty() => {
                    groups.push(names);
                    continue;
                }
                Some(Value::Group(_, span)) => span,
                _ => argument.name.span(),
            };
            let help = format!(
                "write `{name}(\"first\", \"second\")`, or `{name}` in the `#[model(..)]` of one field"
            );
            errors.add(
                at,
                format!("`{name}` on the struct names fields\nhelp: {help}"),
            );
        }
        groups
    }

    /// `check = "…"`, any number of times
    fn texts(&mut self, name: &'static str, errors: &mut Errors) -> Vec<Name> {
        let mut texts = Vec::new();
        while self.has(name) {
            texts.extend(self.text(name, errors));
        }
        texts
    }

    /// `column = "…"`
    fn text(&mut self, name: &'static str, errors: &mut Errors) -> Option<Name> {
        let argument = self.take(name)?;
        match argument.value {
            Some(Value::Name(text)) => Some(text),
            Some(value) => {
                errors.add(
                    value.span(),
                    format!("`{name}` takes a string\nhelp: write `{name} = \"…\"`"),
                );
                None
            }
            None => {
                let message = format!("`{name}` needs a value\nhelp: write `{name} = \"…\"`");
                errors.add(argument.name.span(), message);
                None
            }
        }
    }

    /// `key_to = "…"` or `key_to = ["…", "…"]`
    fn names(&mut self, name: &'static str, errors: &mut Errors) -> Option<Vec<Name>> {
        let argument = self.take(name)?;
        let (message, at) = match argument.value {
            Some(Value::Name(text)) => return Some(vec![text]),
            Some(Value::List(names, _)) if !names.is_empty() => return Some(names),
            Some(Value::List(_, span)) => ("names no field", span),
            Some(value) => ("takes the name of a field", value.span()),
            None => ("needs a value", argument.name.span()),
        };
        let help = format!("write `{name} = \"field\"`, or `{name} = [\"first\", \"second\"]`");
        errors.add(at, format!("`{name}` {message}\nhelp: {help}"));
        None
    }

    /// Reports what was not taken; says whether there was anything.
    fn finish(self, errors: &mut Errors) -> bool {
        let is_unknown = !self.arguments.is_empty();
        for argument in self.arguments {
            let name = argument.name.to_string();
            let mut known = self.known.clone();
            known.sort_unstable();
            let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let elsewhere = ELSEWHERE
                .iter()
                .chain(WORDS_OF_OTHERS)
                .find(|(attribute, argument, _)| *attribute == self.attribute && *argument == name);
            let help = match (elsewhere, closest(&name, &known)) {
                (Some((_, _, help)), _) => (*help).to_owned(),
                (None, Some(closest)) => format!("did you mean `{closest}`?"),
                (None, None) => format!("expected one of {}", listed.join(", ")),
            };
            let message = format!(
                "unknown argument `{name}` in `{}`\nhelp: {help}",
                self.attribute
            );
            errors.add(argument.name.span(), message);
        }
        is_unknown
    }
}

/// Arguments that are known, but not to this attribute, and what to do instead.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "has_one",
        "scope",
        "a scope is for several rows; declare a `has_many` with it, and take the `first()` of those",
    ),
    (
        "belongs_to",
        "scope",
        "the key alone says which row it is; filter where it is included",
    ),
    (
        "model",
        "crate",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "table",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "schema",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "id",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "generated",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "check",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "view",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "columns",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "hidden",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "read_only",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "column",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "default",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "length",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "default_with",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "precision",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "json",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "scale",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "created_at",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "updated_at",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "version",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "db_type",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "belongs_to",
        "key_from",
        "the field below is the key; remove it, or move the attribute to the struct",
    ),
    (
        "has_one",
        "on_delete",
        "it goes into the `belongs_to` of the target",
    ),
    (
        "has_one",
        "on_update",
        "it goes into the `belongs_to` of the target",
    ),
    (
        "has_many",
        "on_delete",
        "it goes into the `belongs_to` of the target, or of the link",
    ),
    (
        "has_many",
        "on_update",
        "it goes into the `belongs_to` of the target, or of the link",
    ),
    ("has_one", "through", "only a `has_many` goes through links"),
    (
        "belongs_to",
        "through",
        "only a `has_many` goes through links",
    ),
    (
        "references_many",
        "through",
        "only a `has_many` goes through links",
    ),
    (
        "references_many",
        "key_from",
        "the field below is the list; remove it",
    ),
    (
        "references_many",
        "discriminator",
        "a list refers to rows of one model",
    ),
    (
        "references_many",
        "on_delete",
        "a list has no foreign key in the database, which could act on it",
    ),
    (
        "references_many",
        "on_update",
        "a list has no foreign key in the database, which could act on it",
    ),
    ("has_many", "unique", "it goes into `through(..)`"),
    (
        WITH_OWN_LINKS,
        "through",
        "the model of the links is made; write a `has_many` to go through one of yours",
    ),
    (
        WITH_OWN_LINKS,
        "on_delete",
        "links go with either row; for another rule write a model of the links, and a `has_many` with `through`",
    ),
    (
        WITH_OWN_LINKS,
        "discriminator",
        "links lead to rows of one model",
    ),
    (
        "through",
        "on_delete",
        "it goes into the `belongs_to` of the link",
    ),
    (
        "through",
        "on_update",
        "it goes into the `belongs_to` of the link",
    ),
];

/// What Diesel, SeaORM and LoopBack call it.
const WORDS_OF_OTHERS: &[(&str, &str, &str)] = &[
    (
        "model",
        "primary_key",
        "it is called `id` here, on the field",
    ),
    (
        "model",
        "auto_increment",
        "it is called `generated` here, on the field",
    ),
    (
        "model",
        "table_name",
        "it is called `table` here, on the struct",
    ),
    (
        "model",
        "column_name",
        "it is called `column` here, on the field",
    ),
    (
        "model",
        "column_type",
        "it is called `db_type` here, on the field",
    ),
    (
        "model",
        "sql_type",
        "it is called `db_type` here, on the field",
    ),
    (
        "model",
        "default_value",
        "it is called `default` here, on the field, and is SQL",
    ),
    (
        "model",
        "nullable",
        "make the type of the field an `Option`",
    ),
    (
        "model",
        "required",
        "a field is required unless its type is an `Option`",
    ),
    (
        "model",
        "rename",
        "`column` names the column, `#[serde(rename = \"..\")]` the property in JSON",
    ),
    (
        "model",
        "skip",
        "each field is a column; keep other values in a struct of your own",
    ),
    (
        "model",
        "ignore",
        "each field is a column; keep other values in a struct of your own",
    ),
    ("has_one", "foreign_key", "it is called `key_to` here"),
    ("has_many", "foreign_key", "it is called `key_to` here"),
    (
        "has_many",
        "via",
        "it is called `through` here, and names the model of the links",
    ),
    (
        "belongs_to",
        "foreign_key",
        "put the attribute on the foreign key, or give `key_from` on the struct",
    ),
    (
        "belongs_to",
        "from",
        "put the attribute on the foreign key, or give `key_from` on the struct",
    ),
    ("belongs_to", "to", "it is called `key_to` here"),
];

fn parse_list(input: ParseStream) -> syn::Result<Vec<Argument>> {
    Ok(input
        .parse_terminated(Argument::parse, Token![,])?
        .into_iter()
        .collect())
}

/// All arguments of the `#[model(..)]` attributes in one place.
fn model_arguments(attributes: &[Attribute], errors: &mut Errors) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("model"))
    {
        match attribute.parse_args_with(parse_list) {
            Ok(parsed) => arguments.extend(parsed),
            Err(error) => {
                let is_list = matches!(attribute.meta, syn::Meta::List(_));
                let (at, message) = match is_list {
                    true => (error.span(), error.to_string()),
                    false => (
                        attribute.path().span(),
                        "`model` needs arguments".to_owned(),
                    ),
                };
                let help = "write `#[model(flag, argument = \"value\")]`";
                errors.add(at, format!("{message}\nhelp: {help}"));
            }
        }
    }
    arguments
}

/// `#[model(..)]` on the struct.
pub(crate) struct ModelAttr {
    pub(crate) table: Option<Name>,
    pub(crate) was: Option<Name>,
    pub(crate) schema: Option<Name>,
    pub(crate) discriminator: Option<Name>,
    /// Whether rows are only read.
    pub(crate) is_view: bool,
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

/// `scope = open`, also as a string
fn scope(arguments: &mut Arguments, errors: &mut Errors) -> Option<Path> {
    let help = "`scope` takes a function that says which rows are the targets\nhelp: write `scope = path::to::function`, of a `fn(FixedScope<Target>) -> FixedScope<Target>`";
    path("scope", help, arguments, errors)
}

/// `default_with = Uuid::new_v4`, also as a string
fn default_with(arguments: &mut Arguments, errors: &mut Errors) -> Option<Path> {
    let help = "`default_with` takes a function that makes a value\nhelp: write `default_with = path::to::function`";
    path("default_with", help, arguments, errors)
}

fn path(
    name: &'static str,
    help: &str,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> Option<Path> {
    let argument = arguments.take(name)?;
    let at = argument
        .value
        .as_ref()
        .map_or(argument.name.span(), Value::span);
    let path = match argument.value {
        Some(Value::Path(path)) => Some(path),
        Some(Value::Name(name)) => parsed(&name),
        _ => None,
    };
    if path.is_none() {
        errors.add(at, help);
    }
    path
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

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum RelationKind {
    HasOne,
    HasMany,
    BelongsTo,
    ReferencesMany,
}

impl RelationKind {
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            RelationKind::HasOne => "has_one",
            RelationKind::HasMany => "has_many",
            RelationKind::BelongsTo => "belongs_to",
            RelationKind::ReferencesMany => "references_many",
        }
    }
}

/// The attribute's word, and the kind of relation that it declares.
fn relation_kind(attribute: &Attribute) -> Option<(&'static str, RelationKind)> {
    let kinds = [
        RelationKind::HasOne,
        RelationKind::HasMany,
        RelationKind::BelongsTo,
        RelationKind::ReferencesMany,
    ];
    let words = kinds.map(|kind| (kind.attribute(), kind));
    let own_links = [(WITH_OWN_LINKS, RelationKind::HasMany)];
    let mut words = words.into_iter().chain(own_links);
    words.find(|(word, _)| attribute.path().is_ident(word))
}

/// A `has_many` through links of which the derive makes the model.
pub(crate) const WITH_OWN_LINKS: &str = "has_and_belongs_to_many";

/// `through(..)` of a `has_many`.
pub(crate) struct ThroughAttr {
    pub(crate) link: Path,
    pub(crate) key_from: Option<Vec<Name>>,
    pub(crate) key_to: Option<Vec<Name>>,
    pub(crate) is_unique: bool,
    /// As that of the relation.
    pub(crate) has_unknown: bool,
}

/// What `has_and_belongs_to_many` says of its links.
pub(crate) struct LinksAttr {
    pub(crate) table: Option<Name>,
    pub(crate) key_from: Option<Name>,
    pub(crate) key_to: Option<Name>,
}

/// `#[has_one(..)]` and the like.
pub(crate) struct RelationAttr {
    pub(crate) kind: RelationKind,
    /// The name of the attribute, for what is missing in it.
    pub(crate) span: Span,
    pub(crate) target: Path,
    pub(crate) name: Option<Name>,
    pub(crate) key_from: Option<Vec<Name>>,
    pub(crate) key_to: Option<Vec<Name>>,
    pub(crate) through: Option<ThroughAttr>,
    /// The links of a `has_and_belongs_to_many`.
    pub(crate) links: Option<LinksAttr>,
    pub(crate) discriminator: Option<Name>,
    /// The function that says which rows are its targets, beside the key.
    pub(crate) scope: Option<Path>,
    pub(crate) on_delete: Option<Name>,
    pub(crate) on_update: Option<Name>,
    pub(crate) is_closed: bool,
    pub(crate) vis: Option<syn::Visibility>,
    /// Whether it has arguments that it does not know, so that what they may stand for is not missed elsewhere.
    pub(crate) has_unknown: bool,
}

impl RelationAttr {
    /// The relations among the attributes, in order. `on_field` says that a foreign key is given by its place.
    pub(crate) fn from_attributes(
        attributes: &[Attribute],
        on_field: bool,
        errors: &mut Errors,
    ) -> Vec<RelationAttr> {
        let mut relations = Vec::new();
        for attribute in attributes {
            let Some((word, kind)) = relation_kind(attribute) else {
                continue;
            };
            let parsed = attribute.parse_args_with(|input: ParseStream| {
                if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
                    return Err(input.error("the model it leads to comes first"));
                }
                if input.peek(LitStr) {
                    return Err(input.error("the model it leads to is a path, not a string"));
                }
                path_and_arguments(input)
            });
            match parsed {
                Ok((target, arguments)) => {
                    let span = attribute.path().span();
                    let arguments = Arguments::new(word, arguments, errors);
                    relations.extend(Self::new(kind, span, target, arguments, on_field, errors));
                }
                Err(error) => errors.push(explained(error, word, attribute)),
            }
        }
        relations
    }

    fn new(
        kind: RelationKind,
        span: Span,
        target: Path,
        mut arguments: Arguments,
        on_field: bool,
        errors: &mut Errors,
    ) -> Option<Self> {
        let is_belongs_to = kind == RelationKind::BelongsTo;
        let has_discriminator = arguments.has("discriminator");
        let has_links = arguments.attribute == WITH_OWN_LINKS;
        let links = has_links.then(|| LinksAttr {
            table: arguments.text("table", errors),
            key_from: arguments.text("key_from", errors),
            key_to: arguments.text("key_to", errors),
        });
        let mut relation = RelationAttr {
            kind,
            span,
            target,
            name: arguments.text("name", errors),
            links,
            key_from: if on_field || has_links {
                None
            } else {
                arguments.names("key_from", errors)
            },
            key_to: if has_links {
                None
            } else {
                arguments.names("key_to", errors)
            },
            discriminator: match kind {
                RelationKind::ReferencesMany => None,
                _ if has_links => None,
                _ => arguments.text("discriminator", errors),
            },
            through: match kind {
                RelationKind::HasMany if !has_links => through(&mut arguments, errors),
                _ => None,
            },
            scope: match kind {
                RelationKind::HasMany => scope(&mut arguments, errors),
                _ => None,
            },
            on_delete: if is_belongs_to {
                arguments.text("on_delete", errors)
            } else {
                None
            },
            on_update: if is_belongs_to {
                arguments.text("on_update", errors)
            } else {
                None
            },
            is_closed: is_false("include", &mut arguments, errors),
            vis: vis(&mut arguments, errors),
            has_unknown: false,
        };
        relation.has_unknown = arguments.finish(errors);
        // Without its discriminator it would be another relation.
        let is_broken = is_belongs_to && has_discriminator && relation.discriminator.is_none();
        (!is_broken).then_some(relation)
    }
}

/// `vis = "pub(crate)"`
fn vis(arguments: &mut Arguments, errors: &mut Errors) -> Option<syn::Visibility> {
    let name = arguments.text("vis", errors)?;
    let vis = parsed(&name);
    if vis.is_none() {
        let message = format!(
            "`{}` is not a visibility\nhelp: write `vis = \"pub(crate)\"`, `vis = \"pub\"` or `vis = \"\"`",
            name.text
        );
        errors.add(name.span, message);
    }
    vis
}

/// `#[embeds_one(Target)]` and `#[embeds_many(Target)]` on a field.
pub(crate) struct EmbedsAttr {
    /// The name of the attribute.
    pub(crate) word: &'static str,
    pub(crate) span: Span,
    pub(crate) target: Path,
    pub(crate) name: Option<Name>,
    pub(crate) vis: Option<syn::Visibility>,
}

impl EmbedsAttr {
    pub(crate) const ONE: &'static str = "embeds_one";
    pub(crate) const MANY: &'static str = "embeds_many";

    pub(crate) fn from_attributes(attributes: &[Attribute], errors: &mut Errors) -> Vec<Self> {
        let mut embeds = Vec::new();
        for attribute in attributes {
            let Some(word) = Self::word(attribute) else {
                continue;
            };
            match attribute.parse_args_with(path_and_arguments) {
                Ok((target, arguments)) => {
                    let mut arguments = Arguments::new(word, arguments, errors);
                    embeds.push(EmbedsAttr {
                        word,
                        span: attribute.path().span(),
                        target,
                        name: arguments.text("name", errors),
                        vis: vis(&mut arguments, errors),
                    });
                    arguments.finish(errors);
                }
                Err(error) => errors.push(explained(error, word, attribute)),
            }
        }
        embeds
    }

    fn word(attribute: &Attribute) -> Option<&'static str> {
        let mut words = [Self::ONE, Self::MANY].into_iter();
        words.find(|word| attribute.path().is_ident(word))
    }

    /// Refuses those that stand on the struct.
    pub(crate) fn refuse(attributes: &[Attribute], errors: &mut Errors) {
        for attribute in attributes {
            if let Some(word) = Self::word(attribute) {
                let message = format!(
                    "`{word}` stands on the field that holds the rows\nhelp: move it there, beside `#[model(json)]`"
                );
                errors.add(attribute.path().span(), message);
            }
        }
    }
}

/// The text of an argument as Rust.
fn parsed<T: Parse>(name: &Name) -> Option<T> {
    LitStr::new(&name.text, name.span).parse().ok()
}

/// `through = Link` or `through(Link, key_from = "…", key_to = "…", unique = false)`
fn through(arguments: &mut Arguments, errors: &mut Errors) -> Option<ThroughAttr> {
    let Some(Value::Link(link, arguments)) = arguments.take("through")?.value else {
        return None;
    };
    let mut arguments = Arguments::new("through", arguments, errors);
    let mut attr = ThroughAttr {
        link,
        key_from: arguments.names("key_from", errors),
        key_to: arguments.names("key_to", errors),
        is_unique: !is_false("unique", &mut arguments, errors),
        has_unknown: false,
    };
    attr.has_unknown = arguments.finish(errors);
    Some(attr)
}

/// `include = false`
fn is_false(name: &'static str, arguments: &mut Arguments, errors: &mut Errors) -> bool {
    let Some(argument) = arguments.take(name) else {
        return false;
    };
    match argument.value {
        Some(Value::Bool(bool)) => !bool.value,
        other => {
            let at = other.map_or(argument.name.span(), |value| value.span());
            errors.add(
                at,
                format!("`{name}` takes `true` or `false`\nhelp: write `{name} = false`"),
            );
            false
        }
    }
}

/// A syntax error in a relation, with the form it should have.
fn explained(error: syn::Error, name: &str, attribute: &Attribute) -> syn::Error {
    let is_empty = match &attribute.meta {
        syn::Meta::List(list) => list.tokens.is_empty(),
        _ => true,
    };
    if is_empty {
        let message =
            format!("`{name}` needs the model it leads to\nhelp: write `#[{name}(Target)]`");
        return syn::Error::new(attribute.path().span(), message);
    }
    if error.to_string().contains("\nhelp: ") {
        return error;
    }
    let message = format!("{error}\nhelp: write `#[{name}(Target, argument = \"value\")]`");
    syn::Error::new(error.span(), message)
}

/// What serde makes of the names, from the struct's own `#[serde(..)]`.
#[derive(Default)]
pub(crate) struct SerdeAttr {
    pub(crate) rename_all: Option<String>,
    pub(crate) rename: Option<String>,
    /// `skip` or `skip_serializing`.
    pub(crate) skip: Option<Name>,
}

/// Arguments that give JSON another form, and why it has the form that it has.
type Unfit = (&'static [&'static str], &'static str);

// Filters and JSON that is written name properties one by one, and take their values by the types of the fields.
const UNFIT_ON_STRUCT: Unfit = (
    &["from", "into", "tag", "transparent", "try_from"],
    "its JSON is its fields, each under its name",
);
const UNFIT_ON_ENUM: Unfit = (
    &[
        "content", "from", "into", "other", "tag", "try_from", "untagged",
    ],
    "its JSON is the name of the variant",
);
const UNFIT_ON_FIELD: Unfit = (
    &["deserialize_with", "serialize_with", "with"],
    "the JSON of a field follows from its type",
);

impl SerdeAttr {
    pub(crate) fn of_struct(attributes: &[Attribute], errors: &mut Errors) -> Self {
        Self::from_attributes(attributes, &UNFIT_ON_STRUCT, errors)
    }

    /// Of an enum or a variant of one, whose values are its names.
    pub(crate) fn of_enum(attributes: &[Attribute], errors: &mut Errors) -> Self {
        Self::from_attributes(attributes, &UNFIT_ON_ENUM, errors)
    }

    pub(crate) fn of_field(attributes: &[Attribute], errors: &mut Errors) -> Self {
        Self::from_attributes(attributes, &UNFIT_ON_FIELD, errors)
    }

    fn from_attributes(attributes: &[Attribute], unfit: &Unfit, errors: &mut Errors) -> Self {
        let mut attr = SerdeAttr::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("serde"))
        {
            // What serde cannot parse, serde reports.
            let _ = attribute.parse_nested_meta(|meta| attr.read(&meta, unfit, errors));
        }
        attr
    }

    fn read(
        &mut self,
        meta: &syn::meta::ParseNestedMeta,
        (unfit, reason): &Unfit,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        let name = meta
            .path
            .get_ident()
            .map(Ident::to_string)
            .unwrap_or_default();
        let is_list = meta.input.peek(syn::token::Paren);
        if unfit.contains(&name.as_str()) {
            let help = "remove it; JSON of another form needs a struct of your own";
            errors.add(
                meta.path.span(),
                format!("`#[serde({name})]` does not fit a model: {reason}\nhelp: {help}"),
            );
        }
        match name.as_str() {
            "rename" | "rename_all" if is_list => {
                let renamed = same_both_ways(meta)?;
                if renamed.is_none() {
                    let help = format!("give one name for both: `{name} = \"…\"`");
                    errors.add(
                        meta.path.span(),
                        format!("a model has one JSON form, and `{name}` differs by direction\nhelp: {help}"),
                    );
                }
                self.set(&name, renamed);
            }
            "rename" | "rename_all" => {
                let literal: LitStr = meta.value()?.parse()?;
                self.set(&name, Some(literal.value()));
            }
            "skip" | "skip_serializing" => {
                let span = meta.path.span();
                self.skip = Some(Name { text: name, span });
            }
            "flatten" => {
                let message = format!(
                    "`#[serde({name})]` does not fit a model: every field is a column of its own"
                );
                errors.add(meta.path.span(), message);
            }
            _ if is_list => {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<proc_macro2::TokenStream>()?;
            }
            _ if meta.input.peek(Token![=]) => {
                meta.value()?.parse::<syn::Expr>()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: Option<String>) {
        if name == "rename" {
            self.rename = value;
        } else {
            self.rename_all = value;
        }
    }
}

/// `rename(serialize = "a", deserialize = "a")`; `None` where the two differ.
fn same_both_ways(meta: &syn::meta::ParseNestedMeta) -> syn::Result<Option<String>> {
    let mut names = Vec::new();
    meta.parse_nested_meta(|inner| {
        let literal: LitStr = inner.value()?.parse()?;
        names.push(literal.value());
        Ok(())
    })?;
    Ok(match names.as_slice() {
        [first, second] if first == second => Some(first.clone()),
        _ => None,
    })
}
