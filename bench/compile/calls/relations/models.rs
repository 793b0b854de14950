use relations::prelude::*;

#[derive(Debug, Clone, Model)]
#[has_one(Account)]
#[has_many(Manufacturer)]
#[has_many(Order, through = Manufacturer)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub country: Option<String>,
}

#[derive(Debug, Clone, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Clone, Model)]
#[has_one(Address)]
#[has_many(Order)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, Model)]
pub struct Address {
    #[model(id, generated)]
    pub id: i64,
    pub street: String,
    pub city: String,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, Model)]
#[model(table = "orders")]
#[has_many(Manufacturer)]
#[has_many(Supplier, through = Manufacturer)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub quantity: i64,
    pub is_paid: bool,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, Model)]
pub struct Manufacturer {
    #[model(id)]
    #[belongs_to(Order)]
    pub order_id: i64,
    #[model(id)]
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}
