// #[derive(Model)]
// #[has_one(Account, key_too = "supplier_id")]
// pub struct Supplier {
//     pub number: i64,
//     #[model(lenght = 80)]
//     pub name: String,
// }

::core::compile_error! {
    "unknown argument `lenght` in `model`\nhelp: did you mean `length`?"
}
::core::compile_error! {
    "`Supplier` has no id\nhelp: add `#[model(id)]` to the field that identifies a row"
}
::core::compile_error! {
    "unknown argument `key_too` in `has_one`\nhelp: did you mean `key_to`?"
}
///Create, find, patch, replace and delete for `Supplier`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct SupplierRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Supplier, __C>,
);
///A row of `Supplier` with its included relations, each in a slot of its name. The row's fields are reached through it.
pub struct SupplierWith<__Account = ::relations::__private::NotIncluded> {
    __relations_model: Supplier,
    ///What was included of the relation `account`.
    pub account: __Account,
}
///A row of `Supplier` that is not saved yet, from [`Supplier::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct SupplierDraft<__S = <Supplier as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Supplier, __S>,
);
///Changes to some fields of `Supplier`, from [`Supplier::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct SupplierPatch<__S = ()>(::relations::__private::Draft<Supplier, __S>);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Supplier {
        ///The column of [`number`](Self::number).
        pub const NUMBER: __r::Column<Supplier, i64> = __r::column(0);
        ///The column of [`name`](Self::name).
        pub const NAME: __r::Column<Supplier, String> = __r::column(1);
        ///Starts a new row of `Supplier`, for `create`.
        pub fn draft() -> SupplierDraft {
            SupplierDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Supplier`, for `patch`.
        pub fn patch() -> SupplierPatch {
            SupplierPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> SupplierRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            SupplierRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for SupplierRepository<__C> {
        type Target = __r::Repository<Supplier, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Supplier {
        type Id = i64;
        type With = SupplierWith;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Supplier";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("number", "number", "number").with_id(),
            __r::field::<Self, 1>("name", "name", "name"),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(
                ("Supplier", "supplier"),
                &[
                    __r::ends::<Self, <Account as __r::Model>::This>()
                        .has_one(["account", "account"], &["number"], &["supplier_id"]),
                ],
                &[0usize],
            );
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Supplier {
                number: __r::read::<Self, 0>(row)?,
                name: __r::read::<Self, 1>(row)?,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.number),
                1 => __r::column_value::<Self, 1>(&self.name),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Supplier {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Tracked<__r::First>;
    }
    #[automatically_derived]
    impl __r::FieldAt<1> for Supplier {
        type Type = <String as __r::ColumnType>::This;
        type Entry = __r::Tracked<__r::Next<__r::First>>;
    }
    impl<__0> SupplierWith<__0> {
        fn __relations_new(__relations_model: Supplier, account: __0) -> Self {
            SupplierWith {
                __relations_model,
                account,
            }
        }
        ///The `Supplier` without its relations.
        pub fn into_model(self) -> Supplier {
            self.__relations_model
        }
        ///The `Supplier`, and then what each slot holds.
        pub fn into_parts(self) -> (Supplier, __0) {
            (self.__relations_model, self.account)
        }
    }
    #[automatically_derived]
    impl<__0> __r::AsModel for SupplierWith<__0> {
        type Model = Supplier;
        fn as_model(&self) -> &Supplier {
            self
        }
    }
    #[automatically_derived]
    impl<__0> ::core::ops::Deref for SupplierWith<__0> {
        type Target = Supplier;
        fn deref(&self) -> &Supplier {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Supplier> for SupplierWith {
        fn from(model: Supplier) -> Self {
            SupplierWith::__relations_new(model, __r::NotIncluded)
        }
    }
    #[automatically_derived]
    impl<__0: __r::Debug> __r::Debug for SupplierWith<__0>
    where
        for<'__a> &'__a Supplier: __r::Debug,
    {
        fn fmt(&self, f: &mut __r::Formatter<'_>) -> __r::FmtResult {
            __r::debug_with(f, "SupplierWith", &&self.__relations_model)
                .field("account", &self.account)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__0: __r::Clone> __r::Clone for SupplierWith<__0>
    where
        for<'__a> __r::Cloned<'__a, Supplier>: __r::MaybeClone<Supplier>,
    {
        fn clone(&self) -> Self {
            let model = __r::clone_model(&self.__relations_model);
            SupplierWith::__relations_new(model, self.account.clone())
        }
    }
    #[automatically_derived]
    impl<__0: __r::PartialEq> __r::PartialEq for SupplierWith<__0>
    where
        for<'__a> &'__a Supplier: __r::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.account == other.account
        }
    }
    #[automatically_derived]
    impl<__0: __r::SerializeSlot> __r::Serialize for SupplierWith<__0>
    where
        for<'__a> &'__a Supplier: __r::Serialize,
    {
        fn serialize<__S: __r::Serializer>(&self, to: __S) -> __r::SerializeResult<__S> {
            let mut map = __r::start_map(&&self.__relations_model, to)?;
            self.account.serialize_slot(["account", "account_count"], &mut map)?;
            __r::SerializeMap::end(map)
        }
    }
    impl<__S> SupplierDraft<__S> {
        ///Sets [`number`](Supplier::number).
        pub fn number(self, value: impl __r::For<i64>) -> SupplierDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
        {
            SupplierDraft(self.0.set::<0, _>(value))
        }
        ///Sets [`name`](Supplier::name).
        pub fn name(self, value: impl __r::For<String>) -> SupplierDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::Next<__r::First>, State: __r::Open>,
        {
            SupplierDraft(self.0.set::<1, _>(value))
        }
    }
    type __relations_from_1 = (__r::Initially<{ __r::Probe::<String>::OPTIONAL }>, ());
    type __relations_from_0 = (
        __r::Initially<{ __r::Probe::<i64>::OPTIONAL }>,
        __relations_from_1,
    );
    #[automatically_derived]
    impl __r::Drafted for Supplier {
        type Initial = __relations_from_0;
        type Draft = SupplierDraft;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Supplier` has no `number`",
        label = "call `.number(..)` before `create`"
    )]
    pub trait __relations_Has_number {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_number for __T {}
    #[diagnostic::on_unimplemented(
        message = "this draft of `Supplier` has no `name`",
        label = "call `.name(..)` before `create`"
    )]
    pub trait __relations_Has_name {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_name for __T {}
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Supplier, __r::Tracked<__At>> for SupplierDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = SupplierDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Supplier> for SupplierDraft<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Has_number>,
        __S: __r::StateAt<__r::Next<__r::First>, State: __relations_Has_name>,
    {}
    #[automatically_derived]
    impl<__S> __r::Generated for SupplierDraft<__S> {
        type As = __r::DraftOf<Supplier>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    #[automatically_derived]
    impl __r::IntoDraft<Supplier> for Supplier {}
    #[automatically_derived]
    impl __r::Changes for Supplier {
        fn into_data(self) -> __r::Data {
            __r::all_data(self)
        }
    }
    #[automatically_derived]
    impl<__Entry> __r::FillAt<Supplier, __Entry> for Supplier {
        type Output = Self;
    }
    impl<__S> SupplierPatch<__S> {
        ///Changes [`name`](Supplier::name).
        pub fn name<_K>(self, value: impl __r::New<Self, String, _K>) -> Self {
            SupplierPatch(self.0.change::<1, _, _, _>(value))
        }
    }
    #[automatically_derived]
    impl<__S> __r::Generated for SupplierPatch<__S> {
        type As = __r::PatchOf<Supplier>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
const _: () = {
    use ::relations::__private as __r;
    type __Target = <Account as __r::Model>::This;
    const __AT_0: (usize, usize) = (0, __r::UNKNOWN);
    #[derive(Debug, Clone, Copy)]
    pub struct Supplier_account;
    impl Supplier {
        ///The relation `account` of `Supplier`.
        pub const ACCOUNT: Supplier_account = Supplier_account;
    }
    impl<__C: __r::Connection> SupplierRepository<__C> {
        ///The `Account` of one `Supplier`, given by its key or by reference. Does nothing on the database.
        pub fn account(
            &self,
            source: impl __r::SourceKey<Supplier_account>,
        ) -> __r::HasOneRepository<'_, Supplier_account, __C> {
            self.0.has_one(source)
        }
    }
    #[automatically_derived]
    impl __r::Relation for Supplier_account {
        type Source = Supplier;
        type Target = __Target;
        type Key = __r::KeyOf<Self::KeyFrom, Supplier>;
        type KeyFrom = __r::Field<Supplier, { __r::key_at::<Supplier>(0) }>;
        type KeyTo = __r::Field<__Target, { __r::key_at::<__Target>(__AT_0.1) }>;
        type Kind = __r::kinds::HasOne;
        type At = __r::At<0usize>;
    }
    #[automatically_derived]
    impl __r::RelationOf<Supplier> for Supplier_account {
        type And<__T, __Q, __L> = __r::And<__T, Supplier_account, __Q, __L>;
    }
    impl<__S> SupplierDraft<__S> {
        ///Drafts the row of `account`, which is created with this one.
        pub fn account(self, rows: impl __r::NestedDraft<Supplier_account>) -> Self {
            SupplierDraft(self.0.nest::<Supplier_account>(rows.into_rows()))
        }
    }
    #[automatically_derived]
    impl<__V: __r::Shared, __0: __r::Shared> __r::WithSlot<__r::At<0>, __V>
    for SupplierWith<__0> {
        type Relation = Supplier_account;
        type Was = __0;
        type Output = SupplierWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            SupplierWith::__relations_new(self.__relations_model, slot)
        }
    }
};
