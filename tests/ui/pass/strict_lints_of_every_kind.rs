//! Strict lints with relations of every kind, of which nothing is used.
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

    /// Buys.
    #[derive(Debug, Clone, Model)]
    #[has_many(Order)]
    #[has_many(Contact, discriminator = "owner_type")]
    #[has_many(Product, through = Order)]
    pub struct Customer {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
    }

    /// Is bought.
    #[derive(Debug, Clone, Model)]
    #[model(discriminator = "product")]
    #[has_one(Contact, name = "support", discriminator = "owner_type")]
    pub struct Product {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
        /// What it is like.
        #[references_many(Tag)]
        pub tag_ids: Vec<i64>,
        #[references_many(Tag, name = "hidden")]
        hidden_ids: Option<Vec<i64>>,
    }

    /// What products are like.
    #[derive(Debug, Clone, Model)]
    pub struct Tag {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
    }

    /// A customer has bought a product.
    #[derive(Debug, Clone, Model)]
    pub struct Order {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
        /// Who bought it.
        #[belongs_to(Customer, on_delete = "cascade")]
        pub customer_id: i64,
        #[belongs_to(Product)]
        product_id: i64,
    }

    /// Has contacts.
    #[derive(Debug, Clone, PolymorphicModel)]
    pub enum Owner {
        /// Who buys.
        Customer(Customer),
        /// What is bought.
        Product(Product),
    }

    /// How to reach somebody.
    #[derive(Debug, Clone, Model)]
    pub struct Contact {
        /// Identifies it.
        #[model(id, generated)]
        pub id: i64,
        /// The kind of its owner.
        pub owner_type: String,
        /// Its owner.
        #[belongs_to(Owner, discriminator = "owner_type")]
        pub owner_id: i64,
    }
}

mod private {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[has_many(Leaf, vis = "")]
    #[has_many(Root, name = "friends", vis = "", through(Friendship, key_from = "root_id", key_to = "friend_id", unique = false))]
    pub(super) struct Root {
        #[model(id)]
        id: i64,
    }

    #[derive(Debug, Model)]
    struct Leaf {
        #[model(id, generated)]
        id: i64,
        #[belongs_to(Root)]
        root_id: i64,
    }

    #[derive(Debug, Model)]
    struct Friendship {
        #[model(id, generated)]
        id: i64,
        #[belongs_to(Root)]
        root_id: i64,
        #[belongs_to(Root)]
        friend_id: i64,
    }

    #[derive(Debug, Model)]
    struct Note {
        #[model(id, generated)]
        id: i64,
        #[references_many(Root)]
        root_ids: Vec<i64>,
    }
}

fn main() {}
