//! The draft of a model, whose type knows which fields were given.

use super::{Expansion, column_type, entry};
use crate::model::Field;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The fields that a draft takes: all but those the database makes.
fn taken<'m>(model: &Expansion<'m>) -> impl Iterator<Item = (usize, &'m Field)> + use<'m> {
    model.fields().filter(|(_, field)| !field.generated)
}

/// The fields whose state a draft keeps: required ones and foreign keys, in order.
fn tracked<'m>(model: &Expansion<'m>) -> Vec<(usize, &'m Field)> {
    taken(model)
        .filter(|(_, field)| {
            field.is_foreign_key || (!field.is_written_as_option() && field.default.is_none())
        })
        .collect()
}

fn position(tracked: &[(usize, &Field)], at: usize) -> Option<usize> {
    tracked.iter().position(|(other, _)| *other == at)
}

// pub struct SupplierDraft<S = <Supplier as Drafted>::Initial>(Draft<Supplier, S>);
// impl<S> SupplierDraft<S> {
//     pub fn name(self, value: impl IntoField<String>) -> SupplierDraft<S::Output>
//     where S: StateAt<First, State: Open> + GiveAt<First> { .. }
// }
pub(super) fn public(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        draft,
        name,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    let tracked = tracked(model);
    let setters = taken(model).map(|(at, field)| {
        let Field { vis, ident: setter, ty, .. } = field;
        let column = column_type(private, field);
        let doc = format!("Sets [`{}`]({name}::{}).", field.name, field.ident);
        match position(&tracked, at) {
            None => quote! {
                #[doc = #doc]
                #vis fn #setter(self, value: impl #private::IntoField<#ty>) -> Self {
                    #draft(self.0.set::<#column, _>(#at, value))
                }
            },
            Some(nth) => {
                let entry = entry(private, nth);
                quote! {
                    #[doc = #doc]
                    #vis fn #setter(self, value: impl #private::IntoField<#ty>) -> #draft<__S::Output>
                    where
                        __S: #private::StateAt<#entry, State: #private::Open> + #private::GiveAt<#entry>,
                    {
                        #draft(self.0.set::<#column, _>(#at, value))
                    }
                }
            }
        }
    });
    let doc = format!("A `{name}` that is not saved yet, from [`{name}::draft`].");
    let start = format!("Starts a new `{name}`, for `create`.");
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #[must_use = "a draft does nothing until `create` takes it"]
        #vis struct #draft<__S = <#ident as #private::Drafted>::Initial>(#private::Draft<#ident, __S>);
        #[allow(dead_code)]
        impl #ident {
            #[doc = #start]
            #vis fn draft() -> #draft {
                #draft(#private::Draft::new())
            }
        }
        #[allow(dead_code, clippy::wrong_self_convention)]
        impl<__S> #draft<__S> { #(#setters)* }
    }
}

