//! The draft of a model, whose type knows which fields were given.

use super::column_type::{self, shown_type};
use super::{Expansion, RelationExpansion, documented, entry, local, number, type_span};
use crate::attr::RelationKind;
use crate::model::{Field, Relation};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};

/// The fields that a draft takes: all but those the database makes.
fn taken<'m>(model: &Expansion<'m>) -> impl Iterator<Item = (usize, &'m Field)> + use<'m> {
    model.fields().filter(|(_, field)| !field.generated)
}

/// The fields whose state a draft keeps: required ones and foreign keys, in order.
fn tracked<'m>(model: &Expansion<'m>) -> Vec<(usize, &'m Field)> {
    taken(model)
        .filter(|(_, field)| {
            field.is_foreign_key || (!field.is_written_as_option() && !field.has_default())
        })
        .collect()
}

fn position(tracked: &[(usize, &Field)], at: usize) -> Option<usize> {
    tracked.iter().position(|(other, _)| *other == at)
}

/// The entries of these fields in a draft's list of states, of those that have one; `None` where one is not set by drafts.
pub(super) fn entries(model: &Expansion, fields: [usize; 2]) -> Option<Vec<TokenStream>> {
    let is_taken = |at: &usize| taken(model).any(|(other, _)| other == *at);
    let tracked = tracked(model);
    let entries = fields.iter().filter_map(|at| position(&tracked, *at));
    let entries = entries.map(|nth| entry(&model.private, nth));
    fields.iter().all(is_taken).then(|| entries.collect())
}

