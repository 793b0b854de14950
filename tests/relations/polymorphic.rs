//! Polymorphic relations: a row that belongs to a row of one of several models.

use crate::support::{TestDb, database_test};
use relations::{Json, prelude::*};
use serde::Serialize;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_one(Contact, discriminator = "owner_type")]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(discriminator = "sup")]
#[has_one(Contact, discriminator = "owner_type", key_to = "owner_id")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, PolymorphicModel)]
#[serde(untagged)]
pub enum Owner {
    Customer(Customer),
    Supplier(Supplier),
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Contact {
    #[model(id, generated)]
    pub id: i64,
    pub email: String,
    pub owner_type: Option<String>,
    #[belongs_to(Owner, discriminator = "owner_type")]
    pub owner_id: Option<i64>,
}

type Models = (Customer, Supplier, Contact);

async fn owners(db: &TestDb) -> (Customer, Supplier) {
    db.schema::<Models>().create().await.unwrap();
    let (customers, suppliers) = (
        CustomerRepository::new(&**db),
        SupplierRepository::new(&**db),
    );
    let customer = customers
        .create(Customer::draft().name("Thor"))
        .await
        .unwrap();
    (
        customer,
        suppliers
            .create(Supplier::draft().name("Dwarfs"))
            .await
            .unwrap(),
    )
}

#[database_test]
async fn create_fills_key_and_discriminator(db: TestDb) {
    let (customer, supplier) = owners(&db).await;
    let customers = CustomerRepository::new(&*db);
    let suppliers = SupplierRepository::new(&*db);
    let contact = Contact::draft().email("thor@asgard");
    let thors = customers
        .contact(customer.id)
        .create(contact)
        .await
        .unwrap();
    assert_eq!(
        (thors.owner_type.as_deref(), thors.owner_id),
        (Some("Customer"), Some(customer.id))
    );
    let dwarfs = suppliers
        .contact(&supplier)
        .create(Contact::draft().email("x"))
        .await
        .unwrap();
    assert_eq!(
        (dwarfs.owner_type.as_deref(), dwarfs.owner_id),
        (Some("sup"), Some(supplier.id))
    );
    assert_eq!(customers.contact(&customer).get().await.unwrap(), thors);
    assert_eq!(suppliers.contact(&supplier).get().await.unwrap(), dwarfs);
    let second = customers
        .contact(&customer)
        .create(Contact::draft().email("y"))
        .await;
    assert!(second.unwrap_err().is_already_exists());
    assert_eq!(
        customers
            .contact(&customer)
            .patch(Contact::patch().email("z"))
            .await
            .unwrap(),
        1
    );
    assert_eq!(suppliers.contact(&supplier).get().await.unwrap().email, "x");
    assert_eq!(customers.contact(&customer).delete().await.unwrap(), 1);
    assert_eq!(
        ContactRepository::new(&*db).find().all().await.unwrap(),
        [dwarfs]
    );
}

#[database_test]
async fn include_takes_one_statement_a_type(db: TestDb) {
    let (customer, supplier) = owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let customers = CustomerRepository::new(&*db);
    customers
        .contact(&customer)
        .create(Contact::draft().email("a"))
        .await
        .unwrap();
    contacts.create(Contact::draft().email("b")).await.unwrap();
    SupplierRepository::new(&*db)
        .contact(&supplier)
        .create(Contact::draft().email("c"))
        .await
        .unwrap();
    let dangling = Contact::draft().email("d").owner_type("sup").owner_id(99);
    contacts.create(dangling).await.unwrap();
    contacts
        .create(Contact::draft().email("e").owner_id(1))
        .await
        .unwrap();
    db.ran();
    let found = contacts.find().include(Contact::OWNER).all().await.unwrap();
    assert_eq!(db.count(), 3);
    let owners: Vec<Option<Owner>> = found
        .iter()
        .map(|contact| contact.owner.as_deref().cloned())
        .collect();
    let (customer, supplier) = (Owner::Customer(customer), Owner::Supplier(supplier));
    assert_eq!(
        owners,
        [Some(customer.clone()), None, Some(supplier), None, None]
    );
    let json = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(
        json["owner"],
        serde_json::json!({ "id": 1, "name": "Thor" })
    );

    let found = customers
        .find()
        .include(Customer::CONTACT.include(Contact::OWNER))
        .all()
        .await
        .unwrap();
    let contact = found[0].contact.as_ref().unwrap();
    assert_eq!(contact.owner, Some(Arc::new(customer)));
}

/// A customer and a supplier of one id, each with a contact.
async fn contacts(db: &TestDb) -> ((Customer, Contact), (Supplier, Contact)) {
    let (customer, supplier) = owners(db).await;
    assert_eq!(customer.id, supplier.id);
    let customers = CustomerRepository::new(&**db);
    let suppliers = SupplierRepository::new(&**db);
    let draft = |email: &str| Contact::draft().email(email);
    let of_supplier = suppliers.contact(&supplier).create(draft("dwarfs")).await;
    let of_customer = customers.contact(&customer).create(draft("thor")).await;
    let (of_customer, of_supplier) = (of_customer.unwrap(), of_supplier.unwrap());
    db.ran();
    ((customer, of_customer), (supplier, of_supplier))
}

#[database_test]
async fn by_id_the_target_is_of_the_type_that_is_asked(db: TestDb) {
    let ((customer, of_customer), (supplier, of_supplier)) = contacts(&db).await;
    let customers = CustomerRepository::new(&*db);
    let found = customers.find_by_id(customer.id).include(Customer::CONTACT);
    assert_eq!(found.get().await.unwrap().contact, Some(of_customer));
    assert_eq!(db.count(), 1);
    let suppliers = SupplierRepository::new(&*db);
    let found = suppliers.find_by_id(supplier.id).include(Supplier::CONTACT);
    assert_eq!(found.get().await.unwrap().contact, Some(of_supplier));
    assert_eq!(db.count(), 1);
}

#[database_test]
async fn by_id_only_the_owner_of_that_row_is_included(db: TestDb) {
    let ((customer, of_customer), (supplier, of_supplier)) = contacts(&db).await;
    let contacts = ContactRepository::new(&*db);
    for (contact, owner) in [
        (of_customer, Owner::Customer(customer)),
        (of_supplier, Owner::Supplier(supplier)),
    ] {
        let found = contacts.find_by_id(contact.id).include(Contact::OWNER);
        let found = found.get().await.unwrap();
        assert_eq!(found.owner.as_deref(), Some(&owner));
        assert_eq!(found.email, contact.email);
        // The row, and its owner: no other table is asked.
        let ran = db.ran();
        assert_eq!(ran.len(), 2);
        assert_eq!(ran[1].rows, 1);
    }
}

#[database_test]
async fn the_owner_of_one_row(db: TestDb) {
    let ((customer, of_customer), (supplier, of_supplier)) = contacts(&db).await;
    let contacts = ContactRepository::new(&*db);
    for (contact, owner) in [
        (of_customer, Owner::from(customer)),
        (of_supplier, Owner::from(supplier)),
    ] {
        let found = contacts.owner(&contact).find().await.unwrap();
        assert_eq!(found, Some(owner.clone()));
        assert_eq!(contacts.owner(&contact).get().await.unwrap(), owner);
        assert_eq!(db.count(), 2);
    }
    let alone = contacts.create(Contact::draft().email("b")).await.unwrap();
    db.ran();
    assert_eq!(contacts.owner(&alone).find().await.unwrap(), None);
    assert_eq!(db.count(), 0);
    assert!(
        contacts
            .owner(&alone)
            .get()
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[database_test]
async fn an_unknown_discriminator_is_not_written(db: TestDb) {
    owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let contact = contacts.create(Contact::draft().email("a")).await.unwrap();
    db.ran();
    let giant = || Contact::draft().email("b").owner_type("Giant").owner_id(1);
    let json = r#"{"email": "b", "owner_type": "Giant", "owner_id": 1}"#;
    for error in [
        contacts.create(giant()).await.unwrap_err(),
        contacts.create_all([giant()]).await.unwrap_err(),
        contacts.create(Json(json)).await.unwrap_err(),
        contacts
            .patch_by_id(contact.id, Contact::patch().owner_type("Giant"))
            .await
            .unwrap_err(),
        contacts
            .patch_by_id(contact.id, Json(r#"{"owner_type": "Giant"}"#))
            .await
            .unwrap_err(),
        contacts
            .replace(Contact {
                owner_type: Some("Giant".to_owned()),
                ..contact.clone()
            })
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), relations::ErrorKind::InvalidData, "{error}");
        let problem = &error.problems()[0];
        assert!(problem.path().ends_with("owner_type"), "{problem}");
        assert_eq!(problem.allowed(), ["sup", "Customer"]);
    }
    assert_eq!(db.count(), 0);
}

/// A row that somebody else wrote, with a discriminator of which the models know nothing.
#[database_test]
async fn an_unknown_discriminator_leads_nowhere(db: TestDb) {
    let (customer, _) = owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let owned = Contact::draft().email("a").owner_type("Customer");
    contacts.create(owned.owner_id(customer.id)).await.unwrap();
    db.execute("INSERT INTO contact (email, owner_type, owner_id) VALUES ('b', 'Giant', 1)")
        .await;
    let query = contacts.find().include(Contact::OWNER);
    let rows = query.order_by(Contact::EMAIL.asc()).all().await.unwrap();
    assert!(rows[0].owner.is_some());
    assert_eq!(rows[1].owner, None);
    assert_eq!(contacts.owner(&rows[1]).find().await.unwrap(), None);
    assert!(
        contacts
            .owner(&rows[1])
            .get()
            .await
            .unwrap_err()
            .is_not_found()
    );
    let filter = r#"{"include": ["owner"], "order": "email"}"#;
    let graphs = contacts.find_with(filter).await.unwrap();
    assert!(graphs[0].get_any(Contact::OWNER).unwrap().is_some());
    assert!(graphs[1].get_any(Contact::OWNER).unwrap().is_none());
}

#[database_test]
async fn metadata_of_both_sides(_: TestDb) {
    let owner = Contact::metadata().relation("owner").unwrap();
    let targets: Vec<&str> = owner.targets().iter().map(|model| model.name()).collect();
    assert_eq!(targets, ["Customer", "Supplier"]);
    assert_eq!(owner.discriminator(), Some("owner_type"));
    assert_eq!(owner.discriminator_values(), ["Customer", "sup"]);
    assert_eq!(
        (owner.key_from(), owner.key_to()),
        (&["owner_id"][..], &["id"][..])
    );
    let contact = Supplier::metadata().relation("contact").unwrap();
    assert_eq!(contact.discriminator_values(), ["sup"]);
    assert_eq!(contact.key_to(), ["owner_id"]);
}

#[database_test]
async fn owners_are_found_by_their_contact(db: TestDb) {
    let (customer, _) = owners(&db).await;
    let customers = CustomerRepository::new(&*db);
    customers
        .contact(&customer)
        .create(Contact::draft().email("a"))
        .await
        .unwrap();
    let suppliers = SupplierRepository::new(&*db);
    assert_eq!(
        customers
            .find()
            .filter(Customer::CONTACT.exists())
            .count()
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        suppliers
            .find()
            .filter(Supplier::CONTACT.exists())
            .count()
            .await
            .unwrap(),
        0
    );
    let found = suppliers
        .find()
        .include(Supplier::CONTACT)
        .all()
        .await
        .unwrap();
    assert_eq!(found[0].contact, None);
    let by_email = Customer::CONTACT.order(Contact::EMAIL.desc());
    assert_eq!(
        customers.find().order_by(by_email).all().await.unwrap(),
        [customer]
    );
}

mod steps {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_one(Card, discriminator = "holder_type", key_to = "holder_id")]
    pub struct Guest {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, PolymorphicModel)]
    pub enum Holder {
        Guest(Guest),
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_one(Stamp, discriminator = "marked_type", key_to = "marked_id")]
    pub struct Card {
        #[model(id, generated)]
        pub id: i64,
        pub holder_type: Option<String>,
        #[belongs_to(Holder, discriminator = "holder_type")]
        pub holder_id: Option<i64>,
    }

    #[derive(Debug, Clone, PartialEq, PolymorphicModel)]
    pub enum Marked {
        Card(Card),
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Stamp {
        #[model(id, generated)]
        pub id: i64,
        pub number: i64,
        pub marked_type: Option<String>,
        #[belongs_to(Marked, discriminator = "marked_type")]
        pub marked_id: Option<i64>,
    }
}

#[database_test]
async fn rows_are_sorted_by_what_two_steps_lead_to(db: TestDb) {
    use steps::{Card, CardRepository, Guest, GuestRepository, Stamp};
    db.schema::<(Guest, Card, Stamp)>().create().await.unwrap();
    let (guests, cards) = (GuestRepository::new(&*db), CardRepository::new(&*db));
    let mut ids = Vec::new();
    for number in [3, 1, 2] {
        let guest = guests.create(Guest::draft()).await.unwrap();
        let card = guests.card(guest.id).create(Card::draft()).await.unwrap();
        let stamp = Stamp::draft().number(number);
        cards.stamp(card.id).create(stamp).await.unwrap();
        ids.push(guest.id);
    }
    // The second time by a text that is known.
    for _ in 0..2 {
        let by_number = Guest::CARD.order(Card::STAMP.order(Stamp::NUMBER.asc()));
        let found = guests.find().order_by(by_number).all().await.unwrap();
        let found: Vec<i64> = found.iter().map(|guest| guest.id).collect();
        assert_eq!(found, [ids[1], ids[2], ids[0]]);
    }
}

#[database_test]
async fn set_keeps_the_one_row(db: TestDb) {
    let (customer, supplier) = owners(&db).await;
    let customers = CustomerRepository::new(&*db);
    let suppliers = SupplierRepository::new(&*db);
    let of_supplier = suppliers.contact(&supplier);
    of_supplier
        .create(Contact::draft().email("s"))
        .await
        .unwrap();
    let first = customers
        .contact(&customer)
        .set(Contact::draft().email("a"));
    let first = first.await.unwrap();
    let second = customers
        .contact(&customer)
        .set(Contact::draft().email("b"));
    let second = second.await.unwrap();
    assert_eq!((second.id, second.email.as_str()), (first.id, "b"));
    assert_eq!(of_supplier.get().await.unwrap().email, "s");
    let error = customers
        .contact(&customer)
        .create(Contact::draft().email("c"))
        .await;
    let error = error.unwrap_err();
    assert!(error.is_already_exists(), "{error}");
    assert_eq!(error.relation(), Some("contact"), "{error}");
}

/// Links to rows of several models: LoopBack's polymorphic `through`, as a `has_many` of links that belong to either.
mod parcels {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Delivery)]
    pub struct Courier {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Delivery, discriminator = "item_type")]
    pub struct Letter {
        #[model(id, generated)]
        pub id: i64,
        pub text: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Delivery, discriminator = "item_type")]
    pub struct Parcel {
        #[model(id, generated)]
        pub id: i64,
        pub weight: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Delivery {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Courier)]
        pub courier_id: i64,
        pub item_type: String,
        #[belongs_to(Item, discriminator = "item_type")]
        pub item_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, PolymorphicModel)]
    pub enum Item {
        Letter(Letter),
        Parcel(Parcel),
    }
}

