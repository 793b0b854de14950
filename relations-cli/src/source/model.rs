//! A model as it stands in the source, with the places at which something can be added.

use crate::names::{plural, snake_case};
use quote::ToTokens;
use std::ops::Range;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Token};

/// A struct with `#[derive(Model)]`.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) name_range: Range<usize>,
    pub(crate) file: usize,
    pub(crate) module: usize,
    pub(crate) vis: String,
    /// Whether it derives serde's `Serialize`.
    pub(crate) is_serialized: bool,
    /// The module below which it can be named; `None` where everywhere.
    pub(crate) visible_in: Option<Vec<String>>,
    /// The end of the attribute behind which another one can stand, and the start of what follows it.
    pub(crate) attribute_end: usize,
    pub(crate) attribute_next: usize,
    pub(crate) fields: Vec<Field>,
    pub(crate) relations: Vec<Relation>,
    /// The braces of the fields.
    pub(crate) open: usize,
    pub(crate) close: usize,
    /// Groups of fields of which no two rows share all values.
    pub(crate) unique: Vec<Vec<String>>,
}

/// A field of a model.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: syn::Type,
    pub(crate) vis: String,
    pub(crate) is_id: bool,
    pub(crate) is_unique: bool,
    pub(crate) is_json: bool,
    /// Where its first attribute starts, and its visibility or name.
    pub(crate) starts: Vec<usize>,
    pub(crate) range: Range<usize>,
    /// Behind its comma.
    pub(crate) comma_end: Option<usize>,
}

/// The kind of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    HasOne,
    HasMany,
    BelongsTo,
    ReferencesMany,
    HasAndBelongsToMany,
    EmbedsOne,
    EmbedsMany,
}

impl Kind {
    pub(crate) const ALL: [Kind; 7] = [
        Kind::HasOne,
        Kind::HasMany,
        Kind::BelongsTo,
        Kind::ReferencesMany,
        Kind::HasAndBelongsToMany,
        Kind::EmbedsOne,
        Kind::EmbedsMany,
    ];

    /// The name of its attribute.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::HasOne => "has_one",
            Kind::HasMany => "has_many",
            Kind::BelongsTo => "belongs_to",
            Kind::ReferencesMany => "references_many",
            Kind::HasAndBelongsToMany => "has_and_belongs_to_many",
            Kind::EmbedsOne => "embeds_one",
            Kind::EmbedsMany => "embeds_many",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the rows are kept within the source's, so that nothing is to be included.
    pub(crate) fn is_embedded(self) -> bool {
        matches!(self, Kind::EmbedsOne | Kind::EmbedsMany)
    }

    /// The relation's name where none is given: by the target, and by the field that it stands on.
    pub(crate) fn default_name(self, target: &str, field: Option<&str>) -> String {
        let snake = snake_case(target);
        match (self, field) {
            (Kind::HasMany | Kind::HasAndBelongsToMany, _)
            | (Kind::ReferencesMany | Kind::EmbedsMany, None) => plural(&snake),
            (Kind::HasOne, _) | (Kind::BelongsTo | Kind::EmbedsOne, None) => snake,
            (Kind::BelongsTo, Some(field)) => field.strip_suffix("_id").unwrap_or(field).to_owned(),
            (Kind::ReferencesMany, Some(field)) => {
                plural(field.strip_suffix("_ids").unwrap_or(field))
            }
            (Kind::EmbedsOne | Kind::EmbedsMany, Some(field)) => field.to_owned(),
        }
    }
}

/// A relation that a model has.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The last name of the target's path.
    pub(crate) target: String,
    pub(crate) key_from: Option<Vec<String>>,
    pub(crate) key_to: Option<Vec<String>>,
    pub(crate) through: Option<String>,
    /// Which keys of its link it names: the one to the source, the one to the target.
    pub(crate) link_keys: [bool; 2],
    pub(crate) is_polymorphic: bool,
    pub(crate) range: Range<usize>,
}

