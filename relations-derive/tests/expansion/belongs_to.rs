// #[derive(Model)]
// pub struct Account {
//     #[model(id, generated)]
//     pub id: i64,
//     pub balance: Option<i64>,
//     #[belongs_to(Supplier)]
//     pub supplier_id: i64,
// }

///Create, find, patch, replace and delete for `Account`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct AccountRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Account, __C>,
);
///A row of `Account` with its included relations, each in a slot of its name. The row's fields are reached through it.
pub struct AccountWith<__Supplier = ::relations::__private::NotIncluded> {
    __relations_model: Account,
    ///What was included of the relation `supplier`.
    pub supplier: __Supplier,
}
///A row of `Account` that is not saved yet, from [`Account::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct AccountDraft<__S = <Account as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Account, __S>,
);
///Changes to some fields of `Account`, from [`Account::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct AccountPatch<__S = (::relations::__private::Optional, ())>(
    ::relations::__private::Draft<Account, __S>,
);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Account {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Account, i64> = __r::column(0);
        ///The column of [`balance`](Self::balance).
        pub const BALANCE: __r::Column<Account, Option<i64>> = __r::column(1);
        ///The column of [`supplier_id`](Self::supplier_id).
        pub const SUPPLIER_ID: __r::Column<Account, i64> = __r::column(2);
        ///Starts a new row of `Account`, for `create`.
        pub fn draft() -> AccountDraft {
            AccountDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Account`, for `patch`.
        pub fn patch() -> AccountPatch {
            AccountPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> AccountRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            AccountRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for AccountRepository<__C> {
        type Target = __r::Repository<Account, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Account {
        type Id = <i64 as __r::ColumnType>::This;
        type With = AccountWith;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Account";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
            __r::field::<Self, 1>("balance", "balance", "balance"),
            __r::field::<Self, 2>("supplier_id", "supplier_id", "supplier_id"),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(
                ("Account", "account"),
                &[
                    __r::ends::<Self, <Supplier as __r::Model>::This>()
                        .belongs_to(
                            ["supplier", "supplier"],
                            &["supplier_id"],
                            &[__r::id_name::<<Supplier as __r::Model>::This>(0usize)],
                        ),
                ],
                &[0usize],
            );
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Account {
                id: __r::read::<Self, 0>(row)?,
                balance: __r::read::<Self, 1>(row)?,
                supplier_id: __r::read::<Self, 2>(row)?,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                1 => __r::column_value::<Self, 1>(&self.balance),
                2 => __r::column_value::<Self, 2>(&self.supplier_id),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Account {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    #[automatically_derived]
    impl __r::FieldAt<1> for Account {
        type Type = <Option<i64> as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    #[automatically_derived]
    impl __r::FieldAt<2> for Account {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __relations_Key_supplier_id;
    }
    const _: () = __r::can_be_generated::<Account>(0usize);
    impl<__0> AccountWith<__0> {
        fn __relations_new(__relations_model: Account, supplier: __0) -> Self {
            AccountWith {
                __relations_model,
                supplier,
            }
        }
        ///The `Account` without its relations.
        pub fn into_model(self) -> Account {
            self.__relations_model
        }
        ///The `Account`, and then what each slot holds.
        pub fn into_parts(self) -> (Account, __0) {
            (self.__relations_model, self.supplier)
        }
    }
    #[automatically_derived]
    impl<__0> __r::AsModel for AccountWith<__0> {
        type Model = Account;
        fn as_model(&self) -> &Account {
            self
        }
    }
    #[automatically_derived]
    impl<__0> ::core::ops::Deref for AccountWith<__0> {
        type Target = Account;
        fn deref(&self) -> &Account {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Account> for AccountWith {
        fn from(model: Account) -> Self {
            AccountWith::__relations_new(model, __r::NotIncluded)
        }
    }
    #[automatically_derived]
    impl<__0: __r::Debug> __r::Debug for AccountWith<__0>
    where
        for<'__a> &'__a Account: __r::Debug,
    {
        fn fmt(&self, f: &mut __r::Formatter<'_>) -> __r::FmtResult {
            __r::debug_with(f, "AccountWith", &&self.__relations_model)
                .field("supplier", &self.supplier)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__0: __r::Clone> __r::Clone for AccountWith<__0>
    where
        for<'__a> __r::Cloned<'__a, Account>: __r::MaybeClone<Account>,
    {
        fn clone(&self) -> Self {
            let model = __r::clone_model(&self.__relations_model);
            AccountWith::__relations_new(model, self.supplier.clone())
        }
    }
    #[automatically_derived]
    impl<__0: __r::PartialEq> __r::PartialEq for AccountWith<__0>
    where
        for<'__a> &'__a Account: __r::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.supplier == other.supplier
        }
    }
    #[automatically_derived]
    impl<__0: __r::SerializeSlot> __r::Serialize for AccountWith<__0>
    where
        for<'__a> &'__a Account: __r::Serialize,
    {
        fn serialize<__S: __r::Serializer>(&self, to: __S) -> __r::SerializeResult<__S> {
            let mut map = __r::start_map(&&self.__relations_model, to)?;
            self.supplier.serialize_slot(["supplier", "supplier_count"], &mut map)?;
            __r::SerializeMap::end(map)
        }
    }
    impl<__S> AccountDraft<__S> {
        ///Sets [`balance`](Account::balance).
        pub fn balance(self, value: impl __r::For<Option<i64>>) -> Self {
            AccountDraft(self.0.set::<1, _>(value))
        }
        ///Sets [`supplier_id`](Account::supplier_id).
        pub fn supplier_id(self, value: impl __r::For<i64>) -> AccountDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
        {
            AccountDraft(self.0.set::<2, _>(value))
        }
    }
    type __relations_from_0 = (__r::Initially<{ __r::Probe::<i64>::OPTIONAL }>, ());
    #[automatically_derived]
    impl __r::Drafted for Account {
        type Initial = __relations_from_0;
        type Draft = AccountDraft;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Account` has no `supplier_id`",
        label = "call `.supplier_id(..)` before `create`"
    )]
    pub trait __relations_Has_supplier_id {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_supplier_id for __T {}
    pub struct __relations_Key_supplier_id;
    #[diagnostic::on_unimplemented(
        message = "`supplier_id` of `Account` is the relation's to set",
        label = "remove `.supplier_id(..)`"
    )]
    pub trait __relations_Free_supplier_id {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Open> __relations_Free_supplier_id for __T {}
    #[automatically_derived]
    impl<__S> __r::FillAt<Account, __relations_Key_supplier_id> for AccountDraft<__S>
    where
        __S: __r::GiveAt<__r::First, State: __relations_Free_supplier_id>,
    {
        type Output = AccountDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Account, __r::Tracked<__At>> for AccountDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = AccountDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Account> for AccountDraft<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Has_supplier_id>,
    {}
    #[automatically_derived]
    impl<__S> __r::Generated for AccountDraft<__S> {
        type As = __r::DraftOf<Account>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    impl<__S> AccountPatch<__S> {
        ///Changes [`balance`](Account::balance).
        pub fn balance<_K>(self, value: impl __r::New<Self, Option<i64>, _K>) -> Self {
            AccountPatch(self.0.change::<1, _, _, _>(value))
        }
        ///Changes [`supplier_id`](Account::supplier_id).
        pub fn supplier_id<_K>(
            self,
            value: impl __r::New<Self, i64, _K>,
        ) -> AccountPatch<__S::Output>
        where
            __S: __r::GiveAt<__r::First>,
        {
            AccountPatch(self.0.change::<2, _, _, _>(value))
        }
    }
    #[automatically_derived]
    impl<__S> __r::Generated for AccountPatch<__S> {
        type As = __r::PatchOf<Account>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    #[automatically_derived]
    impl<__S> __r::LeaveAt<Account, __relations_Key_supplier_id> for AccountPatch<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Free_supplier_id>,
    {}
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
const _: () = {
    use ::relations::__private as __r;
    type __Target = <Supplier as __r::Model>::This;
    const __AT_0: (usize, usize) = (2, __r::id_part::<__Target>(0, 1));
    const _: () = __r::has_id_of::<__Target>(1usize);
    const _: () = __r::same_type::<Account, __Target>(&[__AT_0]);
    const _: () = __r::is_key::<Account, __Target>(__AT_0);
    #[derive(Debug, Clone, Copy)]
    pub struct Account_supplier;
    impl Account {
        ///The relation `supplier` of `Account`.
        pub const SUPPLIER: Account_supplier = Account_supplier;
    }
    impl<__C: __r::Connection> AccountRepository<__C> {
        ///The `Supplier` that one `Account` belongs to. Given by the id of the latter (not by its foreign key), or by reference. Does nothing on the database.
        pub fn supplier(
            &self,
            source: impl __r::SourceRow<Account_supplier>,
        ) -> __r::BelongsToRepository<'_, Account_supplier, __C> {
            self.0.belongs_to(source)
        }
    }
    #[automatically_derived]
    impl __r::Relation for Account_supplier {
        type Source = Account;
        type Target = __Target;
        type Key = __r::KeyOf<Self::KeyFrom, Account>;
        type KeyFrom = __r::Field<Account, { __r::key_at::<Account>(2) }>;
        type KeyTo = __r::Field<__Target, { __r::key_at::<__Target>(__AT_0.1) }>;
        type Kind = __r::kinds::BelongsTo;
        type At = __r::At<0usize>;
    }
    #[automatically_derived]
    impl __r::RelationOf<Account> for Account_supplier {
        type And<__T, __Q, __L> = __r::And<__T, Account_supplier, __Q, __L>;
    }
    #[automatically_derived]
    impl<__V: __r::Shared, __0: __r::Shared> __r::WithSlot<__r::At<0>, __V>
    for AccountWith<__0> {
        type Relation = Account_supplier;
        type Was = __0;
        type Output = AccountWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            AccountWith::__relations_new(self.__relations_model, slot)
        }
    }
};
