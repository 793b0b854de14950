use crate::models::*;
use toasty::{Db, Result};

pub async fn suppliers(db: &mut Db) -> Result<usize> {
    let rows = Supplier::all().exec(db).await?;
    Ok(rows.iter().map(|supplier| supplier.name.len()).sum())
}

pub async fn suppliers_account(db: &mut Db) -> Result<usize> {
    let rows = Supplier::all()
        .include(Supplier::fields().account())
        .exec(db)
        .await?;
    let accounts = rows
        .iter()
        .filter_map(|supplier| supplier.account.get().as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub async fn accounts_supplier(db: &mut Db) -> Result<usize> {
    let rows = Account::all()
        .include(Account::fields().supplier())
        .exec(db)
        .await?;
    Ok(rows
        .iter()
        .map(|account| account.supplier.get().name.len())
        .sum())
}

pub async fn customers_orders(db: &mut Db) -> Result<usize> {
    let rows = Customer::all()
        .include(Customer::fields().orders())
        .exec(db)
        .await?;
    let orders = rows.iter().flat_map(|customer| customer.orders.get());
    Ok(orders.map(|order| order.name.len()).sum())
}

pub async fn orders_suppliers(db: &mut Db) -> Result<usize> {
    let rows = Order::filter(Order::fields().is_paid().eq(true))
        .include(Order::fields().suppliers())
        .exec(db)
        .await?;
    let suppliers = rows.iter().flat_map(|order| order.suppliers.get());
    Ok(suppliers.map(|supplier| supplier.name.len()).sum())
}

pub async fn manufacturers_order_supplier(db: &mut Db) -> Result<usize> {
    let rows = Manufacturer::all()
        .include(Manufacturer::fields().order())
        .include(Manufacturer::fields().supplier())
        .exec(db)
        .await?;
    Ok(rows
        .iter()
        .map(|made| made.order.get().name.len() * made.supplier.get().name.len())
        .sum())
}

pub async fn customers_orders_suppliers(db: &mut Db) -> Result<usize> {
    let rows = Customer::filter(Customer::fields().name().eq("Thor"))
        .include(Customer::fields().orders().suppliers())
        .exec(db)
        .await?;
    let orders = rows.iter().flat_map(|customer| customer.orders.get());
    Ok(orders
        .flat_map(|order| order.suppliers.get())
        .map(|supplier| supplier.name.len())
        .sum())
}

pub async fn accounts_supplier_orders(db: &mut Db) -> Result<usize> {
    let rows = Account::all()
        .include(Account::fields().supplier().orders())
        .exec(db)
        .await?;
    let orders = rows
        .iter()
        .flat_map(|account| account.supplier.get().orders.get());
    Ok(orders.map(|order| order.name.len()).sum())
}

// Nothing can be included below a relation with `via`, so what is goes through the links.
pub async fn suppliers_account_orders_customer(db: &mut Db) -> Result<usize> {
    let rows = Supplier::all()
        .include(Supplier::fields().account())
        .include(Supplier::fields().manufacturers().order().customer())
        .exec(db)
        .await?;
    let accounts = rows
        .iter()
        .filter_map(|supplier| supplier.account.get().as_ref());
    let managers: usize = accounts.map(|account| account.account_manager.len()).sum();
    let orders = rows
        .iter()
        .flat_map(|supplier| supplier.manufacturers.get())
        .map(|made| made.order.get());
    Ok(managers
        + orders
            .map(|order| order.customer.get().name.len())
            .sum::<usize>())
}

pub async fn customers_address_orders_suppliers_account(db: &mut Db) -> Result<usize> {
    let rows = Customer::all()
        .include(Customer::fields().address())
        .include(
            Customer::fields()
                .orders()
                .manufacturers()
                .supplier()
                .account(),
        )
        .exec(db)
        .await?;
    let addresses = rows
        .iter()
        .filter_map(|customer| customer.address.get().as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|customer| customer.orders.get());
    let suppliers = orders
        .flat_map(|order| order.manufacturers.get())
        .map(|made| made.supplier.get());
    let accounts = suppliers.filter_map(|supplier| supplier.account.get().as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub async fn addresses_customer_orders_suppliers(db: &mut Db) -> Result<usize> {
    let rows = Address::all()
        .include(Address::fields().customer().orders().suppliers())
        .exec(db)
        .await?;
    let orders = rows
        .iter()
        .flat_map(|address| address.customer.get().orders.get());
    Ok(orders
        .flat_map(|order| order.suppliers.get())
        .map(|supplier| supplier.name.len())
        .sum())
}

pub async fn manufacturers_order_customer_address_supplier_account(db: &mut Db) -> Result<usize> {
    let rows = Manufacturer::all()
        .include(Manufacturer::fields().order().customer().address())
        .include(Manufacturer::fields().supplier().account())
        .exec(db)
        .await?;
    let customers = rows.iter().map(|made| made.order.get().customer.get());
    let addresses = customers.filter_map(|customer| customer.address.get().as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let accounts = rows
        .iter()
        .filter_map(|made| made.supplier.get().account.get().as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub async fn addresses_customer(db: &mut Db) -> Result<usize> {
    let rows = Address::all()
        .include(Address::fields().customer())
        .exec(db)
        .await?;
    Ok(rows
        .iter()
        .map(|address| address.customer.get().name.len())
        .sum())
}

pub async fn orders_customer_suppliers(db: &mut Db) -> Result<usize> {
    let rows = Order::all()
        .include(Order::fields().customer())
        .include(Order::fields().suppliers())
        .exec(db)
        .await?;
    Ok(rows
        .iter()
        .map(|order| order.customer.get().name.len() * order.suppliers.get().len())
        .sum())
}

pub async fn customers_address_orders(db: &mut Db) -> Result<usize> {
    let rows = Customer::all()
        .include(Customer::fields().address())
        .include(Customer::fields().orders())
        .exec(db)
        .await?;
    let addresses = rows
        .iter()
        .filter_map(|customer| customer.address.get().as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|customer| customer.orders.get());
    Ok(cities + orders.map(|order| order.name.len()).sum::<usize>())
}

pub async fn orders_customer_address(db: &mut Db) -> Result<usize> {
    let rows = Order::filter(Order::fields().quantity().gt(1))
        .include(Order::fields().customer().address())
        .exec(db)
        .await?;
    let addresses = rows
        .iter()
        .filter_map(|order| order.customer.get().address.get().as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub async fn manufacturers_supplier_account(db: &mut Db) -> Result<usize> {
    let rows = Manufacturer::all()
        .include(Manufacturer::fields().supplier().account())
        .exec(db)
        .await?;
    let accounts = rows
        .iter()
        .filter_map(|made| made.supplier.get().account.get().as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub async fn suppliers_orders_customer_address(db: &mut Db) -> Result<usize> {
    let rows = Supplier::all()
        .include(
            Supplier::fields()
                .manufacturers()
                .order()
                .customer()
                .address(),
        )
        .exec(db)
        .await?;
    let orders = rows
        .iter()
        .flat_map(|supplier| supplier.manufacturers.get())
        .map(|made| made.order.get());
    let addresses = orders.filter_map(|order| order.customer.get().address.get().as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub async fn create_supplier(db: &mut Db) -> Result<u64> {
    let supplier = toasty::create!(Supplier {
        name: "Norns",
        country: "Midgard"
    });
    Ok(supplier.exec(db).await?.id)
}

pub async fn create_account(db: &mut Db) -> Result<u64> {
    let account = toasty::create!(Account {
        account_manager: "Thrym",
        balance: 7,
        supplier_id: 3
    });
    Ok(account.exec(db).await?.id)
}

pub async fn create_customer_with_orders(db: &mut Db) -> Result<u64> {
    let customer = toasty::create!(Customer {
        name: "Baldr",
        email: "baldr@asgard.example",
        orders: [
            { name: "ship", quantity: 1, is_paid: false },
            { name: "ring", quantity: 1, is_paid: false },
        ],
    });
    Ok(customer.exec(db).await?.id)
}

pub async fn create_address(db: &mut Db) -> Result<u64> {
    let address = toasty::create!(Address {
        street: "Bilskirnir 2",
        city: "Thrudheim",
        customer_id: 2
    });
    Ok(address.exec(db).await?.id)
}

pub async fn create_order(db: &mut Db) -> Result<u64> {
    let order = toasty::create!(Order {
        name: "gloves",
        quantity: 2,
        is_paid: false,
        customer_id: 1
    });
    Ok(order.exec(db).await?.id)
}

pub async fn link_supplier(db: &mut Db) -> Result<()> {
    toasty::create!(Manufacturer {
        order_id: 2,
        supplier_id: 2
    })
    .exec(db)
    .await?;
    Ok(())
}

pub async fn patch_account(db: &mut Db) -> Result<()> {
    Account::filter_by_supplier_id(1)
        .update()
        .balance(200)
        .exec(db)
        .await?;
    Ok(())
}

pub async fn patch_orders(db: &mut Db) -> Result<()> {
    Order::filter_by_customer_id(1)
        .filter(Order::fields().is_paid().eq(false))
        .update()
        .is_paid(true)
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete_account(db: &mut Db) -> Result<()> {
    Account::filter_by_supplier_id(2).delete().exec(db).await?;
    Ok(())
}

pub async fn delete_order(db: &mut Db) -> Result<()> {
    Order::filter_by_customer_id(2)
        .filter(Order::fields().id().eq(4))
        .delete()
        .exec(db)
        .await?;
    Ok(())
}

pub async fn count_orders(db: &mut Db) -> Result<u64> {
    Order::filter_by_customer_id(1)
        .filter(Order::fields().is_paid().eq(true))
        .count()
        .exec(db)
        .await
}

pub async fn count_suppliers(db: &mut Db) -> Result<u64> {
    Supplier::filter(Supplier::fields().country().eq("Midgard"))
        .count()
        .exec(db)
        .await
}
