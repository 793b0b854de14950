// #[derive(Model)]
// pub struct Contact {
//     #[model(id, generated)]
//     pub id: i64,
//     pub owner_type: String,
//     #[belongs_to(Owner, discriminator = "owner_type")]
//     pub owner_id: i64,
// }

///Create, find, patch, replace and delete for `Contact`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct ContactRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Contact, __C>,
);
///A row of `Contact` with its included relations, each in a slot of its name. The row's fields are reached through it.
pub struct ContactWith<__Owner = ::relations::__private::NotIncluded> {
    __relations_model: Contact,
    ///What was included of the relation `owner`.
    pub owner: __Owner,
}
///A row of `Contact` that is not saved yet, from [`Contact::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct ContactDraft<__S = <Contact as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Contact, __S>,
);
///Changes to some fields of `Contact`, from [`Contact::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct ContactPatch<
    __S = (::relations::__private::Optional, (::relations::__private::Optional, ())),
>(
    ::relations::__private::Draft<Contact, __S>,
);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Contact {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Contact, i64> = __r::column(0);
        ///The column of [`owner_type`](Self::owner_type).
        pub const OWNER_TYPE: __r::Column<Contact, String> = __r::column(1);
        ///The column of [`owner_id`](Self::owner_id).
        pub const OWNER_ID: __r::Column<Contact, i64> = __r::column(2);
        ///Starts a new row of `Contact`, for `create`.
        pub fn draft() -> ContactDraft {
            ContactDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Contact`, for `patch`.
        pub fn patch() -> ContactPatch {
            ContactPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> ContactRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            ContactRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for ContactRepository<__C> {
        type Target = __r::Repository<Contact, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Contact {
        type Id = <i64 as __r::ColumnType>::This;
        type With = ContactWith;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Contact";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
            __r::field::<Self, 1>("owner_type", "owner_type", "owner_type"),
            __r::field::<Self, 2>("owner_id", "owner_id", "owner_id"),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(
                ("Contact", "contact"),
                &[
                    __r::ends_any::<Self, <Owner as __r::PolymorphicModel>::This>()
                        .belongs_to(
                            ["owner", "owner"],
                            &["owner_id"],
                            &[
                                __r::any_id_name::<<Owner as __r::PolymorphicModel>::This>(),
                            ],
                        )
                        .with_types(
                            "owner_type",
                            <<Owner as __r::PolymorphicModel>::This as __r::PolymorphicModel>::TYPES,
                            <<Owner as __r::PolymorphicModel>::This as __r::PolymorphicModel>::MODELS,
                        ),
                ],
                &[0usize],
            );
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Contact {
                id: __r::read::<Self, 0>(row)?,
                owner_type: __r::read::<Self, 1>(row)?,
                owner_id: __r::read::<Self, 2>(row)?,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                1 => __r::column_value::<Self, 1>(&self.owner_type),
                2 => __r::column_value::<Self, 2>(&self.owner_id),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Contact {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    #[automatically_derived]
    impl __r::FieldAt<1> for Contact {
        type Type = <String as __r::ColumnType>::This;
        type Entry = __relations_Key_owner_type;
    }
    #[automatically_derived]
    impl __r::FieldAt<2> for Contact {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __relations_Key_owner_id;
    }
    const _: () = __r::can_be_generated::<Contact>(0usize);
    impl<__0> ContactWith<__0> {
        fn __relations_new(__relations_model: Contact, owner: __0) -> Self {
            ContactWith {
                __relations_model,
                owner,
            }
        }
        ///The `Contact` without its relations.
        pub fn into_model(self) -> Contact {
            self.__relations_model
        }
        ///The `Contact`, and then what each slot holds.
        pub fn into_parts(self) -> (Contact, __0) {
            (self.__relations_model, self.owner)
        }
    }
    #[automatically_derived]
    impl<__0> __r::AsModel for ContactWith<__0> {
        type Model = Contact;
        fn as_model(&self) -> &Contact {
            self
        }
    }
    #[automatically_derived]
    impl<__0> ::core::ops::Deref for ContactWith<__0> {
        type Target = Contact;
        fn deref(&self) -> &Contact {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Contact> for ContactWith {
        fn from(model: Contact) -> Self {
            ContactWith::__relations_new(model, __r::NotIncluded)
        }
    }
    #[automatically_derived]
    impl<__0: __r::Debug> __r::Debug for ContactWith<__0>
    where
        for<'__a> &'__a Contact: __r::Debug,
    {
        fn fmt(&self, f: &mut __r::Formatter<'_>) -> __r::FmtResult {
            __r::debug_with(f, "ContactWith", &&self.__relations_model)
                .field("owner", &self.owner)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__0: __r::Clone> __r::Clone for ContactWith<__0>
    where
        for<'__a> __r::Cloned<'__a, Contact>: __r::MaybeClone<Contact>,
    {
        fn clone(&self) -> Self {
            let model = __r::clone_model(&self.__relations_model);
            ContactWith::__relations_new(model, self.owner.clone())
        }
    }
    #[automatically_derived]
    impl<__0: __r::PartialEq> __r::PartialEq for ContactWith<__0>
    where
        for<'__a> &'__a Contact: __r::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.owner == other.owner
        }
    }
    #[automatically_derived]
    impl<__0: __r::SerializeSlot> __r::Serialize for ContactWith<__0>
    where
        for<'__a> &'__a Contact: __r::Serialize,
    {
        fn serialize<__S: __r::Serializer>(&self, to: __S) -> __r::SerializeResult<__S> {
            let mut map = __r::start_map(&&self.__relations_model, to)?;
            self.owner.serialize_slot(["owner", "owner_count"], &mut map)?;
            __r::SerializeMap::end(map)
        }
    }
    impl<__S> ContactDraft<__S> {
        ///Sets [`owner_type`](Contact::owner_type).
        pub fn owner_type(
            self,
            value: impl __r::For<String>,
        ) -> ContactDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
        {
            ContactDraft(self.0.set::<1, _>(value))
        }
        ///Sets [`owner_id`](Contact::owner_id).
        pub fn owner_id(self, value: impl __r::For<i64>) -> ContactDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::Next<__r::First>, State: __r::Open>,
        {
            ContactDraft(self.0.set::<2, _>(value))
        }
    }
    type __relations_from_1 = (__r::Initially<{ __r::Probe::<i64>::OPTIONAL }>, ());
    type __relations_from_0 = (
        __r::Initially<{ __r::Probe::<String>::OPTIONAL }>,
        __relations_from_1,
    );
    #[automatically_derived]
    impl __r::Drafted for Contact {
        type Initial = __relations_from_0;
        type Draft = ContactDraft;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Contact` has no `owner_type`",
        label = "call `.owner_type(..)` before `create`"
    )]
    pub trait __relations_Has_owner_type {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_owner_type for __T {}
    pub struct __relations_Key_owner_type;
    #[diagnostic::on_unimplemented(
        message = "`owner_type` of `Contact` is the relation's to set",
        label = "remove `.owner_type(..)`"
    )]
    pub trait __relations_Free_owner_type {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Open> __relations_Free_owner_type for __T {}
    #[automatically_derived]
    impl<__S> __r::FillAt<Contact, __relations_Key_owner_type> for ContactDraft<__S>
    where
        __S: __r::GiveAt<__r::First, State: __relations_Free_owner_type>,
    {
        type Output = ContactDraft<__S::Filled>;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Contact` has no `owner_id`",
        label = "call `.owner_id(..)` before `create`"
    )]
    pub trait __relations_Has_owner_id {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_owner_id for __T {}
    pub struct __relations_Key_owner_id;
    #[diagnostic::on_unimplemented(
        message = "`owner_id` of `Contact` is the relation's to set",
        label = "remove `.owner_id(..)`"
    )]
    pub trait __relations_Free_owner_id {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Open> __relations_Free_owner_id for __T {}
    #[automatically_derived]
    impl<__S> __r::FillAt<Contact, __relations_Key_owner_id> for ContactDraft<__S>
    where
        __S: __r::GiveAt<__r::Next<__r::First>, State: __relations_Free_owner_id>,
    {
        type Output = ContactDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Contact, __r::Tracked<__At>> for ContactDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = ContactDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Contact> for ContactDraft<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Has_owner_type>,
        __S: __r::StateAt<__r::Next<__r::First>, State: __relations_Has_owner_id>,
    {}
    #[automatically_derived]
    impl<__S> __r::Generated for ContactDraft<__S> {
        type As = __r::DraftOf<Contact>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    impl<__S> ContactPatch<__S> {
        ///Changes [`owner_type`](Contact::owner_type).
        pub fn owner_type<_K>(
            self,
            value: impl __r::New<Self, String, _K>,
        ) -> ContactPatch<__S::Output>
        where
            __S: __r::GiveAt<__r::First>,
        {
            ContactPatch(self.0.change::<1, _, _, _>(value))
        }
        ///Changes [`owner_id`](Contact::owner_id).
        pub fn owner_id<_K>(
            self,
            value: impl __r::New<Self, i64, _K>,
        ) -> ContactPatch<__S::Output>
        where
            __S: __r::GiveAt<__r::Next<__r::First>>,
        {
            ContactPatch(self.0.change::<2, _, _, _>(value))
        }
    }
    #[automatically_derived]
    impl<__S> __r::Generated for ContactPatch<__S> {
        type As = __r::PatchOf<Contact>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    #[automatically_derived]
    impl<__S> __r::LeaveAt<Contact, __relations_Key_owner_type> for ContactPatch<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Free_owner_type>,
    {}
    #[automatically_derived]
    impl<__S> __r::LeaveAt<Contact, __relations_Key_owner_id> for ContactPatch<__S>
    where
        __S: __r::StateAt<__r::Next<__r::First>, State: __relations_Free_owner_id>,
    {}
    impl<__S> ContactDraft<__S> {
        ///Sets the row that `owner` leads to.
        pub fn owner(
            self,
            row: impl __r::RowOfAny<Owner>,
        ) -> ContactDraft<
            <<__S as __r::GiveAt<
                __r::First,
            >>::Output as __r::GiveAt<__r::Next<__r::First>>>::Output,
        >
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
            <__S as __r::GiveAt<
                __r::First,
            >>::Output: __r::GiveAt<__r::Next<__r::First>, State: __r::Open>,
        {
            ContactDraft(self.0.refer::<Owner, _>([1, 2], row))
        }
    }
    impl<__S> ContactPatch<__S> {
        ///Changes the row that `owner` leads to.
        pub fn owner(
            self,
            row: impl __r::RowOfAny<Owner>,
        ) -> ContactPatch<
            <<__S as __r::GiveAt<
                __r::First,
            >>::Output as __r::GiveAt<__r::Next<__r::First>>>::Output,
        >
        where
            __S: __r::GiveAt<__r::First>,
            <__S as __r::GiveAt<__r::First>>::Output: __r::GiveAt<__r::Next<__r::First>>,
        {
            ContactPatch(self.0.refer::<Owner, _>([1, 2], row))
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
const _: () = {
    use ::relations::__private as __r;
    type __Target = <Owner as __r::PolymorphicModel>::This;
    const _: () = __r::refers_to_any::<Contact, __Target>(2);
    const _: () = __r::is_discriminator::<Contact>(1);
    #[derive(Debug, Clone, Copy)]
    pub struct Contact_owner;
    impl Contact {
        ///The relation `owner` of `Contact`.
        pub const OWNER: __r::BelongsToAny<Contact_owner> = __r::BelongsToAny::new();
    }
    impl<__C: __r::Connection> ContactRepository<__C> {
        ///The row that one `Contact` belongs to, given by its id or by reference. Does nothing on the database.
        pub fn owner(
            &self,
            source: impl __r::SourceId<Contact>,
        ) -> __r::BelongsToAnyRepository<'_, Contact_owner, __C> {
            self.0.belongs_to_any(source)
        }
    }
    #[automatically_derived]
    impl __r::Polymorphic for Contact_owner {
        type Source = Contact;
        type Target = __Target;
        type KeyFrom = __r::Field<Contact, { __r::key_at::<Contact>(2) }>;
        type TypeFrom = __r::Field<Contact, { __r::type_at::<Contact>(1) }>;
        type At = __r::At<0usize>;
    }
    #[automatically_derived]
    impl<__V: __r::Shared, __0: __r::Shared> __r::WithSlot<__r::At<0>, __V>
    for ContactWith<__0> {
        type Relation = __r::BelongsToAny<Contact_owner>;
        type Was = __0;
        type Output = ContactWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            ContactWith::__relations_new(self.__relations_model, slot)
        }
    }
};
