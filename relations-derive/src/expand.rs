//! The model to tokens. Nothing here can fail: what is wrong was found before.

mod draft;
mod metadata;
mod patch;
mod relation;
mod repository;
mod with;

use crate::attr::RelationKind;
use crate::model::{Field, Model, Relation};
use crate::names::{ident, plain};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

/// All that is generated for a model.
pub(crate) fn model(model: &Model) -> TokenStream {
    let model = Expansion::new(model);
    let public = [
        metadata::columns(&model),
        draft::public(&model),
        patch::public(&model),
        repository::public(&model),
        with::public(&model),
    ];
    let private = [
        metadata::model(&model),
        draft::private(&model),
        patch::private(&model),
        with::private(&model),
    ];
    let relations = model
        .relations()
        .map(|relation| relation::relation(&model, relation));
    quote! {
        #(#public)*
        #[allow(non_camel_case_types)]
        const _: () = { #(#private)* };
        #(#relations)*
    }
}

/// A model with the names of what is generated for it.
struct Expansion<'m> {
    model: &'m Model,
    name: String,
    /// The hidden module of the core, by its absolute path.
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
            private: quote!(#krate::__private),
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

impl RelationExpansion<'_> {
    fn is_has_one(&self) -> bool {
        self.relation.kind == RelationKind::HasOne
    }
}

/// The tokens with another place, so that an error points there and not at the derive.
fn at_span(tokens: &TokenStream, span: Span) -> TokenStream {
    let place = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    tokens.clone().into_iter().map(place).collect()
}

/// The type of a field, named through `ColumnType`: where it is none, the compiler says so once, at the type.
fn column_type(private: &TokenStream, field: &Field) -> TokenStream {
    let (ty, span) = (&field.ty, field.ty.span());
    let private = at_span(private, span);
    quote_spanned!(span=> <#ty as #private::ColumnType>::This)
}

/// The path of an entry in a list of states: `Next<Next<First>>` for the third.
fn entry(private: &TokenStream, at: usize) -> TokenStream {
    let first = quote!(#private::First);
    (0..at).fold(first, |entry, _| quote!(#private::Next<#entry>))
}
