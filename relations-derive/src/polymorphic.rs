//! `#[derive(PolymorphicModel)]`: an enum of models.

use crate::attr::ModelAttr;
use crate::errors::Errors;
use crate::expand::{at_span, number};
use crate::names::plain;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type, parse_quote};

/// One model of the enum.
struct Variant {
    ident: Ident,
    model: Path,
}

// const _: () = {
//     const _: () = has_id_of::<Customer>(1);
//     const _: () = same_id::<Customer, Supplier>();
//     impl PolymorphicModel for Owner { const TYPES: .. = &[Customer::DISCRIMINATOR, ..]; async fn load(..) { .. } }
//     impl From<Customer> for Owner { .. }
// };
pub(crate) fn expanded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let variants = variants(input, &mut errors);
    let code = match variants.is_empty() {
        true => TokenStream::new(),
        false => {
            let attr = ModelAttr::from_attributes(&input.attrs, &mut errors);
            let krate = attr.krate.unwrap_or_else(|| parse_quote!(::relations));
            implement(input, &krate, &variants)
        }
    };
    let errors = errors.finish();
    quote!(#errors #code)
}

fn variants(input: &DeriveInput, errors: &mut Errors) -> Vec<Variant> {
    const HELP: &str = "write `enum Owner { Customer(Customer), Supplier(Supplier) }`";
    let at = input.ident.span();
    if let Some(parameter) = input.generics.params.first() {
        errors.add(parameter.span(), "a polymorphic model cannot be generic");
        return Vec::new();
    }
    let Data::Enum(data) = &input.data else {
        let message = "`PolymorphicModel` is derived for enums, with a variant for each model";
        errors.add(at, format!("{message}\nhelp: {HELP}"));
        return Vec::new();
    };
    if data.variants.is_empty() {
        let message = "a polymorphic model needs a variant for each model";
        errors.add(at, format!("{message}\nhelp: {HELP}"));
    }
    let mut variants: Vec<Variant> = Vec::new();
    for variant in &data.variants {
        let model = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => match &fields.unnamed[0].ty {
                Type::Path(path) => Some(path.path.clone()),
                _ => None,
            },
            _ => None,
        };
        let Some(model) = model else {
            let message = format!("the variant `{}` holds no model", variant.ident);
            errors.add(variant.ident.span(), format!("{message}\nhelp: {HELP}"));
            continue;
        };
        if let Some(first) = variants
            .iter()
            .find(|other| text(&other.model) == text(&model))
        {
            let message = format!("`{}` holds the model of `{}`", variant.ident, first.ident);
            errors.add(
                variant.ident.span(),
                format!("{message}\nhelp: remove one of both"),
            );
            continue;
        }
        let ident = variant.ident.clone();
        variants.push(Variant { ident, model });
    }
    variants
}

fn text(path: &Path) -> String {
    path.to_token_stream().to_string()
}

fn implement(input: &DeriveInput, krate: &Path, variants: &[Variant]) -> TokenStream {
    let (ident, name) = (&input.ident, plain(&input.ident));
    let private = quote!(__r);
    let model = |variant: &Variant| {
        let (path, span) = (&variant.model, variant.model.span());
        let private = at_span(&private, span);
        quote_spanned!(span=> <#path as #private::Model>::This)
    };
    let models: Vec<TokenStream> = variants.iter().map(model).collect();
    let first = &models[0];
    let checks = variants.iter().zip(&models).map(|(variant, model)| {
        let span = variant.model.span();
        let private = at_span(&private, span);
        quote_spanned! {span=>
            const _: () = #private::has_id_of::<#model>(1);
            const _: () = #private::same_id::<#first, #model>();
        }
    });
    let arms = variants.iter().enumerate().map(|(at, variant)| {
        let (at, variant) = (number(at), &variant.ident);
        quote!(#at => #private::load_variant(keys, #ident::#variant, session).await,)
    });
    let froms = variants.iter().map(
        |Variant {
             ident: variant,
             model,
         }| {
            quote! {
                impl ::core::convert::From<#model> for #ident {
                    fn from(row: #model) -> Self {
                        #ident::#variant(row)
                    }
                }
            }
        },
    );
    quote! {
        const _: () = {
            use #krate::__private as __r;
            #(#checks)*
            impl #private::PolymorphicModel for #ident {
                type Id = <#first as #private::Model>::Id;
                type This = Self;
                const NAME: &'static str = #name;
                const TYPES: &'static [&'static str] = &[
                    #(<#models as #private::Model>::DISCRIMINATOR),*
                ];
                const MODELS: &'static [fn() -> &'static #private::ModelMetadata] = &[
                    #(#private::metadata::<#models>()),*
                ];
                const ID: ::core::option::Option<&'static #private::FieldMetadata> =
                    #private::id_field::<#first>();
                async fn load<__S: #private::Session>(
                    at: usize,
                    keys: ::std::vec::Vec<Self::Id>,
                    session: &mut __S,
                ) -> #private::Variants<Self> {
                    match at {
                        #(#arms)*
                        _ => ::core::unreachable!(),
                    }
                }
            }
            #(#froms)*
        };
    }
}
