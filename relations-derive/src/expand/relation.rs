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
    syn::Ident::new("__Target", target_span(&relation.target))
}

// const _: () = {
//     type __Target = <Account as Model>::This;
//     const __AT_0: (usize, usize) = (0, find::<Account>("supplier_id"));
//     const __FROM_0: usize = key_at::<Supplier>(AT_0.0);
//     const __TO_0: usize = key_at::<Account>(AT_0.1);
//     const _: () = has_field::<Account>("supplier_id", "");
//     const _: () = same_type::<Supplier, Account>(&[AT_0]);
//     const _: () = is_key::<Supplier, Account>(AT_0);
//     pub struct Supplier_account;
//     impl Supplier { pub const ACCOUNT: Supplier_account = Supplier_account; }
//     impl<C: Connection> SupplierRepository<C> { pub fn account(&self, ..) -> HasOneRepository<..> }
//     impl Relation for Supplier_account { .. }
//     impl RelationOf<Supplier> for Supplier_account { .. }
//     impl<V, ..> WithSlot<Supplier_account, V> for SupplierWith<..> { .. }
// };
pub(super) fn relation(model: &Expansion, relation: RelationExpansion) -> TokenStream {
    let (private, import) = (&model.private, &model.import);
    let target = target(private, relation.relation);
    let alias = alias(relation.relation);
    let keys = keys(model, relation.relation);
    let parts = [
        constant(model, &relation),
        method(model, &relation),
        relation_impl(model, &relation),
        include_impl(model, &relation),
        super::with::slot(model, &relation),
    ];
    quote! {
        #[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
        const _: () = {
            #import
            type #alias = #target;
            #keys
            #(#parts)*
        };
    }
}

/// The positions of the key's fields as constants, and the checks that the derive cannot make itself.
///
/// `AT_0` is where the first field is on both sides; `FROM_0` and `TO_0` are the same, but unknown where a field cannot
/// be a key, so that the types which are found by them are keys.
fn keys(model: &Expansion, relation: &Relation) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let target = alias(relation);
    let parts = relation.key_from.len();
    let (mut tokens, mut ats) = (TokenStream::new(), Vec::new());
    for (nth, key) in relation.key_from.iter().enumerate() {
        let position = model.model.position(&key.text).expect("checked before");
        let (at, from, to) = (
            format_ident!("__AT_{nth}"),
            format_ident!("__FROM_{nth}"),
            format_ident!("__TO_{nth}"),
        );
        let (span, target_position) = match &relation.key_to {
            _ if relation.is_broken => (key.span, quote!(#private::UNKNOWN)),
            KeyTo::Given(names) => (names[nth].span, find(private, &target, &names[nth])),
            KeyTo::Inferred(name) => (name.span, find(private, &target, name)),
            KeyTo::Id => {
                let (private, span) = (at_span(private, target.span()), target.span());
                let id = quote_spanned!(span=> #private::id_part::<#target>(#nth, #parts));
                (key.span, id)
            }
        };
        tokens.extend(quote! {
            const #at: (usize, usize) = (#position, #target_position);
            const #from: usize = #private::key_at::<#ident>(#at.0);
            const #to: usize = #private::key_at::<#target>(#at.1);
        });
        ats.push(at.clone());
        if relation.is_broken {
            continue;
        }
        tokens.extend(has_field(private, relation, nth));
        let (at_key, at_type) = (at_span(private, key.span), at_span(private, span));
        tokens.extend(quote_spanned! { span=>
            const _: () = #at_type::same_type::<#ident, #target>(&[#(#ats),*]);
        });
        tokens.extend(quote_spanned! { key.span=>
            const _: () = #at_key::is_key::<#ident, #target>(#at);
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
                "The `{target}` that one `{}` belongs to. Given by the id of the latter (not by its foreign key), or by reference. Does nothing on the database.",
                model.name
            ),
            quote!(SourceRow),
            quote!(BelongsToRepository),
            quote!(belongs_to),
        ),
    };
    quote! {
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
    let fields = |owner: &syn::Ident, side: &str| {
        let span = owner.span();
        let private = at_span(private, span);
        let fields = (0..count).map(|nth| {
            let at = format_ident!("__{side}_{nth}");
            quote_spanned!(span=> #private::Field<#owner, { #at }>)
        });
        match count {
            1 => quote!(#(#fields)*),
            _ => quote!((#(#fields),*)),
        }
    };
    let (key_from, key_to) = (fields(ident, "FROM"), fields(&target, "TO"));
    let (kind, slot, scoped) = match relation.is_has_one() {
        true => {
            let slot = quote!(::core::option::Option<__T>);
            (quote!(HasOne), slot.clone(), slot)
        }
        false => {
            let slot = quote!(#private::Referred<Self::KeyFrom, #ident, __T>);
            (
                quote!(BelongsTo),
                slot,
                quote!(#private::MaybeReferred<__T>),
            )
        }
    };
    quote! {
        impl #private::Relation for #ty {
            type Source = #ident;
            type Target = #target;
            type Key = #private::KeyOf<Self::KeyFrom, #ident>;
            type KeyFrom = #key_from;
            type KeyTo = #key_to;
            type Slot<__T: #private::Shared> = #slot;
            type Scoped<__T: #private::Shared> = #scoped;
            const AT: usize = #at;
        }
        impl #private::#kind for #ty {}
    }
}

fn include_impl(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, ident, ty) = (&model.private, &model.model.ident, &relation.ty);
    quote! {
        impl #private::RelationOf<#ident> for #ty {
            type And<__T, __Q, __L> = #private::And<__T, #ty, __Q, __L>;
        }
    }
}
