//! The repository of a model, in the user's crate, so that users can add methods of their own.

use super::Expansion;
use proc_macro2::TokenStream;
use quote::quote;

// pub struct SupplierRepository<C = Db>(Repository<Supplier, C>);
pub(super) fn types(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        path,
        repository,
        name,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    let doc = format!(
        "Create, find, patch, replace and delete for `{name}`, on `Db`, `&Db`, `Tx` or `&Tx`."
    );
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #vis struct #repository<__C = #path::Db>(#path::Repository<#ident, __C>);
    }
}

// impl<C: Connection> SupplierRepository<C> { pub fn new(connection: C) -> Self { .. } }
pub(super) fn impls(model: &Expansion) -> TokenStream {
    let Expansion {
        model: m,
        private,
        repository,
        ..
    } = model;
    let (ident, vis) = (&m.ident, &m.vis);
    quote! {
        impl<__C: #private::Connection> #repository<__C> {
            /// The repository on a connection. Does nothing on the database.
            #vis fn new(connection: __C) -> Self {
                #repository(#private::Repository::new(connection))
            }
        }
        #[automatically_derived]
        impl<__C> ::core::ops::Deref for #repository<__C> {
            type Target = #private::Repository<#ident, __C>;
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    }
}
