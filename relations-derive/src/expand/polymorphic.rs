//! A `belongs_to` that leads to a row of one of several models.

use super::relation::{alias, target};
use super::{Expansion, RelationExpansion, at_span, local, located_at, number};
use crate::model::target_span;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

// const _: () = {
//     type __Target = <Owner as PolymorphicModel>::This;
//     const _: () = refers_to_any::<Contact, Owner>(2);
//     const _: () = is_discriminator::<Contact>(1);
//     pub struct Contact_owner;
//     impl Contact { pub const OWNER: BelongsToAny<Contact_owner> = BelongsToAny::new(); }
//     impl<C: Connection> ContactRepository<C> { pub fn owner(&self, source: impl SourceId<Contact>) -> BelongsToAnyRepository<..> }
//     impl Polymorphic for Contact_owner { .. }
//     impl<V, ..> WithSlot<At<0>, V> for ContactWith<..> { .. }
// };
pub(super) fn relation(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, krate) = (&model.private, &model.model.krate);
    let (ident, repository) = (&model.model.ident, &model.repository);
    let RelationExpansion {
        at,
        ty,
        method,
        constant,
        ..
    } = relation;
    let (alias, target) = (alias(relation.relation), target(private, relation.relation));
    let (vis, name) = (&relation.relation.vis, &relation.relation.name);
    let key = &relation.relation.key_from[0];
    let key_at = number(model.model.position(&key.text).expect("checked before"));
    let checks = checks(model, relation);
    let discriminator = relation.relation.discriminator.as_ref();
    let type_at = discriminator.and_then(|name| model.model.position(&name.text));
    let type_at = number(type_at.expect("checked before"));
    let slot = super::with::slot(model, relation);
    let doc = format!("The relation `{name}` of `{}`.", model.name);
    let method_doc = format!(
        "The row that one `{}` belongs to, given by its id or by reference. Does nothing on the database.",
        model.name
    );
    let key_private = at_span(private, key.span);
    // Where the target is not an enum of models, this type is none either; placed there, it is not reported again.
    let at_target = target_span(&relation.relation.target);
    let (result, ty_there) = (
        at_span(private, at_target),
        located_at(quote!(#ty), at_target),
    );
    let result = quote_spanned!(at_target=> #result::BelongsToAnyRepository<'_, #ty_there, __C>);
    let key_from = quote_spanned! {key.span=>
        #key_private::Field<#ident, { #key_private::key_at::<#ident>(#key_at) }>
    };
    quote! {
        #[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
        const _: () = {
            use #krate::__private as __r;
            type #alias = #target;
            #checks
            #[derive(Debug, Clone, Copy)]
            #vis struct #ty;
            impl #ident {
                #[doc = #doc]
                #vis const #constant: #private::BelongsToAny<#ty> = #private::BelongsToAny::new();
            }
            impl<__C: #private::Connection> #repository<__C> {
                #[doc = #method_doc]
                #vis fn #method(
                    &self,
                    source: impl #private::SourceId<#ident>,
                ) -> #result {
                    self.0.belongs_to_any(source)
                }
            }
            #[automatically_derived]
            impl #private::Polymorphic for #ty {
                type Source = #ident;
                type Target = #alias;
                type KeyFrom = #key_from;
                type TypeFrom = #private::Field<#ident, { #private::type_at::<#ident>(#type_at) }>;
                type At = #private::At<#at>;
            }
            #slot
        };
    }
}

// impl<S: GiveAt<..>> ContactDraft<S> {
//     pub fn owner(self, row: impl RowOfAny<Owner>) -> ContactDraft<S::Output> { ContactDraft(self.0.refer::<Owner, _>([2, 1], row)) }
// }
/// The setters of drafts and patches that take the row itself.
pub(super) fn setters(model: &Expansion) -> TokenStream {
    let relations = model.relations();
    relations
        .filter(|relation| relation.relation.is_to_any())
        .map(|relation| setters_of(model, &relation))
        .collect()
}

fn setters_of(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let private = &model.private;
    // Named as the user does, and not as `This`: that it is an enum of models is asked once, elsewhere.
    let target = &relation.relation.target;
    let position = |name: &str| model.model.position(name).expect("checked before");
    let discriminator = relation.relation.discriminator.as_ref();
    let discriminator = discriminator.expect("it leads to one of several models");
    let fields = [
        position(&discriminator.text),
        position(&relation.relation.key_from[0].text),
    ];
    let open = quote!(, State: #private::Open);
    let name = &relation.relation.name;
    let setters = [
        (
            &model.draft,
            super::draft::entries(model, fields),
            open,
            "Sets",
        ),
        (
            &model.patch,
            super::patch::entries(model, fields),
            TokenStream::new(),
            "Changes",
        ),
    ];
    let setters = setters.into_iter().filter_map(|(ty, entries, open, verb)| {
        let (mut state, mut bounds) = (quote!(__S), Vec::new());
        for entry in entries? {
            bounds.push(quote!(#state: #private::GiveAt<#entry #open>));
            state = quote!(<#state as #private::GiveAt<#entry>>::Output);
        }
        let doc = format!("{verb} the row that `{name}` leads to.");
        let (vis, method) = (&relation.relation.vis, &relation.method);
        let [word, id] = fields.map(number);
        let (this, row) = (local("self"), local("row"));
        Some(quote! {
            impl<__S> #ty<__S> {
                #[doc = #doc]
                #vis fn #method(self, #row: impl #private::RowOfAny<#target>) -> #ty<#state>
                where
                    #(#bounds,)*
                {
                    #ty(#this.0.refer::<#target, _>([#word, #id], #row))
                }
            }
        })
    });
    setters.collect()
}

/// The checks that the key has the type of the models' ids, and that the discriminator is text.
fn checks(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (ident, relation) = (&model.model.ident, relation.relation);
    let Some(discriminator) = &relation.discriminator else {
        return TokenStream::new();
    };
    if relation.is_broken {
        return TokenStream::new();
    }
    let key = &relation.key_from[0];
    let position = |name: &str| number(model.model.position(name).expect("checked before"));
    let (key_at, type_at) = (position(&key.text), position(&discriminator.text));
    let target = alias(relation);
    let (of_key, of_type) = (
        at_span(&model.private, key.span),
        at_span(&model.private, discriminator.span),
    );
    let key_check = quote_spanned! {key.span=>
        const _: () = #of_key::refers_to_any::<#ident, #target>(#key_at);
    };
    let type_check = quote_spanned! {discriminator.span=>
        const _: () = #of_type::is_discriminator::<#ident>(#type_at);
    };
    quote!(#key_check #type_check)
}
