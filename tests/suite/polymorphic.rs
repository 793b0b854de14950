//! Polymorphic relations: a row that belongs to a row of one of several models.

use super::support::TestDb;
use relations::prelude::*;
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

pub(crate) async fn create_fills_key_and_discriminator(db: TestDb) {
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

pub(crate) async fn include_takes_one_statement_a_type(db: TestDb) {
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

pub(crate) async fn the_owner_of_one_row(db: TestDb) {
    let (customer, _) = owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let customers = CustomerRepository::new(&*db);
    let contact = customers
        .contact(&customer)
        .create(Contact::draft().email("a"))
        .await
        .unwrap();
    assert_eq!(
        contacts.owner(&contact).get().await.unwrap(),
        customer.into()
    );
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

pub(crate) async fn an_unknown_discriminator_is_named(db: TestDb) {
    owners(&db).await;
    let contacts = ContactRepository::new(&*db);
    let contact = Contact::draft().email("a").owner_type("Giant").owner_id(1);
    let contact = contacts.create(contact).await.unwrap();
    for error in [
        contacts
            .find()
            .include(Contact::OWNER)
            .all()
            .await
            .unwrap_err(),
        contacts.owner(&contact).find().await.unwrap_err(),
    ] {
        assert!(
            error.is_decode() && error.relation() == Some("owner"),
            "{error:?}"
        );
        assert_eq!(
            error.to_string(),
            "`Contact.owner`: `owner_type` is \"Giant\", which is none of `Customer`, `sup`"
        );
    }
    assert_eq!(contacts.find().all().await.unwrap().len(), 1);
}

pub(crate) async fn metadata_of_both_sides(_: TestDb) {
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

pub(crate) async fn owners_are_found_by_their_contact(db: TestDb) {
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

pub(crate) async fn set_keeps_the_one_row(db: TestDb) {
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
