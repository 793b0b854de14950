use crate::models::*;
use crate::schema::*;
use diesel::prelude::*;

pub fn suppliers(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows = supplier::table.select(Supplier::as_select()).load(db)?;
    Ok(rows.iter().map(|supplier| supplier.name.len()).sum())
}

pub fn suppliers_account(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows: Vec<(Supplier, Option<Account>)> = supplier::table
        .left_join(account::table)
        .select((Supplier::as_select(), Option::<Account>::as_select()))
        .load(db)?;
    let accounts = rows.iter().filter_map(|(_, account)| account.as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub fn accounts_supplier(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows: Vec<(Account, Supplier)> = account::table
        .inner_join(supplier::table)
        .select((Account::as_select(), Supplier::as_select()))
        .load(db)?;
    Ok(rows.iter().map(|(_, supplier)| supplier.name.len()).sum())
}

pub fn customers_orders(db: &mut SqliteConnection) -> QueryResult<usize> {
    let customers = customer::table.select(Customer::as_select()).load(db)?;
    let orders = Order::belonging_to(&customers)
        .select(Order::as_select())
        .load(db)?
        .grouped_by(&customers);
    let rows: Vec<(Customer, Vec<Order>)> = customers.into_iter().zip(orders).collect();
    let orders = rows.iter().flat_map(|(_, orders)| orders);
    Ok(orders.map(|order| order.name.len()).sum())
}

pub fn orders_suppliers(db: &mut SqliteConnection) -> QueryResult<usize> {
    let orders = orders::table
        .filter(orders::is_paid.eq(true))
        .select(Order::as_select())
        .load(db)?;
    let suppliers = Manufacturer::belonging_to(&orders)
        .inner_join(supplier::table)
        .select((Manufacturer::as_select(), Supplier::as_select()))
        .load::<(Manufacturer, Supplier)>(db)?
        .grouped_by(&orders);
    let rows: Vec<(Order, Vec<(Manufacturer, Supplier)>)> =
        orders.into_iter().zip(suppliers).collect();
    let suppliers = rows.iter().flat_map(|(_, suppliers)| suppliers);
    Ok(suppliers.map(|(_, supplier)| supplier.name.len()).sum())
}

pub fn manufacturers_order_supplier(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows: Vec<(Manufacturer, Order, Supplier)> = manufacturer::table
        .inner_join(orders::table)
        .inner_join(supplier::table)
        .select((
            Manufacturer::as_select(),
            Order::as_select(),
            Supplier::as_select(),
        ))
        .load(db)?;
    Ok(rows
        .iter()
        .map(|(_, order, supplier)| order.name.len() * supplier.name.len())
        .sum())
}

pub fn customers_orders_suppliers(db: &mut SqliteConnection) -> QueryResult<usize> {
    let customers = customer::table
        .filter(customer::name.eq("Thor"))
        .select(Customer::as_select())
        .load(db)?;
    let orders = Order::belonging_to(&customers)
        .select(Order::as_select())
        .load(db)?;
    let suppliers = Manufacturer::belonging_to(&orders)
        .inner_join(supplier::table)
        .select((Manufacturer::as_select(), Supplier::as_select()))
        .load::<(Manufacturer, Supplier)>(db)?
        .grouped_by(&orders);
    let orders = orders.into_iter().zip(suppliers).grouped_by(&customers);
    let rows: Vec<(Customer, Vec<(Order, Vec<(Manufacturer, Supplier)>)>)> =
        customers.into_iter().zip(orders).collect();
    let orders = rows.iter().flat_map(|(_, orders)| orders);
    Ok(orders
        .flat_map(|(_, suppliers)| suppliers)
        .map(|(_, supplier)| supplier.name.len())
        .sum())
}

pub fn accounts_supplier_orders(db: &mut SqliteConnection) -> QueryResult<usize> {
    let (accounts, suppliers): (Vec<Account>, Vec<Supplier>) = account::table
        .inner_join(supplier::table)
        .select((Account::as_select(), Supplier::as_select()))
        .load::<(Account, Supplier)>(db)?
        .into_iter()
        .unzip();
    let orders = Manufacturer::belonging_to(&suppliers)
        .inner_join(orders::table)
        .select((Manufacturer::as_select(), Order::as_select()))
        .load::<(Manufacturer, Order)>(db)?
        .grouped_by(&suppliers);
    let rows: Vec<(Account, (Supplier, Vec<(Manufacturer, Order)>))> = accounts
        .into_iter()
        .zip(suppliers.into_iter().zip(orders))
        .collect();
    let orders = rows.iter().flat_map(|(_, (_, orders))| orders);
    Ok(orders.map(|(_, order)| order.name.len()).sum())
}

pub fn suppliers_account_orders_customer(db: &mut SqliteConnection) -> QueryResult<usize> {
    let (suppliers, accounts): (Vec<Supplier>, Vec<Option<Account>>) = supplier::table
        .left_join(account::table)
        .select((Supplier::as_select(), Option::<Account>::as_select()))
        .load::<(Supplier, Option<Account>)>(db)?
        .into_iter()
        .unzip();
    let orders = Manufacturer::belonging_to(&suppliers)
        .inner_join(orders::table.inner_join(customer::table))
        .select((
            Manufacturer::as_select(),
            Order::as_select(),
            Customer::as_select(),
        ))
        .load::<(Manufacturer, Order, Customer)>(db)?
        .grouped_by(&suppliers);
    let rows: Vec<(
        Supplier,
        (Option<Account>, Vec<(Manufacturer, Order, Customer)>),
    )> = suppliers
        .into_iter()
        .zip(accounts.into_iter().zip(orders))
        .collect();
    let accounts = rows.iter().filter_map(|(_, (account, _))| account.as_ref());
    let managers: usize = accounts.map(|account| account.account_manager.len()).sum();
    let orders = rows.iter().flat_map(|(_, (_, orders))| orders);
    Ok(managers
        + orders
            .map(|(_, _, customer)| customer.name.len())
            .sum::<usize>())
}

pub fn customers_address_orders_suppliers_account(db: &mut SqliteConnection) -> QueryResult<usize> {
    let (customers, addresses): (Vec<Customer>, Vec<Option<Address>>) = customer::table
        .left_join(address::table)
        .select((Customer::as_select(), Option::<Address>::as_select()))
        .load::<(Customer, Option<Address>)>(db)?
        .into_iter()
        .unzip();
    let orders = Order::belonging_to(&customers)
        .select(Order::as_select())
        .load(db)?;
    let suppliers = Manufacturer::belonging_to(&orders)
        .inner_join(supplier::table.left_join(account::table))
        .select((
            Manufacturer::as_select(),
            Supplier::as_select(),
            Option::<Account>::as_select(),
        ))
        .load::<(Manufacturer, Supplier, Option<Account>)>(db)?
        .grouped_by(&orders);
    let orders = orders.into_iter().zip(suppliers).grouped_by(&customers);
    type OrderWith = (Order, Vec<(Manufacturer, Supplier, Option<Account>)>);
    let rows: Vec<(Customer, (Option<Address>, Vec<OrderWith>))> = customers
        .into_iter()
        .zip(addresses.into_iter().zip(orders))
        .collect();
    let addresses = rows.iter().filter_map(|(_, (address, _))| address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|(_, (_, orders))| orders);
    let suppliers = orders.flat_map(|(_, suppliers)| suppliers);
    let accounts = suppliers.filter_map(|(_, _, account)| account.as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub fn addresses_customer_orders_suppliers(db: &mut SqliteConnection) -> QueryResult<usize> {
    let (addresses, customers): (Vec<Address>, Vec<Customer>) = address::table
        .inner_join(customer::table)
        .select((Address::as_select(), Customer::as_select()))
        .load::<(Address, Customer)>(db)?
        .into_iter()
        .unzip();
    let orders = Order::belonging_to(&customers)
        .select(Order::as_select())
        .load(db)?;
    let suppliers = Manufacturer::belonging_to(&orders)
        .inner_join(supplier::table)
        .select((Manufacturer::as_select(), Supplier::as_select()))
        .load::<(Manufacturer, Supplier)>(db)?
        .grouped_by(&orders);
    let orders = orders.into_iter().zip(suppliers).grouped_by(&customers);
    type CustomerWith = (Customer, Vec<(Order, Vec<(Manufacturer, Supplier)>)>);
    let rows: Vec<(Address, CustomerWith)> = addresses
        .into_iter()
        .zip(customers.into_iter().zip(orders))
        .collect();
    let orders = rows.iter().flat_map(|(_, (_, orders))| orders);
    Ok(orders
        .flat_map(|(_, suppliers)| suppliers)
        .map(|(_, supplier)| supplier.name.len())
        .sum())
}

pub fn manufacturers_order_customer_address_supplier_account(
    db: &mut SqliteConnection,
) -> QueryResult<usize> {
    type Row = (
        Manufacturer,
        Order,
        Customer,
        Option<Address>,
        Supplier,
        Option<Account>,
    );
    let rows: Vec<Row> = manufacturer::table
        .inner_join(orders::table.inner_join(customer::table.left_join(address::table)))
        .inner_join(supplier::table.left_join(account::table))
        .select((
            Manufacturer::as_select(),
            Order::as_select(),
            Customer::as_select(),
            Option::<Address>::as_select(),
            Supplier::as_select(),
            Option::<Account>::as_select(),
        ))
        .load(db)?;
    let addresses = rows
        .iter()
        .filter_map(|(_, _, _, address, _, _)| address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let accounts = rows
        .iter()
        .filter_map(|(_, _, _, _, _, account)| account.as_ref());
    Ok(cities
        + accounts
            .map(|account| account.account_manager.len())
            .sum::<usize>())
}

pub fn addresses_customer(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows: Vec<(Address, Customer)> = address::table
        .inner_join(customer::table)
        .select((Address::as_select(), Customer::as_select()))
        .load(db)?;
    Ok(rows.iter().map(|(_, customer)| customer.name.len()).sum())
}

pub fn orders_customer_suppliers(db: &mut SqliteConnection) -> QueryResult<usize> {
    let (orders, customers): (Vec<Order>, Vec<Customer>) = orders::table
        .inner_join(customer::table)
        .select((Order::as_select(), Customer::as_select()))
        .load::<(Order, Customer)>(db)?
        .into_iter()
        .unzip();
    let suppliers = Manufacturer::belonging_to(&orders)
        .inner_join(supplier::table)
        .select((Manufacturer::as_select(), Supplier::as_select()))
        .load::<(Manufacturer, Supplier)>(db)?
        .grouped_by(&orders);
    let rows: Vec<(Order, (Customer, Vec<(Manufacturer, Supplier)>))> = orders
        .into_iter()
        .zip(customers.into_iter().zip(suppliers))
        .collect();
    Ok(rows
        .iter()
        .map(|(_, (customer, suppliers))| customer.name.len() * suppliers.len())
        .sum())
}

pub fn customers_address_orders(db: &mut SqliteConnection) -> QueryResult<usize> {
    let (customers, addresses): (Vec<Customer>, Vec<Option<Address>>) = customer::table
        .left_join(address::table)
        .select((Customer::as_select(), Option::<Address>::as_select()))
        .load::<(Customer, Option<Address>)>(db)?
        .into_iter()
        .unzip();
    let orders = Order::belonging_to(&customers)
        .select(Order::as_select())
        .load(db)?
        .grouped_by(&customers);
    let rows: Vec<(Customer, (Option<Address>, Vec<Order>))> = customers
        .into_iter()
        .zip(addresses.into_iter().zip(orders))
        .collect();
    let addresses = rows.iter().filter_map(|(_, (address, _))| address.as_ref());
    let cities: usize = addresses.map(|address| address.city.len()).sum();
    let orders = rows.iter().flat_map(|(_, (_, orders))| orders);
    Ok(cities + orders.map(|order| order.name.len()).sum::<usize>())
}

pub fn orders_customer_address(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows: Vec<(Order, Customer, Option<Address>)> = orders::table
        .inner_join(customer::table.left_join(address::table))
        .filter(orders::quantity.gt(1))
        .select((
            Order::as_select(),
            Customer::as_select(),
            Option::<Address>::as_select(),
        ))
        .load(db)?;
    let addresses = rows.iter().filter_map(|(_, _, address)| address.as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub fn manufacturers_supplier_account(db: &mut SqliteConnection) -> QueryResult<usize> {
    let rows: Vec<(Manufacturer, Supplier, Option<Account>)> = manufacturer::table
        .inner_join(supplier::table.left_join(account::table))
        .select((
            Manufacturer::as_select(),
            Supplier::as_select(),
            Option::<Account>::as_select(),
        ))
        .load(db)?;
    let accounts = rows.iter().filter_map(|(_, _, account)| account.as_ref());
    Ok(accounts.map(|account| account.account_manager.len()).sum())
}

pub fn suppliers_orders_customer_address(db: &mut SqliteConnection) -> QueryResult<usize> {
    let suppliers = supplier::table.select(Supplier::as_select()).load(db)?;
    let orders = Manufacturer::belonging_to(&suppliers)
        .inner_join(orders::table.inner_join(customer::table.left_join(address::table)))
        .select((
            Manufacturer::as_select(),
            Order::as_select(),
            Customer::as_select(),
            Option::<Address>::as_select(),
        ))
        .load::<(Manufacturer, Order, Customer, Option<Address>)>(db)?
        .grouped_by(&suppliers);
    let rows: Vec<(
        Supplier,
        Vec<(Manufacturer, Order, Customer, Option<Address>)>,
    )> = suppliers.into_iter().zip(orders).collect();
    let orders = rows.iter().flat_map(|(_, orders)| orders);
    let addresses = orders.filter_map(|(_, _, _, address)| address.as_ref());
    Ok(addresses.map(|address| address.city.len()).sum())
}

pub fn create_supplier(db: &mut SqliteConnection) -> QueryResult<i64> {
    let supplier = NewSupplier {
        name: "Norns".into(),
        country: Some("Midgard".into()),
    };
    let supplier = diesel::insert_into(supplier::table)
        .values(supplier)
        .returning(Supplier::as_returning())
        .get_result(db)?;
    Ok(supplier.id)
}

pub fn create_account(db: &mut SqliteConnection) -> QueryResult<i64> {
    let account = NewAccount {
        account_manager: "Thrym".into(),
        balance: Some(7),
        supplier_id: 3,
    };
    let account = diesel::insert_into(account::table)
        .values(account)
        .returning(Account::as_returning())
        .get_result(db)?;
    Ok(account.id)
}

pub fn create_customer_with_orders(db: &mut SqliteConnection) -> QueryResult<i64> {
    db.transaction(|db| {
        let customer = NewCustomer {
            name: "Baldr".into(),
            email: "baldr@asgard.example".into(),
        };
        let customer = diesel::insert_into(customer::table)
            .values(customer)
            .returning(Customer::as_returning())
            .get_result(db)?;
        let order = |name: &str| NewOrder {
            name: name.into(),
            quantity: 1,
            is_paid: false,
            customer_id: customer.id,
        };
        diesel::insert_into(orders::table)
            .values(vec![order("ship"), order("ring")])
            .execute(db)?;
        Ok(customer.id)
    })
}

pub fn create_address(db: &mut SqliteConnection) -> QueryResult<i64> {
    let address = NewAddress {
        street: "Bilskirnir 2".into(),
        city: "Thrudheim".into(),
        customer_id: 2,
    };
    let address = diesel::insert_into(address::table)
        .values(address)
        .returning(Address::as_returning())
        .get_result(db)?;
    Ok(address.id)
}

pub fn create_order(db: &mut SqliteConnection) -> QueryResult<i64> {
    let order = NewOrder {
        name: "gloves".into(),
        quantity: 2,
        is_paid: false,
        customer_id: 1,
    };
    let order = diesel::insert_into(orders::table)
        .values(order)
        .returning(Order::as_returning())
        .get_result(db)?;
    Ok(order.id)
}

pub fn link_supplier(db: &mut SqliteConnection) -> QueryResult<()> {
    let link = Manufacturer {
        order_id: 2,
        supplier_id: 2,
    };
    diesel::insert_into(manufacturer::table)
        .values(link)
        .on_conflict_do_nothing()
        .execute(db)?;
    Ok(())
}

pub fn patch_account(db: &mut SqliteConnection) -> QueryResult<()> {
    diesel::update(account::table.filter(account::supplier_id.eq(1)))
        .set(account::balance.eq(200))
        .execute(db)?;
    Ok(())
}

pub fn patch_orders(db: &mut SqliteConnection) -> QueryResult<()> {
    let unpaid = orders::table
        .filter(orders::customer_id.eq(1))
        .filter(orders::is_paid.eq(false));
    diesel::update(unpaid)
        .set(orders::is_paid.eq(true))
        .execute(db)?;
    Ok(())
}

pub fn delete_account(db: &mut SqliteConnection) -> QueryResult<()> {
    diesel::delete(account::table.filter(account::supplier_id.eq(2))).execute(db)?;
    Ok(())
}

pub fn delete_order(db: &mut SqliteConnection) -> QueryResult<()> {
    diesel::delete(
        orders::table
            .filter(orders::customer_id.eq(2))
            .filter(orders::id.eq(4)),
    )
    .execute(db)?;
    Ok(())
}

pub fn count_orders(db: &mut SqliteConnection) -> QueryResult<i64> {
    orders::table
        .filter(orders::customer_id.eq(1))
        .filter(orders::is_paid.eq(true))
        .count()
        .get_result(db)
}

pub fn count_suppliers(db: &mut SqliteConnection) -> QueryResult<i64> {
    supplier::table
        .filter(supplier::country.eq("Midgard"))
        .count()
        .get_result(db)
}
