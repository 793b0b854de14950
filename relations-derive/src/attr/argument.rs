//! One argument of an attribute, as it is written.

use super::{Name, path_and_arguments};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Ident, LitBool, LitInt, LitStr, Path, Token, bracketed, parenthesized};

/// One argument: `unique`, `column = "…"`, `key_to = supplier_id`, `key_to = ["a", "b"]`, `unique("a", "b")`.
pub(super) struct Argument {
    pub(super) name: Ident,
    pub(super) value: Option<Value>,
}

pub(super) enum Value {
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
    pub(super) fn span(&self) -> Span {
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
    pub(super) fn may_be_repeated(&self) -> bool {
        self.name == "check" || matches!(self.value, Some(Value::Group(..)))
    }
}