impl Model {
    /// `None` for a struct that is not a model. Spans count from behind the first `skipped` bytes of the file.
    pub(super) fn of(
        item: &syn::ItemStruct,
        file: usize,
        module: usize,
        skipped: usize,
        path: &[String],
    ) -> Option<Model> {
        let derive = item.attrs.iter().position(|attr| derives(attr, "Model"))?;
        let syn::Fields::Named(named) = &item.fields else {
            return None;
        };
        let at = |span: proc_macro2::Span| {
            let range = span.byte_range();
            range.start + skipped..range.end + skipped
        };
        let is_relation = |attr: &Attribute| !relations_of(attr, None, 0).is_empty();
        let last = item
            .attrs
            .iter()
            .rposition(is_relation)
            .filter(|last| *last > derive);
        let anchor = last.unwrap_or(derive);
        let own = match &item.vis {
            syn::Visibility::Inherited => at(item.struct_token.span).start,
            vis => at(vis.span()).start,
        };
        let next = item.attrs.get(anchor + 1);
        let next = next.map_or(own, |next| at(next.span()).start);
        let mut relations: Vec<Relation> = Vec::new();
        for attr in &item.attrs {
            relations.extend(relations_of(attr, None, skipped));
        }
        let mut fields = Vec::new();
        for pair in named.named.pairs() {
            let (field, comma) = (pair.value(), pair.punct());
            let name = field.ident.as_ref()?.unraw().to_string();
            for attr in &field.attrs {
                relations.extend(relations_of(attr, Some(&name), skipped));
            }
            let own = match &field.vis {
                syn::Visibility::Inherited => at(field.ident.span()).start,
                vis => at(vis.span()).start,
            };
            let starts: Vec<usize> = field
                .attrs
                .iter()
                .map(|attr| at(attr.span()).start)
                .chain([own])
                .collect();
            fields.push(Field {
                is_id: has_flag(&field.attrs, "id"),
                is_unique: has_flag(&field.attrs, "unique"),
                is_json: has_flag(&field.attrs, "json"),
                ty: field.ty.clone(),
                vis: text(&field.vis),
                range: starts[0]..at(field.ty.span()).end,
                comma_end: comma.map(|comma| at(comma.span()).end),
                starts,
                name,
            });
        }
        Some(Model {
            name: item.ident.unraw().to_string(),
            name_range: at(item.ident.span()),
            is_serialized: item.attrs.iter().any(|attr| derives(attr, "Serialize")),
            file,
            module,
            vis: text(&item.vis),
            visible_in: super::visible_in(&item.vis, path),
            attribute_end: at(item.attrs[anchor].span()).end,
            attribute_next: next,
            fields,
            relations,
            open: at(named.brace_token.span.open()).end,
            close: at(named.brace_token.span.close()).start,
            unique: unique_groups(&item.attrs),
        })
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn ids(&self) -> Vec<&Field> {
        self.fields.iter().filter(|field| field.is_id).collect()
    }
}

fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace("( ", "(")
        .replace(" )", ")")
        .replace(" (", "(")
}

fn derives(attr: &Attribute, name: &str) -> bool {
    metas(attr).iter().any(|meta| match meta {
        syn::Meta::List(list) if list.path.is_ident("derive") => {
            let paths = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
            let paths = paths.unwrap_or_default();
            paths
                .iter()
                .any(|path| path.segments.last().is_some_and(|last| last.ident == name))
        }
        _ => false,
    })
}

/// The attribute itself; of a `cfg_attr` those that it may stand for.
fn metas(attr: &Attribute) -> Vec<syn::Meta> {
    if !attr.path().is_ident("cfg_attr") {
        return vec![attr.meta.clone()];
    }
    let metas = attr.parse_args_with(Punctuated::<syn::Meta, Token![,]>::parse_terminated);
    metas
        .map(|metas| metas.into_iter().skip(1).collect())
        .unwrap_or_default()
}

/// The values of `#[path = ".."]`.
pub(super) fn path_attributes(attrs: &[Attribute]) -> Vec<String> {
    let metas = attrs.iter().flat_map(metas);
    let paths = metas.filter_map(|meta| match meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => string(&pair.value),
        _ => None,
    });
    paths.collect()
}

fn arguments(meta: &syn::Meta) -> Vec<Expr> {
    let syn::Meta::List(list) = meta else {
        return Vec::new();
    };
    let parsed = list.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated);
    parsed
        .map(|list| list.into_iter().collect())
        .unwrap_or_default()
}

