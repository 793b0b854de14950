//! `#[derive(PolymorphicModel)]`: an enum of models.

use crate::attr::ModelAttr;
use crate::errors::Errors;
use crate::expand::{at_span, local, located_at, number};
use crate::model::ungrouped;
use crate::names::plain;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

const ID_HELP: &str =
    "give the model an id of one field, which a key beside a discriminator can hold";

/// One model of the enum.
struct Variant {
    ident: Ident,
    model: Path,
}

// const _: () = {
//     const _: () = has_id_of::<Customer>(1);
//     const _: () = same_id::<Customer, Supplier>();
//     impl PolymorphicModel for Owner { const TYPES: .. = &[Customer::DISCRIMINATOR, ..]; fn wrap(..) { .. } }
//     impl From<Customer> for Owner { .. }
// };
pub(crate) fn expanded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let variants = variants(input, &mut errors);
    let krate = ModelAttr::from_attributes(&input.attrs, &mut errors).krate;
    let code = match variants.is_empty() {
        true => crate::fallback::polymorphic_model(input, &krate),
        false => implement(input, &krate, &variants),
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
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                match ungrouped(&fields.unnamed[0].ty) {
                    Type::Path(path) => Some(path.path.clone()),
                    _ => None,
                }
            }
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
    // Everything about a variant is placed at its model, so that what is wrong there is reported once.
    let parts = variants.iter().enumerate().map(|(at, variant)| {
        let span = variant.model.span();
        let alias = Ident::new(&format!("__Model{at}"), span);
        (number(at), variant, span, at_span(&private, span), alias)
    });
    let parts: Vec<_> = parts.collect();
    let first = &parts[0].4;
    let (rows, row) = (local("rows"), local("row"));
    let aliases = parts.iter().map(|(_, variant, span, private, alias)| {
        // With the meaning that the user's tokens have, and one place for all of them.
        let path = located_at(variant.model.to_token_stream(), *span);
        quote_spanned!(*span=> type #alias = <#path as #private::Model>::This;)
    });
    let checks = parts.iter().map(|(at, _, span, private, model)| {
        quote_spanned! {*span=>
            const _: () = #private::has_id_for::<#model>(1, #ID_HELP);
            const _: () = #private::same_id::<#first, #model>();
            const _: () = #private::has_own_word::<#ident, #model>(#at);
        }
    });
    let words = parts.iter().map(
        |(_, _, span, private, model)| quote_spanned!(*span=> <#model as #private::Model>::DISCRIMINATOR),
    );
    let models = parts
        .iter()
        .map(|(_, _, span, private, model)| quote_spanned!(*span=> #private::metadata::<#model>()));
    let arms = parts.iter().map(|(at, variant, span, private, model)| {
        let variant = &variant.ident;
        let wrap = quote_spanned! {*span=>
            #private::wrap_rows::<#model, Self>(#rows, #ident::#variant)
        };
        quote!(#at => #wrap,)
    });
    let froms = parts.iter().map(|(_, variant, span, _, model)| {
        let variant = &variant.ident;
        quote_spanned! {*span=>
            #[automatically_derived]
            impl ::core::convert::From<#model> for #ident {
                fn from(#row: #model) -> Self {
                    #ident::#variant(#row)
                }
            }
        }
    });
    let variants_of = parts.iter().map(|(at, _, span, private, model)| {
        quote_spanned! {*span=>
            #[automatically_derived]
            impl #private::VariantOf<#ident> for #model {
                const AT: usize = #at;
            }
        }
    });
    let references = parts.iter().map(|(_, variant, span, private, model)| {
        let variant = &variant.ident;
        let reference =
            quote_spanned!(*span=> <&#model as #private::RowOfAny<#ident>>::reference(#row));
        quote!(#ident::#variant(#row) => #reference,)
    });
    let (_, _, span, of_first, _) = &parts[0];
    let id = quote_spanned!(*span=> <#first as #of_first::Model>::Id);
    let id_field = quote_spanned!(*span=> #of_first::id_field::<#first>());
    quote! {
        const _: () = {
            use #krate::__private as __r;
            #(#aliases)*
            #(#checks)*
            #[automatically_derived]
            impl #private::PolymorphicModel for #ident {
                type Id = #id;
                type This = Self;
                const NAME: &'static str = #name;
                const TYPES: &'static [&'static str] = &[#(#words),*];
                const MODELS: &'static [fn() -> &'static #private::ModelMetadata] = &[#(#models),*];
                const ID: ::core::option::Option<&'static #private::FieldMetadata> = #id_field;
                fn wrap(at: usize, #rows: #private::RowBox) -> ::std::vec::Vec<Self> {
                    match at {
                        #(#arms)*
                        _ => ::core::unreachable!(),
                    }
                }
            }
            #(#froms)*
            #(#variants_of)*
            #[automatically_derived]
            impl #private::RowOfAny<#ident> for &#ident {
                #[allow(unreachable_patterns)] // A variant that is not a model was reported.
                fn reference(self) -> [#private::Value; 2] {
                    match self {
                        #(#references)*
                        _ => ::core::unreachable!(),
                    }
                }
            }
        };
    }
}
