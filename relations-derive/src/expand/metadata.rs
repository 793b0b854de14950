//! Typed columns, and the impl of `Model` with the metadata.

use super::column_type::{self, column_type, shown_type};
use super::{Expansion, at_span, documented, local, number, type_span};
use crate::attr::{Name, RelationKind};
use crate::model::{Field, KeyTo};
use crate::names::ident;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

// impl Supplier { pub const NAME: Column<Supplier, String> = column(1); pub fn draft() -> SupplierDraft { .. } .. }
pub(super) fn inherent(model: &Expansion) -> TokenStream {
    let (private, ident_) = (&model.private, &model.model.ident);
    let columns = model.fields().map(|(at, field)| {
        let at = number(at);
        let (vis, ty) = (&field.vis, shown_type(private, field));
        let constant = ident(&field.name.to_uppercase(), Span::call_site());
        let doc = format!("The column of [`{}`](Self::{}).", field.name, field.ident);
        let doc = documented(&doc, field);
        quote! {
            #doc
            #vis const #constant: #private::Column<#ident_, #ty> = #private::column(#at);
        }
    });
    let starts = match model.model.is_view {
        true => TokenStream::new(),
        false => [super::draft::start(model), super::patch::start(model)]
            .into_iter()
            .collect(),
    };
    quote! {
        impl #ident_ {
            #(#columns)*
            #starts
        }
    }
}

