//! The partial update of a model, whose type knows which foreign keys it changes.

use super::{Expansion, column_type, entry};
use crate::model::Field;
use proc_macro2::TokenStream;
use quote::quote;

/// The fields that a patch takes: all but the id and what the database makes.
fn taken<'m>(model: &Expansion<'m>) -> impl Iterator<Item = (usize, &'m Field)> + use<'m> {
    model
        .fields()
        .filter(|(_, field)| !field.generated && !field.id)
}

fn keys<'m>(model: &Expansion<'m>) -> Vec<usize> {
    taken(model)
        .filter(|(_, field)| field.is_foreign_key)
        .map(|(at, _)| at)
        .collect()
}

// pub struct AccountPatch<S = (Missing, ())>(Draft<Account, S>);
pub(super) fn public(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        patch,
        name,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    let keys = keys(model);
    let initial = keys
        .iter()
        .fold(quote!(()), |rest, _| quote!((#private::Optional, #rest)));
    let setters = taken(model).map(|(at, field)| {
        let Field { vis, ident: setter, ty, .. } = field;
        let column = column_type(private, field);
        let doc = format!("Changes [`{}`]({name}::{}).", field.name, field.ident);
        match keys.iter().position(|key| *key == at) {
            None => quote! {
                #[doc = #doc]
                #vis fn #setter(self, value: impl #private::IntoField<#ty>) -> Self {
                    #patch(self.0.set::<#column, _>(#at, value))
                }
            },
            Some(nth) => {
                let entry = entry(private, nth);
                quote! {
                    #[doc = #doc]
                    #vis fn #setter(self, value: impl #private::IntoField<#ty>) -> #patch<__S::Output>
                    where
                        __S: #private::GiveAt<#entry>,
                    {
                        #patch(self.0.set::<#column, _>(#at, value))
                    }
                }
            }
        }
    });
    let doc = format!("Changes to some fields of a `{name}`, from [`{name}::patch`].");
    let start = format!("Starts a partial update of a `{name}`, for `patch`.");
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #[must_use = "a patch does nothing until a repository's `patch` takes it"]
        #vis struct #patch<__S = #initial>(#private::Draft<#ident, __S>);
        #[allow(dead_code)]
        impl #ident {
            #[doc = #start]
            #vis fn patch() -> #patch {
                #patch(#private::Draft::new())
            }
        }
        #[allow(dead_code, clippy::wrong_self_convention)]
        impl<__S> #patch<__S> { #(#setters)* }
    }
}

// impl<S> IntoPatch<Account> for AccountPatch<S> { .. }
// impl<S: StateAt<First, State: FreeSupplierId>> LeaveKey<Field<Account, 3>> for AccountPatch<S> {}
pub(super) fn private(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        patch,
        ..
    } = model;
    let ident = &m.ident;
    let keys = keys(model);
    let leave = model.fields().map(|(at, field)| {
        let key = quote!(#private::Field<#ident, #at>);
        let bound = keys.iter().position(|key| *key == at).map(|nth| {
            let (entry, free) = (entry(private, nth), super::draft::free(private, field));
            quote!(where __S: #private::StateAt<#entry, State: #free>)
        });
        quote! {
            #[automatically_derived]
            impl<__S> #private::LeaveKey<#key> for #patch<__S> #bound {}
        }
    });
    quote! {
        #[automatically_derived]
        impl<__S> #private::IntoPatch<#ident> for #patch<__S> {
            fn into_values(self) -> #private::Values {
                self.0.into_values()
            }
        }
        #(#leave)*
    }
}
