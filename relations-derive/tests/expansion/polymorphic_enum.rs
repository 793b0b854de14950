// #[derive(PolymorphicModel)]
// pub enum Owner {
//     Customer(Customer),
//     Supplier(crate::Supplier),
// }

const _: () = {
    use ::relations::__private as __r;
    type __Model0 = <Customer as __r::Model>::This;
    type __Model1 = <crate::Supplier as __r::Model>::This;
    const _: () = __r::has_id_for::<
        __Model0,
    >(
        1,
        "give the model an id of one field, which a key beside a discriminator can hold",
    );
    const _: () = __r::same_id::<__Model0, __Model0>();
    const _: () = __r::has_own_word::<Owner, __Model0>(0);
    const _: () = __r::has_id_for::<
        __Model1,
    >(
        1,
        "give the model an id of one field, which a key beside a discriminator can hold",
    );
    const _: () = __r::same_id::<__Model0, __Model1>();
    const _: () = __r::has_own_word::<Owner, __Model1>(1);
    #[automatically_derived]
    impl __r::PolymorphicModel for Owner {
        type Id = <__Model0 as __r::Model>::Id;
        type This = Self;
        const NAME: &'static str = "Owner";
        const TYPES: &'static [&'static str] = &[
            <__Model0 as __r::Model>::DISCRIMINATOR,
            <__Model1 as __r::Model>::DISCRIMINATOR,
        ];
        const MODELS: &'static [fn() -> &'static __r::ModelMetadata] = &[
            __r::metadata::<__Model0>(),
            __r::metadata::<__Model1>(),
        ];
        const ID: ::core::option::Option<&'static __r::FieldMetadata> = __r::id_field::<
            __Model0,
        >();
        fn wrap(at: usize, rows: __r::RowBox) -> ::std::vec::Vec<Self> {
            match at {
                0 => __r::wrap_rows::<__Model0, Self>(rows, Owner::Customer),
                1 => __r::wrap_rows::<__Model1, Self>(rows, Owner::Supplier),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<__Model0> for Owner {
        fn from(row: __Model0) -> Self {
            Owner::Customer(row)
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<__Model1> for Owner {
        fn from(row: __Model1) -> Self {
            Owner::Supplier(row)
        }
    }
    #[automatically_derived]
    impl __r::VariantOf<Owner> for __Model0 {
        const AT: usize = 0;
    }
    #[automatically_derived]
    impl __r::VariantOf<Owner> for __Model1 {
        const AT: usize = 1;
    }
    #[automatically_derived]
    impl __r::RowOfAny<Owner> for &Owner {
        #[allow(unreachable_patterns)]
        fn reference(self) -> [__r::Value; 2] {
            match self {
                Owner::Customer(row) => {
                    <&__Model0 as __r::RowOfAny<Owner>>::reference(row)
                }
                Owner::Supplier(row) => {
                    <&__Model1 as __r::RowOfAny<Owner>>::reference(row)
                }
                _ => ::core::unreachable!(),
            }
        }
    }
};
