//! `#[derive(ColumnType)]`: unit enums and newtypes as types of columns.

use crate::attr::SerdeAttr;
use crate::errors::Errors;
use crate::names::{plain, renamed_variant};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Path, Type, Variant};

const HELP: &str = "write `enum Status { Open, Closed }` or `struct SupplierId(i64);`";

/// What `#[model(..)]` says on the type.
#[derive(Default)]
struct TypeAttr {
    rename_all: Option<LitStr>,
    integer: bool,
    db_enum: Option<LitStr>,
    /// Where `conversion` stands.
    conversion: Option<Span>,
    krate: Option<Path>,
}

// impl ColumnType for Status { const KIND: Kind = Kind::Text; const VALUES: .. = &["open", "closed"]; fn read(..) .. }
// impl Key for Status where .. { .. }
pub(crate) fn expanded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let attr = TypeAttr::from_attributes(&input.attrs, &mut errors);
    let code = match &input.data {
        _ if !input.generics.params.is_empty() => {
            errors.add(input.generics.span(), "a column type cannot be generic");
            None
        }
        Data::Enum(_) | Data::Struct(_) if attr.conversion.is_some() => {
            Some(converted(&input.ident))
        }
        Data::Enum(data) => {
            let variants: Vec<&Variant> = data.variants.iter().collect();
            unit_enum(input, &attr, &variants, &mut errors)
        }
        Data::Struct(data) => newtype(input, &attr, &data.fields, &mut errors),
        Data::Union(_) => {
            refuse(
                input.ident.span(),
                "a union is not a column type",
                &mut errors,
            );
            None
        }
    };
    let errors = errors.finish();
    let krate = attr.krate();
    let private = quote!(use #krate::__private as __r;);
    let code = code.map(|code| quote!(const _: () = { #private #code };));
    quote!(#errors #code)
}

fn refuse(at: Span, message: &str, errors: &mut Errors) {
    errors.add(at, format!("{message}\nhelp: {HELP}"));
}

impl TypeAttr {
    fn from_attributes(attributes: &[Attribute], errors: &mut Errors) -> TypeAttr {
        let mut attr = TypeAttr::default();
        for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
            let parsed = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename_all") {
                    attr.rename_all = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("integer") {
                    attr.integer = true;
                } else if meta.path.is_ident("db_enum") {
                    attr.db_enum = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("conversion") {
                    attr.conversion = Some(meta.path.span());
                } else if meta.path.is_ident("crate") {
                    attr.krate = Some(meta.value()?.parse::<LitStr>()?.parse()?);
                } else {
                    let message =
                        "a column type takes `rename_all`, `integer`, `db_enum`, `conversion` and `crate`";
                    return Err(meta.error(message));
                }
                Ok(())
            });
            parsed.unwrap_or_else(|error| errors.push(error));
        }
        if let (true, Some(name)) = (attr.integer, &attr.db_enum) {
            errors.add(
                name.span(),
                "an enum is kept as an integer or as the database's enum, not as both",
            );
        }
        if let (Some(at), true) = (attr.conversion, attr.names_values()) {
            errors.add(
                at,
                "`conversion` says what the column holds, and so do `integer`, `db_enum` and `rename_all`\nhelp: leave one of both out",
            );
        }
        attr
    }

    /// Whether it says how the values of an enum are kept.
    fn names_values(&self) -> bool {
        self.integer || self.db_enum.is_some() || self.rename_all.is_some()
    }

    fn krate(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path),
            None => quote!(::relations),
        }
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("model")
}

/// A newtype is read, stored and compared as what it holds, and is a type of its own for the compiler.
fn newtype(
    input: &DeriveInput,
    attr: &TypeAttr,
    fields: &Fields,
    errors: &mut Errors,
) -> Option<TokenStream> {
    if let Some(name) = attr.rename_all.as_ref().or(attr.db_enum.as_ref()) {
        errors.add(
            name.span(),
            "a newtype has no values to name; this is for enums",
        );
    }
    let inner = match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
        _ => {
            refuse(
                input.ident.span(),
                "a struct with one unnamed field is needed",
                errors,
            );
            return None;
        }
    };
    let name = &input.ident;
    let text = plain(name);
    let key = key(name, quote!(for<'k> #inner: __r::Key));
    Some(quote! {
        const _: () = assert!(!<#inner as __r::ColumnType>::NULLABLE, "a newtype holds no `Option`: make the field one");
        #[automatically_derived]
        impl __r::ColumnType for #name {
            type Base = Self;
            type This = Self;
            const NAME: &'static str = #text;
            const KIND: __r::Kind = <#inner as __r::ColumnType>::KIND;
            const VALUES: &'static [&'static str] = <#inner as __r::ColumnType>::VALUES;
            const INTEGERS: &'static [i64] = <#inner as __r::ColumnType>::INTEGERS;
            const DB_ENUM: ::core::option::Option<&'static str> = <#inner as __r::ColumnType>::DB_ENUM;
            const CHECK: ::core::option::Option<__r::Check> = <#inner as __r::ColumnType>::CHECK;
            const FORM: __r::JsonForm = <#inner as __r::ColumnType>::FORM;
            fn read(row: &mut dyn __r::RowReader, at: usize) -> __r::ReadResult<Self> {
                <#inner as __r::ColumnType>::read(row, at).map(#name)
            }
            fn into_value(self) -> __r::Value {
                __r::ColumnType::into_value(self.0)
            }
            fn to_value(&self) -> __r::Value {
                __r::ColumnType::to_value(&self.0)
            }
            fn key_part(&self) -> __r::KeyPart<'_> {
                __r::ColumnType::key_part(&self.0)
            }
            fn from_key_part(part: __r::KeyPart<'_>) -> ::core::option::Option<Self> {
                <#inner as __r::ColumnType>::from_key_part(part).map(#name)
            }
        }
        #key
    })
}

