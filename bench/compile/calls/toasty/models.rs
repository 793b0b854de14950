use toasty::Deferred;

#[derive(Debug, Clone, toasty::Model)]
#[table = "supplier"]
pub struct Supplier {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    pub country: Option<String>,
    #[has_one]
    pub account: Deferred<Option<Account>>,
    #[has_many]
    pub manufacturers: Deferred<Vec<Manufacturer>>,
    #[has_many(via = manufacturers.order)]
    pub orders: Deferred<Vec<Order>>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "account"]
pub struct Account {
    #[key]
    #[auto]
    pub id: u64,
    pub account_manager: String,
    pub balance: Option<i64>,
    #[unique]
    pub supplier_id: u64,
    #[belongs_to(key = supplier_id, references = id)]
    pub supplier: Deferred<Supplier>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "customer"]
pub struct Customer {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    pub email: String,
    #[has_one]
    pub address: Deferred<Option<Address>>,
    #[has_many]
    pub orders: Deferred<Vec<Order>>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "address"]
pub struct Address {
    #[key]
    #[auto]
    pub id: u64,
    pub street: String,
    pub city: String,
    #[unique]
    pub customer_id: u64,
    #[belongs_to(key = customer_id, references = id)]
    pub customer: Deferred<Customer>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "orders"]
pub struct Order {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    pub quantity: i64,
    pub is_paid: bool,
    #[index]
    pub customer_id: u64,
    #[belongs_to(key = customer_id, references = id)]
    pub customer: Deferred<Customer>,
    #[has_many]
    pub manufacturers: Deferred<Vec<Manufacturer>>,
    #[has_many(via = manufacturers.supplier)]
    pub suppliers: Deferred<Vec<Supplier>>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "manufacturer"]
#[key(order_id, supplier_id)]
pub struct Manufacturer {
    #[index]
    pub order_id: u64,
    #[belongs_to(key = order_id, references = id)]
    pub order: Deferred<Order>,
    #[index]
    pub supplier_id: u64,
    #[belongs_to(key = supplier_id, references = id)]
    pub supplier: Deferred<Supplier>,
}
