use relations::FixedScope;
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    done: bool,
    #[belongs_to(Customer, scope = open)]
    customer_id: i64,
}

fn open(customers: FixedScope<Customer>) -> FixedScope<Customer> {
    customers.filter(Customer::ID.gt(0))
}

fn main() {}
