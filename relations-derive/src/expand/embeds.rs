//! The repositories of rows that fields hold as JSON.

use super::{Expansion, number};
use crate::model::{Embeds, target_name};
use crate::names::ident;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

// impl<C: Connection> CustomerRepository<C> {
//     pub fn addresses(&self, source: impl SourceId<Customer>) -> EmbedsManyRepository<'_, Customer, Address, C> { .. }
// }
pub(super) fn methods(model: &Expansion) -> TokenStream {
    let methods = model
        .model
        .embeds
        .iter()
        .map(|embeds| method(model, embeds));
    let methods: Vec<TokenStream> = methods.collect();
    let (private, repository) = (&model.private, &model.repository);
    match methods.is_empty() {
        true => TokenStream::new(),
        false => quote! {
            impl<__C: #private::Connection> #repository<__C> {
                #(#methods)*
            }
        },
    }
}

fn method(model: &Expansion, embeds: &Embeds) -> TokenStream {
    let (private, source) = (&model.private, &model.model.ident);
    let (vis, target) = (&embeds.vis, &embeds.target);
    let name = ident(&embeds.name, Span::call_site());
    let field = &model.model.fields[embeds.at];
    let (ty, at) = (&field.ty, number(embeds.at));
    let (result, call, what) = match embeds.is_many {
        true => (quote!(EmbedsManyRepository), quote!(embeds_many), "rows"),
        false => (quote!(EmbedsOneRepository), quote!(embeds_one), "row"),
    };
    let doc = format!(
        "The {what} of `{}` within one `{}`, given by its id or by reference. Does nothing on the database.",
        target_name(target),
        model.name
    );
    // At the type, which may not hold such rows.
    let call = quote_spanned!(ty.span()=> #call::<#target, #ty>);
    quote! {
        #[doc = #doc]
        #vis fn #name(
            &self,
            source: impl #private::SourceId<#source>,
        ) -> #private::#result<'_, #source, #target, __C> {
            self.0.#call(source, #at)
        }
    }
}
