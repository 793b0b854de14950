//! Collects the errors of one derive, so that they are reported together.

use proc_macro2::{Span, TokenStream};

/// Errors so far. Must be finished; dropping it unread is a bug of this crate.
pub(crate) struct Errors(Option<Vec<syn::Error>>);

impl Errors {
    pub(crate) fn new() -> Self {
        Errors(Some(Vec::new()))
    }

    /// Adds an error: what is wrong, and on a second line what to type.
    pub(crate) fn add(&mut self, at: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(at, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.get_or_insert_default().push(error);
    }

    /// The tokens that report the errors; empty if there are none.
    pub(crate) fn finish(mut self) -> TokenStream {
        let errors = self.0.take().unwrap_or_default();
        errors
            .into_iter()
            .map(|error| error.into_compile_error())
            .collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        let is_unread = self.0.as_ref().is_some_and(|errors| !errors.is_empty());
        if is_unread && !std::thread::panicking() {
            panic!("errors of a derive were dropped unread; this is a bug in `relations-derive`");
        }
    }
}
