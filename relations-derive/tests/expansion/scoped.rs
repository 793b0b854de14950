// #[derive(Model)]
// #[has_many(Order, name = "open_orders", scope = open)]
// pub struct Customer {
//     #[model(id, generated)]
//     pub id: i64,
// }

///Create, find, patch, replace and delete for `Customer`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct CustomerRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Customer, __C>,
);
///A row of `Customer` with its included relations, each in a slot of its name. The row's fields are reached through it.
pub struct CustomerWith<__OpenOrders = ::relations::__private::NotIncluded> {
    __relations_model: Customer,
    ///What was included of the relation `open_orders`.
    pub open_orders: __OpenOrders,
}
///A row of `Customer` that is not saved yet, from [`Customer::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct CustomerDraft<__S = <Customer as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Customer, __S>,
);
///Changes to some fields of `Customer`, from [`Customer::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct CustomerPatch<__S = ()>(::relations::__private::Draft<Customer, __S>);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Customer {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Customer, i64> = __r::column(0);
        ///Starts a new row of `Customer`, for `create`.
        pub fn draft() -> CustomerDraft {
            CustomerDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Customer`, for `patch`.
        pub fn patch() -> CustomerPatch {
            CustomerPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> CustomerRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            CustomerRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for CustomerRepository<__C> {
        type Target = __r::Repository<Customer, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Customer {
        type Id = <i64 as __r::ColumnType>::This;
        type With = CustomerWith;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Customer";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(
                ("Customer", "customer"),
                &[
                    __r::ends::<Self, <Order as __r::Model>::This>()
                        .has_many(
                            ["open_orders", "open_orders"],
                            &["id"],
                            &["customer_id"],
                        )
                        .with_scope(|| {
                            static __SCOPE: __r::ScopeCell = __r::ScopeCell::new();
                            __SCOPE.made::<<Order as __r::Model>::This>(open)
                        }),
                ],
                &[0usize],
            );
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Customer {
                id: __r::read::<Self, 0>(row)?,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Customer {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    const _: () = __r::can_be_generated::<Customer>(0usize);
    impl<__0> CustomerWith<__0> {
        fn __relations_new(__relations_model: Customer, open_orders: __0) -> Self {
            CustomerWith {
                __relations_model,
                open_orders,
            }
        }
        ///The `Customer` without its relations.
        pub fn into_model(self) -> Customer {
            self.__relations_model
        }
        ///The `Customer`, and then what each slot holds.
        pub fn into_parts(self) -> (Customer, __0) {
            (self.__relations_model, self.open_orders)
        }
    }
    #[automatically_derived]
    impl<__0> __r::AsModel for CustomerWith<__0> {
        type Model = Customer;
        fn as_model(&self) -> &Customer {
            self
        }
    }
    #[automatically_derived]
    impl<__0> ::core::ops::Deref for CustomerWith<__0> {
        type Target = Customer;
        fn deref(&self) -> &Customer {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Customer> for CustomerWith {
        fn from(model: Customer) -> Self {
            CustomerWith::__relations_new(model, __r::NotIncluded)
        }
    }
    #[automatically_derived]
    impl<__0: __r::Debug> __r::Debug for CustomerWith<__0>
    where
        for<'__a> &'__a Customer: __r::Debug,
    {
        fn fmt(&self, f: &mut __r::Formatter<'_>) -> __r::FmtResult {
            __r::debug_with(f, "CustomerWith", &&self.__relations_model)
                .field("open_orders", &self.open_orders)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__0: __r::Clone> __r::Clone for CustomerWith<__0>
    where
        for<'__a> __r::Cloned<'__a, Customer>: __r::MaybeClone<Customer>,
    {
        fn clone(&self) -> Self {
            let model = __r::clone_model(&self.__relations_model);
            CustomerWith::__relations_new(model, self.open_orders.clone())
        }
    }
    #[automatically_derived]
    impl<__0: __r::PartialEq> __r::PartialEq for CustomerWith<__0>
    where
        for<'__a> &'__a Customer: __r::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.open_orders == other.open_orders
        }
    }
    #[automatically_derived]
    impl<__0: __r::SerializeSlot> __r::Serialize for CustomerWith<__0>
    where
        for<'__a> &'__a Customer: __r::Serialize,
    {
        fn serialize<__S: __r::Serializer>(&self, to: __S) -> __r::SerializeResult<__S> {
            let mut map = __r::start_map(&&self.__relations_model, to)?;
            self.open_orders
                .serialize_slot(["open_orders", "open_orders_count"], &mut map)?;
            __r::SerializeMap::end(map)
        }
    }
    impl<__S> CustomerDraft<__S> {}
    #[automatically_derived]
    impl __r::Drafted for Customer {
        type Initial = ();
        type Draft = CustomerDraft;
    }
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Customer, __r::Tracked<__At>> for CustomerDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = CustomerDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Customer> for CustomerDraft<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for CustomerDraft<__S> {
        type As = __r::DraftOf<Customer>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    impl<__S> CustomerPatch<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for CustomerPatch<__S> {
        type As = __r::PatchOf<Customer>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
const _: () = {
    use ::relations::__private as __r;
    type __Target = <Order as __r::Model>::This;
    const __AT_0: (usize, usize) = (0, __r::find::<__Target>("customer_id"));
    const _: () = __r::has_field::<__Target>("customer_id", "set `key_to`; ");
    const _: () = __r::is_untyped_key::<__Target>("customer_id");
    const _: () = __r::same_type::<Customer, __Target>(&[__AT_0]);
    #[derive(Debug, Clone, Copy)]
    pub struct Customer_open_orders;
    impl Customer {
        ///The relation `open_orders` of `Customer`.
        pub const OPEN_ORDERS: Customer_open_orders = Customer_open_orders;
    }
    impl<__C: __r::Connection> CustomerRepository<__C> {
        ///The rows of `Order` of one `Customer`, given by its key or by reference. Does nothing on the database.
        pub fn open_orders(
            &self,
            source: impl __r::SourceKey<Customer_open_orders>,
        ) -> __r::HasManyRepository<'_, Customer_open_orders, __C> {
            self.0.has_many(source)
        }
    }
    #[automatically_derived]
    impl __r::Relation for Customer_open_orders {
        type Source = Customer;
        type Target = __Target;
        type Key = __r::KeyOf<Self::KeyFrom, Customer>;
        type KeyFrom = __r::Field<Customer, { __r::key_at::<Customer>(0) }>;
        type KeyTo = __r::Field<__Target, { __r::key_at::<__Target>(__AT_0.1) }>;
        type Kind = __r::kinds::HasMany;
        type At = __r::At<0usize>;
    }
    #[automatically_derived]
    impl __r::RelationOf<Customer> for Customer_open_orders {
        type And<__T, __Q, __L> = __r::And<__T, Customer_open_orders, __Q, __L>;
    }
    impl<__S> CustomerDraft<__S> {
        ///Drafts rows of `open_orders`, which are created with this one.
        pub fn open_orders(
            self,
            rows: impl __r::NestedDrafts<Customer_open_orders>,
        ) -> Self {
            CustomerDraft(self.0.nest::<Customer_open_orders>(rows.into_rows()))
        }
    }
    #[automatically_derived]
    impl<__V: __r::Shared, __0: __r::Shared> __r::WithSlot<__r::At<0>, __V>
    for CustomerWith<__0> {
        type Relation = Customer_open_orders;
        type Was = __0;
        type Output = CustomerWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            CustomerWith::__relations_new(self.__relations_model, slot)
        }
    }
};
