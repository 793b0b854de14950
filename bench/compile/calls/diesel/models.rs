use crate::schema::*;
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = supplier)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
pub struct Supplier {
    pub id: i64,
    pub name: String,
    pub country: Option<String>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = supplier)]
pub struct NewSupplier {
    pub name: String,
    pub country: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, AsChangeset)]
#[diesel(table_name = account)]
#[diesel(belongs_to(Supplier, foreign_key = supplier_id))]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
pub struct Account {
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    pub supplier_id: i64,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = account)]
pub struct NewAccount {
    pub account_manager: String,
    pub balance: Option<i64>,
    pub supplier_id: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = customer)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
pub struct Customer {
    pub id: i64,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = customer)]
pub struct NewCustomer {
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, AsChangeset)]
#[diesel(table_name = address)]
#[diesel(belongs_to(Customer, foreign_key = customer_id))]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
pub struct Address {
    pub id: i64,
    pub street: String,
    pub city: String,
    pub customer_id: i64,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = address)]
pub struct NewAddress {
    pub street: String,
    pub city: String,
    pub customer_id: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, AsChangeset)]
#[diesel(table_name = orders)]
#[diesel(belongs_to(Customer, foreign_key = customer_id))]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
pub struct Order {
    pub id: i64,
    pub name: String,
    pub quantity: i64,
    pub is_paid: bool,
    pub customer_id: i64,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = orders)]
pub struct NewOrder {
    pub name: String,
    pub quantity: i64,
    pub is_paid: bool,
    pub customer_id: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, Insertable)]
#[diesel(table_name = manufacturer)]
#[diesel(primary_key(order_id, supplier_id))]
#[diesel(belongs_to(Order, foreign_key = order_id))]
#[diesel(belongs_to(Supplier, foreign_key = supplier_id))]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
pub struct Manufacturer {
    pub order_id: i64,
    pub supplier_id: i64,
}