#[database_test]
async fn links_lead_to_rows_of_several_models(db: TestDb) {
    use parcels::*;
    db.schema::<(Courier, Letter, Parcel, Delivery)>()
        .create()
        .await
        .unwrap();
    let couriers = CourierRepository::new(&*db);
    let letters = LetterRepository::new(&*db);
    let parcels = ParcelRepository::new(&*db);
    let names = ["Hugin", "Munin"].map(|name| Courier::draft().name(name));
    let [hugin, munin] = &couriers.create_all(names).await.unwrap()[..] else {
        unreachable!()
    };
    // An item with its link, either way round.
    let by = |courier: &Courier| Delivery::draft().courier_id(courier.id);
    let letter = Letter::draft()
        .text("hi")
        .deliveries([by(hugin), by(munin)]);
    let letter = letters.create(letter).await.unwrap();
    let parcel = parcels.create(Parcel::draft().weight(3)).await.unwrap();
    let link = Delivery::draft().item_type("Parcel").item_id(parcel.id);
    couriers.deliveries(hugin).create(link).await.unwrap();

    db.ran();
    let items = Courier::DELIVERIES.include(Delivery::ITEM);
    let rows = couriers.find().include(items).all().await.unwrap();
    assert_eq!(db.count(), 4);
    let found = |row: usize| -> Vec<Item> {
        let links = rows[row].deliveries.iter();
        links
            .filter_map(|link| link.item.as_deref().cloned())
            .collect()
    };
    let (of_letter, of_parcel) = (Item::from(letter.clone()), Item::from(parcel.clone()));
    assert_eq!(found(0), [of_letter.clone(), of_parcel.clone()]);
    assert_eq!(found(1), [of_letter.clone()]);
    // So many of each source, not of all together.
    let first = Courier::DELIVERIES.scope(|links| links.limit(1).include(Delivery::ITEM));
    let rows = couriers.find().include(first).all().await.unwrap();
    let items = rows.iter().map(|row| {
        let [link] = &row.deliveries[..] else {
            panic!("one link: {row:?}")
        };
        link.item.as_deref().cloned()
    });
    assert_eq!(
        items.collect::<Vec<_>>(),
        [Some(of_letter.clone()), Some(of_letter.clone())]
    );
    let last = Courier::DELIVERIES.scope(|links| {
        let links = links.order_by(Delivery::ID.desc()).limit(1);
        links.include(Delivery::ITEM)
    });
    let rows = couriers.find().include(last).all().await.unwrap();
    let item = |row: usize| rows[row].deliveries[0].item.as_deref();
    assert_eq!((item(0), item(1)), (Some(&of_parcel), Some(&of_letter)));

    // The items of one type that a courier delivers, and the couriers of one item.
    let heavy = Courier::NAME.eq("Hugin");
    let heavy = Parcel::DELIVERIES.some(Delivery::COURIER.some(heavy));
    let other = parcels.create(Parcel::draft().weight(3)).await.unwrap();
    let change = Parcel::patch().weight(4);
    assert_eq!(parcels.patch(change).filter(heavy).await.unwrap(), 1);
    let weights = parcels.find().all().await.unwrap();
    let weights: Vec<_> = weights.iter().map(|row| (row.id, row.weight)).collect();
    assert_eq!(weights, [(parcel.id, 4), (other.id, 3)]);
    assert_eq!(letters.find().all().await.unwrap(), [letter.clone()]);
    assert_eq!(letters.deliveries(&letter).count().await.unwrap(), 2);
    let of_hugin = Delivery::COURIER_ID.eq(hugin.id);
    assert_eq!(
        letters
            .deliveries(&letter)
            .delete()
            .filter(of_hugin)
            .await
            .unwrap(),
        1
    );
    assert_eq!(couriers.deliveries(hugin).count().await.unwrap(), 1);
    assert_eq!(
        parcels
            .deliveries(&parcel)
            .delete()
            .all_rows()
            .await
            .unwrap(),
        1
    );
    assert_eq!(couriers.deliveries(munin).count().await.unwrap(), 1);
}