/// How drafts keep track of a field, as a type: see `FillAt` in the core.
pub(super) fn entry_type(model: &Expansion, at: usize, field: &Field) -> TokenStream {
    let private = &model.private;
    if model.model.is_view {
        return quote!(#private::Untracked);
    }
    match position(&tracked(model), at) {
        None => quote!(#private::Untracked),
        Some(_) if field.is_foreign_key => {
            let key = key(field);
            quote!(#key)
        }
        Some(nth) => {
            let entry = entry(private, nth);
            quote!(#private::Tracked<#entry>)
        }
    }
}

/// The entry type of a foreign key.
pub(super) fn key(field: &Field) -> syn::Ident {
    format_ident!("__relations_Key_{}", field.name)
}

/// The trait that a foreign key was not given.
pub(super) fn free(field: &Field) -> syn::Ident {
    format_ident!("__relations_Free_{}", field.name)
}

// pub struct SupplierDraft<S = <Supplier as Drafted>::Initial>(Draft<Supplier, S>);
pub(super) fn types(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        path,
        draft,
        name,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    let doc = format!("A row of `{name}` that is not saved yet, from [`{name}::draft`].");
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #[must_use = "a draft does nothing until `create` takes it"]
        #vis struct #draft<__S = <#ident as #path::Drafted>::Initial>(#path::Draft<#ident, __S>);
    }
}

// impl<S> SupplierDraft<S> {
//     pub fn name(self, value: impl IntoField<String>) -> SupplierDraft<S::Output>
//     where S: GiveAt<at_0, State: Open> { SupplierDraft(self.0.set::<1, _>(value)) }
// }
fn setters(model: &Expansion) -> TokenStream {
    let Expansion {
        private,
        draft,
        name,
        ..
    } = model;
    let tracked = tracked(model);
    let setters = taken(model).map(|(at, field)| {
        let Field {
            vis,
            ident: setter,
            ty,
            ..
        } = field;
        let (span, number, ty) = (type_span(ty), number(at), shown_type(private, field));
        let (this, value) = (local("self"), local("value"));
        let set = quote_spanned!(span=> #draft(#this.0.set::<#number, _>(#value)));
        let doc = format!("Sets [`{}`]({name}::{}).", field.name, field.ident);
        let doc = documented(&doc, field);
        let (output, bound) = match position(&tracked, at) {
            None => (quote!(Self), TokenStream::new()),
            Some(nth) => {
                let entry = entry(private, nth);
                let bound = quote!(where __S: #private::GiveAt<#entry, State: #private::Open>,);
                (quote!(#draft<__S::Output>), bound)
            }
        };
        quote! {
            #doc
            #vis fn #setter(self, value: impl #private::For<#ty>) -> #output #bound { #set }
        }
    });
    quote! {
        impl<__S> #draft<__S> { #(#setters)* }
    }
}

// pub fn draft() -> SupplierDraft { SupplierDraft(Draft::new()) }
pub(super) fn start(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        draft,
        name,
        ..
    } = model;
    let (vis, doc) = (
        &m.vis,
        format!("Starts a new row of `{name}`, for `create`."),
    );
    quote! {
        #[doc = #doc]
        #vis fn draft() -> #draft {
            #draft(#private::Draft::new())
        }
    }
}

// type at_2 = Next<Next<First>>; type at_3 = Next<at_2>;
// type from_1 = (Initially<{ Probe::<i64>::OPTIONAL }>, ()); type from_0 = (.., from_1);
// impl Drafted for Supplier { type Initial = from_0; }
fn states(model: &Expansion) -> TokenStream {
    let (private, ident, draft) = (&model.private, &model.model.ident, &model.draft);
    let tracked = tracked(model);
    let mut tokens = TokenStream::new();
    let mut rest = quote!(());
    for (nth, (_, field)) in tracked.iter().enumerate().rev() {
        let ty = match field.json_type() {
            // It may be another name for an `Option`, of which the whole is JSON.
            Some(_) if !field.is_written_as_option() => column_type::stored_type(private, field),
            _ => field.ty.to_token_stream(),
        };
        let state = match field.has_default() {
            // A default stands in for the foreign key.
            true => quote!(#private::Optional),
            false => quote!(#private::Initially<{ #private::Probe::<#ty>::OPTIONAL }>),
        };
        let (at, from) = (entry(private, nth), format_ident!("__relations_from_{nth}"));
        if nth > 1 {
            let before = entry(private, nth - 1);
            tokens.extend(quote!(type #at = #private::Next<#before>;));
        }
        tokens.extend(quote!(type #from = (#state, #rest);));
        rest = quote!(#from);
    }
    quote! {
        #tokens
        #[automatically_derived]
        impl #private::Drafted for #ident {
            type Initial = #rest;
            type Draft = #draft;
        }
    }
}

// impl<S: StateAt<at_0, State: HasName>> IntoDraft<Supplier> for SupplierDraft<S> { .. }
// impl<S, At> FillAt<Supplier, Tracked<At>> for SupplierDraft<S> { type Output = SupplierDraft<S::Filled>; .. }
pub(super) fn impls(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        draft,
        name,
        ..
    } = model;
    let ident = &m.ident;
    let mut tokens = setters(model);
    tokens.extend(states(model));
    let mut complete = Vec::new();
    for (nth, (_, field)) in tracked(model).iter().enumerate() {
        let (has, entry) = (
            format_ident!("__relations_Has_{}", field.name),
            entry(private, nth),
        );
        tokens.extend(has_trait(private, name, &has, &field.ident));
        if field.is_foreign_key {
            tokens.extend(foreign_key(model, nth, field));
        }
        complete.push(quote!(__S: #private::StateAt<#entry, State: #has>));
    }
    tokens.extend(quote! {
        #[automatically_derived]
        impl<__S, __At> #private::FillAt<#ident, #private::Tracked<__At>> for #draft<__S>
        where
            __S: #private::GiveAt<__At, State: #private::Open>,
        {
            type Output = #draft<__S::Filled>;
        }
        #[automatically_derived]
        impl<__S> #private::IntoDraft<#ident> for #draft<__S>
        where
            #(#complete,)*
        {
        }
        #[automatically_derived]
        impl<__S> #private::Generated for #draft<__S> {
            type As = #private::DraftOf<#ident>;
            fn given(&mut self) -> &mut #private::TypedData {
                self.0.given()
            }
        }
    });
    if model.fields().all(|(_, field)| !field.generated) {
        tokens.extend(model_is_draft(private, ident));
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
        #[automatically_derived]
        impl<__T: #private::Settled> #has for __T {}
    }
}

/// How a relation fills in a foreign key: by a trait of its own that the key was not given, whose message names the
/// field. Patches use the trait as well.
fn foreign_key(model: &Expansion, nth: usize, field: &Field) -> TokenStream {
    let Expansion {
        model: m,
        private,
        draft,
        name,
        ..
    } = model;
    let (ident, setter) = (&m.ident, &field.ident);
    let (key, free, entry) = (key(field), free(field), entry(private, nth));
    let message = format!("`{setter}` of `{name}` is the relation's to set");
    let label = format!("remove `.{setter}(..)`");
    quote! {
        pub struct #key;
        #[diagnostic::on_unimplemented(message = #message, label = #label)]
        pub trait #free {}
        #[diagnostic::do_not_recommend]
        #[automatically_derived]
        impl<__T: #private::Open> #free for __T {}
        #[automatically_derived]
        impl<__S> #private::FillAt<#ident, #key> for #draft<__S>
        where
            __S: #private::GiveAt<#entry, State: #free>,
        {
            type Output = #draft<__S::Filled>;
        }
    }
}

// impl<S> SupplierDraft<S> {
//     pub fn account(self, rows: impl NestedDraft<Supplier_account>) -> Self { .. }
// }
/// The setter by which a draft takes drafts of the rows that a relation leads to.
pub(super) fn nested(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    if model.model.is_view {
        return TokenStream::new();
    }
    let Expansion { private, draft, .. } = model;
    let RelationExpansion { ty, method, .. } = relation;
    let Relation {
        kind,
        through,
        name,
        vis,
        ..
    } = relation.relation;
    let (doc, argument) = match (kind, through) {
        (RelationKind::HasOne, _) => (
            format!("Drafts the row of `{name}`, which is created with this one."),
            quote!(NestedDraft),
        ),
        (RelationKind::HasMany, None) => (
            format!("Drafts rows of `{name}`, which are created with this one."),
            quote!(NestedDrafts),
        ),
        (RelationKind::HasMany, Some(_)) => (
            format!(
                "Drafts rows of `{name}`, each alone or as a pair with the draft of its link; all are created with this one."
            ),
            quote!(NestedLinks),
        ),
        _ => return TokenStream::new(),
    };
    quote! {
        impl<__S> #draft<__S> {
            #[doc = #doc]
            #vis fn #method(self, rows: impl #private::#argument<#ty>) -> Self {
                #draft(self.0.nest::<#ty>(rows.into_rows()))
            }
        }
    }
}

/// A model whose id is not generated is a complete draft of itself; a key in it is compared when a relation creates it.
fn model_is_draft(private: &TokenStream, ident: &syn::Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #private::IntoDraft<#ident> for #ident {}
        #[automatically_derived]
        impl #private::Changes for #ident {
            fn into_data(self) -> #private::Data {
                #private::all_data(self)
            }
        }
        #[automatically_derived]
        impl<__Entry> #private::FillAt<#ident, __Entry> for #ident {
            type Output = Self;
        }
    }
}