fn has_flag(attrs: &[Attribute], flag: &str) -> bool {
    let metas = attrs.iter().flat_map(metas);
    let mut arguments = metas
        .filter(|meta| meta.path().is_ident("model"))
        .flat_map(|meta| arguments(&meta));
    arguments.any(|argument| matches!(&argument, Expr::Path(path) if path.path.is_ident(flag)))
}

/// `unique("a", "b")`, and the keys of a `has_one` are not among them: those are the target's.
fn unique_groups(attrs: &[Attribute]) -> Vec<Vec<String>> {
    let metas = attrs
        .iter()
        .flat_map(metas)
        .filter(|meta| meta.path().is_ident("model"));
    let calls = metas
        .flat_map(|meta| arguments(&meta))
        .filter_map(|argument| match argument {
            Expr::Call(call) => Some(call),
            _ => None,
        });
    let groups = calls
        .filter(|call| matches!(&*call.func, Expr::Path(path) if path.path.is_ident("unique")));
    groups
        .map(|call| call.args.iter().filter_map(name).collect())
        .collect()
}

/// The relations that an attribute declares: one, or none where it is of another kind.
fn relations_of(attr: &Attribute, field: Option<&str>, skipped: usize) -> Vec<Relation> {
    let range = attr.span().byte_range();
    let range = range.start + skipped..range.end + skipped;
    let metas = metas(attr).into_iter();
    metas
        .filter_map(|meta| relation_of(&meta, field, range.clone()))
        .collect()
}

fn relation_of(meta: &syn::Meta, field: Option<&str>, range: Range<usize>) -> Option<Relation> {
    let kind = Kind::named(&meta.path().get_ident()?.to_string())?;
    let arguments = arguments(meta);
    let target = arguments.first().and_then(name)?;
    let value = |wanted: &str| {
        let mut values = arguments.iter().filter_map(|argument| match argument {
            Expr::Assign(pair) if is_named(&pair.left, wanted) => Some(&*pair.right),
            _ => None,
        });
        values.next()
    };
    let through = arguments.iter().find_map(|argument| match argument {
        Expr::Call(call) if is_named(&call.func, "through") => call.args.first().and_then(name),
        _ => None,
    });
    let through = through.or_else(|| value("through").and_then(name));
    let names_key = |wanted: &str| {
        let calls = arguments.iter().filter_map(|argument| match argument {
            Expr::Call(call) if is_named(&call.func, "through") => Some(&call.args),
            _ => None,
        });
        let mut keys = calls.flatten();
        keys.any(|key| matches!(key, Expr::Assign(pair) if is_named(&pair.left, wanted)))
    };
    let link_keys = ["key_from", "key_to"].map(names_key);
    let default = kind.default_name(&target, field);
    Some(Relation {
        kind,
        name: value("name").and_then(name).unwrap_or(default),
        target,
        key_from: match field {
            Some(field) => Some(vec![field.to_owned()]),
            None => value("key_from").map(names),
        },
        key_to: value("key_to").map(names),
        through,
        link_keys,
        is_polymorphic: value("discriminator").is_some(),
        range,
    })
}

fn is_named(expr: &Expr, wanted: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(wanted))
}

/// `"x"`, `x`, `a::x`
fn name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| last.ident.unraw().to_string()),
        _ => string(expr),
    }
}

fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn names(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Array(list) => list.elems.iter().filter_map(name).collect(),
        _ => name(expr).into_iter().collect(),
    }
}

/// What is in an `Option`, or the type itself.
pub(crate) fn without_option(ty: &syn::Type) -> &syn::Type {
    let syn::Type::Path(path) = ty else {
        return ty;
    };
    let Some(last) = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Option")
    else {
        return ty;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return ty;
    };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(inner)) => inner,
        _ => ty,
    }
}

pub(crate) fn is_option(ty: &syn::Type) -> bool {
    !std::ptr::eq(without_option(ty), ty)
}

/// The name of a type that is no more than a path.
pub(super) fn last_name(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = without_option(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    last.arguments
        .is_none()
        .then(|| last.ident.unraw().to_string())
}

/// A type by its last name alone, so that `uuid::Uuid` is `Uuid`.
pub(crate) fn type_text(ty: &syn::Type) -> String {
    last_name(ty).unwrap_or_else(|| without_option(ty).to_token_stream().to_string())
}
