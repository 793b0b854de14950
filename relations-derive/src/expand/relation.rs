//! One relation: its constant, its type, its checks and its method on the repository.

use super::{Expansion, RelationExpansion, at_span};
use crate::attr::{Name, RelationKind};
use crate::model::{KeyTo, Relation, target_span};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

/// The target as `<Account as Model>::This`: where `Account` is no model, the compiler says so once, and takes all that
/// follows from it as already reported.
pub(super) fn target(private: &TokenStream, relation: &Relation) -> TokenStream {
    let (path, span) = (&relation.target, target_span(&relation.target));
    let private = at_span(private, span);
    quote_spanned!(span=> <#path as #private::Model>::This)
}

/// The name of the target within the relation's block, placed at the user's word for it.
fn alias(relation: &Relation) -> syn::Ident {
    syn::Ident::new("__relations_Target", target_span(&relation.target))
}

// const _: () = {
//     type __relations_Target = <Account as Model>::This;
//     const __relations_FROM_0: usize = 0;
//     const __relations_TO_0: usize = find::<Account>("supplier_id");
//     const _: () = has_field::<Account>("supplier_id", "");
//     const _: () = same_type::<Supplier, Account>(FROM_0, TO_0);
//     pub struct Supplier_account;
//     impl Supplier { pub const ACCOUNT: Supplier_account = Supplier_account; }
//     impl<C: Connection> SupplierRepository<C> { pub fn account(&self, ..) -> HasOneRepository<..> }
//     impl Relation for Supplier_account { .. }
//     impl SourceKey<Supplier_account> for &Supplier { .. }
//     impl RelationOf<Supplier> for Supplier_account { .. }
//     impl<V, ..> WithSlot<Supplier_account, V> for SupplierWith<..> { .. }
// };
pub(super) fn relation(model: &Expansion, relation: RelationExpansion) -> TokenStream {
    let private = &model.private;
    let target = target(private, relation.relation);
    let alias = alias(relation.relation);
    let keys = keys(model, relation.relation);
    let parts = [
        constant(model, &relation),
        method(model, &relation),
        relation_impl(model, &relation),
        source_impl(model, &relation),
        include_impl(model, &relation),
        super::with::slot(model, &relation),
    ];
    quote! {
        #[allow(non_camel_case_types, non_upper_case_globals)]
        const _: () = {
            type #alias = #target;
            #keys
            #(#parts)*
        };
    }
}

/// The positions of the key's fields as constants, and the checks that the derive cannot make itself.
fn keys(model: &Expansion, relation: &Relation) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let target = alias(relation);
    let mut tokens = TokenStream::new();
    for (nth, key) in relation.key_from.iter().enumerate() {
        let at = model.model.position(&key.text).expect("checked before");
        let (from, to) = (
            format_ident!("__relations_FROM_{nth}"),
            format_ident!("__relations_TO_{nth}"),
        );
        let position = match &relation.key_to {
            _ if relation.is_broken => quote!(#private::UNKNOWN),
            KeyTo::Given(names) => find(private, &target, &names[nth]),
            KeyTo::Inferred(name) => find(private, &target, name),
            KeyTo::Id => {
                let (private, span) = (at_span(private, target.span()), target.span());
                quote_spanned!(span=> #private::id_at::<#target>(#nth))
            }
        };
        tokens.extend(quote! {
            const #from: usize = #at;
            const #to: usize = #position;
        });
        if relation.is_broken {
            continue;
        }
        let span = match &relation.key_to {
            KeyTo::Given(names) => names[nth].span,
            KeyTo::Inferred(name) => name.span,
            KeyTo::Id => key.span,
        };
        tokens.extend(has_field(&model.private, relation, nth));
        let private = at_span(private, span);
        tokens.extend(quote_spanned! { span=>
            const _: () = #private::same_type::<#ident, #target>(#from, #to);
        });
    }
    if let (RelationKind::BelongsTo, KeyTo::Given(names), false) =
        (relation.kind, &relation.key_to, relation.is_broken)
    {
        let texts = names.iter().map(|name| &name.text);
        let private = at_span(private, names[0].span);
        tokens.extend(quote_spanned! { names[0].span=>
            const _: () = #private::is_unique::<#target>(&[#(#texts),*]);
        });
    }
    tokens
}

fn find(private: &TokenStream, target: &syn::Ident, Name { text, .. }: &Name) -> TokenStream {
    let (private, span) = (at_span(private, target.span()), target.span());
    quote_spanned!(span=> #private::find::<#target>(#text))
}

fn has_field(private: &TokenStream, relation: &Relation, nth: usize) -> TokenStream {
    let target = alias(relation);
    let (Name { text, span }, help) = match &relation.key_to {
        KeyTo::Given(names) => (&names[nth], ""),
        KeyTo::Inferred(name) => (name, "set `key_to`; "),
        KeyTo::Id => {
            let (span, count) = (target_span(&relation.target), relation.key_from.len());
            let private = at_span(private, span);
            return if nth > 0 {
                TokenStream::new()
            } else {
                quote_spanned!(span=> const _: () = #private::has_id_of::<#target>(#count);)
            };
        }
    };
    let private = at_span(private, *span);
    quote_spanned!(*span=> const _: () = #private::has_field::<#target>(#text, #help);)
}

fn constant(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let RelationExpansion {
        ty,
        constant,
        relation: Relation { vis, name, .. },
        ..
    } = relation;
    let ident = &model.model.ident;
    let doc = format!("The relation `{name}` of `{}`.", model.name);
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Copy)]
        #vis struct #ty;
        #[allow(dead_code)]
        impl #ident {
            #[doc = #doc]
            #vis const #constant: #ty = #ty;
        }
    }
}

fn method(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, repository) = (&model.private, &model.repository);
    let RelationExpansion {
        ty,
        method,
        relation: Relation { vis, .. },
        ..
    } = relation;
    let target = crate::model::target_name(&relation.relation.target);
    let (doc, trait_, result, call) = match relation.relation.kind {
        RelationKind::HasOne => (
            format!(
                "The `{target}` of one `{}`, given by its key or by reference. Does nothing on the database.",
                model.name
            ),
            quote!(SourceKey),
            quote!(HasOneRepository),
            quote!(has_one),
        ),
        RelationKind::BelongsTo => (
            format!(
                "The `{target}` that one `{}` belongs to, given by its id or by reference. Does nothing on the database.",
                model.name
            ),
            quote!(SourceRow),
            quote!(BelongsToRepository),
            quote!(belongs_to),
        ),
    };
    quote! {
        #[allow(dead_code)]
        impl<__C: #private::Connection> #repository<__C> {
            #[doc = #doc]
            #vis fn #method(
                &self,
                source: impl #private::#trait_<#ty>,
            ) -> #private::#result<'_, #ty, __C> {
                self.0.#call(source)
            }
        }
    }
}

