// #[derive(Model)]
// pub struct Customer {
//     #[model(id, generated)]
//     pub id: i64,
//     #[model(json)]
//     #[embeds_many(Address, name = "addresses")]
//     pub address_list: Vec<Address>,
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
        ///The column of [`address_list`](Self::address_list).
        pub const ADDRESS_LIST: __r::Column<
            Customer,
            __r::ColumnOf<
                __r::AsJson<Vec<Address>>,
                { __r::ColumnProbe::<__r::AsJson<Vec<Address>>>::IS_COLUMN },
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
            __r::field::<Self, 1>("address_list", "address_list", "address_list")
                .with_embedded(
                    "addresses",
                    true,
                    __r::EmbeddedProbe::<Address>::METADATA,
                ),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(("Customer", "customer"), &[], &[0usize]);
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Customer {
                id: __r::read::<Self, 0>(row)?,
                address_list: __r::ColumnProbe::<
                    __r::AsJson<Vec<Address>>,
                >::restore(__r::read::<Self, 1>(row)?)
                    .0,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                1 => __r::JsonProbe::<Vec<Address>>::get(&self.address_list),
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
        type Type = __r::JsonChecked<Vec<Address>>;
    }
    #[automatically_derived]
    impl __r::FieldAt<1> for Customer {
        type Type = __r::ColumnOf<
            __r::AsJson<Vec<Address>>,
            { __r::ColumnProbe::<__r::AsJson<Vec<Address>>>::IS_COLUMN },
        >;
        type Entry = __r::Tracked<__r::First>;
    }
    const _: () = __r::can_be_generated::<Customer>(0usize);
    impl<__C: __r::Connection> CustomerRepository<__C> {
        ///The rows of `Address` within one `Customer`, given by its id or by reference. Does nothing on the database.
        pub fn addresses(
            &self,
            source: impl __r::SourceId<Customer>,
        ) -> __r::EmbedsManyRepository<'_, Customer, Address, __C> {
            self.0.embeds_many::<Address, Vec<Address>>(source, 1)
        }
    }
    impl<__S> CustomerDraft<__S> {
        ///Sets [`address_list`](Customer::address_list).
        pub fn address_list(
            self,
            value: impl __r::For<
                __r::ColumnOf<
                    __r::AsJson<Vec<Address>>,
                    { __r::ColumnProbe::<__r::AsJson<Vec<Address>>>::IS_COLUMN },
                >,
            >,
        ) -> CustomerDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
        {
            CustomerDraft(self.0.set::<1, _>(value))
        }
    }
    type __relations_from_0 = (
        __r::Initially<{ __r::Probe::<__r::AsJson<Vec<Address>>>::OPTIONAL }>,
        (),
    );
    #[automatically_derived]
    impl __r::Drafted for Customer {
        type Initial = __relations_from_0;
        type Draft = CustomerDraft;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Customer` has no `address_list`",
        label = "call `.address_list(..)` before `create`"
    )]
    pub trait __relations_Has_address_list {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_address_list for __T {}
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Customer, __r::Tracked<__At>> for CustomerDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = CustomerDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Customer> for CustomerDraft<__S>
    where
        __S: __r::StateAt<__r::First, State: __relations_Has_address_list>,
    {}
    #[automatically_derived]
    impl<__S> __r::Generated for CustomerDraft<__S> {
        type As = __r::DraftOf<Customer>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    impl<__S> CustomerPatch<__S> {
        ///Changes [`address_list`](Customer::address_list).
        pub fn address_list<_K>(
            self,
            value: impl __r::New<
                Self,
                __r::ColumnOf<
                    __r::AsJson<Vec<Address>>,
                    { __r::ColumnProbe::<__r::AsJson<Vec<Address>>>::IS_COLUMN },
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
