// #[derive(Model)]
// #[has_one(Account, key_to = "supplier_id")]
// pub struct Supplier {
//     #[model(id, generated)]
//     pub id: i64,
//     pub name: String,
// }

///A `Supplier` that is not saved yet, from [`Supplier::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct SupplierDraft<__S = <Supplier as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Supplier, __S>,
);
///Changes to some fields of a `Supplier`, from [`Supplier::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct SupplierPatch<__S = ()>(::relations::__private::Draft<Supplier, __S>);
///Create, find, patch, replace and delete for `Supplier`, on `Db`, `&Db` or `&Tx`.
#[derive(Debug, Clone)]
pub struct SupplierRepository<__C>(::relations::__private::Repository<Supplier, __C>);
///A `Supplier` with its included relations, each in a slot of its name. Its fields are reached through it.
pub struct SupplierWith<__Account = ::relations::__private::NotIncluded> {
    __relations_model: Supplier,
    ///What was included of the relation `account`.
    pub account: __Account,
}
#[allow(non_camel_case_types, dead_code)]
const _: () = {
    use ::relations::__private as __relations;
    impl Supplier {
        ///The column of [`id`](Self::id).
        pub const ID: __relations::Column<Supplier, i64> = __relations::column(0);
        ///The column of [`name`](Self::name).
        pub const NAME: __relations::Column<Supplier, String> = __relations::column(1);
    }
    impl<__C: __relations::Connection> SupplierRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            SupplierRepository(__relations::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for SupplierRepository<__C> {
        type Target = __relations::Repository<Supplier, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    impl Supplier {
        ///Starts a new `Supplier`, for `create`.
        pub fn draft() -> SupplierDraft {
            SupplierDraft(__relations::Draft::new())
        }
    }
    #[allow(clippy::wrong_self_convention)]
    impl<__S> SupplierDraft<__S> {
        ///Sets [`name`](Supplier::name).
        pub fn name(
            self,
            value: impl __relations::IntoField<String>,
        ) -> SupplierDraft<__S::Output>
        where
            __S: __relations::GiveAt<__relations_at_0, State: __relations::Open>,
        {
            SupplierDraft(self.0.set::<1, _>(value))
        }
    }
    #[allow(unused_imports)]
    use __relations::NotOptional as _;
    type __relations_at_0 = __relations::First;
    type __relations_from_0 = (
        __relations::Initially<{ __relations::Probe::<String>::OPTIONAL }>,
        (),
    );
    #[automatically_derived]
    impl __relations::Drafted for Supplier {
        type Initial = __relations_from_0;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Supplier` has no `name`",
        label = "call `.name(..)` before `create`"
    )]
    pub trait __relations_Has_name {}
    #[diagnostic::do_not_recommend]
    impl<__T: __relations::Settled> __relations_Has_name for __T {}
    #[automatically_derived]
    impl<__S> __relations::FillAt<Supplier, __relations::Untracked>
    for SupplierDraft<__S> {
        type Output = Self;
        fn fill(self) -> Self {
            self
        }
    }
    #[automatically_derived]
    impl<__S, __At> __relations::FillAt<Supplier, __relations::Tracked<__At>>
    for SupplierDraft<__S>
    where
        __S: __relations::GiveAt<__At, State: __relations::Open>,
    {
        type Output = SupplierDraft<__S::Output>;
        fn fill(self) -> Self::Output {
            SupplierDraft(self.0.into_state())
        }
    }
    #[automatically_derived]
    impl<__S> __relations::IntoDraft<Supplier> for SupplierDraft<__S>
    where
        __S: __relations::StateAt<__relations_at_0, State: __relations_Has_name>,
    {
        fn into_values(self) -> __relations::Values {
            self.0.into_values()
        }
    }
    impl Supplier {
        ///Starts a partial update of a `Supplier`, for `patch`.
        pub fn patch() -> SupplierPatch {
            SupplierPatch(__relations::Draft::new())
        }
    }
    #[allow(clippy::wrong_self_convention)]
    impl<__S> SupplierPatch<__S> {
        ///Changes [`name`](Supplier::name).
        pub fn name(self, value: impl __relations::IntoField<String>) -> Self {
            SupplierPatch(self.0.set::<1, _>(value))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__S> __relations::IntoPatch<Supplier> for SupplierPatch<__S> {}
    #[automatically_derived]
    impl<__S> __relations::Changes for SupplierPatch<__S> {
        fn into_values(self) -> __relations::Values {
            self.0.into_values()
        }
    }
    #[automatically_derived]
    impl<__S> __relations::LeaveAt<Supplier, __relations::Untracked>
    for SupplierPatch<__S> {}
    #[automatically_derived]
    impl<__S, __At> __relations::LeaveAt<Supplier, __relations::Tracked<__At>>
    for SupplierPatch<__S> {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __relations::Model for Supplier {
        type Id = <i64 as __relations::ColumnType>::This;
        fn id(&self) -> <i64 as __relations::ColumnType>::This {
            ::core::clone::Clone::clone(
                <Self as __relations::FieldAt<0usize>>::get(self),
            )
        }
        type With = SupplierWith;
        type This = Self;
        const NAME: &'static str = "Supplier";
        const FIELDS: &'static [__relations::FieldMetadata] = &[
            __relations::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
            __relations::field::<Self, 1>("name", "name", "name"),
        ];
        fn metadata() -> &'static __relations::ModelMetadata {
            static METADATA: __relations::ModelMetadata = __relations::ModelMetadata::new(
                "Supplier",
                "supplier",
                <Supplier as __relations::Model>::FIELDS,
                &[
                    __relations::RelationMetadata::new(
                        "account",
                        "account",
                        __relations::RelationKind::HasOne,
                        <Supplier as __relations::Model>::metadata,
                        <<Account as __relations::Model>::This as __relations::Model>::metadata,
                        &["id"],
                        &["supplier_id"],
                    ),
                ],
                &[0usize],
            );
            &METADATA
        }
        fn read<R: __relations::RowReader>(
            row: &mut __relations::Row<'_, R>,
        ) -> ::core::result::Result<Self, __relations::Misread> {
            ::core::result::Result::Ok(Supplier {
                id: __relations::read::<Self, 0, R>(row)?,
                name: __relations::read::<Self, 1, R>(row)?,
            })
        }
        fn into_values(self) -> __relations::ValueList {
            ::std::vec::Vec::from([
                __relations::value::<Self, 0>(self.id),
                __relations::value::<Self, 1>(self.name),
            ])
        }
    }
    #[automatically_derived]
    impl __relations::FieldAt<0> for Supplier {
        type Type = <i64 as __relations::ColumnType>::This;
        type Entry = __relations::Untracked;
        fn get(&self) -> &Self::Type {
            &self.id
        }
    }
    #[automatically_derived]
    impl __relations::FieldAt<1> for Supplier {
        type Type = <String as __relations::ColumnType>::This;
        type Entry = __relations::Tracked<__relations_at_0>;
        fn get(&self) -> &Self::Type {
            &self.name
        }
    }
    impl<__Account> SupplierWith<__Account> {
        ///The `Supplier` without its relations.
        pub fn into_model(self) -> Supplier {
            self.__relations_model
        }
    }
    #[automatically_derived]
    impl<__Account> ::core::ops::Deref for SupplierWith<__Account> {
        type Target = Supplier;
        fn deref(&self) -> &Supplier {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Supplier> for SupplierWith {
        fn from(model: Supplier) -> Self {
            SupplierWith {
                __relations_model: model,
                account: __relations::NotIncluded,
            }
        }
    }
    #[automatically_derived]
    impl<__Account: ::core::fmt::Debug> ::core::fmt::Debug for SupplierWith<__Account>
    where
        for<'__a> &'__a Supplier: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("SupplierWith")
                .field("model", &&self.__relations_model)
                .field("account", &self.account)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__Account: ::core::clone::Clone> ::core::clone::Clone
    for SupplierWith<__Account>
    where
        for<'__a> __relations::Cloned<'__a, Supplier>: __relations::MaybeClone<Supplier>,
    {
        fn clone(&self) -> Self {
            SupplierWith {
                __relations_model: __relations::clone_model(&self.__relations_model),
                account: self.account.clone(),
            }
        }
    }
    #[automatically_derived]
    impl<__Account: ::core::cmp::PartialEq> ::core::cmp::PartialEq
    for SupplierWith<__Account>
    where
        for<'__a> &'__a Supplier: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.account == other.account
        }
    }
    #[automatically_derived]
    impl<__Account: __relations::SerializeSlot> __relations::Serialize
    for SupplierWith<__Account>
    where
        for<'__a> &'__a Supplier: __relations::Serialize,
    {
        fn serialize<__S: __relations::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            let mut map = serializer.serialize_map(::core::option::Option::None)?;
            __relations::serialize_fields(&&self.__relations_model, &mut map)?;
            self.account.serialize_slot("account", &mut map)?;
            __relations::SerializeMap::end(map)
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
const _: () = {
    use ::relations::__private as __relations;
    type __relations_Target = <Account as __relations::Model>::This;
    const __relations_AT_0: (usize, usize) = (
        0usize,
        __relations::find::<__relations_Target>("supplier_id"),
    );
    const __relations_FROM_0: usize = __relations::key_at::<
        Supplier,
    >(__relations_AT_0.0);
    const __relations_TO_0: usize = __relations::key_at::<
        __relations_Target,
    >(__relations_AT_0.1);
    const _: () = __relations::has_field::<__relations_Target>("supplier_id", "");
    const _: () = __relations::same_type::<
        Supplier,
        __relations_Target,
    >(&[__relations_AT_0]);
    const _: () = __relations::is_key::<Supplier, __relations_Target>(__relations_AT_0);
    ///The relation `account` of `Supplier`.
    #[derive(Debug, Clone, Copy)]
    pub struct Supplier_account;
    impl Supplier {
        ///The relation `account` of `Supplier`.
        pub const ACCOUNT: Supplier_account = Supplier_account;
    }
    impl<__C: __relations::Connection> SupplierRepository<__C> {
        ///The `Account` of one `Supplier`, given by its key or by reference. Does nothing on the database.
        pub fn account(
            &self,
            source: impl __relations::SourceKey<Supplier_account>,
        ) -> __relations::HasOneRepository<'_, Supplier_account, __C> {
            self.0.has_one(source)
        }
    }
    #[automatically_derived]
    impl __relations::Relation for Supplier_account {
        type Source = Supplier;
        type Target = __relations_Target;
        type Key = <Self::KeyFrom as __relations::KeyFields<Supplier>>::Key;
        type KeyFrom = __relations::Field<Supplier, { __relations_FROM_0 }>;
        type KeyTo = __relations::Field<__relations_Target, { __relations_TO_0 }>;
        type Slot<__T: ::core::marker::Send + ::core::marker::Sync> = ::core::option::Option<
            __T,
        >;
        type Scoped<__T: ::core::marker::Send + ::core::marker::Sync> = ::core::option::Option<
            __T,
        >;
        const AT: usize = 0usize;
    }
    #[automatically_derived]
    impl __relations::HasOne for Supplier_account {}
    #[automatically_derived]
    impl __relations::RelationOf<Supplier> for Supplier_account {
        type And<__T, __Q, __L> = __relations::And<__T, Supplier_account, __Q, __L>;
    }
    #[automatically_derived]
    impl<
        __V: ::core::marker::Send + ::core::marker::Sync,
        __Account,
    > __relations::WithSlot<Supplier_account, __V> for SupplierWith<__Account> {
        type Was = __Account;
        type Output = SupplierWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            SupplierWith {
                __relations_model: self.__relations_model,
                account: slot,
            }
        }
    }
};
