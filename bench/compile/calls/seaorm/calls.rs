use crate::models::*;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, DbErr, LoaderTrait};

pub async fn suppliers(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = supplier::Entity::find().all(db).await?;
    Ok(rows.iter().map(|supplier| supplier.name.len()).sum())
}

pub async fn suppliers_account(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = supplier::Entity::load()
        .with(account::Entity)
        .all(db)
        .await?;
    let accounts = rows.iter().filter_map(|supplier| supplier.account.as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub async fn accounts_supplier(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = account::Entity::load()
        .with(supplier::Entity)
        .all(db)
        .await?;
    let suppliers = rows.iter().filter_map(|account| account.supplier.as_ref());
    Ok(suppliers.map(|supplier| supplier.name.len()).sum())
}

pub async fn customers_orders(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = customer::Entity::load()
        .with(orders::Entity)
        .all(db)
        .await?;
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    Ok(orders.map(|order| order.name.len()).sum())
}

pub async fn orders_suppliers(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = orders::Entity::load()
        .filter(orders::Column::IsPaid.eq(true))
        .with(supplier::Entity)
        .all(db)
        .await?;
    let suppliers = rows.iter().flat_map(|order| &order.suppliers);
    Ok(suppliers.map(|supplier| supplier.name.len()).sum())
}

pub async fn manufacturers_order_supplier(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = manufacturer::Entity::load()
        .with(orders::Entity)
        .with(supplier::Entity)
        .all(db)
        .await?;
    let both = rows
        .iter()
        .filter_map(|made| made.order.as_ref().zip(made.supplier.as_ref()));
    Ok(both
        .map(|(order, supplier)| order.name.len() * supplier.name.len())
        .sum())
}

pub async fn customers_orders_suppliers(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = customer::Entity::load()
        .filter(customer::Column::Name.eq("Thor"))
        .with((orders::Entity, supplier::Entity))
        .all(db)
        .await?;
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    Ok(orders
        .flat_map(|order| &order.suppliers)
        .map(|supplier| supplier.name.len())
        .sum())
}

pub async fn accounts_supplier_orders(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = account::Entity::load()
        .with((supplier::Entity, orders::Entity))
        .all(db)
        .await?;
    let suppliers = rows.iter().filter_map(|account| account.supplier.as_ref());
    Ok(suppliers
        .flat_map(|supplier| &supplier.orders)
        .map(|order| order.name.len())
        .sum())
}

pub async fn suppliers_account_orders_customer(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = supplier::Entity::load()
        .with(account::Entity)
        .with((orders::Entity, customer::Entity))
        .all(db)
        .await?;
    let accounts = rows.iter().filter_map(|supplier| supplier.account.as_ref());
    let managers: usize = accounts.map(|account| account.account_manager.len()).sum();
    let orders = rows.iter().flat_map(|supplier| &supplier.orders);
    let customers = orders.filter_map(|order| order.customer.as_ref());
    Ok(managers + customers.map(|customer| customer.name.len()).sum::<usize>())
}

// The entity loader goes two relations deep. What is below is loaded by the model loader.
pub async fn customers_address_orders_suppliers_account(
    db: &DatabaseConnection,
) -> Result<usize, DbErr> {
    let rows = customer::Entity::load()
        .with(address::Entity)
        .with((orders::Entity, supplier::Entity))
        .all(db)
        .await?;
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    let suppliers = orders.flat_map(|order| &order.suppliers);
    let suppliers: Vec<supplier::Model> =
        suppliers.map(|supplier| supplier.clone().into()).collect();
    let accounts = suppliers.load_one(account::Entity, db).await?;
    let addresses = rows.iter().filter_map(|customer| customer.address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let accounts = accounts.iter().flatten();
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub async fn addresses_customer_orders_suppliers(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = address::Entity::load()
        .with((customer::Entity, orders::Entity))
        .all(db)
        .await?;
    let customers = rows.iter().filter_map(|address| address.customer.as_ref());
    let orders = customers.flat_map(|customer| &customer.orders);
    let orders: Vec<orders::Model> = orders.map(|order| order.clone().into()).collect();
    let suppliers = orders.load_many(supplier::Entity, db).await?;
    Ok(suppliers
        .iter()
        .flatten()
        .map(|supplier| supplier.name.len())
        .sum())
}

pub async fn manufacturers_order_customer_address_supplier_account(
    db: &DatabaseConnection,
) -> Result<usize, DbErr> {
    let rows = manufacturer::Entity::load()
        .with((orders::Entity, customer::Entity))
        .with((supplier::Entity, account::Entity))
        .all(db)
        .await?;
    let orders = rows.iter().filter_map(|made| made.order.as_ref());
    let customers = orders.filter_map(|order| order.customer.as_ref());
    let customers: Vec<customer::Model> =
        customers.map(|customer| customer.clone().into()).collect();
    let addresses = customers.load_one(address::Entity, db).await?;
    let cities: usize = addresses
        .iter()
        .flatten()
        .map(|address| address.city.len())
        .sum();
    let suppliers = rows.iter().filter_map(|made| made.supplier.as_ref());
    let accounts = suppliers.filter_map(|supplier| supplier.account.as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub async fn addresses_customer(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = address::Entity::load()
        .with(customer::Entity)
        .all(db)
        .await?;
    let customers = rows.iter().filter_map(|address| address.customer.as_ref());
    Ok(customers.map(|customer| customer.name.len()).sum())
}

pub async fn orders_customer_suppliers(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = orders::Entity::load()
        .with(customer::Entity)
        .with(supplier::Entity)
        .all(db)
        .await?;
    let name = |order: &orders::ModelEx| {
        order
            .customer
            .as_ref()
            .map_or(0, |customer| customer.name.len())
    };
    Ok(rows
        .iter()
        .map(|order| name(order) * order.suppliers.len())
        .sum())
}

pub async fn customers_address_orders(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = customer::Entity::load()
        .with(address::Entity)
        .with(orders::Entity)
        .all(db)
        .await?;
    let addresses = rows.iter().filter_map(|customer| customer.address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    Ok(cities + orders.map(|order| order.name.len()).sum::<usize>())
}

pub async fn orders_customer_address(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = orders::Entity::load()
        .filter(orders::Column::Quantity.gt(1))
        .with((customer::Entity, address::Entity))
        .all(db)
        .await?;
    let customers = rows.iter().filter_map(|order| order.customer.as_ref());
    let addresses = customers.filter_map(|customer| customer.address.as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub async fn manufacturers_supplier_account(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = manufacturer::Entity::load()
        .with((supplier::Entity, account::Entity))
        .all(db)
        .await?;
    let suppliers = rows.iter().filter_map(|made| made.supplier.as_ref());
    let accounts = suppliers.filter_map(|supplier| supplier.account.as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub async fn suppliers_orders_customer_address(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let rows = supplier::Entity::load()
        .with((orders::Entity, customer::Entity))
        .all(db)
        .await?;
    let orders = rows.iter().flat_map(|supplier| &supplier.orders);
    let customers = orders.filter_map(|order| order.customer.as_ref());
    let customers: Vec<customer::Model> =
        customers.map(|customer| customer.clone().into()).collect();
    let addresses = customers.load_one(address::Entity, db).await?;
    Ok(addresses
        .iter()
        .flatten()
        .map(|address| address.city.len())
        .sum())
}

pub async fn create_supplier(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let supplier = supplier::ActiveModel::builder()
        .set_name("Norns")
        .set_country(Some("Midgard".to_owned()));
    Ok(supplier.insert(db).await?.id)
}

pub async fn create_account(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let account = account::ActiveModel {
        account_manager: Set("Thrym".to_owned()),
        balance: Set(Some(7)),
        supplier_id: Set(3),
        ..Default::default()
    };
    Ok(account.insert(db).await?.id)
}

pub async fn create_customer_with_orders(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let order = |name: &str| {
        orders::ActiveModel::builder()
            .set_name(name)
            .set_quantity(1)
            .set_is_paid(false)
    };
    let customer = customer::ActiveModel::builder()
        .set_name("Baldr")
        .set_email("baldr@asgard.example")
        .add_order(order("ship"))
        .add_order(order("ring"));
    Ok(customer.insert(db).await?.id)
}

pub async fn create_address(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let address = address::ActiveModel {
        street: Set("Bilskirnir 2".to_owned()),
        city: Set("Thrudheim".to_owned()),
        customer_id: Set(2),
        ..Default::default()
    };
    Ok(address.insert(db).await?.id)
}

pub async fn create_order(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let order = orders::ActiveModel {
        name: Set("gloves".to_owned()),
        quantity: Set(2),
        is_paid: Set(false),
        customer_id: Set(1),
        ..Default::default()
    };
    Ok(order.insert(db).await?.id)
}

pub async fn link_supplier(db: &DatabaseConnection) -> Result<(), DbErr> {
    let link = manufacturer::ActiveModel {
        order_id: Set(2),
        supplier_id: Set(2),
    };
    let keys = [
        manufacturer::Column::OrderId,
        manufacturer::Column::SupplierId,
    ];
    manufacturer::Entity::insert(link)
        .on_conflict(OnConflict::columns(keys).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub async fn patch_account(db: &DatabaseConnection) -> Result<(), DbErr> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            balance: Set(Some(200)),
            ..Default::default()
        })
        .filter(account::Column::SupplierId.eq(1))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn patch_orders(db: &DatabaseConnection) -> Result<(), DbErr> {
    orders::Entity::update_many()
        .set(orders::ActiveModel {
            is_paid: Set(true),
            ..Default::default()
        })
        .filter(orders::Column::CustomerId.eq(1))
        .filter(orders::Column::IsPaid.eq(false))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete_account(db: &DatabaseConnection) -> Result<(), DbErr> {
    account::Entity::delete_many()
        .filter(account::Column::SupplierId.eq(2))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete_order(db: &DatabaseConnection) -> Result<(), DbErr> {
    orders::Entity::delete_many()
        .filter(orders::Column::CustomerId.eq(2))
        .filter(orders::Column::Id.eq(4))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn count_orders(db: &DatabaseConnection) -> Result<u64, DbErr> {
    orders::Entity::find()
        .filter(orders::Column::CustomerId.eq(1))
        .filter(orders::Column::IsPaid.eq(true))
        .count(db)
        .await
}

pub async fn count_suppliers(db: &DatabaseConnection) -> Result<u64, DbErr> {
    supplier::Entity::find()
        .filter(supplier::Column::Country.eq("Midgard"))
        .count(db)
        .await
}
