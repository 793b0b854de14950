//! The partial update of a model, whose type knows which foreign keys it changes.

use super::column_type::shown_type;
use super::{Expansion, documented, local, number, type_span};
use crate::model::Field;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// The fields that a patch takes: all but the id, the version and what the database makes.
fn taken<'m>(model: &Expansion<'m>) -> impl Iterator<Item = (usize, &'m Field)> + use<'m> {
    model
        .fields()
        .filter(|(_, field)| !field.generated && !field.id && field.version.is_none())
}

fn keys<'m>(model: &Expansion<'m>) -> Vec<usize> {
    taken(model)
        .filter(|(_, field)| field.is_foreign_key)
        .map(|(at, _)| at)
        .collect()
}

/// The entries of these fields in a patch's list of states, of those that have one; `None` where one is not set by patches.
pub(super) fn entries(model: &Expansion, fields: [usize; 2]) -> Option<Vec<TokenStream>> {
    let is_taken = |at: &usize| taken(model).any(|(other, _)| other == *at);
    let keys = keys(model);
    let entries = fields
        .iter()
        .filter_map(|at| keys.iter().position(|key| key == at));
    let entries = entries.map(|nth| entry(&model.private, nth));
    fields.iter().all(is_taken).then(|| entries.collect())
}

/// The path of an entry in a patch's list of states: `Next<First>` for the second foreign key.
fn entry(private: &TokenStream, at: usize) -> TokenStream {
    let first = quote!(#private::First);
    (0..at).fold(first, |entry, _| quote!(#private::Next<#entry>))
}

// pub struct AccountPatch<S = (Optional, ())>(Draft<Account, S>);
pub(super) fn types(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        path,
        patch,
        name,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    let initial = keys(model)
        .iter()
        .fold(quote!(()), |rest, _| quote!((#path::Optional, #rest)));
    let doc = format!("Changes to some fields of `{name}`, from [`{name}::patch`].");
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #[must_use = "a patch does nothing until a repository's `patch` takes it"]
        #vis struct #patch<__S = #initial>(#path::Draft<#ident, __S>);
    }
}

// impl<S> AccountPatch<S> {
//     pub fn balance<K>(self, value: impl NewValue<Self, i64, K>) -> Self { AccountPatch(self.0.change::<2, _, _, _>(value)) }
// }
fn setters(model: &Expansion) -> TokenStream {
    let Expansion {
        private,
        patch,
        name,
        ..
    } = model;
    let keys = keys(model);
    let setters = taken(model).map(|(at, field)| {
        let Field {
            vis,
            ident: setter,
            ty,
            ..
        } = field;
        let (span, number, ty) = (type_span(ty), number(at), shown_type(private, field));
        let (this, value) = (local("self"), local("value"));
        let set = quote_spanned!(span=> #patch(#this.0.change::<#number, _, _, _>(#value)));
        let doc = format!("Changes [`{}`]({name}::{}).", field.name, field.ident);
        let doc = documented(&doc, field);
        let (output, bound) = match keys.iter().position(|key| *key == at) {
            None => (quote!(Self), TokenStream::new()),
            Some(nth) => {
                let entry = entry(private, nth);
                (
                    quote!(#patch<__S::Output>),
                    quote!(where __S: #private::GiveAt<#entry>,),
                )
            }
        };
        quote! {
            #doc
            #vis fn #setter<_K>(self, value: impl #private::New<Self, #ty, _K>) -> #output #bound { #set }
        }
    });
    let if_version = if_version(model);
    quote! {
        impl<__S> #patch<__S> { #(#setters)* #if_version }
    }
}

// pub fn if_version(self, version: impl For<i64>) -> Self { AccountPatch(self.0.set::<3, _>(version)) }
fn if_version(model: &Expansion) -> Option<TokenStream> {
    let Expansion {
        private,
        patch,
        name,
        ..
    } = model;
    let (at, field) = model.fields().find(|(_, field)| field.version.is_some())?;
    let (span, number, ty) = (type_span(&field.ty), number(at), shown_type(private, field));
    let (this, version, vis) = (local("self"), local("version"), &field.vis);
    let set = quote_spanned!(span=> #patch(#this.0.set::<#number, _>(#version)));
    let doc = format!(
        "Changes only a row whose [`{}`]({name}::{}) is this one; where it has another by now, nothing is written and the error is `Stale`.",
        field.name, field.ident
    );
    Some(quote! {
        #[doc = #doc]
        #vis fn if_version(self, version: impl #private::For<#ty>) -> Self { #set }
    })
}

// pub fn patch() -> AccountPatch { AccountPatch(Draft::new()) }
pub(super) fn start(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        patch,
        name,
        ..
    } = model;
    let doc = format!("Starts a partial update of `{name}`, for `patch`.");
    let vis = &m.vis;
    quote! {
        #[doc = #doc]
        #vis fn patch() -> #patch {
            #patch(#private::Draft::new())
        }
    }
}

// impl<S> Generated for AccountPatch<S> { type As = PatchOf<Account>; .. }
// impl<S: StateAt<First, State: FreeSupplierId>> LeaveAt<Account, KeySupplierId> for AccountPatch<S> {}
pub(super) fn impls(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        patch,
        ..
    } = model;
    let ident = &m.ident;
    let keys = keys(model);
    let tracked = model
        .fields()
        .filter(|(_, field)| field.is_foreign_key && !field.generated);
    let leave = tracked.map(|(at, field)| {
        let (key, free) = (super::draft::key(field), super::draft::free(field));
        // A key that is part of the id is in no patch.
        let bound = keys.iter().position(|key| *key == at).map(|nth| {
            let entry = entry(private, nth);
            quote!(where __S: #private::StateAt<#entry, State: #free>)
        });
        quote! {
            #[automatically_derived]
            impl<__S> #private::LeaveAt<#ident, #key> for #patch<__S> #bound {}
        }
    });
    let setters = setters(model);
    quote! {
        #setters
        #[automatically_derived]
        impl<__S> #private::Generated for #patch<__S> {
            type As = #private::PatchOf<#ident>;
            fn given(&mut self) -> &mut #private::TypedData {
                self.0.given()
            }
        }
        #(#leave)*
    }
}
