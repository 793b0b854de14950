//! Models that are declared in a function's body.
use relations::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    #[derive(Debug, Model)]
    #[has_many(Order)]
    #[has_many(Product, through = Order)]
    #[has_one(Contact, discriminator = "owner_type")]
    struct Customer {
        #[model(id, generated)]
        id: i64,
        #[references_many(Product, name = "wishes")]
        wish_ids: Vec<i64>,
    }

    #[derive(Debug, Model)]
    struct Product {
        #[model(id, generated)]
        id: i64,
    }

    #[derive(Debug, Model)]
    struct Order {
        #[model(id, generated)]
        id: i64,
        #[belongs_to(Customer)]
        customer_id: i64,
        #[belongs_to(Product)]
        product_id: i64,
    }

    #[derive(Debug, PolymorphicModel)]
    enum Owner {
        Customer(Customer),
    }

    #[derive(Debug, Model)]
    struct Contact {
        #[model(id, generated)]
        id: i64,
        owner_type: String,
        #[belongs_to(Owner, discriminator = "owner_type")]
        owner_id: i64,
    }

    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Customer, Product, Order, Contact)>().create().await?;
    let customers = CustomerRepository::new(&db);
    let draft = Customer::draft().wish_ids([1]).products([Product::draft()]);
    let customer = customers.create(draft.contact(Contact::draft())).await?;
    let contacts = ContactRepository::new(&db);
    let contact = contacts.find().include(Contact::OWNER).get().await?;
    let Some(Owner::Customer(owner)) = contact.owner.as_deref() else {
        panic!("{contact:?}");
    };
    assert_eq!((owner.id, owner.wish_ids.len()), (customer.id, 1));
    let found = customers.find().include(Customer::WISHES).include(Customer::ORDERS).get().await?;
    assert_eq!(found.orders[0].product_id, found.wishes[0].id);
    assert_eq!(found.orders[0].customer_id, customer.id);
    assert_eq!((found.orders[0].id, contact.id), (1, 1));
    Ok(())
}
