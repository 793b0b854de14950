use relations::prelude::*;

#[derive(Debug, Clone)]
struct Code(String);

#[derive(Debug, PolymorphicModel)]
enum Owner {
    Customer(Customer),
    Supplier(Supplier),
}

#[derive(Debug, Model)]
#[has_many(Contact, discriminator = "owner_type")]
struct Customer {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Supplier {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: Code,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

async fn run(db: &Db) -> relations::Result<()> {
    let customers = CustomerRepository::new(db);
    customers.find().include(Customer::CONTACTS).all().await?;
    let contacts = ContactRepository::new(db);
    contacts.find().include(Contact::OWNER).all().await?;
    Ok(())
}

fn main() {}
