diesel::table! {
    account (id) {
        id -> BigInt,
        account_manager -> Text,
        balance -> Nullable<BigInt>,
        supplier_id -> BigInt,
    }
}

diesel::table! {
    address (id) {
        id -> BigInt,
        street -> Text,
        city -> Text,
        customer_id -> BigInt,
    }
}

diesel::table! {
    customer (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
    }
}

diesel::table! {
    manufacturer (order_id, supplier_id) {
        order_id -> BigInt,
        supplier_id -> BigInt,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        name -> Text,
        quantity -> BigInt,
        is_paid -> Bool,
        customer_id -> BigInt,
    }
}

diesel::table! {
    supplier (id) {
        id -> BigInt,
        name -> Text,
        country -> Nullable<Text>,
    }
}

diesel::joinable!(account -> supplier (supplier_id));
diesel::joinable!(address -> customer (customer_id));
diesel::joinable!(manufacturer -> orders (order_id));
diesel::joinable!(manufacturer -> supplier (supplier_id));
diesel::joinable!(orders -> customer (customer_id));

diesel::allow_tables_to_appear_in_same_query!(
    account,
    address,
    customer,
    manufacturer,
    orders,
    supplier
);
