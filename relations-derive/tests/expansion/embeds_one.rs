// #[derive(Model)]
// pub struct Customer {
//     #[model(id, generated)]
//     pub id: i64,
//     #[model(json)]
//     #[embeds_one(Address)]
//     pub home: Option<Address>,
// }

///Create, find, patch, replace and delete for `Customer`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct CustomerRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Customer, __C>,
);
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
    use ::relations::__private::{
        self as __r, NotColumn as _, NotJson as _, NotEmbedded as _, NotOptional as _,
        NotSerialize as _,
    };
    impl Customer {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Customer, i64> = __r::column(0);
        ///The column of [`home`](Self::home).
        pub const HOME: __r::Column<
            Customer,
            __r::ColumnOf<
                __r::OptionalJson<Address>,
                { __r::ColumnProbe::<__r::OptionalJson<Address>>::IS_COLUMN },
            >,
        > = __r::column(1);
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
        type With = Self;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Customer";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
            __r::field::<Self, 1>("home", "home", "home")
                .with_embedded("home", false, __r::EmbeddedProbe::<Address>::METADATA),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(("Customer", "customer"), &[], &[0usize]);
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Customer {
                id: __r::read::<Self, 0>(row)?,
                home: __r::ColumnProbe::<
                    __r::OptionalJson<Address>,
                >::restore(__r::read::<Self, 1>(row)?)
                    .0,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                1 => __r::JsonProbe::<Address>::get_optional(&self.home),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Customer {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    #[automatically_derived]
    impl __r::DeclaredAt<1> for Customer {
        type Type = __r::JsonChecked<Address>;
    }
    #[automatically_derived]
    impl __r::FieldAt<1> for Customer {
        type Type = __r::ColumnOf<
            __r::OptionalJson<Address>,
            { __r::ColumnProbe::<__r::OptionalJson<Address>>::IS_COLUMN },
        >;
        type Entry = __r::Untracked;
    }
    const _: () = __r::can_be_generated::<Customer>(0usize);
    impl<__C: __r::Connection> CustomerRepository<__C> {
        ///The row of `Address` within one `Customer`, given by its id or by reference. Does nothing on the database.
        pub fn home(
            &self,
            source: impl __r::SourceId<Customer>,
        ) -> __r::EmbedsOneRepository<'_, Customer, Address, __C> {
            self.0.embeds_one::<Address, Option<Address>>(source, 1)
        }
    }
    impl<__S> CustomerDraft<__S> {
        ///Sets [`home`](Customer::home).
        pub fn home(
            self,
            value: impl __r::For<
                __r::ColumnOf<
                    __r::OptionalJson<Address>,
                    { __r::ColumnProbe::<__r::OptionalJson<Address>>::IS_COLUMN },
                >,
            >,
        ) -> Self {
            CustomerDraft(self.0.set::<1, _>(value))
        }
    }
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
    impl<__S> CustomerPatch<__S> {
        ///Changes [`home`](Customer::home).
        pub fn home<_K>(
            self,
            value: impl __r::New<
                Self,
                __r::ColumnOf<
                    __r::OptionalJson<Address>,
                    { __r::ColumnProbe::<__r::OptionalJson<Address>>::IS_COLUMN },
                >,
                _K,
            >,
        ) -> Self {
            CustomerPatch(self.0.change::<1, _, _, _>(value))
        }
    }
    #[automatically_derived]
    impl<__S> __r::Generated for CustomerPatch<__S> {
        type As = __r::PatchOf<Customer>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
