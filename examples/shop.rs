//! Five models, one nested query, rows drafted together, and what is asked of related rows.
//!
//! `cargo run --example shop`

#![allow(missing_docs)] // The fields say what they are.
#![allow(clippy::print_stdout)] // Printing is what the example is for.

use relations::prelude::*;

#[derive(Debug, Clone, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Clone, Model)]
#[has_many(Order)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, Model)]
#[has_many(Supplier, name = "manufacturers", through = Manufacturer)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[belongs_to(Customer, on_delete = "cascade")]
    pub customer_id: i64,
}

#[derive(Debug, Clone, Model)]
pub struct Manufacturer {
    #[model(id)]
    #[belongs_to(Order, on_delete = "cascade")]
    pub order_id: i64,
    #[model(id)]
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[tokio::main]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    let schema = db.schema::<(Supplier, Account, Customer, Order, Manufacturer)>();
    schema.create().await?;
    let suppliers = SupplierRepository::new(&db);
    let customers = CustomerRepository::new(&db);
    let orders = OrderRepository::new(&db);

    // Rows drafted together are created in one transaction, a statement for each relation and level.
    let dwarfs = Supplier::draft()
        .name("Dwarfs")
        .account(Account::draft().account_manager("Sindri"));
    let dwarfs = suppliers.create(dwarfs).await?;
    let thor = Customer::draft().name("Thor").orders([
        Order::draft().name("hammer"),
        Order::draft().name("belt"),
        Order::draft().name("gloves"),
    ]);
    let thor = customers.create(thor).await?;

    // The repositories of one customer's orders, and of one order's manufacturers.
    let hammer = customers.orders(&thor).find().get().await?;
    orders.manufacturers(&hammer).link(dwarfs.id).await?;
    assert!(orders.manufacturers(&hammer).is_linked(dwarfs.id).await?);

    let rows = customers
        .find()
        .filter(Customer::NAME.like("T%"))
        .include(Customer::ORDERS.scope(|orders| {
            orders
                .filter(Order::NAME.ne("x"))
                .order_by(Order::ID.asc())
                .limit(2) // two per customer
                .include(Order::MANUFACTURERS.include(Supplier::ACCOUNT))
        }))
        .all()
        .await?;
    for customer in &rows {
        println!("{} ordered", customer.name);
        for order in &customer.orders {
            let makers = order.manufacturers.iter().map(|maker| maker.name.as_str());
            println!("  {}, made by {:?}", order.name, makers.collect::<Vec<_>>());
        }
    }

    // Related rows in predicates and orders, and their number.
    let of_dwarfs = Order::MANUFACTURERS.some(Supplier::NAME.eq("Dwarfs"));
    let buyers = customers
        .find()
        .filter(Customer::ORDERS.some(of_dwarfs))
        .include(Customer::ORDERS.count())
        .all()
        .await?;
    for buyer in &buyers {
        println!(
            "{} buys from dwarfs, and ordered {} times",
            buyer.name, buyer.orders.count
        );
    }
    let sorted = orders
        .find()
        .order_by(Order::CUSTOMER.order(Customer::NAME.asc()));
    println!("{} orders by customer", sorted.all().await?.len());

    // Deleting the customer takes the orders and their links along, as the foreign keys say.
    customers.delete_by_id(thor.id).await?;
    assert_eq!(orders.find().count().await?, 0);
    Ok(())
}
