// #[derive(Model)]
// struct Supplier {
//     #[model(id)]
//     code: String,
// }

///A `Supplier` that is not saved yet, from [`Supplier::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
struct SupplierDraft<__S = <Supplier as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Supplier, __S>,
);
///Changes to some fields of a `Supplier`, from [`Supplier::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
struct SupplierPatch<__S = ()>(::relations::__private::Draft<Supplier, __S>);
///Create, find, patch, replace and delete for `Supplier`, on `Db`, `&Db` or `&Tx`.
#[derive(Debug, Clone)]
struct SupplierRepository<__C>(::relations::__private::Repository<Supplier, __C>);
#[allow(non_camel_case_types, dead_code)]
const _: () = {
    use ::relations::__private as __relations;
    impl Supplier {
        ///The column of [`code`](Self::code).
        const CODE: __relations::Column<Supplier, String> = __relations::column(0);
    }
    impl<__C: __relations::Connection> SupplierRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        fn new(connection: __C) -> Self {
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
        fn draft() -> SupplierDraft {
            SupplierDraft(__relations::Draft::new())
        }
    }
    #[allow(clippy::wrong_self_convention)]
    impl<__S> SupplierDraft<__S> {
        ///Sets [`code`](Supplier::code).
        fn code(
            self,
            value: impl __relations::IntoField<String>,
        ) -> SupplierDraft<__S::Output>
        where
            __S: __relations::GiveAt<__relations_at_0, State: __relations::Open>,
        {
            SupplierDraft(self.0.set::<0, _>(value))
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
        message = "this draft of `Supplier` has no `code`",
        label = "call `.code(..)` before `create`"
    )]
    pub trait __relations_Has_code {}
    #[diagnostic::do_not_recommend]
    impl<__T: __relations::Settled> __relations_Has_code for __T {}
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
        __S: __relations::StateAt<__relations_at_0, State: __relations_Has_code>,
    {
        fn into_values(self) -> __relations::Values {
            self.0.into_values()
        }
    }
    #[automatically_derived]
    impl __relations::IntoDraft<Supplier> for Supplier {
        fn into_values(self) -> __relations::Values {
            __relations::all_values(self)
        }
    }
    #[automatically_derived]
    impl<__Entry> __relations::FillAt<Supplier, __Entry> for Supplier {
        type Output = Self;
        fn fill(self) -> Self {
            self
        }
    }
    impl Supplier {
        ///Starts a partial update of a `Supplier`, for `patch`.
        fn patch() -> SupplierPatch {
            SupplierPatch(__relations::Draft::new())
        }
    }
    #[allow(clippy::wrong_self_convention)]
    impl<__S> SupplierPatch<__S> {}
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
        type Id = <String as __relations::ColumnType>::This;
        fn id(&self) -> <String as __relations::ColumnType>::This {
            ::core::clone::Clone::clone(
                <Self as __relations::FieldAt<0usize>>::get(self),
            )
        }
        type With = Self;
        type This = Self;
        const NAME: &'static str = "Supplier";
        const FIELDS: &'static [__relations::FieldMetadata] = &[
            __relations::field::<Self, 0>("code", "code", "code").with_id(),
        ];
        fn metadata() -> &'static __relations::ModelMetadata {
            static METADATA: __relations::ModelMetadata = __relations::ModelMetadata::new(
                "Supplier",
                "supplier",
                <Supplier as __relations::Model>::FIELDS,
                &[],
                &[0usize],
            );
            &METADATA
        }
        fn read<R: __relations::RowReader>(
            row: &mut __relations::Row<'_, R>,
        ) -> ::core::result::Result<Self, __relations::Misread> {
            ::core::result::Result::Ok(Supplier {
                code: __relations::read::<Self, 0, R>(row)?,
            })
        }
        fn into_values(self) -> __relations::ValueList {
            ::std::vec::Vec::from([__relations::value::<Self, 0>(self.code)])
        }
    }
    #[automatically_derived]
    impl __relations::FieldAt<0> for Supplier {
        type Type = <String as __relations::ColumnType>::This;
        type Entry = __relations::Tracked<__relations_at_0>;
        fn get(&self) -> &Self::Type {
            &self.code
        }
    }
};
