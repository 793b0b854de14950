//! What several hand-written contestants have in common: the SQL in its best form, so that they differ in the driver.

use harness::Result;
use harness::rows::{Bank, Payment};
use std::collections::HashMap;
use std::sync::Arc;

/// Columns: supplier (3), then its account (3), whose `supplier_id` is the supplier's id.
macro_rules! suppliers {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.name, s.city, a.id, a.account_manager, a.balance ",
            "FROM supplier s LEFT JOIN account a ON a.supplier_id = s.id ",
            $rest
        )
    };
}

/// The limit within and not as a parameter: PostgreSQL would otherwise merge both tables from their first rows on, or plan for
/// a tenth of the table.
macro_rules! page {
    ($after:literal) => {
        concat!(
            "SELECT s.id, s.name, s.city, a.id, a.account_manager, a.balance ",
            "FROM (SELECT id, name, city FROM supplier WHERE id > ",
            $after,
            " ORDER BY id LIMIT 20) s LEFT JOIN account a ON a.supplier_id = s.id ORDER BY s.id"
        )
    };
}

/// Columns: customer (2), then its address (3), whose `customer_id` is the customer's id.
pub const CUSTOMERS: &str = "SELECT c.id, c.name, a.id, a.street, a.city \
    FROM customer c LEFT JOIN address a ON a.customer_id = c.id ORDER BY c.id";

/// w1: `has_one` in the same statement.
pub const SUPPLIERS: &str = suppliers!("ORDER BY s.id");

pub const PAYMENTS: &str = "SELECT id, reference, amount, bank_id FROM payment ORDER BY id";

/// Where parameters are numbered.
pub mod postgres {
    pub const SUPPLIER: &str = suppliers!("WHERE s.id = $1");
    pub const PAGE: &str = page!("$1");
    pub const CREATE: &str = "INSERT INTO account (account_manager, balance, supplier_id) VALUES ($1, $2, $3) \
        RETURNING id, account_manager, balance, supplier_id";
    pub const ORDERS: &str =
        "SELECT id, description, total, customer_id FROM orders WHERE customer_id = ANY($1)";
    pub const MANUFACTURERS: &str =
        "SELECT id, name, order_id FROM manufacturer WHERE order_id = ANY($1)";
    pub const BANKS: &str = "SELECT id, name, city FROM bank WHERE id = ANY($1)";
}

/// Where they are not, and keys come as a JSON text.
pub mod sqlite {
    pub const SUPPLIER: &str = suppliers!("WHERE s.id = ?");
    pub const PAGE: &str = page!("?");
    pub const CREATE: &str = "INSERT INTO account (account_manager, balance, supplier_id) VALUES (?, ?, ?) \
        RETURNING id, account_manager, balance, supplier_id";
    pub const ORDERS: &str = "SELECT id, description, total, customer_id FROM orders \
        WHERE customer_id IN (SELECT value FROM json_each(?))";
    pub const MANUFACTURERS: &str = "SELECT id, name, order_id FROM manufacturer \
        WHERE order_id IN (SELECT value FROM json_each(?))";
    pub const BANKS: &str =
        "SELECT id, name, city FROM bank WHERE id IN (SELECT value FROM json_each(?))";
}

pub mod mariadb {
    pub use super::sqlite::{CREATE, PAGE, SUPPLIER};

    pub const ORDERS: &str = "SELECT o.id, o.description, o.total, o.customer_id \
        FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j JOIN orders o ON o.customer_id = j.k";
    pub const MANUFACTURERS: &str = "SELECT m.id, m.name, m.order_id \
        FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j JOIN manufacturer m ON m.order_id = j.k";
    pub const BANKS: &str = "SELECT b.id, b.name, b.city \
        FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j JOIN bank b ON b.id = j.k";
}

/// Keys as a JSON text: a parameter of any length.
pub fn json(keys: impl IntoIterator<Item = i64>) -> String {
    let mut text = String::from("[");
    for key in keys {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&key.to_string());
    }
    text.push(']');
    text
}

/// Gives payments their banks, which they share.
pub fn link(
    unlinked: Vec<Payment<()>>,
    banks: &HashMap<i64, Option<Arc<Bank>>>,
) -> Result<Vec<Payment>> {
    let mut payments = Vec::with_capacity(unlinked.len());
    for payment in unlinked {
        let bank = banks.get(&payment.bank_id).cloned().flatten();
        payments.push(Payment {
            id: payment.id,
            reference: payment.reference,
            amount: payment.amount,
            bank_id: payment.bank_id,
            bank: bank.ok_or("a payment has no bank")?,
        });
    }
    Ok(payments)
}
