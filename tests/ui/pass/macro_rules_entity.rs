//! A `macro_rules!` that adds the usual fields to a struct, and passes on its attributes.

use relations::prelude::*;

macro_rules! entity {
    ($(#[$attribute:meta])* struct $name:ident {
        $($(#[$of_field:meta])* $field:ident: $ty:ty),* $(,)?
    }) => {
        #[derive(Debug, Clone, Model)]
        $(#[$attribute])*
        pub struct $name {
            #[model(id, generated)]
            pub id: i64,
            $($(#[$of_field])* pub $field: $ty,)*
            #[model(default = "0")]
            pub created: i64,
        }
    };
}

entity! {
    #[has_many(Order)]
    struct Customer { name: String, note: Option<String> }
}

entity! {
    #[model(table = "orders")]
    struct Order { total: i64, #[belongs_to(Customer)] customer_id: i64 }
}

fn main() {
    let draft = Customer::draft()
        .name("x")
        .orders([Order::draft().total(1)]);
    assert_complete::<Customer>(draft);
    assert_eq!(Order::metadata().table(), "orders");
}

fn assert_complete<M: Model>(_: impl relations::IntoDraft<M>) {}
