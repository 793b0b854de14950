//! `#[embeds_one(..)]` and `#[embeds_many(..)]`.

use super::arguments::Arguments;
use super::{Name, explained, path_and_arguments, vis};
use crate::errors::Errors;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Path};

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