/// Hugin delivers a letter, which Munin delivers too, a letter of his own, and a parcel.
async fn deliveries(db: &TestDb) -> (parcels::Courier, parcels::Courier) {
    use parcels::*;
    let models = db.schema::<(Courier, Letter, Parcel, Delivery)>();
    models.create().await.unwrap();
    let couriers = CourierRepository::new(&**db);
    let names = ["Hugin", "Munin"].map(|name| Courier::draft().name(name));
    let mut created = couriers.create_all(names).await.unwrap();
    let (munin, hugin) = (created.pop().unwrap(), created.pop().unwrap());
    let by = |courier: &Courier| Delivery::draft().courier_id(courier.id);
    let shared = Letter::draft()
        .text("to both")
        .deliveries([by(&hugin), by(&munin)]);
    let own = Letter::draft().text("to one").deliveries([by(&hugin)]);
    let letters = LetterRepository::new(&**db);
    letters.create_all([shared, own]).await.unwrap();
    let parcel = Parcel::draft().weight(3).deliveries([by(&hugin)]);
    ParcelRepository::new(&**db).create(parcel).await.unwrap();
    (hugin, munin)
}

/// The items that only this courier delivers go, of all types, and so do the links to them and the courier's other links.
#[database_test]
async fn items_of_all_types_are_deleted_with_their_links(db: TestDb) {
    use parcels::*;
    let (hugin, munin) = deliveries(&db).await;
    let deleted = db.transaction(async |tx| {
        let only_his = |other: i64| Delivery::COURIER_ID.ne(other);
        let his = |courier: i64| Delivery::COURIER_ID.eq(courier);
        let of_letters =
            Letter::DELIVERIES.some(his(hugin.id)) & Letter::DELIVERIES.every(only_his(munin.id));
        let of_parcels =
            Parcel::DELIVERIES.some(his(hugin.id)) & Parcel::DELIVERIES.every(only_his(munin.id));
        let letters = LetterRepository::new(&tx);
        let letters = letters.delete().filter(of_letters).await?;
        let parcels = ParcelRepository::new(&tx);
        let parcels = parcels.delete().filter(of_parcels).await?;
        let couriers = CourierRepository::new(&tx);
        let links = couriers.deliveries(hugin.id).delete().all_rows().await?;
        Ok::<_, relations::Error>((letters, parcels, links))
    });
    assert_eq!(deleted.await.unwrap(), (1, 1, 3));
    let letters = LetterRepository::new(&*db).find().all().await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].text, "to both");
    assert_eq!(db.number("SELECT COUNT(*) FROM parcel").await, 0);
    let deliveries = DeliveryRepository::new(&*db);
    let links = deliveries.find().include(Delivery::ITEM).all();
    let links = links.await.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].courier_id, munin.id);
    assert_eq!(links[0].item.as_deref(), Some(&letters[0].clone().into()));
}

