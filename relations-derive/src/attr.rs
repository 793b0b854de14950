//! Tokens to typed attributes, every key and value with its span.

mod argument;
mod arguments;
mod elsewhere;
mod embeds;
mod field;
mod model;
mod relation;
mod serde;

pub(crate) use embeds::EmbedsAttr;
pub(crate) use field::FieldAttr;
pub(crate) use model::ModelAttr;
pub(crate) use relation::{LinksAttr, RelationAttr, RelationKind, ThroughAttr};
pub(crate) use serde::SerdeAttr;

use crate::errors::Errors;
use argument::Argument;
use arguments::Arguments;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr, Path, Token};

/// A name from an attribute, such as a key, with the place where the user typed it.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
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

fn parse_list(input: ParseStream) -> syn::Result<Vec<Argument>> {
    Ok(input
        .parse_terminated(Argument::parse, Token![,])?
        .into_iter()
        .collect())
}

fn path_and_arguments(input: ParseStream) -> syn::Result<(Path, Vec<Argument>)> {
    let path: Path = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok((path, parse_list(input)?))
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

/// The text of an argument as Rust.
fn parsed<T: Parse>(name: &Name) -> Option<T> {
    LitStr::new(&name.text, name.span).parse().ok()
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
