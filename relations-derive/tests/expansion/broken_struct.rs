// #[derive(Model)]
// #[model(crate = "crate::orm")]
// pub struct Supplier(i64);

::core::compile_error! {
    "a model needs named fields, which become columns\nhelp: write `struct Name { field: Type }`"
}
const _: () = {
    use crate::orm::__private as __relations;
    #[automatically_derived]
    impl __relations::Model for Supplier {
        type Id = i64;
        type With = Self;
        type This = Self;
        const SERIALIZE: __relations::Erase<Self> = ::core::option::Option::None;
        const NAME: &'static str = "Supplier";
        const FIELDS: &'static [__relations::FieldMetadata] = &[];
        const METADATA: &'static __relations::ModelMetadata = &__relations::model::<
            Self,
        >(("Supplier", "Supplier"), &[], &[], &[]);
        fn id(&self) -> i64 {
            ::core::unreachable!()
        }
        fn read(
            _: &mut __relations::Row<'_>,
        ) -> ::core::result::Result<Self, __relations::Misread> {
            ::core::unreachable!()
        }
        fn key_part(&self, _: usize) -> __relations::KeyPart<'_> {
            ::core::unreachable!()
        }
        fn into_values(self) -> __relations::ValueList {
            ::core::unreachable!()
        }
    }
};
