use crate::models::*;
use relations::{Result, prelude::*};

pub async fn suppliers(db: &Db) -> Result<usize> {
    let rows = SupplierRepository::new(db).find().all().await?;
    Ok(rows.iter().map(|supplier| supplier.name.len()).sum())
}

pub async fn suppliers_account(db: &Db) -> Result<usize> {
    let rows = SupplierRepository::new(db)
        .find()
        .include(Supplier::ACCOUNT)
        .all()
        .await?;
    let accounts = rows.iter().filter_map(|supplier| supplier.account.as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub async fn accounts_supplier(db: &Db) -> Result<usize> {
    let rows = AccountRepository::new(db)
        .find()
        .include(Account::SUPPLIER)
        .all()
        .await?;
    Ok(rows.iter().map(|account| account.supplier.name.len()).sum())
}

pub async fn customers_orders(db: &Db) -> Result<usize> {
    let rows = CustomerRepository::new(db)
        .find()
        .include(Customer::ORDERS)
        .all()
        .await?;
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    Ok(orders.map(|order| order.name.len()).sum())
}

pub async fn orders_suppliers(db: &Db) -> Result<usize> {
    let rows = OrderRepository::new(db)
        .find()
        .filter(Order::IS_PAID.eq(true))
        .include(Order::SUPPLIERS)
        .all()
        .await?;
    let suppliers = rows.iter().flat_map(|order| &order.suppliers);
    Ok(suppliers.map(|supplier| supplier.name.len()).sum())
}

pub async fn manufacturers_order_supplier(db: &Db) -> Result<usize> {
    let rows = ManufacturerRepository::new(db)
        .find()
        .include(Manufacturer::ORDER)
        .include(Manufacturer::SUPPLIER)
        .all()
        .await?;
    Ok(rows
        .iter()
        .map(|made| made.order.name.len() * made.supplier.name.len())
        .sum())
}

pub async fn customers_orders_suppliers(db: &Db) -> Result<usize> {
    let rows = CustomerRepository::new(db)
        .find()
        .filter(Customer::NAME.eq("Thor"))
        .include(Customer::ORDERS.include(Order::SUPPLIERS))
        .all()
        .await?;
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    Ok(orders
        .flat_map(|order| &order.suppliers)
        .map(|supplier| supplier.name.len())
        .sum())
}

pub async fn accounts_supplier_orders(db: &Db) -> Result<usize> {
    let rows = AccountRepository::new(db)
        .find()
        .include(Account::SUPPLIER.include(Supplier::ORDERS))
        .all()
        .await?;
    let orders = rows.iter().flat_map(|account| &account.supplier.orders);
    Ok(orders.map(|order| order.name.len()).sum())
}

pub async fn suppliers_account_orders_customer(db: &Db) -> Result<usize> {
    let rows = SupplierRepository::new(db)
        .find()
        .include(Supplier::ACCOUNT)
        .include(Supplier::ORDERS.include(Order::CUSTOMER))
        .all()
        .await?;
    let accounts = rows.iter().filter_map(|supplier| supplier.account.as_ref());
    let managers: usize = accounts.map(|account| account.account_manager.len()).sum();
    let orders = rows.iter().flat_map(|supplier| &supplier.orders);
    Ok(managers + orders.map(|order| order.customer.name.len()).sum::<usize>())
}

pub async fn customers_address_orders_suppliers_account(db: &Db) -> Result<usize> {
    let rows = CustomerRepository::new(db)
        .find()
        .include(Customer::ADDRESS)
        .include(Customer::ORDERS.include(Order::SUPPLIERS.include(Supplier::ACCOUNT)))
        .all()
        .await?;
    let addresses = rows.iter().filter_map(|customer| customer.address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    let suppliers = orders.flat_map(|order| &order.suppliers);
    let accounts = suppliers.filter_map(|supplier| supplier.account.as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub async fn addresses_customer_orders_suppliers(db: &Db) -> Result<usize> {
    let rows = AddressRepository::new(db)
        .find()
        .include(Address::CUSTOMER.include(Customer::ORDERS.include(Order::SUPPLIERS)))
        .all()
        .await?;
    let orders = rows.iter().flat_map(|address| &address.customer.orders);
    Ok(orders
        .flat_map(|order| &order.suppliers)
        .map(|supplier| supplier.name.len())
        .sum())
}

pub async fn manufacturers_order_customer_address_supplier_account(db: &Db) -> Result<usize> {
    let rows = ManufacturerRepository::new(db)
        .find()
        .include(Manufacturer::ORDER.include(Order::CUSTOMER.include(Customer::ADDRESS)))
        .include(Manufacturer::SUPPLIER.include(Supplier::ACCOUNT))
        .all()
        .await?;
    let addresses = rows
        .iter()
        .filter_map(|made| made.order.customer.address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let accounts = rows
        .iter()
        .filter_map(|made| made.supplier.account.as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub async fn addresses_customer(db: &Db) -> Result<usize> {
    let rows = AddressRepository::new(db)
        .find()
        .include(Address::CUSTOMER)
        .all()
        .await?;
    Ok(rows.iter().map(|address| address.customer.name.len()).sum())
}

pub async fn orders_customer_suppliers(db: &Db) -> Result<usize> {
    let rows = OrderRepository::new(db)
        .find()
        .include(Order::CUSTOMER)
        .include(Order::SUPPLIERS)
        .all()
        .await?;
    Ok(rows
        .iter()
        .map(|order| order.customer.name.len() * order.suppliers.len())
        .sum())
}

pub async fn customers_address_orders(db: &Db) -> Result<usize> {
    let rows = CustomerRepository::new(db)
        .find()
        .include(Customer::ADDRESS)
        .include(Customer::ORDERS)
        .all()
        .await?;
    let addresses = rows.iter().filter_map(|customer| customer.address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|customer| &customer.orders);
    Ok(cities + orders.map(|order| order.name.len()).sum::<usize>())
}

pub async fn orders_customer_address(db: &Db) -> Result<usize> {
    let rows = OrderRepository::new(db)
        .find()
        .filter(Order::QUANTITY.gt(1))
        .include(Order::CUSTOMER.include(Customer::ADDRESS))
        .all()
        .await?;
    let addresses = rows
        .iter()
        .filter_map(|order| order.customer.address.as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub async fn manufacturers_supplier_account(db: &Db) -> Result<usize> {
    let rows = ManufacturerRepository::new(db)
        .find()
        .include(Manufacturer::SUPPLIER.include(Supplier::ACCOUNT))
        .all()
        .await?;
    let accounts = rows
        .iter()
        .filter_map(|made| made.supplier.account.as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub async fn suppliers_orders_customer_address(db: &Db) -> Result<usize> {
    let rows = SupplierRepository::new(db)
        .find()
        .include(Supplier::ORDERS.include(Order::CUSTOMER.include(Customer::ADDRESS)))
        .all()
        .await?;
    let orders = rows.iter().flat_map(|supplier| &supplier.orders);
    let addresses = orders.filter_map(|order| order.customer.address.as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub async fn create_supplier(db: &Db) -> Result<i64> {
    let supplier = Supplier::draft().name("Norns").country("Midgard");
    Ok(SupplierRepository::new(db).create(supplier).await?.id)
}

pub async fn create_account(db: &Db) -> Result<i64> {
    let account = Account::draft().account_manager("Thrym").balance(7);
    Ok(SupplierRepository::new(db)
        .account(3)
        .create(account)
        .await?
        .id)
}

pub async fn create_customer_with_orders(db: &Db) -> Result<i64> {
    let order = |name: &str| Order::draft().name(name).quantity(1).is_paid(false);
    let customer = Customer::draft()
        .name("Baldr")
        .email("baldr@asgard.example")
        .orders([order("ship"), order("ring")]);
    Ok(CustomerRepository::new(db).create(customer).await?.id)
}

pub async fn create_address(db: &Db) -> Result<i64> {
    let address = Address::draft().street("Bilskirnir 2").city("Thrudheim");
    Ok(CustomerRepository::new(db)
        .address(2)
        .create(address)
        .await?
        .id)
}

pub async fn create_order(db: &Db) -> Result<i64> {
    let order = Order::draft().name("gloves").quantity(2).is_paid(false);
    Ok(CustomerRepository::new(db)
        .orders(1)
        .create(order)
        .await?
        .id)
}

pub async fn link_supplier(db: &Db) -> Result<()> {
    OrderRepository::new(db).suppliers(2).link(2).await?;
    Ok(())
}

pub async fn patch_account(db: &Db) -> Result<()> {
    SupplierRepository::new(db)
        .account(1)
        .patch(Account::patch().balance(200))
        .await?;
    Ok(())
}

pub async fn patch_orders(db: &Db) -> Result<()> {
    CustomerRepository::new(db)
        .orders(1)
        .patch(Order::patch().is_paid(true))
        .filter(Order::IS_PAID.eq(false))
        .await?;
    Ok(())
}

pub async fn delete_account(db: &Db) -> Result<()> {
    SupplierRepository::new(db).account(2).delete().await?;
    Ok(())
}

pub async fn delete_order(db: &Db) -> Result<()> {
    CustomerRepository::new(db)
        .orders(2)
        .delete_by_id(4)
        .await?;
    Ok(())
}

pub async fn count_orders(db: &Db) -> Result<u64> {
    CustomerRepository::new(db)
        .orders(1)
        .find()
        .filter(Order::IS_PAID.eq(true))
        .count()
        .await
}

pub async fn count_suppliers(db: &Db) -> Result<u64> {
    SupplierRepository::new(db)
        .find()
        .filter(Supplier::COUNTRY.eq("Midgard"))
        .count()
        .await
}
