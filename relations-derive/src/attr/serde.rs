//! What serde makes of the names, from the struct's own `#[serde(..)]`.

use super::Name;
use crate::errors::Errors;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr, Token};

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
