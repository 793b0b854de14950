// #[derive(Model)]
// pub struct Order {
//     #[model(id)]
//     pub id: i64,
//     pub status: Status,
// }

///Create, find, patch, replace and delete for `Order`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct OrderRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Order, __C>,
);
///A row of `Order` that is not saved yet, from [`Order::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct OrderDraft<__S = <Order as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Order, __S>,
);
///Changes to some fields of `Order`, from [`Order::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct OrderPatch<__S = ()>(::relations::__private::Draft<Order, __S>);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{
        self as __r, NotColumn as _, NotOptional as _, NotSerialize as _,
    };
    impl Order {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Order, i64> = __r::column(0);
        ///The column of [`status`](Self::status).
        pub const STATUS: __r::Column<
            Order,
            __r::ColumnOf<Status, { __r::ColumnProbe::<Status>::IS_COLUMN }>,
        > = __r::column(1);
        ///Starts a new row of `Order`, for `create`.
        pub fn draft() -> OrderDraft {
            OrderDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Order`, for `patch`.
        pub fn patch() -> OrderPatch {
            OrderPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> OrderRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            OrderRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for OrderRepository<__C> {
        type Target = __r::Repository<Order, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Order {
        type Id = <i64 as __r::ColumnType>::This;
        type With = Self;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Order";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "id").with_id(),
            __r::field::<Self, 1>("status", "status", "status"),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(("Order", "order"), &[], &[0usize]);
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Order {
                id: __r::read::<Self, 0>(row)?,
                status: __r::ColumnProbe::<Status>::restore(__r::read::<Self, 1>(row)?),
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                1 => {
                    __r::column_value::<
                        Self,
                        1,
                    >(__r::ColumnProbe::<Status>::get(&self.status))
                }
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Order {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Tracked<__r::First>;
    }
    #[automatically_derived]
    impl __r::DeclaredAt<1> for Order {
        type Type = <Status as __r::ColumnType>::This;
    }
    #[automatically_derived]
    impl __r::FieldAt<1> for Order {
        type Type = __r::ColumnOf<Status, { __r::ColumnProbe::<Status>::IS_COLUMN }>;
        type Entry = __r::Tracked<__r::Next<__r::First>>;
    }
    impl<__S> OrderDraft<__S> {
        ///Sets [`id`](Order::id).
        pub fn id(self, value: impl __r::For<i64>) -> OrderDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
        {
            OrderDraft(self.0.set::<0, _>(value))
        }
        ///Sets [`status`](Order::status).
        pub fn status(
            self,
            value: impl __r::For<
                __r::ColumnOf<Status, { __r::ColumnProbe::<Status>::IS_COLUMN }>,
            >,
        ) -> OrderDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::Next<__r::First>, State: __r::Open>,
        {
            OrderDraft(self.0.set::<1, _>(value))
        }
    }
    type __relations_from_1 = (__r::Initially<{ __r::Probe::<Status>::OPTIONAL }>, ());
    type __relations_from_0 = (
        __r::Initially<{ __r::Probe::<i64>::OPTIONAL }>,
        __relations_from_1,
    );
    #[automatically_derived]
    impl __r::Drafted for Order {
        type Initial = __relations_from_0;
        type Draft = OrderDraft;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Order` has no `id`",
        label = "call `.id(..)` before `create`"
    )]
    pub trait __relations_Has_id {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_id for __T {}
    #[diagnostic::on_unimplemented(
        message = "this draft of `Order` has no `status`",
        label = "call `.status(..)` before `create`"
    )]
    pub trait __relations_Has_status {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_status for __T {}
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Order, __r::Tracked<__At>> for OrderDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = OrderDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Order> for OrderDraft<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Has_id>,
        __S: __r::StateAt<__r::Next<__r::First>, State: __relations_Has_status>,
    {}
    #[automatically_derived]
    impl<__S> __r::Generated for OrderDraft<__S> {
        type As = __r::DraftOf<Order>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    #[automatically_derived]
    impl __r::IntoDraft<Order> for Order {}
    #[automatically_derived]
    impl __r::Changes for Order {
        fn into_data(self) -> __r::Data {
            __r::all_data(self)
        }
    }
    #[automatically_derived]
    impl<__Entry> __r::FillAt<Order, __Entry> for Order {
        type Output = Self;
    }
    impl<__S> OrderPatch<__S> {
        ///Changes [`status`](Order::status).
        pub fn status<_K>(
            self,
            value: impl __r::New<
                Self,
                __r::ColumnOf<Status, { __r::ColumnProbe::<Status>::IS_COLUMN }>,
                _K,
            >,
        ) -> Self {
            OrderPatch(self.0.change::<1, _, _, _>(value))
        }
    }
    #[automatically_derived]
    impl<__S> __r::Generated for OrderPatch<__S> {
        type As = __r::PatchOf<Order>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
