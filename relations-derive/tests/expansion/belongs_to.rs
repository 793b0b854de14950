// #[derive(Model)]
// pub struct Account {
//     #[model(id, generated)]
//     pub id: i64,
//     pub balance: Option<i64>,
//     #[belongs_to(Supplier)]
//     pub supplier_id: i64,
// }

///A `Account` that is not saved yet, from [`Account::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct AccountDraft<__S = <Account as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Account, __S>,
);
///Changes to some fields of a `Account`, from [`Account::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct AccountPatch<__S = (::relations::__private::Optional, ())>(
    ::relations::__private::Draft<Account, __S>,
);
///Create, find, patch, replace and delete for `Account`, on `Db`, `&Db` or `&Tx`.
#[derive(Debug, Clone)]
pub struct AccountRepository<__C>(::relations::__private::Repository<Account, __C>);
///A `Account` with its included relations, each in a slot of its name. Its fields are reached through it.
pub struct AccountWith<__Supplier = ::relations::__private::NotIncluded> {
    __relations_model: Account,
    ///What was included of the relation `supplier`.
    pub supplier: __Supplier,
}
#[allow(non_camel_case_types, dead_code)]
const _: () = {
    use ::relations::__private as __relations;
    impl Account {
        ///The column of [`id`](Self::id).
        pub const ID: __relations::Column<Account, i64> = __relations::column(0);
        ///The column of [`balance`](Self::balance).
        pub const BALANCE: __relations::Column<Account, Option<i64>> = __relations::column(
            1,
        );
        ///The column of [`supplier_id`](Self::supplier_id).
        pub const SUPPLIER_ID: __relations::Column<Account, i64> = __relations::column(
            2,
        );
    }
    impl<__C: __relations::Connection> AccountRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            AccountRepository(__relations::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for AccountRepository<__C> {
        type Target = __relations::Repository<Account, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    impl Account {
        ///Starts a new `Account`, for `create`.
        pub fn draft() -> AccountDraft {
            AccountDraft(__relations::Draft::new())
        }
    }
    #[allow(clippy::wrong_self_convention)]
    impl<__S> AccountDraft<__S> {
        ///Sets [`balance`](Account::balance).
        pub fn balance(self, value: impl __relations::IntoField<Option<i64>>) -> Self {
            AccountDraft(self.0.set::<1, _>(value))
        }
        ///Sets [`supplier_id`](Account::supplier_id).
        pub fn supplier_id(
            self,
            value: impl __relations::IntoField<i64>,
        ) -> AccountDraft<__S::Output>
        where
            __S: __relations::GiveAt<__relations_at_0, State: __relations::Open>,
        {
            AccountDraft(self.0.set::<2, _>(value))
        }
    }
    #[allow(unused_imports)]
    use __relations::NotOptional as _;
    type __relations_at_0 = __relations::First;
    type __relations_from_0 = (
        __relations::Initially<{ __relations::Probe::<i64>::OPTIONAL }>,
        (),
    );
    #[automatically_derived]
    impl __relations::Drafted for Account {
        type Initial = __relations_from_0;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Account` has no `supplier_id`",
        label = "call `.supplier_id(..)` before `create`"
    )]
    pub trait __relations_Has_supplier_id {}
    #[diagnostic::do_not_recommend]
    impl<__T: __relations::Settled> __relations_Has_supplier_id for __T {}
    pub struct __relations_Key_supplier_id;
    #[diagnostic::on_unimplemented(
        message = "`supplier_id` of `Account` is the relation's to set",
        label = "remove `.supplier_id(..)`"
    )]
    pub trait __relations_Free_supplier_id {}
    #[diagnostic::do_not_recommend]
    impl<__T: __relations::Open> __relations_Free_supplier_id for __T {}
    #[automatically_derived]
    impl<__S> __relations::FillAt<Account, __relations_Key_supplier_id>
    for AccountDraft<__S>
    where
        __S: __relations::GiveAt<__relations_at_0, State: __relations_Free_supplier_id>,
    {
        type Output = AccountDraft<__S::Output>;
        fn fill(self) -> Self::Output {
            AccountDraft(self.0.into_state())
        }
    }
    #[automatically_derived]
    impl<__S> __relations::FillAt<Account, __relations::Untracked>
    for AccountDraft<__S> {
        type Output = Self;
        fn fill(self) -> Self {
            self
        }
    }
    #[automatically_derived]
    impl<__S, __At> __relations::FillAt<Account, __relations::Tracked<__At>>
    for AccountDraft<__S>
    where
        __S: __relations::GiveAt<__At, State: __relations::Open>,
    {
        type Output = AccountDraft<__S::Output>;
        fn fill(self) -> Self::Output {
            AccountDraft(self.0.into_state())
        }
    }
    #[automatically_derived]
    impl<__S> __relations::IntoDraft<Account> for AccountDraft<__S>
    where
        __S: __relations::StateAt<__relations_at_0, State: __relations_Has_supplier_id>,
    {
        fn into_values(self) -> __relations::Values {
            self.0.into_values()
        }
    }
    impl Account {
        ///Starts a partial update of a `Account`, for `patch`.
        pub fn patch() -> AccountPatch {
            AccountPatch(__relations::Draft::new())
        }
    }
    #[allow(clippy::wrong_self_convention)]
    impl<__S> AccountPatch<__S> {
        ///Changes [`balance`](Account::balance).
        pub fn balance(self, value: impl __relations::IntoField<Option<i64>>) -> Self {
            AccountPatch(self.0.set::<1, _>(value))
        }
        ///Changes [`supplier_id`](Account::supplier_id).
        pub fn supplier_id(
            self,
            value: impl __relations::IntoField<i64>,
        ) -> AccountPatch<__S::Output>
        where
            __S: __relations::GiveAt<__relations::First>,
        {
            AccountPatch(self.0.set::<2, _>(value))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__S> __relations::IntoPatch<Account> for AccountPatch<__S> {}
    #[automatically_derived]
    impl<__S> __relations::Changes for AccountPatch<__S> {
        fn into_values(self) -> __relations::Values {
            self.0.into_values()
        }
    }
    #[automatically_derived]
    impl<__S> __relations::LeaveAt<Account, __relations::Untracked>
    for AccountPatch<__S> {}
    #[automatically_derived]
    impl<__S, __At> __relations::LeaveAt<Account, __relations::Tracked<__At>>
    for AccountPatch<__S> {}
    #[automatically_derived]
    impl<__S> __relations::LeaveAt<Account, __relations_Key_supplier_id>
    for AccountPatch<__S>
    where
        __S: __relations::StateAt<
            __relations::First,
            State: __relations_Free_supplier_id,
        >,
    {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __relations::Model for Account {
        type Id = <i64 as __relations::ColumnType>::This;
        fn id(&self) -> <i64 as __relations::ColumnType>::This {
            ::core::clone::Clone::clone(
                <Self as __relations::FieldAt<0usize>>::get(self),
            )
        }
        type With = AccountWith;
        type This = Self;
        const NAME: &'static str = "Account";
        const FIELDS: &'static [__relations::FieldMetadata] = &[
            __relations::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
            __relations::field::<Self, 1>("balance", "balance", "balance"),
            __relations::field::<Self, 2>("supplier_id", "supplier_id", "supplier_id"),
        ];
        fn metadata() -> &'static __relations::ModelMetadata {
            static METADATA: __relations::ModelMetadata = __relations::ModelMetadata::new(
                "Account",
                "account",
                <Account as __relations::Model>::FIELDS,
                &[
                    __relations::RelationMetadata::new(
                        "supplier",
                        "supplier",
                        __relations::RelationKind::BelongsTo,
                        <Account as __relations::Model>::metadata,
                        <<Supplier as __relations::Model>::This as __relations::Model>::metadata,
                        &["supplier_id"],
                        &[
                            __relations::id_name::<
                                <Supplier as __relations::Model>::This,
                            >(0usize),
                        ],
                    ),
                ],
                &[0usize],
            );
            &METADATA
        }
        fn read<R: __relations::RowReader>(
            row: &mut __relations::Row<'_, R>,
        ) -> ::core::result::Result<Self, __relations::Misread> {
            ::core::result::Result::Ok(Account {
                id: __relations::read::<Self, 0, R>(row)?,
                balance: __relations::read::<Self, 1, R>(row)?,
                supplier_id: __relations::read::<Self, 2, R>(row)?,
            })
        }
        fn into_values(self) -> __relations::ValueList {
            ::std::vec::Vec::from([
                __relations::value::<Self, 0>(self.id),
                __relations::value::<Self, 1>(self.balance),
                __relations::value::<Self, 2>(self.supplier_id),
            ])
        }
    }
    #[automatically_derived]
    impl __relations::FieldAt<0> for Account {
        type Type = <i64 as __relations::ColumnType>::This;
        type Entry = __relations::Untracked;
        fn get(&self) -> &Self::Type {
            &self.id
        }
    }
    #[automatically_derived]
    impl __relations::FieldAt<1> for Account {
        type Type = <Option<i64> as __relations::ColumnType>::This;
        type Entry = __relations::Untracked;
        fn get(&self) -> &Self::Type {
            &self.balance
        }
    }
    #[automatically_derived]
    impl __relations::FieldAt<2> for Account {
        type Type = <i64 as __relations::ColumnType>::This;
        type Entry = __relations_Key_supplier_id;
        fn get(&self) -> &Self::Type {
            &self.supplier_id
        }
    }
    impl<__Supplier> AccountWith<__Supplier> {
        ///The `Account` without its relations.
        pub fn into_model(self) -> Account {
            self.__relations_model
        }
    }
    #[automatically_derived]
    impl<__Supplier> ::core::ops::Deref for AccountWith<__Supplier> {
        type Target = Account;
        fn deref(&self) -> &Account {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Account> for AccountWith {
        fn from(model: Account) -> Self {
            AccountWith {
                __relations_model: model,
                supplier: __relations::NotIncluded,
            }
        }
    }
    #[automatically_derived]
    impl<__Supplier: ::core::fmt::Debug> ::core::fmt::Debug for AccountWith<__Supplier>
    where
        for<'__a> &'__a Account: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("AccountWith")
                .field("model", &&self.__relations_model)
                .field("supplier", &self.supplier)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__Supplier: ::core::clone::Clone> ::core::clone::Clone
    for AccountWith<__Supplier>
    where
        for<'__a> __relations::Cloned<'__a, Account>: __relations::MaybeClone<Account>,
    {
        fn clone(&self) -> Self {
            AccountWith {
                __relations_model: __relations::clone_model(&self.__relations_model),
                supplier: self.supplier.clone(),
            }
        }
    }
    #[automatically_derived]
    impl<__Supplier: ::core::cmp::PartialEq> ::core::cmp::PartialEq
    for AccountWith<__Supplier>
    where
        for<'__a> &'__a Account: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.supplier == other.supplier
        }
    }
    #[automatically_derived]
    impl<__Supplier: __relations::SerializeSlot> __relations::Serialize
    for AccountWith<__Supplier>
    where
        for<'__a> &'__a Account: __relations::Serialize,
    {
        fn serialize<__S: __relations::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            let mut map = serializer.serialize_map(::core::option::Option::None)?;
            __relations::serialize_fields(&&self.__relations_model, &mut map)?;
            self.supplier.serialize_slot("supplier", &mut map)?;
            __relations::SerializeMap::end(map)
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
const _: () = {
    use ::relations::__private as __relations;
    type __relations_Target = <Supplier as __relations::Model>::This;
    const __relations_AT_0: (usize, usize) = (
        2usize,
        __relations::id_part::<__relations_Target>(0usize, 1usize),
    );
    const __relations_FROM_0: usize = __relations::key_at::<Account>(__relations_AT_0.0);
    const __relations_TO_0: usize = __relations::key_at::<
        __relations_Target,
    >(__relations_AT_0.1);
    const _: () = __relations::has_id_of::<__relations_Target>(1usize);
    const _: () = __relations::same_type::<
        Account,
        __relations_Target,
    >(&[__relations_AT_0]);
    const _: () = __relations::is_key::<Account, __relations_Target>(__relations_AT_0);
    ///The relation `supplier` of `Account`.
    #[derive(Debug, Clone, Copy)]
    pub struct Account_supplier;
    impl Account {
        ///The relation `supplier` of `Account`.
        pub const SUPPLIER: Account_supplier = Account_supplier;
    }
    impl<__C: __relations::Connection> AccountRepository<__C> {
        ///The `Supplier` that one `Account` belongs to, given by its id or by reference. Does nothing on the database.
        pub fn supplier(
            &self,
            source: impl __relations::SourceRow<Account_supplier>,
        ) -> __relations::BelongsToRepository<'_, Account_supplier, __C> {
            self.0.belongs_to(source)
        }
    }
    #[automatically_derived]
    impl __relations::Relation for Account_supplier {
        type Source = Account;
        type Target = __relations_Target;
        type Key = <Self::KeyFrom as __relations::KeyFields<Account>>::Key;
        type KeyFrom = __relations::Field<Account, { __relations_FROM_0 }>;
        type KeyTo = __relations::Field<__relations_Target, { __relations_TO_0 }>;
        type Slot<__T: ::core::marker::Send + ::core::marker::Sync> = <<Self::KeyFrom as __relations::KeyFields<
            Account,
        >>::Need as __relations::Need>::Presence<::std::sync::Arc<__T>>;
        type Scoped<__T: ::core::marker::Send + ::core::marker::Sync> = ::core::option::Option<
            ::std::sync::Arc<__T>,
        >;
        const AT: usize = 0usize;
    }
    #[automatically_derived]
    impl __relations::BelongsTo for Account_supplier {}
    #[automatically_derived]
    impl __relations::RelationOf<Account> for Account_supplier {
        type And<__T, __Q, __L> = __relations::And<__T, Account_supplier, __Q, __L>;
    }
    #[automatically_derived]
    impl<
        __V: ::core::marker::Send + ::core::marker::Sync,
        __Supplier,
    > __relations::WithSlot<Account_supplier, __V> for AccountWith<__Supplier> {
        type Was = __Supplier;
        type Output = AccountWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            AccountWith {
                __relations_model: self.__relations_model,
                supplier: slot,
            }
        }
    }
};
