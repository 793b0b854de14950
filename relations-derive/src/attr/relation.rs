//! `#[has_one(..)]` and the like.

use super::argument::Value;
use super::arguments::Arguments;
use super::{Name, explained, path_and_arguments, vis};
use crate::errors::Errors;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr, Path, Token};

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
            is_closed: arguments.is_false("include", errors),
            vis: vis(&mut arguments, errors),
            has_unknown: false,
        };
        relation.has_unknown = arguments.finish(errors);
        // Without its discriminator it would be another relation.
        let is_broken = is_belongs_to && has_discriminator && relation.discriminator.is_none();
        (!is_broken).then_some(relation)
    }
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

/// A `has_many` through links of which the derive makes the model.
pub(crate) const WITH_OWN_LINKS: &str = "has_and_belongs_to_many";

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

/// `through(..)` of a `has_many`.
pub(crate) struct ThroughAttr {
    pub(crate) link: Path,
    pub(crate) key_from: Option<Vec<Name>>,
    pub(crate) key_to: Option<Vec<Name>>,
    pub(crate) is_unique: bool,
    /// As that of the relation.
    pub(crate) has_unknown: bool,
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
        is_unique: !arguments.is_false("unique", errors),
        has_unknown: false,
    };
    attr.has_unknown = arguments.finish(errors);
    Some(attr)
}

/// What `has_and_belongs_to_many` says of its links.
pub(crate) struct LinksAttr {
    pub(crate) table: Option<Name>,
    pub(crate) key_from: Option<Name>,
    pub(crate) key_to: Option<Name>,
}

/// `scope = open`, also as a string
fn scope(arguments: &mut Arguments, errors: &mut Errors) -> Option<Path> {
    let help = "`scope` takes a function that says which rows are the targets\nhelp: write `scope = path::to::function`, of a `fn(FixedScope<Target>) -> FixedScope<Target>`";
    arguments.path("scope", help, errors)
}
