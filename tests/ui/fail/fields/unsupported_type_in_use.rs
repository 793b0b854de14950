use relations::{Json, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Status {
    New,
    Paid,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_one(Profile)]
#[has_many(Order)]
#[has_many(Note, discriminator = "about_type", key_to = "about_id")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Profile {
    #[model(id, generated)]
    id: i64,
    bio: Option<String>,
    #[model(unique)]
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Line)]
#[has_many(Product, through = Line)]
#[has_many(Note, discriminator = "about_type", key_to = "about_id")]
struct Order {
    #[model(id, generated)]
    id: i64,
    #[model(index, default = "'new'")]
    status: Status,
    #[belongs_to(Customer)]
    customer_id: i64,
    #[references_many(Product)]
    gift_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Line {
    #[model(id)]
    #[belongs_to(Order)]
    order_id: i64,
    #[model(id)]
    #[belongs_to(Product)]
    product_id: i64,
    amount: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Order, through = Line)]
struct Product {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, PolymorphicModel)]
enum About {
    Customer(Customer),
    Order(Order),
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Note {
    #[model(id, generated)]
    id: i64,
    about_type: String,
    #[belongs_to(About, discriminator = "about_type")]
    about_id: i64,
}

async fn run(db: &Db) -> relations::Result<()> {
    db.schema::<(Customer, Profile, Order, Line, Product, Note)>()
        .create()
        .await?;
    let customers = CustomerRepository::new(db);
    let orders = OrderRepository::new(db);
    let thor = customers
        .create(
            Customer::draft()
                .name("Thor")
                .profile(Profile::draft().bio("god"))
                .orders([Order::draft()
                    .status(Status::New)
                    .gift_ids([1])
                    .lines([Line::draft().product_id(1).amount(1)])]),
        )
        .await?;
    let drafts = [1, 2].map(|_| {
        Order::draft()
            .status(&Status::New)
            .gift_ids([])
            .customer_id(thor.id)
    });
    orders.create_all(drafts).await?;
    let draft = Order::draft().status(Status::New).gift_ids([]);
    let order = customers.orders(&thor).create(draft).await?;
    orders
        .find()
        .filter(Order::STATUS.eq(Status::New) | Order::STATUS.in_([Status::New, Status::Paid]))
        .filter(Order::STATUS.between(Status::New, Status::Paid))
        .filter(Order::CUSTOMER.some(Customer::NAME.eq("Thor")))
        .order_by(Order::STATUS.asc())
        .order_by(Order::CUSTOMER_ID.desc())
        .limit(3)
        .include(Order::CUSTOMER.include(Customer::PROFILE))
        .include(Order::PRODUCTS.scope(|q| q.filter(Product::NAME.like("a%"))))
        .include(Order::LINES)
        .include(Order::GIFTS)
        .all()
        .await?;
    let found = customers
        .find()
        .include(Customer::ORDERS.scope(|q| q.filter(Order::STATUS.eq(order.status)).limit(2)))
        .include(Customer::NOTES)
        .first()
        .await?;
    if let Some(found) = found {
        let paid = found
            .orders
            .iter()
            .filter(|order| order.status == Status::Paid);
        println!("{} {:?}", paid.count(), found.profile);
    }
    NoteRepository::new(db)
        .find()
        .include(Note::ABOUT)
        .all()
        .await?;
    orders
        .patch(Order::patch().status(Status::Paid))
        .filter(Order::STATUS.eq(Status::New))
        .await?;
    orders
        .patch_by_id(order.id, Order::patch().status(Status::Paid))
        .await?;
    orders.replace(order.clone()).await?;
    orders
        .delete()
        .filter(Order::STATUS.eq(Status::New))
        .await?;
    orders.products(&order).find().all().await?;
    orders.customer(&order).get().await?;
    let json: serde_json::Value = serde_json::json!({});
    orders.create(Json(json)).await?;
    Ok(())
}

fn main() {}
