// #[derive(Model)]
// #[model(crate = "crate::orm")]
// pub struct Supplier(i64);

::core::compile_error! {
    "a model needs named fields, which become columns\nhelp: write `struct Name { field: Type }`"
}
const _: () = {
    use crate::orm::__private as __relations;
    #[automatically_derived]
    impl __relations::Drafted for Supplier {
        type Initial = ();
        type Draft = ();
    }
    #[automatically_derived]
    impl __relations::Model for Supplier {
        type Id = i64;
        type With = Self;
        type This = Self;
        const SERIALIZE: __relations::Erase<Self> = ::core::option::Option::None;
        const NAME: &'static str = "Supplier";
        const FIELDS: &'static [__relations::FieldMetadata] = &[];
        const METADATA: __relations::Metadata = &__relations::about::<Self>()
            .model(("Supplier", "Supplier"), &[], &[]);
        fn read(
            _: &mut __relations::Row<'_>,
        ) -> ::core::result::Result<Self, __relations::DecodeError> {
            ::core::unreachable!()
        }
        fn column_value(&self, _: usize) -> __relations::FieldValue<'_> {
            ::core::unreachable!()
        }
    }
};
