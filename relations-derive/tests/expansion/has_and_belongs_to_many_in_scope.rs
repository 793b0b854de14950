// #[derive(Model)]
// #[model(columns = "PascalCase")]
// #[has_and_belongs_to_many(Part, name = "spare_parts", table = "spares", key_to = "spare_id", scope = spares)]
// pub struct Assembly {
//     #[model(id, generated)]
//     pub id: i64,
// }

///Create, find, patch, replace and delete for `Assembly`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct AssemblyRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Assembly, __C>,
);
///A row of `Assembly` with its included relations, each in a slot of its name. The row's fields are reached through it.
pub struct AssemblyWith<__SpareParts = ::relations::__private::NotIncluded> {
    __relations_model: Assembly,
    ///What was included of the relation `spare_parts`.
    pub spare_parts: __SpareParts,
}
///A row of `Assembly` that is not saved yet, from [`Assembly::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct AssemblyDraft<__S = <Assembly as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Assembly, __S>,
);
///Changes to some fields of `Assembly`, from [`Assembly::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct AssemblyPatch<__S = ()>(::relations::__private::Draft<Assembly, __S>);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Assembly {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Assembly, i64> = __r::column(0);
        ///Starts a new row of `Assembly`, for `create`.
        pub fn draft() -> AssemblyDraft {
            AssemblyDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Assembly`, for `patch`.
        pub fn patch() -> AssemblyPatch {
            AssemblyPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> AssemblyRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            AssemblyRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for AssemblyRepository<__C> {
        type Target = __r::Repository<Assembly, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Assembly {
        type Id = <i64 as __r::ColumnType>::This;
        type With = AssemblyWith;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Assembly";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "Id").with_id().with_generated(),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(
                ("Assembly", "assembly"),
                &[
                    __r::ends::<Self, <Part as __r::Model>::This>()
                        .has_many(
                            ["spare_parts", "spare_parts"],
                            &["id"],
                            &[__r::id_name::<<Part as __r::Model>::This>(0usize)],
                        )
                        .with_links::<__r::OwnLink<Self, 0>>()
                        .with_own_links()
                        .with_link_keys(&["assembly_id"], &["spare_id"])
                        .with_scope(|| {
                            static __SCOPE: __r::ScopeCell = __r::ScopeCell::new();
                            __SCOPE.made::<<Part as __r::Model>::This>(spares)
                        }),
                ],
                &[0usize],
            );
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Assembly {
                id: __r::read::<Self, 0>(row)?,
            })
        }
        fn column_value(&self, at: usize) -> __r::FieldValue<'_> {
            match at {
                0 => __r::column_value::<Self, 0>(&self.id),
                _ => ::core::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __r::FieldAt<0> for Assembly {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    const _: () = __r::can_be_generated::<Assembly>(0usize);
    impl<__0> AssemblyWith<__0> {
        fn __relations_new(__relations_model: Assembly, spare_parts: __0) -> Self {
            AssemblyWith {
                __relations_model,
                spare_parts,
            }
        }
        ///The `Assembly` without its relations.
        pub fn into_model(self) -> Assembly {
            self.__relations_model
        }
        ///The `Assembly`, and then what each slot holds.
        pub fn into_parts(self) -> (Assembly, __0) {
            (self.__relations_model, self.spare_parts)
        }
    }
    #[automatically_derived]
    impl<__0> __r::AsModel for AssemblyWith<__0> {
        type Model = Assembly;
        fn as_model(&self) -> &Assembly {
            self
        }
    }
    #[automatically_derived]
    impl<__0> ::core::ops::Deref for AssemblyWith<__0> {
        type Target = Assembly;
        fn deref(&self) -> &Assembly {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Assembly> for AssemblyWith {
        fn from(model: Assembly) -> Self {
            AssemblyWith::__relations_new(model, __r::NotIncluded)
        }
    }
    #[automatically_derived]
    impl<__0: __r::Debug> __r::Debug for AssemblyWith<__0>
    where
        for<'__a> &'__a Assembly: __r::Debug,
    {
        fn fmt(&self, f: &mut __r::Formatter<'_>) -> __r::FmtResult {
            __r::debug_with(f, "AssemblyWith", &&self.__relations_model)
                .field("spare_parts", &self.spare_parts)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__0: __r::Clone> __r::Clone for AssemblyWith<__0>
    where
        for<'__a> __r::Cloned<'__a, Assembly>: __r::MaybeClone<Assembly>,
    {
        fn clone(&self) -> Self {
            let model = __r::clone_model(&self.__relations_model);
            AssemblyWith::__relations_new(model, self.spare_parts.clone())
        }
    }
    #[automatically_derived]
    impl<__0: __r::PartialEq> __r::PartialEq for AssemblyWith<__0>
    where
        for<'__a> &'__a Assembly: __r::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.spare_parts == other.spare_parts
        }
    }
    #[automatically_derived]
    impl<__0: __r::SerializeSlot> __r::Serialize for AssemblyWith<__0>
    where
        for<'__a> &'__a Assembly: __r::Serialize,
    {
        fn serialize<__S: __r::Serializer>(&self, to: __S) -> __r::SerializeResult<__S> {
            let mut map = __r::start_map(&&self.__relations_model, to)?;
            self.spare_parts
                .serialize_slot(["spare_parts", "spare_parts_count"], &mut map)?;
            __r::SerializeMap::end(map)
        }
    }
    impl<__S> AssemblyDraft<__S> {}
    #[automatically_derived]
    impl __r::Drafted for Assembly {
        type Initial = ();
        type Draft = AssemblyDraft;
    }
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Assembly, __r::Tracked<__At>> for AssemblyDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = AssemblyDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Assembly> for AssemblyDraft<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for AssemblyDraft<__S> {
        type As = __r::DraftOf<Assembly>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    impl<__S> AssemblyPatch<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for AssemblyPatch<__S> {
        type As = __r::PatchOf<Assembly>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
const _: () = {
    use ::relations::__private as __r;
    type __Target = <Part as __r::Model>::This;
    impl __r::OwnLinks<0> for Assembly {
        type First = Assembly;
        type Second = __Target;
        const NAMES: __r::LinkNames = __r::LinkNames::new(
                ["AssemblyPart", "spares"],
                [&["assembly_id"], &["spare_id"]],
            )
            .with_columns(["AssemblyId", "SpareId"]);
    }
    type __Link = __r::OwnLink<Assembly, 0>;
    const __TO_0: (usize, usize) = (__r::id_part::<__Target>(0, 1), 1);
    #[derive(Debug, Clone, Copy)]
    pub struct Assembly_spare_parts;
    impl Assembly {
        ///The relation `spare_parts` of `Assembly`.
        pub const SPARE_PARTS: Assembly_spare_parts = Assembly_spare_parts;
    }
    impl<__C: __r::Connection> AssemblyRepository<__C> {
        ///The rows of `Part` linked to one `Assembly`, given by its key or by reference. Does nothing on the database.
        pub fn spare_parts(
            &self,
            source: impl __r::SourceKey<Assembly_spare_parts>,
        ) -> __r::HasManyThroughRepository<'_, Assembly_spare_parts, __C> {
            self.0.has_many_through(source)
        }
    }
    #[automatically_derived]
    impl __r::HasManyThrough for Assembly_spare_parts {
        type Link = __Link;
        type LinkFrom = __r::OwnLinkKey<0>;
        type LinkTo = __r::OwnLinkKey<1>;
    }
    #[automatically_derived]
    impl __r::Relation for Assembly_spare_parts {
        type Source = Assembly;
        type Target = __Target;
        type Key = __r::KeyOf<Self::KeyFrom, Assembly>;
        type KeyFrom = __r::Field<Assembly, { __r::key_at::<Assembly>(0) }>;
        type KeyTo = __r::Field<__Target, { __r::key_at::<__Target>(__TO_0.0) }>;
        type Kind = __r::kinds::Through;
        type At = __r::At<0usize>;
    }
    #[automatically_derived]
    impl __r::RelationOf<Assembly> for Assembly_spare_parts {
        type And<__T, __Q, __L> = __r::And<__T, Assembly_spare_parts, __Q, __L>;
    }
    impl<__S> AssemblyDraft<__S> {
        ///Drafts rows of `spare_parts`, each alone or as a pair with the draft of its link; all are created with this one.
        pub fn spare_parts(
            self,
            rows: impl __r::NestedLinks<Assembly_spare_parts>,
        ) -> Self {
            AssemblyDraft(self.0.nest::<Assembly_spare_parts>(rows.into_rows()))
        }
    }
    #[automatically_derived]
    impl<__V: __r::Shared, __0: __r::Shared> __r::WithSlot<__r::At<0>, __V>
    for AssemblyWith<__0> {
        type Relation = Assembly_spare_parts;
        type Was = __0;
        type Output = AssemblyWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            AssemblyWith::__relations_new(self.__relations_model, slot)
        }
    }
};
