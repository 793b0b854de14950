//! A crate of one's own that re-exports the library, with relations of every kind.

mod facade {
    pub mod inner {
        pub use relations::*;
    }
}

use facade::inner::{Db, Model, PolymorphicModel, Relation};

#[derive(Debug, Model)]
#[model(crate = "crate::facade::inner")]
#[has_many(Order)]
#[has_many(Product, through = Order)]
#[has_many(Contact, discriminator = "owner_type")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[references_many(Product)]
    wish_ids: Vec<i64>,
}

#[derive(Debug, Model)]
#[model(crate = "facade::inner")]
struct Product {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Model)]
#[model(crate = "crate::facade::inner")]
struct Order {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
    #[belongs_to(Product)]
    product_id: i64,
}

#[derive(Debug, PolymorphicModel)]
#[model(crate = "crate::facade::inner")]
enum Owner {
    Customer(Customer),
    Product(Product),
}

#[derive(Debug, Model)]
#[model(crate = "crate::facade::inner")]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> facade::inner::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Customer, Product, Order, Contact)>().create().await?;
    let customers = CustomerRepository::new(&db);
    let draft = Customer::draft()
        .wish_ids([])
        .products([Product::draft()])
        .contacts([Contact::draft()]);
    let customer = customers.create(draft).await?;
    let found = customers
        .find()
        .include(Customer::CONTACTS.include(Contact::OWNER))
        .include(Customer::ORDERS.counted())
        .include(Customer::WISHES)
        .get()
        .await?;
    assert_eq!((found.orders.count, found.wishes.len()), (1, 0));
    assert_eq!((found.orders[0].id, found.orders[0].product_id), (1, 1));
    let contact = &found.contacts[0];
    assert_eq!((contact.id, contact.owner_type.as_str()), (1, "Customer"));
    match contact.owner.as_deref() {
        Some(Owner::Customer(owner)) => assert_eq!(owner.id, customer.id),
        other => panic!("{other:?}"),
    }
    Ok(())
}
