//! One relation: its constant, its type, its checks and its method on the repository.

use super::{Expansion, RelationExpansion, at_span};
use crate::attr::{Name, RelationKind, ThroughAttr};
use crate::links::Links;
use crate::model::{KeyTo, Relation, target_span};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

/// The target as `<Account as Model>::This`: where `Account` is not a model, the compiler says so once, and takes all that
/// follows from it as already reported.
pub(super) fn target(private: &TokenStream, relation: &Relation) -> TokenStream {
    let (path, span) = (&relation.target, target_span(&relation.target));
    let private = at_span(private, span);
    match relation.is_to_any() {
        true => quote_spanned!(span=> <#path as #private::PolymorphicModel>::This),
        false => quote_spanned!(span=> <#path as #private::Model>::This),
    }
}

/// The model of the links, named as [`target`] names the target.
pub(super) fn link_type(private: &TokenStream, through: &ThroughAttr) -> TokenStream {
    let (path, span) = (&through.link, target_span(&through.link));
    let private = at_span(private, span);
    quote_spanned!(span=> <#path as #private::Model>::This)
}

/// The name of the target within the relation's block, placed at the user's word for it.
pub(super) fn alias(relation: &Relation) -> syn::Ident {
    syn::Ident::new("__Target", target_span(&relation.target))
}

// const _: () = {
//     type __Target = <Account as Model>::This;
//     const __AT_0: (usize, usize) = (0, find::<Account>("supplier_id"));
//     const _: () = has_field::<Account>("supplier_id", "");
//     const _: () = same_type::<Supplier, Account>(&[AT_0]);
//     const _: () = is_key::<Supplier, Account>(AT_0);
//     pub struct Supplier_account;
//     impl Supplier { pub const ACCOUNT: Supplier_account = Supplier_account; }
//     impl<C: Connection> SupplierRepository<C> { pub fn account(&self, ..) -> HasOneRepository<..> }
//     impl Relation for Supplier_account { type KeyTo = Field<Account, { key_at::<Account>(AT_0.1) }>; .. }
//     impl RelationOf<Supplier> for Supplier_account { .. }
//     impl<S> SupplierDraft<S> { pub fn account(self, ..) -> Self }
//     impl<V, ..> WithSlot<At<0>, V> for SupplierWith<..> { .. }
// };
pub(super) fn relation(model: &Expansion, relation: RelationExpansion) -> TokenStream {
    if relation.relation.is_to_any() {
        return super::polymorphic::relation(model, &relation);
    }
    let (private, krate) = (&model.private, &model.model.krate);
    let target = target(private, relation.relation);
    let alias = alias(relation.relation);
    let keys = keys(model, relation.relation);
    let links = links(model, &relation);
    let parts = [
        constant(model, &relation),
        method(model, &relation),
        relation_impl(model, &relation),
        include_impl(model, &relation),
        super::draft::nested(model, &relation),
        super::with::slot(model, &relation),
    ];
    quote! {
        #[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
        const _: () = {
            use #krate::__private as __r;
            type #alias = #target;
            #links
            #keys
            #(#parts)*
        };
    }
}

// impl OwnLinks<0> for Assembly { type First = Assembly; type Second = Part; const NAMES: LinkNames = LinkNames::new(..); }
/// What the links are called that are the relation's own.
fn links(model: &Expansion, relation: &RelationExpansion) -> Option<TokenStream> {
    let links = relation.relation.links.as_ref()?;
    let (private, source) = (&model.private, &model.model.ident);
    let (at, target) = (super::number(relation.at), alias(relation.relation));
    let (first, second) = match links.starts_at_source {
        true => (source, &target),
        false => (&target, source),
    };
    let Links {
        model,
        table,
        fields: [field, other],
        ..
    } = links;
    let schema = links
        .schema
        .as_ref()
        .map(|schema| quote!(.in_schema(#schema)));
    let columns = links.columns.as_ref();
    let columns = columns.map(|[column, other]| quote!(.with_columns([#column, #other])));
    Some(quote! {
        impl #private::OwnLinks<#at> for #source {
            type First = #first;
            type Second = #second;
            const NAMES: #private::LinkNames =
                #private::LinkNames::new([#model, #table], [&[#field], &[#other]])#schema #columns;
        }
    })
}

/// The name of the model of the links within the relation's block, placed at the user's word for it.
fn link_alias(through: &ThroughAttr) -> syn::Ident {
    syn::Ident::new("__Link", target_span(&through.link))
}

/// One side of a pair of fields that hold the same key.
struct Side {
    /// The model, by its name within the block.
    model: syn::Ident,
    position: TokenStream,
    /// Where the user named the field.
    span: Span,
    /// Whether it is known to be the id, or part of it.
    is_id: bool,
}

/// The positions of the key's fields as constants, and the checks that the derive cannot make itself.
fn keys(model: &Expansion, relation: &Relation) -> TokenStream {
    let mut tokens = match &relation.through {
        None => direct_keys(model, relation),
        Some(through) => match &relation.links {
            Some(links) => own_link_keys(model, relation, (through, links)),
            None => link_keys(model, relation, through),
        },
    };
    let private = &model.private;
    if let Some(name) = &relation.discriminator {
        tokens.extend(discriminator(model, relation, name));
    }
    let refers_to_target = match relation.kind {
        RelationKind::BelongsTo | RelationKind::ReferencesMany => true,
        RelationKind::HasOne => false,
        RelationKind::HasMany => relation.through.is_some(),
    };
    if let (true, KeyTo::Given(names), false) =
        (refers_to_target, &relation.key_to, relation.is_broken)
    {
        let target = alias(relation);
        let texts = names.iter().map(|name| &name.text);
        let private = at_span(private, names[0].span);
        tokens.extend(quote_spanned! { names[0].span=>
            const _: () = #private::is_unique::<#target>(&[#(#texts),*]);
        });
    }
    tokens
}

/// The position of the target's discriminator, and the checks that it is there, and that the target can belong to this
/// model. That it is text is for the target to see, which declares it as a discriminator.
fn discriminator(model: &Expansion, relation: &Relation, name: &Name) -> TokenStream {
    let (own, text) = (&model.model.ident, &name.text);
    let target = syn::Ident::new("__Target", name.span);
    let private = at_span(&model.private, name.span);
    let position = find(&model.private, &alias(relation), name);
    if relation.is_broken {
        let unknown = at_span(&model.private, alias(relation).span());
        return quote!(const __TYPE: usize = #unknown::UNKNOWN;);
    }
    let checks = quote_spanned! {name.span=>
        const _: () = #private::has_field::<#target>(#text, "");
        const _: () = #private::is_variant::<#target, #own>(#text);
    };
    quote! {
        const __TYPE: usize = #position;
        #checks
    }
}

/// The pairs of a field of the source and one of the target.
fn direct_keys(model: &Expansion, relation: &Relation) -> TokenStream {
    let (private, parts) = (&model.private, relation.key_from.len());
    let (mut tokens, mut ats) = (TokenStream::new(), Vec::new());
    for nth in 0..parts {
        let from = own_side(model, relation, nth);
        let to = target_side(private, relation, nth, parts);
        // What is wrong about the target's id is wrong about the key that refers to it.
        let at = match relation.key_to {
            KeyTo::Id => relation.key_from[nth].span,
            _ => to.span,
        };
        let checks = match relation.is_broken {
            true => TokenStream::new(),
            false => has_field(private, relation, nth),
        };
        let name = format_ident!("__AT_{nth}");
        tokens.extend(pair(
            private,
            &name,
            &mut ats,
            [&from, &to],
            (both(&from, &to), checks),
            at,
            relation,
        ));
    }
    tokens
}

/// The pairs of a field of the source, or of the target, and one of the link.
fn link_keys(model: &Expansion, relation: &Relation, through: &ThroughAttr) -> TokenStream {
    let (private, link) = (&model.private, link_alias(through));
    let own = &model.model.ident;
    let target = alias(relation);
    let link_type = link_type(private, through);
    let mut tokens = quote!(type #link = #link_type;);
    let sides = [
        (
            own,
            "FROM",
            "key_from",
            &through.key_from,
            relation.key_from.len(),
        ),
        (
            &target,
            "TO",
            "key_to",
            &through.key_to,
            relation.target_parts(),
        ),
    ];
    let mut constants = Vec::new();
    let are_inferred = through.key_from.is_none() && through.key_to.is_none();
    for (model_of_side, side, argument, names, parts) in sides {
        let mut ats = Vec::new();
        for nth in 0..parts {
            let (held, check) = link_side(
                private,
                &link,
                model_of_side,
                (argument, names, are_inferred),
                (nth, parts),
            );
            let (refers_to, mut checks) = match side {
                "FROM" => (own_side(model, relation, nth), TokenStream::new()),
                _ => (
                    target_side(private, relation, nth, parts),
                    has_field(private, relation, nth),
                ),
            };
            checks.extend(check);
            let checks = match relation.is_broken {
                true => TokenStream::new(),
                false => checks,
            };
            let name = format_ident!("__{side}_{nth}");
            let at = held.span;
            let is_of_id = side == "TO" && matches!(relation.key_to, KeyTo::Id);
            let positions = match is_of_id && !relation.is_broken {
                true => id_and_held(private, [&refers_to, &held], names, (nth, parts)),
                false => both(&refers_to, &held),
            };
            tokens.extend(pair(
                private,
                &name,
                &mut ats,
                [&refers_to, &held],
                (positions, checks),
                at,
                relation,
            ));
        }
        constants.push(ats);
    }
    let (from, to) = (&constants[0], &constants[1]);
    let at = through
        .key_to
        .as_ref()
        .map_or(link.span(), |names| names[0].span);
    let (link, private) = (syn::Ident::new("__Link", at), at_span(private, at));
    if relation.is_broken {
        return tokens;
    }
    tokens.extend(match are_inferred {
        true => quote_spanned! {at=>
            const _: () = #private::links_join::<#link, #own, #target>(&[#(#from),*], &[#(#to),*]);
        },
        false => quote_spanned! {at=>
            const _: () = #private::keys_differ::<#link>(&[#(#from),*], &[#(#to),*]);
        },
    });
    tokens
}

/// The position of the target's id where links are the relation's own, so that nothing else about the keys can be wrong. Whether that
/// id is one field is asked for by `OwnLinks`.
fn own_link_keys(
    model: &Expansion,
    relation: &Relation,
    (through, links): (&ThroughAttr, &Links),
) -> TokenStream {
    let (private, own) = (&model.private, &model.model.ident);
    let (link, target) = (link_alias(through), alias(relation));
    let at = super::number(model.position_of(relation));
    let [_, to_link] = links.positions().map(super::number);
    quote! {
        type #link = #private::OwnLink<#own, #at>;
        const __TO_0: (usize, usize) = (#private::id_part::<#target>(0, 1), #to_link);
    }
}

/// The field of a link that refers to one side, and the check that it is there.
fn link_side(
    private: &TokenStream,
    link: &syn::Ident,
    referred: &syn::Ident,
    (argument, names, is_checked): (&str, &Option<Vec<Name>>, bool),
    (nth, parts): (usize, usize),
) -> (Side, TokenStream) {
    let span = names.as_ref().map_or(link.span(), |names| names[nth].span);
    let (private, link) = (at_span(private, span), syn::Ident::new("__Link", span));
    let (position, check) = match names {
        Some(names) => {
            let text = &names[nth].text;
            (
                quote_spanned!(span=> #private::find::<#link>(#text)),
                quote_spanned!(span=> const _: () = #private::has_field::<#link>(#text, "");),
            )
        }
        None => {
            let (is_first, nth, parts) = (nth == 0, super::number(nth), super::number(parts));
            let check = match is_first {
                true if !is_checked => {
                    let name = match argument {
                        "key_from" => quote!(__FROM_0),
                        _ => quote!(__TO_0),
                    };
                    quote_spanned! {span=>
                        const _: () = #private::links_to::<#link, #referred>((#name.0, #parts), #argument);
                    }
                }
                _ => TokenStream::new(),
            };
            (
                quote_spanned!(span=> #private::link_at::<#link, #referred>(#nth, #parts)),
                check,
            )
        }
    };
    let side = Side {
        model: link,
        position,
        span,
        is_id: false,
    };
    (side, check)
}

/// The positions of both fields.
fn both(from: &Side, to: &Side) -> TokenStream {
    let (from, to) = (&from.position, &to.position);
    quote!((#from, #to))
}

/// The same of a part of the target's id, and of the field of a link that refers to it.
fn id_and_held(
    private: &TokenStream,
    [id, held]: [&Side; 2],
    names: &Option<Vec<Name>>,
    (nth, parts): (usize, usize),
) -> TokenStream {
    let (target, link, span) = (&id.model, &held.model, held.span);
    let (private, at, parts) = (
        at_span(private, span),
        super::number(nth),
        super::number(parts),
    );
    match names {
        Some(names) => {
            let text = &names[nth].text;
            quote_spanned!(span=> #private::id_and_field::<#target, #link>(#at, #parts, #text))
        }
        None => quote_spanned!(span=> #private::id_and_link::<#target, #link>(#at, #parts)),
    }
}

fn own_side(model: &Expansion, relation: &Relation, nth: usize) -> Side {
    let key = &relation.key_from[nth];
    let position = model.model.position(&key.text).expect("checked before");
    Side {
        model: model.model.ident.clone(),
        position: super::number(position).to_token_stream(),
        span: key.span,
        is_id: model.model.fields[position].id,
    }
}

fn target_side(private: &TokenStream, relation: &Relation, nth: usize, parts: usize) -> Side {
    let target = alias(relation);
    let (span, position) = match &relation.key_to {
        _ if relation.is_broken => (target.span(), quote!(#private::UNKNOWN)),
        KeyTo::Given(names) => (names[nth].span, find(private, &target, &names[nth])),
        KeyTo::Inferred(name) => (name.span, find(private, &target, name)),
        KeyTo::Id => {
            let (private, span) = (at_span(private, target.span()), target.span());
            let (nth, parts) = (super::number(nth), super::number(parts));
            let id = quote_spanned!(span=> #private::id_part::<#target>(#nth, #parts));
            (span, id)
        }
    };
    Side {
        model: target,
        position,
        span,
        is_id: false,
    }
}

/// The constant that says where two fields are which hold the same part of a key, and the checks that both have one type,
/// which can be a key.
fn pair(
    private: &TokenStream,
    name: &syn::Ident,
    ats: &mut Vec<syn::Ident>,
    [from, to]: [&Side; 2],
    (positions, checks): (TokenStream, TokenStream),
    at: Span,
    relation: &Relation,
) -> TokenStream {
    let mut tokens = quote! {
        const #name: (usize, usize) = #positions;
        #checks
    };
    let (left, right) = (&from.model, &to.model);
    ats.push(name.clone());
    if relation.is_broken {
        return tokens;
    }
    if relation.kind == RelationKind::ReferencesMany {
        let private = at_span(private, from.span);
        tokens.extend(quote_spanned! {from.span=>
            const _: () = #private::is_list_of::<#left, #right>(#name);
        });
        return tokens;
    }
    let (at_key, at_type) = (at_span(private, from.span), at_span(private, at));
    tokens.extend(quote_spanned! {at=>
        const _: () = #at_type::same_type::<#left, #right>(&[#(#ats),*]);
    });
    // What an id is, its own model was asked.
    let refers_to_id = name.to_string().starts_with("__TO") && matches!(relation.key_to, KeyTo::Id);
    if !refers_to_id && !from.is_id {
        tokens.extend(quote_spanned! {from.span=>
            const _: () = #at_key::is_key::<#left, #right>(#name);
        });
    }
    tokens
}

fn find(private: &TokenStream, target: &syn::Ident, Name { text, .. }: &Name) -> TokenStream {
    let (private, span) = (at_span(private, target.span()), target.span());
    quote_spanned!(span=> #private::find::<#target>(#text))
}

/// The check that the target has the field of its side.
fn has_field(private: &TokenStream, relation: &Relation, nth: usize) -> TokenStream {
    let (Name { text, span }, help) = match &relation.key_to {
        KeyTo::Given(names) if relation.through.is_some() => (
            &names[nth],
            "a field of the link goes into `through(..)`; as for the target, ",
        ),
        KeyTo::Given(names) => (&names[nth], ""),
        KeyTo::Inferred(name) => (name, "set `key_to`; "),
        KeyTo::Id if nth > 0 => return TokenStream::new(),
        KeyTo::Id => return has_id(private, relation),
    };
    let private = at_span(private, *span);
    let target = syn::Ident::new("__Target", *span);
    let holds_key = relation.through.is_none()
        && matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany);
    match &relation.discriminator {
        Some(Name { text: word, .. }) => quote_spanned! {*span=>
            const _: () = #private::has_typed_key::<#target>(#text, #help, #word);
        },
        None if holds_key => quote_spanned! {*span=>
            const _: () = #private::has_field::<#target>(#text, #help);
            const _: () = #private::is_untyped_key::<#target>(#text);
        },
        None => quote_spanned! {*span=>
            const _: () = #private::has_field::<#target>(#text, #help);
        },
    }
}

/// The check that the target's id has as many fields as the key that refers to it.
fn has_id(private: &TokenStream, relation: &Relation) -> TokenStream {
    let mut span = target_span(&relation.target);
    let count = relation.target_parts();
    let check = match (&relation.through, relation.kind) {
        (Some(through), _) => {
            span = match &through.key_to {
                Some(names) => names[0].span,
                None => target_span(&through.link),
            };
            quote!(has_id_in_links::<__Target, __Link>)
        }
        (None, RelationKind::ReferencesMany) => quote!(has_id_in_list::<__Target>),
        _ => quote!(has_id_of::<__Target>),
    };
    // The target is named at its own place, so that one which is not a model is reported once.
    let at_target = target_span(&relation.target);
    let check = check.into_iter().map(|mut token| {
        let is_target = matches!(&token, proc_macro2::TokenTree::Ident(word) if word == "__Target");
        token.set_span(if is_target { at_target } else { span });
        token
    });
    let (private, check) = (at_span(private, span), check.collect::<TokenStream>());
    quote_spanned!(span=> const _: () = #private::#check(#count);)
}

pub(super) fn constant(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let RelationExpansion {
        ty,
        constant,
        relation: Relation { vis, name, .. },
        ..
    } = relation;
    let ident = &model.model.ident;
    let doc = format!("The relation `{name}` of `{}`.", model.name);
    quote! {
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
    let is_through = relation.relation.through.is_some();
    let of_one = format!("of one `{}`, given by its key or by reference", model.name);
    let (doc, trait_, result, call) = match relation.relation.kind {
        RelationKind::HasOne => (
            format!("The `{target}` {of_one}."),
            quote!(SourceKey),
            quote!(HasOneRepository),
            quote!(has_one),
        ),
        RelationKind::HasMany if is_through => (
            format!(
                "The rows of `{target}` linked to one `{}`, given by its key or by reference.",
                model.name
            ),
            quote!(SourceKey),
            quote!(HasManyThroughRepository),
            quote!(has_many_through),
        ),
        RelationKind::HasMany => (
            format!("The rows of `{target}` {of_one}."),
            quote!(SourceKey),
            quote!(HasManyRepository),
            quote!(has_many),
        ),
        RelationKind::ReferencesMany => (
            format!(
                "The rows of `{target}` in the list of one `{}`, given by its id or by reference.",
                model.name
            ),
            quote!(SourceId),
            quote!(ReferencesManyRepository),
            quote!(references_many),
        ),
        RelationKind::BelongsTo => (
            format!(
                "The `{target}` that one `{}` belongs to. Given by the id of the latter (not by its foreign key), or by reference.",
                model.name
            ),
            quote!(SourceRow),
            quote!(BelongsToRepository),
            quote!(belongs_to),
        ),
    };
    let doc = format!("{doc} Does nothing on the database.");
    let of = match relation.relation.kind {
        RelationKind::ReferencesMany => &model.model.ident,
        _ => ty,
    };
    quote! {
        impl<__C: #private::Connection> #repository<__C> {
            #[doc = #doc]
            #vis fn #method(
                &self,
                source: impl #private::#trait_<#of>,
            ) -> #private::#result<'_, #ty, __C> {
                self.0.#call(source)
            }
        }
    }
}

fn relation_impl(model: &Expansion, relation: &RelationExpansion) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let RelationExpansion { at, ty, .. } = relation;
    let relation = relation.relation;
    let target = alias(relation);
    // By way of `key_at`, whose position is unknown where the field cannot be a key, so that the types found by it are keys.
    let fields = |owner: &syn::Ident, side: &str, count: usize, which: usize| {
        let span = owner.span();
        let (private, which) = (at_span(private, span), super::number(which));
        let fields = (0..count).map(|nth| {
            let at = format_ident!("__{side}_{nth}");
            quote_spanned!(span=> #private::Field<#owner, { #private::key_at::<#owner>(#at.#which) }>)
        });
        match count {
            1 => quote!(#(#fields)*),
            _ => quote!((#(#fields),*)),
        }
    };
    let (from, to) = (relation.key_from.len(), relation.target_parts());
    let key_from = own_fields(model, relation);
    let key_to = match &relation.through {
        None => fields(&target, "AT", to, 1),
        Some(_) => fields(&target, "TO", to, 0),
    };
    let key_to = match relation.discriminator {
        Some(_) => {
            let private = at_span(private, target.span());
            quote!(#private::Typed<#key_to, #private::Field<#target, { __TYPE }>>)
        }
        None => key_to,
    };
    let kind = match (relation.kind, &relation.through) {
        (RelationKind::HasOne, _) => quote!(HasOne),
        (RelationKind::BelongsTo, _) => quote!(BelongsTo),
        (RelationKind::ReferencesMany, _) => quote!(ReferencesMany),
        (RelationKind::HasMany, None) => quote!(HasMany),
        (RelationKind::HasMany, Some(_)) => quote!(Through),
    };
    let through = relation.through.as_ref().map(|through| {
        let link = link_alias(through);
        let (link_from, link_to) = match &relation.links {
            Some(links) => {
                // At the target, so that one which does not fit is reported once.
                let (span, private) = (target.span(), at_span(private, target.span()));
                let key = |at| quote_spanned!(span=> #private::OwnLinkKey<#at>);
                let [from, to] = links.positions().map(super::number);
                (key(from), key(to))
            }
            None => (fields(&link, "FROM", from, 1), fields(&link, "TO", to, 1)),
        };
        quote! {
            #[automatically_derived]
            impl #private::HasManyThrough for #ty {
                type Link = #link;
                type LinkFrom = #link_from;
                type LinkTo = #link_to;
            }
        }
    });
    quote! {
        #through
        #[automatically_derived]
        impl #private::Relation for #ty {
            type Source = #ident;
            type Target = #target;
            type Key = #private::KeyOf<Self::KeyFrom, #ident>;
            type KeyFrom = #key_from;
            type KeyTo = #key_to;
            type Kind = #private::kinds::#kind;
            type At = #private::At<#at>;
        }
    }
}

/// The fields of the source that hold the key, as a type: at an unknown position where the type of one cannot be a key, or is
/// no list.
fn own_fields(model: &Expansion, relation: &Relation) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let (field, find) = match relation.kind {
        RelationKind::ReferencesMany => (quote!(ListField), quote!(list_at)),
        _ => (quote!(Field), quote!(key_at)),
    };
    let fields = relation.key_from.iter().map(|key| {
        let at = model.model.position(&key.text).expect("checked before");
        let at = super::number(at);
        quote!(#private::#field<#ident, { #private::#find::<#ident>(#at) }>)
    });
    let fields: Vec<TokenStream> = fields.collect();
    match fields.len() {
        1 => quote!(#(#fields)*),
        _ => quote!((#(#fields),*)),
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
