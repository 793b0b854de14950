//! The model to tokens. Nothing here can fail: what is wrong was found before.

mod column_type;
mod draft;
mod embeds;
mod metadata;
mod patch;
mod polymorphic;
mod relation;
mod repository;
mod with;

use crate::model::{Field, Model, Relation, ungrouped};
use crate::names::{ident, plain};
use proc_macro2::{Group, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// All that is generated for a model: its types, and everything else in a block where `__r` stands for the hidden
/// module of the core.
pub(crate) fn model(model: &Model) -> TokenStream {
    let model = Expansion::new(model);
    let mut types = vec![repository::types(&model), with::types(&model)];
    let mut impls = vec![
        metadata::inherent(&model),
        repository::impls(&model),
        metadata::model(&model),
        with::impls(&model),
        embeds::methods(&model),
    ];
    if !model.model.is_view {
        types.extend([draft::types(&model), patch::types(&model)]);
        impls.extend([draft::impls(&model), patch::impls(&model)]);
        impls.push(polymorphic::setters(&model));
    }
    let relations = model
        .relations()
        .map(|relation| relation::relation(&model, relation));
    let krate = &model.model.krate;
    let asks = model.model.fields.iter().any(column_type::is_asked);
    let not_column = asks.then(|| quote!(NotColumn as _,));
    let has_json = model.model.fields.iter().any(|field| field.json.is_some());
    let not_json = has_json.then(|| quote!(NotJson as _,));
    let not_embedded = (!model.model.embeds.is_empty()).then(|| quote!(NotEmbedded as _,));
    // Hidden types are named after fields and relations, no model uses everything that is made for it, `NotSerialize` and
    // `NotOptional` are imported even where nothing needs them, and names and numbers of fields are the user's. What is deprecated is so for
    // who uses it, and not for what the derive makes of it.
    quote! {
        #(#types)*
        #[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
        const _: () = {
            use #krate::__private::{self as __r, #not_column #not_json #not_embedded NotOptional as _, NotSerialize as _};
            #(#impls)*
        };
        #(#relations)*
    }
}

/// The documentation of what is made for a field: a line of ours, and then what the user says of the field.
fn documented(doc: &str, field: &Field) -> TokenStream {
    let docs = &field.docs;
    match docs.is_empty() {
        true => quote!(#[doc = #doc]),
        false => quote!(#[doc = #doc] #[doc = ""] #(#docs)*),
    }
}

/// A model with the names of what is generated for it.
struct Expansion<'m> {
    model: &'m Model,
    name: String,
    /// The hidden module of the core, by its absolute path, for types.
    path: TokenStream,
    /// The same by a short name, for what is in a block.
    private: TokenStream,
    draft: Ident,
    patch: Ident,
    repository: Ident,
    with: Ident,
}

impl<'m> Expansion<'m> {
    fn new(model: &'m Model) -> Self {
        let name = plain(&model.ident);
        let krate = &model.krate;
        Expansion {
            model,
            path: quote!(#krate::__private),
            private: quote!(__r),
            draft: format_ident!("{name}Draft"),
            patch: format_ident!("{name}Patch"),
            repository: format_ident!("{name}Repository"),
            with: format_ident!("{name}With"),
            name,
        }
    }

    fn fields(&self) -> impl Iterator<Item = (usize, &'m Field)> + use<'m> {
        self.model.fields.iter().enumerate()
    }

    /// The position of a relation among those of the model.
    fn position_of(&self, relation: &Relation) -> usize {
        let mut relations = self.model.relations.iter();
        let at = relations.position(|other| std::ptr::eq(other, relation));
        at.expect("it is one of this model")
    }

    fn relations(&self) -> impl Iterator<Item = RelationExpansion<'m>> + use<'m, '_> {
        self.model
            .relations
            .iter()
            .enumerate()
            .map(|(at, relation)| {
                let name = &relation.name;
                RelationExpansion {
                    at,
                    relation,
                    ty: format_ident!("{}_{name}", self.name),
                    method: ident(name, Span::call_site()),
                    constant: ident(&name.to_uppercase(), Span::call_site()),
                    parameter: format_ident!("__{}", crate::names::pascal_case(name)),
                }
            })
    }
}

/// A relation with the names of what is generated for it.
struct RelationExpansion<'m> {
    at: usize,
    relation: &'m Relation,
    /// The type of the constant: `Supplier_account`, a name that reads well in messages of the compiler.
    ty: Ident,
    method: Ident,
    constant: Ident,
    /// The type parameter of its slot.
    parameter: Ident,
}

/// The tokens with another place, so that an error points there and not at the derive.
pub(crate) fn at_span(tokens: &TokenStream, span: Span) -> TokenStream {
    let place = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    tokens.clone().into_iter().map(place).collect()
}

/// A variable or `self`, to be used in code that is placed at a token of the user's. Unlike names of items, those of variables
/// mean something else where that token and the derive come from different macros.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The tokens with their own meaning, which matters for those of a `macro_rules`, and another place.
pub(crate) fn located_at(tokens: TokenStream, span: Span) -> TokenStream {
    let place = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut placed = Group::new(group.delimiter(), located_at(group.stream(), span));
            placed.set_span(group.span().located_at(span));
            TokenTree::Group(placed)
        }
        mut token => {
            token.set_span(token.span().located_at(span));
            token
        }
    };
    tokens.into_iter().map(place).collect()
}

/// The word of a type that says most: its name without path and `Option`. A span of several tokens cannot be made.
fn type_span(ty: &Type) -> Span {
    match ungrouped(ty) {
        Type::Path(path) => {
            let last = path.path.segments.last();
            let inner = last.and_then(|last| match &last.arguments {
                PathArguments::AngleBracketed(list) if last.ident == "Option" => list.args.first(),
                _ => None,
            });
            match (inner, last) {
                (Some(GenericArgument::Type(inner)), _) => type_span(inner),
                (_, Some(last)) => last.ident.span(),
                _ => ty.span(),
            }
        }
        Type::Reference(reference) => type_span(&reference.elem),
        ty => ty.span(),
    }
}

/// A position as it is written, without `usize` behind it.
pub(crate) fn number(at: usize) -> Literal {
    Literal::usize_unsuffixed(at)
}

/// The entry of that number in a draft's list of states: by counting, and from the third on by a name.
fn entry(private: &TokenStream, nth: usize) -> TokenStream {
    match nth {
        0 => quote!(#private::First),
        1 => quote!(#private::Next<#private::First>),
        _ => format_ident!("__relations_at_{nth}").to_token_stream(),
    }
}
