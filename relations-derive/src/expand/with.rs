//! The row of a model with a slot for each relation.

use super::{Expansion, RelationExpansion};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

// pub struct SupplierWith<__Account = NotIncluded> { __relations_model: Supplier, pub account: __Account }
pub(super) fn types(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        path,
        with,
        name,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    let relations: Vec<_> = model.relations().collect();
    if relations.is_empty() {
        return TokenStream::new();
    }
    let parameters: Vec<_> = relations
        .iter()
        .map(|relation| &relation.parameter)
        .collect();
    let slots = relations.iter().map(|relation| {
        let RelationExpansion {
            method, parameter, ..
        } = relation;
        let vis = &relation.relation.vis;
        let doc = format!(
            "What was included of the relation `{}`.",
            relation.relation.name
        );
        quote!(#[doc = #doc] #vis #method: #parameter)
    });
    let doc = format!(
        "A row of `{name}` with its included relations, each in a slot of its name. The row's fields are reached through it."
    );
    quote! {
        #[doc = #doc]
        #vis struct #with<#(#parameters = #path::NotIncluded),*> {
            __relations_model: #ident,
            #(#slots),*
        }
    }
}

// impl<A> AsModel and Deref for SupplierWith<A>; impl From<Supplier> for SupplierWith;
// impl<A: Debug> Debug for SupplierWith<A> where for<'a> &'a Supplier: Debug; Clone, PartialEq and Serialize likewise
pub(super) fn impls(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        with,
        name,
        ..
    } = model;
    let ident = &m.ident;
    let relations: Vec<_> = model.relations().collect();
    if relations.is_empty() {
        return TokenStream::new();
    }
    let types = short_parameters(relations.len());
    let slots: Vec<_> = relations.iter().map(|relation| &relation.method).collect();
    let names: Vec<_> = relations
        .iter()
        .map(|relation| &relation.relation.name)
        .collect();
    let json_names = relations.iter().map(|relation| {
        let (name, count) = (&relation.relation.json_name, &relation.relation.json_count);
        quote!([#name, #count])
    });
    let with_name = format!("{name}With");
    let empty = slots.iter().map(|_| quote!(#private::NotIncluded));
    let into_model = format!("The `{name}` without its relations.");
    let into_parts = format!("The `{name}`, and then what each slot holds.");
    let vis = &m.vis;
    quote! {
        impl<#(#types),*> #with<#(#types),*> {
            fn __relations_new(__relations_model: #ident, #(#slots: #types),*) -> Self {
                #with { __relations_model, #(#slots),* }
            }
            #[doc = #into_model]
            #vis fn into_model(self) -> #ident {
                self.__relations_model
            }
            #[doc = #into_parts]
            #vis fn into_parts(self) -> (#ident, #(#types),*) {
                (self.__relations_model, #(self.#slots),*)
            }
        }
        #[automatically_derived]
        impl<#(#types),*> #private::AsModel for #with<#(#types),*> {
            type Model = #ident;
            fn as_model(&self) -> &#ident {
                self
            }
        }
        #[automatically_derived]
        impl<#(#types),*> ::core::ops::Deref for #with<#(#types),*> {
            type Target = #ident;
            fn deref(&self) -> &#ident {
                &self.__relations_model
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<#ident> for #with {
            fn from(model: #ident) -> Self {
                #with::__relations_new(model, #(#empty),*)
            }
        }
        #[automatically_derived]
        impl<#(#types: #private::Debug),*> #private::Debug for #with<#(#types),*>
        where
            for<'__a> &'__a #ident: #private::Debug,
        {
            fn fmt(&self, f: &mut #private::Formatter<'_>) -> #private::FmtResult {
                #private::debug_with(f, #with_name, &&self.__relations_model)
                    #(.field(#names, &self.#slots))*
                    .finish()
            }
        }
        #[automatically_derived]
        impl<#(#types: #private::Clone),*> #private::Clone for #with<#(#types),*>
        where
            for<'__a> #private::Cloned<'__a, #ident>: #private::MaybeClone<#ident>,
        {
            fn clone(&self) -> Self {
                let model = #private::clone_model(&self.__relations_model);
                #with::__relations_new(model, #(self.#slots.clone()),*)
            }
        }
        #[automatically_derived]
        impl<#(#types: #private::PartialEq),*> #private::PartialEq for #with<#(#types),*>
        where
            for<'__a> &'__a #ident: #private::PartialEq,
        {
            fn eq(&self, other: &Self) -> bool {
                &self.__relations_model == &other.__relations_model
                    #(&& self.#slots == other.#slots)*
            }
        }
        #[automatically_derived]
        impl<#(#types: #private::SerializeSlot),*> #private::Serialize for #with<#(#types),*>
        where
            for<'__a> &'__a #ident: #private::Serialize,
        {
            fn serialize<__S: #private::Serializer>(&self, to: __S) -> #private::SerializeResult<__S> {
                let mut map = #private::start_map(&&self.__relations_model, to)?;
                #(self.#slots.serialize_slot(#json_names, &mut map)?;)*
                #private::SerializeMap::end(map)
            }
        }
    }
}

// impl<V, A, B> WithSlot<At<0>, V> for SupplierWith<A, B> { type Relation = Supplier_account; type Output = SupplierWith<V, B>; .. }
pub(super) fn slot(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, with) = (&model.private, &model.with);
    let RelationExpansion { at, ty, .. } = relation;
    let number = super::number(*at);
    let is_less_visible = text(&relation.relation.vis) != text(&model.model.vis);
    let slotted = match relation.relation.is_to_any() {
        // A public type cannot name a private one.
        _ if is_less_visible => quote!(#private::LessVisible),
        true => quote!(#private::BelongsToAny<#ty>),
        false => quote!(#ty),
    };
    let types = short_parameters(model.model.relations.len());
    let filled = types.iter().enumerate().map(|(other, parameter)| {
        if other == *at {
            quote!(__V)
        } else {
            quote!(#parameter)
        }
    });
    let slots = model.relations().map(|other| match other.method {
        _ if other.at == *at => quote!(slot),
        kept => quote!(self.#kept),
    });
    let (was, output) = (&types[*at], quote!(#with<#(#filled),*>));
    let shared = quote!(#private::Shared);
    quote! {
        #[automatically_derived]
        impl<__V: #shared, #(#types: #shared),*> #private::WithSlot<#private::At<#number>, __V> for #with<#(#types),*> {
            type Relation = #slotted;
            type Was = #was;
            type Output = #output;
            fn fill(self, slot: __V) -> Self::Output {
                #with::__relations_new(self.__relations_model, #(#slots),*)
            }
        }
    }
}

fn text(vis: &syn::Visibility) -> String {
    vis.to_token_stream().to_string()
}

/// The type parameters of the slots, in impls, where nobody reads their names.
fn short_parameters(count: usize) -> Vec<syn::Ident> {
    (0..count).map(|at| format_ident!("__{at}")).collect()
}
