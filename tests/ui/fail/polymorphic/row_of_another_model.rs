use relations::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Parcel {
    #[model(id, generated)]
    id: i64,
}

#[derive(PolymorphicModel)]
enum Owner {
    Customer(Customer),
}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

fn contact(parcel: &Parcel) -> ContactDraft<impl Sized> {
    Contact::draft().owner(parcel)
}

fn main() {}