/// A type of which a `ColumnConversion` says how it is kept.
fn converted(name: &Ident) -> TokenStream {
    let text = plain(name);
    let conversion = quote!(<#name as __r::ColumnConversion>);
    let column = quote!(<#conversion::Column as __r::ColumnType>);
    let key = key(
        name,
        quote!(for<'k> #name: __r::ColumnConversion<Column: __r::Key>),
    );
    // Whether there is a conversion is asked here alone. The lifetime keeps the compiler from asking again.
    let check = quote_spanned!(name.span()=> const _: () = __r::holds_no_option::<#name>(););
    quote! {
        #check
        #[automatically_derived]
        impl __r::ColumnType for #name
        where
            for<'k> #name: __r::ColumnConversion,
        {
            type Base = Self;
            type This = Self;
            const NAME: &'static str = #text;
            const KIND: __r::Kind = #column::KIND;
            const VALUES: &'static [&'static str] = #column::VALUES;
            const INTEGERS: &'static [i64] = #column::INTEGERS;
            const DB_ENUM: ::core::option::Option<&'static str> = #column::DB_ENUM;
            const CHECK: ::core::option::Option<__r::Check> =
                ::core::option::Option::Some(__r::check_conversion::<Self>);
            const FORM: __r::JsonForm = #column::FORM;
            fn read(row: &mut dyn __r::RowReader, at: usize) -> __r::ReadResult<Self> {
                __r::read_conversion(row, at)
            }
            fn into_value(self) -> __r::Value {
                __r::conversion_value(&self)
            }
            fn to_value(&self) -> __r::Value {
                __r::conversion_value(self)
            }
            fn key_part(&self) -> __r::KeyPart<'_> {
                __r::conversion_part(self)
            }
            fn from_key_part(part: __r::KeyPart<'_>) -> ::core::option::Option<Self> {
                let column = #column::from_key_part(part)?;
                #conversion::from_column(column).ok()
            }
        }
        #key
    }
}

/// What makes the type a key, where it is `Clone`, `Eq` and `Hash` and whatever else is asked. The lifetime keeps the compiler
/// from asking before anybody uses the type as a key.
fn key(name: &Ident, more: TokenStream) -> TokenStream {
    let bounds = quote! {
        for<'k> #name: ::core::clone::Clone + ::core::cmp::Eq + ::core::hash::Hash,
        #more
    };
    quote! {
        #[automatically_derived]
        impl __r::Key for #name where #bounds {
            fn push_values(&self, values: &mut ::std::vec::Vec<__r::Value>) {
                values.push(__r::ColumnType::to_value(self));
            }
            fn from_part(part: __r::KeyPart<'_>) -> ::core::option::Option<Self> {
                <Self as __r::ColumnType>::from_key_part(part)
            }
        }
        #[automatically_derived]
        impl __r::KeyColumn for #name where #bounds {
            type Key = Self;
            type Need = __r::Required;
        }
        __r::source_key!(#name);
    }
}

/// The values of an enum in the order of its variants, and how one is written.
enum Values {
    Texts(Vec<String>),
    Integers,
}

fn unit_enum(
    input: &DeriveInput,
    attr: &TypeAttr,
    variants: &[&Variant],
    errors: &mut Errors,
) -> Option<TokenStream> {
    if variants.is_empty() {
        refuse(
            input.ident.span(),
            "an enum without variants has no values",
            errors,
        );
        return None;
    }
    if let Some(variant) = variants
        .iter()
        .find(|variant| !matches!(variant.fields, Fields::Unit))
    {
        let message = format!("the variant `{}` holds something", variant.ident);
        refuse(variant.ident.span(), &message, errors);
        return None;
    }
    let values = match attr.integer {
        true => Values::Integers,
        false => Values::Texts(texts(input, attr, variants, errors)),
    };
    let name = &input.ident;
    let text = plain(name);
    let idents: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
    let places = 0..idents.len();
    let body = match values {
        Values::Texts(texts) => as_text(attr, &texts),
        Values::Integers => as_integer(input, &idents),
    };
    let key = key(name, TokenStream::new());
    Some(quote! {
        impl #name {
            const __VARIANTS: &'static [fn() -> Self] = &[#(|| Self::#idents),*];
            const fn __place(&self) -> usize {
                match self { #(Self::#idents => #places,)* }
            }
        }
        #[automatically_derived]
        impl __r::ColumnType for #name {
            type Base = Self;
            type This = Self;
            const NAME: &'static str = #text;
            #body
        }
        #key
    })
}