// impl Model for Supplier { type Id = i64; const SERIALIZE: ..; const FIELDS: ... = &[FieldMetadata::new::<i64>("id", ..).with_id()]; .. }
// impl FieldAt<0> for Supplier { type Type = i64; type Entry = .. }
pub(super) fn model(model: &Expansion) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let (name, table) = (&model.name, &model.model.table);
    let schema = model
        .model
        .schema
        .iter()
        .map(|name| quote!(.in_schema(#name)));
    let schema: TokenStream = schema.collect();
    let constraints = constraints(model);
    let (id, id_impl) = id(model);
    let fields = model.fields().map(|(at, field)| {
        let metadata = field_metadata(private, at, field);
        let embedded = embedded(model, at);
        quote!(#metadata #embedded)
    });
    let relations = model
        .model
        .relations
        .iter()
        .enumerate()
        .map(|(at, relation)| relation_metadata(model, at, relation));
    let with = match model.model.relations.is_empty() {
        true => quote!(Self),
        false => {
            let with = &model.with;
            quote!(#with)
        }
    };
    let (this, row) = (local("self"), local("row"));
    let reads = model.fields().map(|(at, field)| {
        let at = number(at);
        let (name, span) = (&field.ident, type_span(&field.ty));
        let private = at_span(private, span);
        let value = quote_spanned!(span=> #private::read::<Self, #at>(#row)?);
        let value = column_type::restored(&private, field, value);
        quote_spanned!(span=> #name: #value)
    });
    let columns = model.fields().map(|(at, field)| {
        let (name, span) = (&field.ident, type_span(&field.ty));
        let private = at_span(private, span);
        let value = quote_spanned!(span=> &#this.#name);
        let value = column_type::borrowed(&private, field, at, value);
        let at = number(at);
        quote_spanned!(span=> #at => #value)
    });
    let fields_at = model.fields().map(|(at, field)| field_at(model, at, field));
    let checks = [
        generated_id(model),
        hidden(model),
        times(model),
        version(model),
        decimals(model),
    ];
    let discriminator = model.model.discriminator.iter();
    let discriminator =
        discriminator.map(|word| quote!(const DISCRIMINATOR: &'static str = #word;));
    let discriminator = quote!(#(#discriminator)*);
    quote! {
        #[diagnostic::do_not_recommend]
        #[automatically_derived]
        impl #private::Model for #ident {
            #id_impl
            type With = #with;
            type This = Self;
            const SERIALIZE: #private::Erase<Self> = #private::SerializeProbe::<Self>::ERASE;
            const NAME: &'static str = #name;
            #discriminator
            const FIELDS: &'static [#private::FieldMetadata] = &[#(#fields),*];

            const METADATA: #private::Metadata = &#private::about::<Self>().model(
                (#name, #table),
                &[#(#relations),*],
                &[#(#id),*],
            )#schema #constraints;

            fn read(#row: &mut #private::Row<'_>) -> #private::ReadResult<Self> {
                #private::ReadResult::Ok(#ident { #(#reads),* })
            }

            fn column_value(&#this, at: usize) -> #private::FieldValue<'_> {
                match at {
                    #(#columns,)*
                    _ => ::core::unreachable!(),
                }
            }
        }
        #(#fields_at)*
        #(#checks)*
    }
}

/// What the table holds to beside its keys, and whether it is a view.
fn constraints(model: &Expansion) -> TokenStream {
    let groups = |groups: &[Vec<usize>]| {
        let groups = groups.iter().map(|group| {
            let positions = group.iter().map(|at| number(*at));
            quote!(&[#(#positions),*])
        });
        quote!(&[#(#groups),*])
    };
    let mut tokens = TokenStream::new();
    if !model.model.unique.is_empty() {
        let unique = groups(&model.model.unique);
        tokens.extend(quote!(.with_unique(#unique)));
    }
    if !model.model.indexes.is_empty() {
        let indexes = groups(&model.model.indexes);
        tokens.extend(quote!(.with_indexes(#indexes)));
    }
    if model.model.is_view {
        tokens.extend(quote!(.as_view()));
    }
    if let Some(comment) = &model.model.comment {
        tokens.extend(quote!(.with_comment(#comment)));
    }
    if let Some(was) = &model.model.was {
        let was = &was.text;
        tokens.extend(quote!(.with_former_table(#was)));
    }
    if !model.model.checks.is_empty() {
        let checks = &model.model.checks;
        tokens.extend(quote!(.with_checks(&[#(#checks),*])));
    }
    tokens
}

/// The check that the database can make the id, where it is to.
fn generated_id(model: &Expansion) -> TokenStream {
    let ident = &model.model.ident;
    let checked = model.fields().filter(|(_, field)| {
        field.id && field.generated && field.default.is_none() && !model.model.has_broken_id
    });
    let checks = checked.map(|(at, field)| {
        let span = type_span(&field.ty);
        let private = at_span(&model.private, span);
        quote_spanned!(span=> const _: () = #private::can_be_generated::<#ident>(#at);)
    });
    quote!(#(#checks)*)
}

/// The check that `Serialize`, where the model implements it, leaves out what is hidden.
fn hidden(model: &Expansion) -> TokenStream {
    let ident = &model.model.ident;
    let checks = model.fields().filter_map(|(at, field)| {
        let span = field.hidden.filter(|_| field.skip.is_none())?;
        let (private, at) = (at_span(&model.private, span), number(at));
        Some(quote_spanned!(span=> const _: () = #private::is_left_out::<#ident>(#at);))
    });
    quote!(#(#checks)*)
}

/// The check that what holds the time of a write is a time.
fn times(model: &Expansion) -> TokenStream {
    let ident = &model.model.ident;
    let fields = model.fields().filter(|(_, field)| field.is_time_of_write());
    let checks = fields.map(|(at, field)| {
        let (span, at) = (type_span(&field.ty), number(at));
        let private = at_span(&model.private, span);
        quote_spanned!(span=> const _: () = #private::is_time::<#ident>(#at);)
    });
    quote!(#(#checks)*)
}

/// The type of the version of a row, and the check that it is an integer.
fn version(model: &Expansion) -> TokenStream {
    let ident = &model.model.ident;
    let field = model.fields().find(|(_, field)| field.version.is_some());
    let version = field.map(|(at, field)| {
        let (span, ty, at) = (type_span(&field.ty), &field.ty, number(at));
        let private = at_span(&model.private, span);
        quote_spanned! {span=>
            #[automatically_derived]
            impl #private::Versioned for #ident {
                type Version = #ty;
            }
            const _: () = #private::is_version::<#ident>(#at);
        }
    });
    quote!(#version)
}

/// The check that a field whose digits are counted is a decimal.
fn decimals(model: &Expansion) -> TokenStream {
    let ident = &model.model.ident;
    let fields = model
        .fields()
        .filter(|(_, field)| field.precision.is_some());
    let checks = fields.map(|(at, field)| {
        let (span, at) = (type_span(&field.ty), number(at));
        let private = at_span(&model.private, span);
        quote_spanned!(span=> const _: () = #private::is_decimal::<#ident>(#at);)
    });
    quote!(#(#checks)*)
}

/// The positions of the id's fields, and its type in the impl, placed at the type of the first field.
fn id(model: &Expansion) -> (Vec<usize>, TokenStream) {
    let at = model.model.id();
    let types = at
        .iter()
        .map(|at| column_type(&model.private, &model.model.fields[*at]));
    let types: Vec<TokenStream> = types.collect();
    let ty = match types.len() {
        _ if model.model.has_broken_id => quote!(i64),
        1 => quote!(#(#types)*),
        _ => quote!((#(#types),*)),
    };
    let span = type_span(&model.model.fields[at[0]].ty);
    (at, quote_spanned!(span=> type Id = #ty;))
}

/// That the field keeps rows of another model.
fn embedded(model: &Expansion, at: usize) -> TokenStream {
    let private = &model.private;
    let embeds = model.model.embeds.iter().find(|embeds| embeds.at == at);
    let embeds = embeds.map(|embeds| {
        let (name, is_many, target) = (&embeds.name, embeds.is_many, &embeds.target);
        quote!(.with_embedded(#name, #is_many, #private::EmbeddedProbe::<#target>::METADATA))
    });
    quote!(#embeds)
}

fn field_metadata(private: &TokenStream, at: usize, field: &Field) -> TokenStream {
    let (name, json_name, column) = (&field.name, &field.json_name, &field.column);
    let span = type_span(&field.ty);
    let (private, at) = (at_span(private, span), number(at));
    let mut tokens =
        quote_spanned!(span=> #private::field::<Self, #at>(#name, #json_name, #column));
    for (is_set, method) in [
        (field.id, quote!(with_id)),
        (field.generated, quote!(with_generated)),
        (field.unique, quote!(with_unique)),
        (field.index, quote!(with_index)),
        (field.hidden.is_some(), quote!(with_hidden)),
        (field.read_only, quote!(with_read_only)),
    ] {
        if is_set {
            tokens.extend(quote!(.#method()));
        }
    }
    if let Some(default) = &field.default {
        tokens.extend(quote!(.with_default(#default)));
    }
    if let Some(path) = &field.default_with {
        let span = path.segments.last().map_or(span, |last| last.ident.span());
        let private = at_span(&private, span);
        let made = quote_spanned!(span=> #private::made::<Self, #at>(#path()));
        tokens.extend(quote!(.with_default_with(|| #made)));
    }
    if field.created_at.is_some() {
        tokens.extend(quote!(.with_created_at()));
    }
    if field.updated_at.is_some() {
        tokens.extend(quote!(.with_updated_at()));
    }
    if field.on_update_now.is_some() {
        tokens.extend(quote!(.with_on_update_now()));
    }
    if field.version.is_some() {
        tokens.extend(quote!(.with_version()));
    }
    if let Some(length) = field.length {
        tokens.extend(quote!(.with_length(#length)));
    }
    if let Some((precision, scale)) = field.precision {
        tokens.extend(quote!(.with_precision(#precision, #scale)));
    }
    if let Some(comment) = &field.comment {
        tokens.extend(quote!(.with_comment(#comment)));
    }
    if let Some(was) = &field.was {
        let was = &was.text;
        tokens.extend(quote!(.with_former_column(#was)));
    }
    if let Some(db_type) = &field.db_type {
        tokens.extend(quote!(.with_db_type(#db_type)));
    }
    tokens
}

fn relation_metadata(
    model: &Expansion,
    at: usize,
    relation: &crate::model::Relation,
) -> TokenStream {
    let private = &model.private;
    let target = super::relation::target(private, relation);
    let (name, json_name) = (&relation.name, &relation.json_name);
    let kind = match relation.kind {
        RelationKind::HasOne => quote!(has_one),
        RelationKind::HasMany => quote!(has_many),
        RelationKind::BelongsTo => quote!(belongs_to),
        RelationKind::ReferencesMany => quote!(references_many),
    };
    let key_from = relation.key_from.iter().map(|name| &name.text);
    let key_to: Vec<TokenStream> = match &relation.key_to {
        KeyTo::Given(names) => names
            .iter()
            .map(|Name { text, .. }| quote!(#text))
            .collect(),
        KeyTo::Inferred(Name { text, .. }) => vec![quote!(#text)],
        KeyTo::Id => (0..relation.target_parts())
            .map(|nth| quote!(#private::id_name::<#target>(#nth)))
            .collect(),
    };
    let span = crate::model::target_span(&relation.target);
    let at_target = at_span(private, span);
    let (ends, key_to) = match relation.is_to_any() {
        true => (
            quote_spanned!(span=> #at_target::ends_any::<Self, #target>()),
            vec![quote_spanned!(span=> #at_target::any_id_name::<#target>())],
        ),
        false => (quote!(#private::ends::<Self, #target>()), key_to),
    };
    let mut tokens = quote! {
        #ends.#kind([#name, #json_name], &[#(#key_from),*], &[#(#key_to),*])
    };
    if let Some(through) = &relation.through {
        let at = number(at);
        let (link, own) = match relation.links {
            Some(_) => (
                quote!(#private::OwnLink<Self, #at>),
                quote!(.with_own_links()),
            ),
            None => (
                super::relation::link_type(private, through),
                TokenStream::new(),
            ),
        };
        let key = |names: &Option<Vec<Name>>| {
            let names = names.iter().flatten().map(|name| &name.text);
            quote!(&[#(#names),*])
        };
        tokens.extend(quote!(.with_links::<#link>()#own));
        if through.key_from.is_some() || through.key_to.is_some() {
            let (from, to) = (key(&through.key_from), key(&through.key_to));
            tokens.extend(quote!(.with_link_keys(#from, #to)));
        }
        if !through.is_unique {
            tokens.extend(quote!(.with_repeated_links()));
        }
    }
    if let Some(Name { text, .. }) = &relation.discriminator {
        tokens.extend(match relation.is_to_any() {
            true => {
                let any = quote_spanned!(span=> <#target as #at_target::PolymorphicModel>);
                let (types, models) = (
                    quote_spanned!(span=> #any::TYPES),
                    quote_spanned!(span=> #any::MODELS),
                );
                quote!(.with_types(#text, #types, #models))
            }
            false => {
                quote!(.with_discriminator(#text, &[<Self as #private::Model>::DISCRIMINATOR]))
            }
        });
    }
    if let Some(scope) = &relation.scope {
        let made = quote_spanned!(crate::model::target_span(scope)=> #scope);
        tokens.extend(quote!(.with_scope(|| {
            static __SCOPE: #private::ScopeCell = #private::ScopeCell::new();
            __SCOPE.made::<#target>(#made)
        })));
    }
    for (action, method) in [
        (&relation.on_delete, quote!(with_on_delete)),
        (&relation.on_update, quote!(with_on_update)),
    ] {
        if let Some(action) = action {
            let action = ident_of_action(&action.text);
            tokens.extend(quote!(.#method(#private::ReferentialAction::#action)));
        }
    }
    if relation.is_closed {
        tokens.extend(quote!(.without_include()));
    }
    tokens
}

fn ident_of_action(action: &str) -> syn::Ident {
    ident(&crate::names::pascal_case(action), Span::call_site())
}

fn field_at(model: &Expansion, at: usize, field: &Field) -> TokenStream {
    let (private, ident) = (&model.private, &model.model.ident);
    let ty = column_type(private, field);
    let check = column_type::check(model, at, field);
    let (entry, at) = (super::draft::entry_type(model, at, field), number(at));
    // The impl is not placed at the type: where that does not exist, the compiler would say so a second time, with the
    // advice to give the impl type parameters.
    quote! {
        #check
        #[automatically_derived]
        impl #private::FieldAt<#at> for #ident {
            type Type = #ty;
            type Entry = #entry;
        }
    }
}
