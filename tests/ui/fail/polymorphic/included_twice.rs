use relations::prelude::*;

#[derive(Model)]
#[has_one(Contact, discriminator = "owner_type")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(PolymorphicModel)]
enum Owner {
    Customer(Customer),
    Supplier(Supplier),
}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    email: String,
    owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let contacts = ContactRepository::new(&db);
    contacts
        .find()
        .include(Contact::OWNER)
        .include(Contact::OWNER)
        .all()
        .await?;
    Ok(())
}

fn main() {}