fn as_text(attr: &TypeAttr, texts: &[String]) -> TokenStream {
    let db_enum = attr.db_enum.as_ref();
    let db_enum = db_enum.map(|name| {
        quote!(const DB_ENUM: ::core::option::Option<&'static str> = ::core::option::Option::Some(#name);)
    });
    quote! {
        const KIND: __r::Kind = __r::Kind::Text;
        const VALUES: &'static [&'static str] = &[#(#texts),*];
        #db_enum
        fn read(row: &mut dyn __r::RowReader, at: usize) -> __r::ReadResult<Self> {
            __r::read_text_variant(row, at, Self::VALUES).map(|place| Self::__VARIANTS[place]())
        }
        fn into_value(self) -> __r::Value {
            __r::ColumnType::to_value(&self)
        }
        fn to_value(&self) -> __r::Value {
            __r::Value::Text(Self::VALUES[self.__place()].into())
        }
        fn key_part(&self) -> __r::KeyPart<'_> {
            __r::KeyPart::Text(Self::VALUES[self.__place()].into())
        }
        fn from_key_part(part: __r::KeyPart<'_>) -> ::core::option::Option<Self> {
            __r::text_variant(part, Self::VALUES).map(|place| Self::__VARIANTS[place]())
        }
    }
}

fn as_integer(input: &DeriveInput, idents: &[&Ident]) -> TokenStream {
    let inner = repr(&input.attrs);
    quote! {
        const KIND: __r::Kind = <#inner as __r::ColumnType>::KIND;
        const INTEGERS: &'static [i64] = &[#(Self::#idents as #inner as i64),*];
        fn read(row: &mut dyn __r::RowReader, at: usize) -> __r::ReadResult<Self> {
            __r::read_integer_variant(row, at, Self::INTEGERS).map(|place| Self::__VARIANTS[place]())
        }
        fn into_value(self) -> __r::Value {
            __r::ColumnType::to_value(&self)
        }
        fn to_value(&self) -> __r::Value {
            __r::Value::Int(Self::INTEGERS[self.__place()])
        }
        fn key_part(&self) -> __r::KeyPart<'_> {
            __r::KeyPart::Int(Self::INTEGERS[self.__place()])
        }
        fn from_key_part(part: __r::KeyPart<'_>) -> ::core::option::Option<Self> {
            __r::integer_variant(part, Self::INTEGERS).map(|place| Self::__VARIANTS[place]())
        }
    }
}

