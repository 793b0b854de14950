//! The types of columns, which a derive knows by their names alone.

use super::{Expansion, at_span, located_at, number, type_span};
use crate::model::{Field, ungrouped};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericArgument, PathArguments, Type};

// <i64 as ColumnType>::This
// ColumnOf<Status, { ColumnProbe::<Status>::IS_COLUMN }>
/// The type of a field. Where that may be no column type, what stands for it then: all but [`check`] must go on as if it
/// were one.
pub(super) fn column_type(private: &TokenStream, field: &Field) -> TokenStream {
    let span = type_span(&field.ty);
    let private = at_span(private, span);
    let ty = stored_type(&private, field);
    match is_known_field(field) {
        true => quote_spanned!(span=> <#ty as #private::ColumnType>::This),
        false => {
            let is_column = quote_spanned!(span=> #private::ColumnProbe::<#ty>::IS_COLUMN);
            quote_spanned!(span=> #private::ColumnOf<#ty, { #is_column }>)
        }
    }
}

/// The same as users read it in the documentation of their model: a known type as it is written.
pub(super) fn shown_type(private: &TokenStream, field: &Field) -> TokenStream {
    match is_known_field(field) {
        true => field.ty.to_token_stream(),
        false => column_type(private, field),
    }
}

// impl DeclaredAt<1> for Order { type Type = <Status as ColumnType>::This; }
/// Where the compiler says that a field's type is not a column type. Nothing depends on it, so it is said once.
pub(super) fn check(model: &Expansion, at: usize, field: &Field) -> TokenStream {
    if is_known_field(field) {
        return TokenStream::new();
    }
    let span = type_span(&field.ty);
    let (private, ident, at) = (&model.private, &model.model.ident, number(at));
    let column_type = at_span(private, span);
    let ty = match field.json_type() {
        Some(ty) => {
            let ty = located_at(ty.to_token_stream(), span);
            quote_spanned!(span=> type Type = #column_type::JsonChecked<#ty>;)
        }
        None => {
            let ty = placed_type(field);
            quote_spanned!(span=> type Type = <#ty as #column_type::ColumnType>::This;)
        }
    };
    quote! {
        #[automatically_derived]
        impl #private::DeclaredAt<#at> for #ident {
            #ty
        }
    }
}

// ColumnProbe::<Status>::restore(value)
// ColumnProbe::<AsJson<Address>>::restore(value).0
/// The field's value of what its column holds.
pub(super) fn restored(private: &TokenStream, field: &Field, value: TokenStream) -> TokenStream {
    let value = converted(private, field, "restore", value);
    let span = type_span(&field.ty);
    match field.json {
        None => value,
        Some(_) => quote_spanned!(span=> #value.0),
    }
}

// column_value::<Self, 1>(ColumnProbe::<Status>::get(&self.status))
// JsonProbe::<Address>::get(&self.address)
/// The field's value without its type, by reference.
pub(super) fn borrowed(
    private: &TokenStream,
    field: &Field,
    at: usize,
    value: TokenStream,
) -> TokenStream {
    let span = type_span(&field.ty);
    if let Some(ty) = field.json_type() {
        let by = match field.is_written_as_option() {
            true => "get_optional",
            false => "get",
        };
        let (ty, by) = (
            located_at(ty.to_token_stream(), span),
            format_ident!("{by}", span = span),
        );
        return quote_spanned!(span=> #private::JsonProbe::<#ty>::#by(#value));
    }
    let (value, at) = (converted(private, field, "get", value), number(at));
    quote_spanned!(span=> #private::column_value::<Self, #at>(#value))
}

fn converted(private: &TokenStream, field: &Field, by: &str, value: TokenStream) -> TokenStream {
    if is_known_field(field) {
        return value;
    }
    let span = type_span(&field.ty);
    let (private, by) = (at_span(private, span), format_ident!("{by}", span = span));
    let ty = stored_type(&private, field);
    quote_spanned!(span=> #private::ColumnProbe::<#ty>::#by(#value))
}

/// Whether the compiler is asked if the field's type is a column type.
pub(super) fn is_asked(field: &Field) -> bool {
    !is_known_field(field)
}

fn is_known_field(field: &Field) -> bool {
    field.json.is_none() && is_known(&field.ty)
}

// Status
// AsJson<Address>
/// The type that a field's column has if it has one.
pub(super) fn stored_type(private: &TokenStream, field: &Field) -> TokenStream {
    let Some(ty) = field.json_type() else {
        return placed_type(field);
    };
    let span = type_span(&field.ty);
    let ty = located_at(ty.to_token_stream(), span);
    match field.is_written_as_option() {
        true => quote_spanned!(span=> #private::OptionalJson<#ty>),
        false => quote_spanned!(span=> #private::AsJson<#ty>),
    }
}

/// The tokens of a field's type, all at one place: the compiler reports again what it finds at another.
fn placed_type(field: &Field) -> TokenStream {
    located_at(field.ty.to_token_stream(), type_span(&field.ty))
}

/// Whether a type is, by its name, a column type with the features that are on.
fn is_known(ty: &Type) -> bool {
    match name_and_argument(ty) {
        Some((name, Some(inner))) if name == "Option" => is_known_but_for_option(inner),
        _ => is_known_but_for_option(ty),
    }
}

fn is_known_but_for_option(ty: &Type) -> bool {
    match name_and_argument(ty) {
        Some((name, Some(inner))) if name == "Vec" => is_one_of(inner, ELEMENTS),
        Some((name, Some(inner))) if name == "DateTime" => is_one_of(inner, &[("Utc", CHRONO)]),
        // Other libraries have a `Value` too.
        Some((name, None)) if name == "Value" => JSON && is_of_serde_json(ty),
        _ => is_one_of(ty, ELEMENTS) || is_one_of(ty, OTHERS),
    }
}

const CHRONO: bool = cfg!(feature = "chrono");
const JSON: bool = cfg!(feature = "serde_json");

/// Types of which there are lists, too, and whether they are column types.
const ELEMENTS: &[(&str, bool)] = &[
    ("i16", true),
    ("i32", true),
    ("i64", true),
    ("u8", true),
    ("u16", true),
    ("u32", true),
    ("u64", true),
    ("String", true),
    ("Uuid", cfg!(feature = "uuid")),
    ("bool", true),
    ("f32", true),
    ("f64", true),
    ("NaiveDate", CHRONO),
    ("NaiveTime", CHRONO),
    ("NaiveDateTime", CHRONO),
    ("Decimal", cfg!(feature = "rust_decimal")),
];

const OTHERS: &[(&str, bool)] = &[
    ("i8", true),
    ("PrimitiveDateTime", cfg!(feature = "time")),
    ("OffsetDateTime", cfg!(feature = "time")),
    ("UtcDateTime", cfg!(feature = "time")),
    ("u128", true),
    ("IpAddr", true),
    ("Ipv4Addr", true),
    ("Ipv6Addr", true),
];

fn is_one_of(ty: &Type, types: &[(&str, bool)]) -> bool {
    match name_and_argument(ty) {
        Some((name, None)) => types.iter().any(|(known, is_on)| *is_on && name == known),
        _ => false,
    }
}

fn is_of_serde_json(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Path(path) => path
            .path
            .segments
            .iter()
            .any(|part| part.ident == "serde_json"),
        _ => false,
    }
}

/// The name of a type, without its path, and its only argument.
fn name_and_argument(ty: &Type) -> Option<(&syn::Ident, Option<&Type>)> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::None => Some((&last.ident, None)),
        PathArguments::AngleBracketed(list) if list.args.len() == 1 => match &list.args[0] {
            GenericArgument::Type(inner) => Some((&last.ident, Some(inner))),
            _ => None,
        },
        _ => None,
    }
}
