//! `#[derive(FromRow)]`: structs that rows of the user's own statements are read into.

use crate::errors::Errors;
use crate::names::plain;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, LitStr, Path};

const HELP: &str = "write `struct Revenue { country: String, total: i64 }`";

// impl FromRow for Revenue {
//     fn columns() -> Option<Vec<&'static str>> { Some(vec!["country", "total"]) }
//     fn read(row: &mut Row) -> ReadResult<Self> { Ok(Revenue { country: row.read::<String>()?, total: row.read::<i64>()? }) }
// }
pub(crate) fn expanded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let krate = crate_path(&input.attrs, &mut errors);
    let code = match &input.data {
        _ if !input.generics.params.is_empty() => {
            errors.add(
                input.generics.span(),
                "a struct that rows are read into cannot be generic",
            );
            None
        }
        Data::Struct(data) => named(input, &data.fields, &mut errors),
        _ => {
            refuse(input, &mut errors);
            None
        }
    };
    let errors = errors.finish();
    let private = private(krate.as_ref());
    let code = code.map(|code| quote!(const _: () = { use #private as __r; #code };));
    quote!(#errors #code)
}

fn private(krate: Option<&Path>) -> TokenStream {
    match krate {
        Some(path) => quote!(#path::__private),
        None => quote!(::relations::__private),
    }
}

fn refuse(input: &DeriveInput, errors: &mut Errors) {
    let message = format!("rows are read into a struct with named fields\nhelp: {HELP}");
    errors.add(input.ident.span(), message);
}

fn named(input: &DeriveInput, fields: &Fields, errors: &mut Errors) -> Option<TokenStream> {
    let Fields::Named(fields) = fields else {
        refuse(input, errors);
        return None;
    };
    let name = &input.ident;
    let columns: Vec<String> = fields
        .named
        .iter()
        .map(|field| column(field, errors))
        .collect();
    let read = fields.named.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote_spanned!(ty.span()=> #ident: row.read::<#ty>()?)
    });
    Some(quote! {
        #[automatically_derived]
        impl __r::FromRow for #name {
            fn columns() -> ::core::option::Option<::std::vec::Vec<&'static str>> {
                ::core::option::Option::Some(::std::vec![#(#columns),*])
            }
            fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
                __r::ReadResult::Ok(#name { #(#read),* })
            }
        }
    })
}

/// The column that a field is read from: its own name, or `#[model(column = "…")]`.
fn column(field: &Field, errors: &mut Errors) -> String {
    let mut column = field.ident.as_ref().map(plain).unwrap_or_default();
    for attribute in field.attrs.iter().filter(|attribute| is_ours(attribute)) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("column") {
                return Err(meta.error("a field of a row takes `column`"));
            }
            column = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        });
        parsed.unwrap_or_else(|error| errors.push(error));
    }
    column
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("model")
}

/// `#[model(crate = "…")]` on the struct.
fn crate_path(attributes: &[Attribute], errors: &mut Errors) -> Option<Path> {
    let mut path = None;
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("a struct that rows are read into takes `crate`"));
            }
            path = Some(meta.value()?.parse::<LitStr>()?.parse()?);
            Ok(())
        });
        parsed.unwrap_or_else(|error| errors.push(error));
    }
    path
}