/// The integer of `#[repr(i16)]`; `i32` where none is given.
fn repr(attributes: &[Attribute]) -> Type {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("repr"))
    {
        // What is not an integer says nothing of the values; the compiler checks it.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta
                .path
                .get_ident()
                .map(Ident::to_string)
                .unwrap_or_default();
            if ["i8", "i16", "i32", "i64", "u8", "u16", "u32"].contains(&name.as_str()) {
                found = Some(meta.path.clone());
            }
            Ok(())
        });
    }
    match found {
        Some(path) => syn::parse_quote!(#path),
        None => syn::parse_quote!(::core::primitive::i32),
    }
}

/// The text of each variant: what `#[model(..)]` says, else what serde makes of it, else its name.
fn texts(
    input: &DeriveInput,
    attr: &TypeAttr,
    variants: &[&Variant],
    errors: &mut Errors,
) -> Vec<String> {
    let of_serde = SerdeAttr::of_enum(&input.attrs, errors).rename_all;
    let own_rule = attr.rename_all.as_ref().map(LitStr::value);
    let mut texts: Vec<String> = Vec::new();
    for variant in variants {
        let name = plain(&variant.ident);
        let by_serde = SerdeAttr::of_enum(&variant.attrs, errors).rename;
        let has_serde = by_serde.is_some() || of_serde.is_some();
        let by_serde = by_serde.or_else(|| renamed_variant(&name, of_serde.as_deref()));
        let own = own_name(variant, errors)
            .or_else(|| renamed_variant(&name, Some(own_rule.as_deref()?)));
        if own_rule.is_some() && own.is_none() {
            let span = attr
                .rename_all
                .as_ref()
                .map_or(input.ident.span(), LitStr::span);
            errors.add(
                span,
                "there is no such rule\nhelp: the rules are those of serde, such as `snake_case`",
            );
            return vec![name];
        }
        if let (Some(own), Some(serde)) = (&own, &by_serde)
            && has_serde
            && own != serde
        {
            let message = format!("`{name}` would be `{own}` in the column and `{serde}` in JSON");
            errors.add(
                variant.ident.span(),
                format!("{message}\nhelp: leave one of both names out"),
            );
        }
        let text = own.or(by_serde).unwrap_or_else(|| name.clone());
        if let Some(at) = texts.iter().position(|other| *other == text) {
            let other = &variants[at].ident;
            errors.add(
                variant.ident.span(),
                format!("`{name}` and `{other}` would both be `{text}`"),
            );
        }
        texts.push(text);
    }
    texts
}

/// `#[model(rename = "..")]` of a variant.
fn own_name(variant: &Variant, errors: &mut Errors) -> Option<String> {
    let mut name = None;
    for attribute in variant.attrs.iter().filter(|attribute| is_ours(attribute)) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename") {
                return Err(meta.error("a variant takes `rename = \"..\"`"));
            }
            name = Some(meta.value()?.parse::<LitStr>()?.value());
            Ok(())
        });
        parsed.unwrap_or_else(|error| errors.push(error));
    }
    name
}
