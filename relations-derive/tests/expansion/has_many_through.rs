// #[derive(Model)]
// #[has_many(Track, through(PlaylistTrack, key_from = "playlist_id"))]
// pub struct Playlist {
//     #[model(id, generated)]
//     pub id: i64,
// }

///Create, find, patch, replace and delete for `Playlist`, on `Db`, `&Db`, `Tx` or `&Tx`.
#[derive(Debug, Clone)]
pub struct PlaylistRepository<__C = ::relations::__private::Db>(
    ::relations::__private::Repository<Playlist, __C>,
);
///A row of `Playlist` with its included relations, each in a slot of its name. The row's fields are reached through it.
pub struct PlaylistWith<__Tracks = ::relations::__private::NotIncluded> {
    __relations_model: Playlist,
    ///What was included of the relation `tracks`.
    pub tracks: __Tracks,
}
///A row of `Playlist` that is not saved yet, from [`Playlist::draft`].
#[derive(Debug, Clone)]
#[must_use = "a draft does nothing until `create` takes it"]
pub struct PlaylistDraft<__S = <Playlist as ::relations::__private::Drafted>::Initial>(
    ::relations::__private::Draft<Playlist, __S>,
);
///Changes to some fields of `Playlist`, from [`Playlist::patch`].
#[derive(Debug, Clone)]
#[must_use = "a patch does nothing until a repository's `patch` takes it"]
pub struct PlaylistPatch<__S = ()>(::relations::__private::Draft<Playlist, __S>);
#[allow(non_camel_case_types, dead_code, deprecated, unused_imports, clippy::all)]
const _: () = {
    use ::relations::__private::{self as __r, NotOptional as _, NotSerialize as _};
    impl Playlist {
        ///The column of [`id`](Self::id).
        pub const ID: __r::Column<Playlist, i64> = __r::column(0);
        ///Starts a new row of `Playlist`, for `create`.
        pub fn draft() -> PlaylistDraft {
            PlaylistDraft(__r::Draft::new())
        }
        ///Starts a partial update of `Playlist`, for `patch`.
        pub fn patch() -> PlaylistPatch {
            PlaylistPatch(__r::Draft::new())
        }
    }
    impl<__C: __r::Connection> PlaylistRepository<__C> {
        /// The repository on a connection. Does nothing on the database.
        pub fn new(connection: __C) -> Self {
            PlaylistRepository(__r::Repository::new(connection))
        }
    }
    #[automatically_derived]
    impl<__C> ::core::ops::Deref for PlaylistRepository<__C> {
        type Target = __r::Repository<Playlist, __C>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl __r::Model for Playlist {
        type Id = <i64 as __r::ColumnType>::This;
        type With = PlaylistWith;
        type This = Self;
        const SERIALIZE: __r::Erase<Self> = __r::SerializeProbe::<Self>::ERASE;
        const NAME: &'static str = "Playlist";
        const FIELDS: &'static [__r::FieldMetadata] = &[
            __r::field::<Self, 0>("id", "id", "id").with_id().with_generated(),
        ];
        const METADATA: __r::Metadata = &__r::about::<Self>()
            .model(
                ("Playlist", "playlist"),
                &[
                    __r::ends::<Self, <Track as __r::Model>::This>()
                        .has_many(
                            ["tracks", "tracks"],
                            &["id"],
                            &[__r::id_name::<<Track as __r::Model>::This>(0usize)],
                        )
                        .with_links::<<PlaylistTrack as __r::Model>::This>()
                        .with_link_keys(&["playlist_id"], &[]),
                ],
                &[0usize],
            );
        fn read(row: &mut __r::Row<'_>) -> __r::ReadResult<Self> {
            __r::ReadResult::Ok(Playlist {
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
    impl __r::FieldAt<0> for Playlist {
        type Type = <i64 as __r::ColumnType>::This;
        type Entry = __r::Untracked;
    }
    const _: () = __r::can_be_generated::<Playlist>(0usize);
    impl<__0> PlaylistWith<__0> {
        fn __relations_new(__relations_model: Playlist, tracks: __0) -> Self {
            PlaylistWith {
                __relations_model,
                tracks,
            }
        }
        ///The `Playlist` without its relations.
        pub fn into_model(self) -> Playlist {
            self.__relations_model
        }
        ///The `Playlist`, and then what each slot holds.
        pub fn into_parts(self) -> (Playlist, __0) {
            (self.__relations_model, self.tracks)
        }
    }
    #[automatically_derived]
    impl<__0> __r::AsModel for PlaylistWith<__0> {
        type Model = Playlist;
        fn as_model(&self) -> &Playlist {
            self
        }
    }
    #[automatically_derived]
    impl<__0> ::core::ops::Deref for PlaylistWith<__0> {
        type Target = Playlist;
        fn deref(&self) -> &Playlist {
            &self.__relations_model
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Playlist> for PlaylistWith {
        fn from(model: Playlist) -> Self {
            PlaylistWith::__relations_new(model, __r::NotIncluded)
        }
    }
    #[automatically_derived]
    impl<__0: __r::Debug> __r::Debug for PlaylistWith<__0>
    where
        for<'__a> &'__a Playlist: __r::Debug,
    {
        fn fmt(&self, f: &mut __r::Formatter<'_>) -> __r::FmtResult {
            __r::debug_with(f, "PlaylistWith", &&self.__relations_model)
                .field("tracks", &self.tracks)
                .finish()
        }
    }
    #[automatically_derived]
    impl<__0: __r::Clone> __r::Clone for PlaylistWith<__0>
    where
        for<'__a> __r::Cloned<'__a, Playlist>: __r::MaybeClone<Playlist>,
    {
        fn clone(&self) -> Self {
            let model = __r::clone_model(&self.__relations_model);
            PlaylistWith::__relations_new(model, self.tracks.clone())
        }
    }
    #[automatically_derived]
    impl<__0: __r::PartialEq> __r::PartialEq for PlaylistWith<__0>
    where
        for<'__a> &'__a Playlist: __r::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            &self.__relations_model == &other.__relations_model
                && self.tracks == other.tracks
        }
    }
    #[automatically_derived]
    impl<__0: __r::SerializeSlot> __r::Serialize for PlaylistWith<__0>
    where
        for<'__a> &'__a Playlist: __r::Serialize,
    {
        fn serialize<__S: __r::Serializer>(&self, to: __S) -> __r::SerializeResult<__S> {
            let mut map = __r::start_map(&&self.__relations_model, to)?;
            self.tracks.serialize_slot(["tracks", "tracks_count"], &mut map)?;
            __r::SerializeMap::end(map)
        }
    }
    impl<__S> PlaylistDraft<__S> {}
    #[automatically_derived]
    impl __r::Drafted for Playlist {
        type Initial = ();
        type Draft = PlaylistDraft;
    }
    #[automatically_derived]
    impl<__S, __At> __r::FillAt<Playlist, __r::Tracked<__At>> for PlaylistDraft<__S>
    where
        __S: __r::GiveAt<__At, State: __r::Open>,
    {
        type Output = PlaylistDraft<__S::Filled>;
    }
    #[automatically_derived]
    impl<__S> __r::IntoDraft<Playlist> for PlaylistDraft<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for PlaylistDraft<__S> {
        type As = __r::DraftOf<Playlist>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
    impl<__S> PlaylistPatch<__S> {}
    #[automatically_derived]
    impl<__S> __r::Generated for PlaylistPatch<__S> {
        type As = __r::PatchOf<Playlist>;
        fn given(&mut self) -> &mut __r::TypedData {
            self.0.given()
        }
    }
};
#[allow(non_camel_case_types, non_upper_case_globals, dead_code, deprecated)]
const _: () = {
    use ::relations::__private as __r;
    type __Target = <Track as __r::Model>::This;
    type __Link = <PlaylistTrack as __r::Model>::This;
    const __FROM_0: (usize, usize) = (0, __r::find::<__Link>("playlist_id"));
    const _: () = __r::has_field::<__Link>("playlist_id", "");
    const _: () = __r::same_type::<Playlist, __Link>(&[__FROM_0]);
    const __TO_0: (usize, usize) = __r::id_and_link::<__Target, __Link>(0, 1);
    const _: () = __r::has_id_in_links::<__Target, __Link>(1usize);
    const _: () = __r::links_to::<__Link, __Target>((__TO_0.0, 1), "key_to");
    const _: () = __r::same_type::<__Target, __Link>(&[__TO_0]);
    const _: () = __r::keys_differ::<__Link>(&[__FROM_0], &[__TO_0]);
    #[derive(Debug, Clone, Copy)]
    pub struct Playlist_tracks;
    impl Playlist {
        ///The relation `tracks` of `Playlist`.
        pub const TRACKS: Playlist_tracks = Playlist_tracks;
    }
    impl<__C: __r::Connection> PlaylistRepository<__C> {
        ///The rows of `Track` linked to one `Playlist`, given by its key or by reference. Does nothing on the database.
        pub fn tracks(
            &self,
            source: impl __r::SourceKey<Playlist_tracks>,
        ) -> __r::HasManyThroughRepository<'_, Playlist_tracks, __C> {
            self.0.has_many_through(source)
        }
    }
    #[automatically_derived]
    impl __r::HasManyThrough for Playlist_tracks {
        type Link = __Link;
        type LinkFrom = __r::Field<__Link, { __r::key_at::<__Link>(__FROM_0.1) }>;
        type LinkTo = __r::Field<__Link, { __r::key_at::<__Link>(__TO_0.1) }>;
    }
    #[automatically_derived]
    impl __r::Relation for Playlist_tracks {
        type Source = Playlist;
        type Target = __Target;
        type Key = __r::KeyOf<Self::KeyFrom, Playlist>;
        type KeyFrom = __r::Field<Playlist, { __r::key_at::<Playlist>(0) }>;
        type KeyTo = __r::Field<__Target, { __r::key_at::<__Target>(__TO_0.0) }>;
        type Kind = __r::kinds::Through;
        type At = __r::At<0usize>;
    }
    #[automatically_derived]
    impl __r::RelationOf<Playlist> for Playlist_tracks {
        type And<__T, __Q, __L> = __r::And<__T, Playlist_tracks, __Q, __L>;
    }
    impl<__S> PlaylistDraft<__S> {
        ///Drafts rows of `tracks`, each alone or as a pair with the draft of its link; all are created with this one.
        pub fn tracks(self, rows: impl __r::NestedLinks<Playlist_tracks>) -> Self {
            PlaylistDraft(self.0.nest::<Playlist_tracks>(rows.into_rows()))
        }
    }
    #[automatically_derived]
    impl<__V: __r::Shared, __0: __r::Shared> __r::WithSlot<__r::At<0>, __V>
    for PlaylistWith<__0> {
        type Relation = Playlist_tracks;
        type Was = __0;
        type Output = PlaylistWith<__V>;
        fn fill(self, slot: __V) -> Self::Output {
            PlaylistWith::__relations_new(self.__relations_model, slot)
        }
    }
};
