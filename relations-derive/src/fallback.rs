//! What is generated for a struct that cannot be a model, so that one mistake gives one error.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// An impl of `Model` without fields, so that relations to the type do not report it once more.
pub(crate) fn model(input: &DeriveInput) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let name = crate::names::plain(ident);
    quote! {
        const _: () = {
            use ::relations::__private as __relations;
            #[automatically_derived]
            impl __relations::Model for #ident {
                type Id = i64;
                type With = Self;
                type This = Self;
                const NAME: &'static str = #name;
                const FIELDS: &'static [__relations::FieldMetadata] = &[];
                const METADATA: &'static __relations::ModelMetadata =
                    &__relations::model((#name, #name), &[], &[], &[]);
                fn id(&self) -> i64 {
                    ::core::unreachable!()
                }
                fn read<R: __relations::RowReader>(
                    _: &mut __relations::Row<'_, R>,
                ) -> ::core::result::Result<Self, __relations::Misread> {
                    ::core::unreachable!()
                }
                fn into_values(self) -> __relations::ValueList {
                    ::core::unreachable!()
                }
            }
        };
    }
}
