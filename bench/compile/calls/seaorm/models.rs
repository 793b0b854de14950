pub mod supplier {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supplier")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub country: Option<String>,
        #[sea_orm(has_one)]
        pub account: HasOne<super::account::Entity>,
        #[sea_orm(has_many)]
        pub manufacturers: HasMany<super::manufacturer::Entity>,
        #[sea_orm(has_many, via = "manufacturer")]
        pub orders: HasMany<super::orders::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod account {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_manager: String,
        pub balance: Option<i64>,
        #[sea_orm(unique)]
        pub supplier_id: i64,
        #[sea_orm(belongs_to, from = "supplier_id", to = "id")]
        pub supplier: BelongsTo<super::supplier::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod customer {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "customer")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub email: String,
        #[sea_orm(has_one)]
        pub address: HasOne<super::address::Entity>,
        #[sea_orm(has_many)]
        pub orders: HasMany<super::orders::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod address {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "address")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub street: String,
        pub city: String,
        #[sea_orm(unique)]
        pub customer_id: i64,
        #[sea_orm(belongs_to, from = "customer_id", to = "id")]
        pub customer: BelongsTo<super::customer::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod orders {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub quantity: i64,
        pub is_paid: bool,
        pub customer_id: i64,
        #[sea_orm(belongs_to, from = "customer_id", to = "id")]
        pub customer: BelongsTo<super::customer::Entity>,
        #[sea_orm(has_many)]
        pub manufacturers: HasMany<super::manufacturer::Entity>,
        #[sea_orm(has_many, via = "manufacturer")]
        pub suppliers: HasMany<super::supplier::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod manufacturer {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "manufacturer")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub supplier_id: i64,
        #[sea_orm(belongs_to, from = "order_id", to = "id")]
        pub order: BelongsTo<super::orders::Entity>,
        #[sea_orm(belongs_to, from = "supplier_id", to = "id")]
        pub supplier: BelongsTo<super::supplier::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
