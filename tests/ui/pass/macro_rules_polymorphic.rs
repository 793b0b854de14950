//! A polymorphic relation within `macro_rules!`, its models given as types, as paths and as names.

use relations::prelude::*;

macro_rules! owner {
    ($name:ident, $contact:ident: $($variant:ident($model:ty)),*) => {
        #[derive(Debug, PolymorphicModel)]
        pub enum $name {
            $($variant($model)),*
        }

        #[derive(Debug, Model)]
        pub struct $contact {
            #[model(id, generated)]
            pub id: i64,
            pub owner_type: String,
            #[belongs_to($name, name = "owner", discriminator = "owner_type")]
            pub owner_id: i64,
        }
    };
}

macro_rules! variants {
    ($name:ident: $($model:ident),*; $other:path) => {
        #[derive(Debug, PolymorphicModel)]
        pub enum $name {
            $($model($model),)*
            Other($other),
        }
    };
}

#[derive(Debug, Model)]
#[has_one(Contact, discriminator = "owner_type")]
pub struct Customer {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Model)]
#[has_many(Contact, discriminator = "owner_type")]
pub struct Supplier {
    #[model(id)]
    pub id: i64,
}

owner!(Owner, Contact: Customer(Customer), Supplier(crate::Supplier));
variants!(Party: Customer; self::Supplier);

fn main() {
    assert_eq!(Owner::TYPES, ["Customer", "Supplier"]);
    assert!(matches!(Party::from(Supplier { id: 1 }), Party::Other(_)));
    let _ = Customer::draft().id(1).contact(Contact::draft());
}