#[database_test]
async fn items_that_a_filter_finds_are_deleted_with_their_links(db: TestDb) {
    use parcels::*;
    let (hugin, _) = deliveries(&db).await;
    let delete = async |text: &str| {
        let text = text.to_owned();
        db.transaction(async |tx| {
            let letters = LetterRepository::new(&tx);
            let his = Letter::DELIVERIES.some(Delivery::COURIER_ID.eq(hugin.id));
            let found = letters.find().filter(Letter::TEXT.eq(&*text) & his);
            let mut links = 0;
            for letter in found.all().await? {
                links += letters.deliveries(&letter).delete().all_rows().await?;
                letters.delete_by_id(letter.id).await?;
            }
            Ok::<_, relations::Error>(links)
        })
        .await
        .unwrap()
    };
    let counts = async || {
        let counts = ["letter", "parcel", "delivery"];
        let mut found = Vec::new();
        for table in counts {
            found.push(db.number(&format!("SELECT COUNT(*) FROM {table}")).await);
        }
        found
    };
    assert_eq!(delete("to nobody").await, 0);
    assert_eq!(counts().await, [2, 1, 4]);
    assert_eq!(delete("to one").await, 1);
    assert_eq!(counts().await, [1, 1, 3]);
}

#[database_test]
async fn a_key_is_set_by_the_row_that_it_refers_to(db: TestDb) {
    let (customer, supplier) = owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let draft = Contact::draft().owner(&customer).email("thor@asgard");
    let contact = contacts.create(draft).await.unwrap();
    assert_eq!(
        (contact.owner_type.as_deref(), contact.owner_id),
        (Some("Customer"), Some(customer.id))
    );

    // The enum, and a row with slots, do as well.
    let change = Contact::patch().owner(&Owner::Supplier(supplier.clone()));
    contacts.patch_by_id(contact.id, change).await.unwrap();
    let found = contacts.find().include(Contact::OWNER).get().await.unwrap();
    let (contact, owner) = found.into_parts();
    assert_eq!(contact.owner_type.as_deref(), Some("sup"));
    assert_eq!(owner.as_deref(), Some(&Owner::Supplier(supplier)));
    let customers = CustomerRepository::new(&*db);
    let row = customers.find().include(Customer::CONTACT).get().await;
    let change = Contact::patch().owner(&row.unwrap());
    contacts.patch_by_id(contact.id, change).await.unwrap();
    let contact = contacts.get_by_id(contact.id).await.unwrap();
    assert_eq!(contact.owner_id, Some(customer.id));
}

#[database_test]
async fn the_source_is_given_by_its_id(db: TestDb) {
    let (customer, _) = owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let draft = Contact::draft().owner(&customer).email("a");
    let of_thor = contacts.create(draft).await.unwrap();
    let of_none = contacts.create(Contact::draft().email("b")).await.unwrap();
    db.ran();

    let owner = contacts.owner(of_thor.id).get().await.unwrap();
    assert_eq!(owner, Owner::Customer(customer));
    assert_eq!(db.ran().len(), 2);
    assert_eq!(contacts.owner(of_none.id).find().await.unwrap(), None);
    let error = contacts.owner(99).find().await.unwrap_err();
    assert_eq!(error.missing(), Some(relations::Missing::Source));
    let error = contacts.owner(of_none.id).get().await.unwrap_err();
    assert_eq!(error.missing(), Some(relations::Missing::Target));
}
