//! What is generated for a struct that cannot be a model, so that one mistake gives one error.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Path};

/// An impl of `Model` without fields, so that relations to the type do not report it once more.
pub(crate) fn model(input: &DeriveInput, krate: &Path) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let name = crate::names::plain(ident);
    // It may have been meant for one.
    let polymorphic = match input.data {
        Data::Enum(_) => polymorphic_model(input, krate),
        _ => TokenStream::new(),
    };
    quote! {
        #polymorphic
        const _: () = {
            use #krate::__private as __relations;
            #[automatically_derived]
            impl __relations::Drafted for #ident {
                type Initial = ();
                type Draft = ();
            }
            #[automatically_derived]
            impl __relations::Model for #ident {
                type Id = i64;
                type With = Self;
                type This = Self;
                const SERIALIZE: __relations::Erase<Self> = ::core::option::Option::None;
                const NAME: &'static str = #name;
                const FIELDS: &'static [__relations::FieldMetadata] = &[];
                const METADATA: __relations::Metadata =
                    &__relations::about::<Self>().model((#name, #name), &[], &[]);
                fn read(
                    _: &mut __relations::Row<'_>,
                ) -> ::core::result::Result<Self, __relations::DecodeError> {
                    ::core::unreachable!()
                }
                fn column_value(&self, _: usize) -> __relations::FieldValue<'_> {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// An impl of `PolymorphicModel` without variants, for the same reason.
pub(crate) fn polymorphic_model(input: &DeriveInput, krate: &Path) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let name = crate::names::plain(ident);
    quote! {
        const _: () = {
            use #krate::__private as __relations;
            #[automatically_derived]
            impl __relations::PolymorphicModel for #ident {
                type Id = i64;
                type This = Self;
                const NAME: &'static str = #name;
                const TYPES: &'static [&'static str] = &[];
                const MODELS: &'static [fn() -> &'static __relations::ModelMetadata] = &[];
                const ID: ::core::option::Option<&'static __relations::FieldMetadata> =
                    ::core::option::Option::None;
                fn wrap(_: usize, _: __relations::RowBox) -> ::std::vec::Vec<Self> {
                    ::core::unreachable!()
                }
            }
        };
    }
}