// impl Drafted for Supplier { type Initial = (<Flag<false> as Start>::State, ()); }
// impl<S: StateAt<First, State: HasName>> IntoDraft<Supplier> for SupplierDraft<S> { .. }
// impl<S: ..> FillKey<Field<Supplier, 1>> for SupplierDraft<S> { type Output = SupplierDraft<S::Output>; .. }
pub(super) fn private(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        draft,
        name,
        ..
    } = model;
    let ident = &m.ident;
    let tracked = tracked(model);
    let initial = tracked.iter().rev().fold(quote!(()), |rest, (_, field)| {
        let ty = &field.ty;
        let state = match field.default {
            // A default stands in for the foreign key.
            Some(_) => quote!(#private::Optional),
            None => {
                let optional =
                    quote!({ use #private::NotOptional as _; <#private::Probe<#ty>>::OPTIONAL });
                quote!(<#private::Flag<#optional> as #private::Start>::State)
            }
        };
        quote!((#state, #rest))
    });
    let mut tokens = quote! {
        #[automatically_derived]
        impl #private::Drafted for #ident {
            type Initial = #initial;
        }
    };
    let mut complete = Vec::new();
    for (nth, (_, field)) in tracked.iter().enumerate() {
        let (has, entry) = (
            format_ident!("__relations_Has_{}", field.name),
            entry(private, nth),
        );
        tokens.extend(has_trait(private, name, &has, &field.ident));
        complete.push(quote!(__S: #private::StateAt<#entry, State: #has>));
    }
    let fill = taken(model).map(|(at, field)| {
        let key = quote!(#private::Field<#ident, #at>);
        let Some(nth) = position(&tracked, at) else {
            return quote! {
                #[automatically_derived]
                impl<__S> #private::FillKey<#key> for #draft<__S> {
                    type Output = Self;
                    fn fill(self) -> Self {
                        self
                    }
                }
            };
        };
        let (entry, free) = (entry(private, nth), free(private, field));
        quote! {
            #[automatically_derived]
            impl<__S> #private::FillKey<#key> for #draft<__S>
            where
                __S: #private::StateAt<#entry, State: #free> + #private::GiveAt<#entry>,
            {
                type Output = #draft<__S::Output>;
                fn fill(self) -> Self::Output {
                    #draft(self.0.into_state())
                }
            }
        }
    });
    tokens.extend(fill);
    tokens.extend(free_traits(model));
    tokens.extend(quote! {
        #[automatically_derived]
        impl<__S> #private::IntoDraft<#ident> for #draft<__S>
        where
            #(#complete,)*
        {
            fn into_values(self) -> #private::Values {
                self.0.into_values()
            }
        }
    });
    if model.fields().all(|(_, field)| !field.generated) {
        tokens.extend(model_is_draft(private, ident, m.fields.len()));
    }
    tokens
}

/// The trait that a field was given, whose message names the field.
fn has_trait(
    private: &TokenStream,
    name: &str,
    has: &syn::Ident,
    setter: &syn::Ident,
) -> TokenStream {
    let message = format!("this draft of `{name}` has no `{setter}`");
    let label = format!("call `.{setter}(..)` before `create`");
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label)]
        pub trait #has {}
        #[diagnostic::do_not_recommend]
        impl<__T: #private::Settled> #has for __T {}
    }
}

/// The trait that a foreign key was not given, whose message names the field; shared by draft and patch.
fn free_traits(model: &Expansion) -> TokenStream {
    let (private, name) = (&model.private, &model.name);
    let keys = taken(model).filter(|(_, field)| field.is_foreign_key);
    let traits = keys.map(|(_, field)| {
        let (free, setter) = (
            format_ident!("__relations_Free_{}", field.name),
            &field.ident,
        );
        let message = format!("`{setter}` of `{name}` is the relation's to set");
        let label = format!("remove `.{setter}(..)`");
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            pub trait #free {}
            #[diagnostic::do_not_recommend]
            impl<__T: #private::Open> #free for __T {}
        }
    });
    quote!(#(#traits)*)
}

pub(super) fn free(private: &TokenStream, field: &Field) -> TokenStream {
    if !field.is_foreign_key {
        return quote!(#private::Open);
    }
    let free = format_ident!("__relations_Free_{}", field.name);
    quote!(#free)
}

/// A model whose id is not generated is a complete draft of itself; a key in it is compared when a relation creates it.
fn model_is_draft(private: &TokenStream, ident: &syn::Ident, fields: usize) -> TokenStream {
    let fields = 0..fields;
    quote! {
        #[automatically_derived]
        impl #private::IntoDraft<#ident> for #ident {
            fn into_values(self) -> #private::Values {
                #private::all_values(self)
            }
        }
        #(
            #[automatically_derived]
            impl #private::FillKey<#private::Field<#ident, #fields>> for #ident {
                type Output = Self;
                fn fill(self) -> Self {
                    self
                }
            }
        )*
    }
}
