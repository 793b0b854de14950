//! Strict lints, and nothing of what is generated is used.
#![deny(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    warnings
)]
#![deny(
    rust_2018_idioms,
    nonstandard_style,
    unused_lifetimes,
    single_use_lifetimes
)]
#![forbid(unsafe_code)]

pub mod models {
    //! Public models.
    use relations::prelude::*;

    /// Delivers.
    #[derive(Debug, Clone, Model)]
    #[has_one(Account, key_to = "supplier_id")]
    pub struct Supplier {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
        /// Its name.
        pub name: String,
        /// Its former name.
        #[deprecated = "it has one name"]
        pub former_name: Option<String>,
    }

    /// Is paid to.
    #[derive(Debug, Clone, Model)]
    pub struct Account {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
        /// Whose it is.
        #[belongs_to(Supplier)]
        pub supplier_id: Option<i64>,
        note: String,
    }
}

mod private {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[has_one(Branch)]
    pub(crate) struct Root {
        #[model(id)]
        pub(crate) id: i64,
        name: String,
    }

    #[derive(Debug, Model)]
    #[belongs_to(Root, key_from = "root_id")]
    pub(super) struct Branch {
        #[model(id, generated)]
        id: i64,
        root_id: i64,
        pub(super) length: f64,
    }
}

fn main() {
    let _ = private::Root::ID;
}
