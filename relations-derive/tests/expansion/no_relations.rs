// #[derive(Model)]
// struct Supplier {
//     #[model(id)]
//     code: String,
// }

///Create, find, patch, replace and delete for `Supplier`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
struct SupplierRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Supplier, __C>,
);
///A row of `Supplier` that is not saved yet, from [`Supplier::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
struct SupplierDraft<__S = <Supplier as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Supplier, __S>,
);
///Changes to some fields of `Supplier`, from [`Supplier::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
struct SupplierPatch<__S = ()>(::relations::__private::Draft<Supplier, __S>);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Supplier {
        ///The column of [`code`](Self::code).
        const CODE: __r::Column<Supplier, String> = __r::column(0);
        ///Starts a new row of `Supplier`, for `create`.
        fn draft() -> SupplierDraft {
            SupplierDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Supplier`, for `patch`.
        fn patch() -> SupplierPatch {
            SupplierPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> SupplierRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        fn new(connection: __C) -> Self {
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
        type Id = <String as __r::ColumnType>::This;
        type With = Self;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Supplier";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("code", "code", "code").with_id(),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(("Supplier", "supplier"), &[], &[0usize]);
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Supplier {
                code: __r::read::<Self, 0>(row)?,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.code),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Supplier {
        type Type = <String as __r::ColumnType>::This;
        type Entry = __r::Tracked<__r::First>;
    }
    impl<__S> SupplierDraft<__S> {
        ///Sets [`code`](Supplier::code).
        fn code(self, value: impl __r::For<String>) -> SupplierDraft<__S::Output>
        where
            __S: __r::GiveAt<__r::First, State: __r::Open>,
        {
            SupplierDraft(self.0.set::<0, _>(value))
        }
    }
    type __relations_from_0 = (__r::Initially<{ __r::Probe::<String>::OPTIONAL }>, ());
    #[automatically_derived]
    impl __r::Drafted for Supplier {
        type Initial = __relations_from_0;
        type Draft = SupplierDraft;
    }
    #[diagnostic::on_unimplemented(
        message = "this draft of `Supplier` has no `code`",
        label = "call `.code(..)` before `create`"
    )]
    pub trait __relations_Has_code {}
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl<__T: __r::Settled> __relations_Has_code for __T {}
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
        __S: __r::StateAt<__r::First, State: __relations_Has_code>,
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
    impl<__S> SupplierPatch<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for SupplierPatch<__S> {
        type As = __r::PatchOf<Supplier>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