fn relation_impl(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let RelationExpansion { at, ty, .. } = relation;
    let target = alias(relation.relation);
    let count = relation.relation.key_from.len();
    let constants = |side: &str| -> Vec<_> {
        (0..count)
            .map(|nth| format_ident!("__relations_{side}_{nth}"))
            .collect()
    };
    let (from, to) = (constants("FROM"), constants("TO"));
    let key_span = relation.relation.key_from[0].span;
    let column =
        |owner: TokenStream, at: &syn::Ident| quote!(<#owner as #private::FieldAt<{ #at }>>::Type);
    let key_types = from.iter().map(|from| {
        let (column, private) = (column(quote!(#ident), from), at_span(private, key_span));
        quote_spanned!(key_span=> <#column as #private::KeyColumn>::Key)
    });
    let (span, placed) = (target.span(), at_span(private, target.span()));
    let markers = to
        .iter()
        .map(|to| quote_spanned!(span=> #placed::Field<#target, { #to }>));
    let key_of = |owner: TokenStream, value: TokenStream, at: &[syn::Ident]| {
        let keys = at.iter().map(
            |at| quote!(#private::key_of(<#owner as #private::FieldAt<{ #at }>>::get(#value))),
        );
        match count {
            1 => quote!(#(#keys)*),
            _ => quote!(::core::option::Option::Some((#(#keys?),*))),
        }
    };
    let key_from = key_of(quote!(#ident), quote!(source), &from);
    let key_to = key_of(quote!(#target), quote!(target), &to);
    let (kind, slot, scoped) = match relation.is_has_one() {
        true => {
            let slot = quote!(::core::option::Option<__T>);
            (quote!(HasOne), slot.clone(), slot)
        }
        false => {
            let shared = quote!(::std::sync::Arc<__T>);
            let needs = from.iter().map(|from| {
                let column = column(quote!(#ident), from);
                quote!(<#column as #private::KeyColumn>::Need)
            });
            // Optional as soon as one part of the key is.
            let need = needs.reduce(|all, need| quote!(<#all as #private::Need>::And<#need>));
            let slot = quote!(<#need as #private::Need>::Presence<#shared>);
            (
                quote!(BelongsTo),
                slot,
                quote!(::core::option::Option<#shared>),
            )
        }
    };
    let (key, marker) = match count {
        1 => (quote!(#(#key_types)*), quote!(#(#markers)*)),
        _ => (quote!((#(#key_types),*)), quote!((#(#markers),*))),
    };
    let key_to = quote_spanned! {span=>
        fn key_to(target: &#target) -> ::core::option::Option<Self::Key> {
            #key_to
        }
    };
    quote! {
        #[automatically_derived]
        impl #private::Relation for #ty {
            type Source = #ident;
            type Target = #target;
            type Key = #key;
            type KeyTo = #marker;
            type Slot<__T: ::core::marker::Send + ::core::marker::Sync> = #slot;
            type Scoped<__T: ::core::marker::Send + ::core::marker::Sync> = #scoped;
            const AT: usize = #at;

            fn key_from(source: &#ident) -> ::core::option::Option<Self::Key> {
                #key_from
            }

            #key_to
        }
        #[automatically_derived]
        impl #private::#kind for #ty {}
    }
}

/// The source itself stands for its key.
fn source_impl(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, ident, ty) = (&model.private, &model.model.ident, &relation.ty);
    let key_from = quote!(<#ty as #private::Relation>::key_from(self));
    if relation.is_has_one() {
        return quote! {
            #[automatically_derived]
            impl #private::SourceKey<#ty> for &#ident {
                fn source_key(self) -> ::core::option::Option<<#ty as #private::Relation>::Key> {
                    #key_from
                }
            }
        };
    }
    quote! {
        #[automatically_derived]
        impl #private::SourceRow<#ty> for &#ident {
            fn source_row(self) -> #private::Origin<#ty> {
                #private::Origin::Key(#key_from)
            }
        }
    }
}

fn include_impl(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, ident, ty) = (&model.private, &model.model.ident, &relation.ty);
    quote! {
        #[automatically_derived]
        impl #private::RelationOf<#ident> for #ty {
            type And<__T, __Q, __L> = #private::And<__T, #ty, __Q, __L>;
        }
    }
}
