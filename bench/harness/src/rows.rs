//! The structs of the contestants that have no models of their own.

use crate::{Loaded, linked, row};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Supplier {
    pub id: i64,
    pub name: String,
    pub city: String,
    pub account: Option<Account>,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    pub supplier_id: i64,
}

#[derive(Debug, Clone)]
pub struct Customer {
    pub id: i64,
    pub name: String,
    pub address: Option<Address>,
    pub orders: Vec<Order>,
}

#[derive(Debug, Clone)]
pub struct Address {
    pub id: i64,
    pub street: String,
    pub city: String,
    pub customer_id: i64,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub id: i64,
    pub description: String,
    pub total: i64,
    pub customer_id: i64,
    pub manufacturers: Vec<Manufacturer>,
}

#[derive(Debug, Clone)]
pub struct Manufacturer {
    pub id: i64,
    pub name: String,
    pub order_id: i64,
}

/// Every payment has a copy of its bank, or all of a bank share one.
#[derive(Debug, Clone)]
pub struct Payment<B = Arc<Bank>> {
    pub id: i64,
    pub reference: String,
    pub amount: i64,
    pub bank_id: i64,
    pub bank: B,
}

#[derive(Debug, Clone)]
pub struct Bank {
    pub id: i64,
    pub name: String,
    pub city: String,
}

impl Loaded for Supplier {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.name, &self.city));
        linked(own, [self.account.digest()])
    }
}

impl Loaded for Account {
    fn digest(&self) -> u64 {
        row((
            self.id,
            &self.account_manager,
            self.balance,
            self.supplier_id,
        ))
    }
}

impl Loaded for Customer {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.name));
        linked(own, [self.address.digest(), self.orders.digest()])
    }
}

impl Loaded for Address {
    fn digest(&self) -> u64 {
        row((self.id, &self.street, &self.city, self.customer_id))
    }
}

impl Loaded for Order {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.description, self.total, self.customer_id));
        linked(own, [self.manufacturers.digest()])
    }
}

impl Loaded for Manufacturer {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, self.order_id))
    }
}

impl<B: Loaded> Loaded for Payment<B> {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.reference, self.amount, self.bank_id));
        linked(own, [self.bank.digest()])
    }
}

impl Loaded for Bank {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
    }
}
