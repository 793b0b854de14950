//! Models of other modules, whose keys are private.
use relations::prelude::*;

mod orders {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    pub(crate) struct Order {
        #[model(id, generated)]
        pub(crate) id: i64,
        #[belongs_to(crate::Customer)]
        customer_id: i64,
    }

    impl Order {
        pub(crate) fn customer(&self) -> i64 {
            self.customer_id
        }
    }
}

mod music {
    use relations::prelude::*;

    #[derive(Debug, PartialEq, Model)]
    pub(crate) struct Track {
        #[model(id)]
        code: String,
    }

    pub(crate) fn track(code: &str) -> Track {
        Track { code: code.to_owned() }
    }

    #[derive(Debug, Model)]
    pub(crate) struct Choice {
        #[model(id, generated)]
        id: i64,
        #[belongs_to(super::Customer)]
        customer_id: i64,
        #[belongs_to(Track, name = "track")]
        track_code: String,
    }
}

mod owners {
    use relations::prelude::*;

    #[derive(Debug, PolymorphicModel)]
    pub(crate) enum Owner {
        Customer(super::Customer),
        Order(super::orders::Order),
    }

    #[derive(Debug, Model)]
    pub(crate) struct Contact {
        #[model(id, generated)]
        id: i64,
        kind: String,
        #[belongs_to(Owner, name = "reached", discriminator = "kind")]
        owner: i64,
    }
}

#[derive(Debug, Model)]
#[has_many(orders::Order)]
#[has_many(music::Track, through = crate::music::Choice)]
#[has_many(owners::Contact, discriminator = "kind", key_to = "owner")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[references_many(music::Track, name = "wishes")]
    wishes_codes: Vec<String>,
}

type Models = (Customer, orders::Order, music::Track, music::Choice, owners::Contact);

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<Models>().create().await?;
    let customers = CustomerRepository::new(&db);
    let draft = Customer::draft()
        .wishes_codes(["a".to_owned()])
        .orders([orders::Order::draft()])
        .tracks([music::track("a")])
        .contacts([owners::Contact::draft()]);
    let customer = customers.create(draft).await?;
    let order = customers.orders(&customer).find().get().await?;
    assert_eq!(order.customer(), customer.id);
    let found = customers
        .find()
        .include(Customer::TRACKS)
        .include(Customer::WISHES)
        .include(Customer::CONTACTS)
        .get()
        .await?;
    assert_eq!((found.tracks.len(), found.wishes.len(), found.contacts.len()), (1, 1, 1));
    assert_eq!(*found.wishes[0], music::track("a"));
    Ok(())
}
