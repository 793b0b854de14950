//! The model of the links of a `has_and_belongs_to_many`: two keys, and nothing else.

use crate::graph::graphing;
use crate::model::{
    Ends, Erase, FieldAt, FieldMetadata, Key, KeyColumn, KeyFields, KeysOf, Model, ModelMetadata,
    ReferentialAction, RelationMetadata, Required, Untracked, id_name, new_rows,
};
use crate::value::{ColumnValue, DecodeError, FieldValue, Row};
use crate::write::{
    Changes, Data, Draft, DraftOf, Drafted, FillKey, Generated, IntoDraft, TypedData,
};
use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// The links of a `has_and_belongs_to_many` at a position among the relations of its source.
#[doc(hidden)]
pub trait OwnLinks<const AT: usize>: Model {
    /// The models that the keys refer to. These are in the order of their names, whichever side declares them.
    type First: LinkedById;
    type Second: LinkedById;
    /// What the links are called.
    const NAMES: LinkNames;
}

/// What links are called: their model, their table, and for each key the field and the column.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct LinkNames {
    model: &'static str,
    table: &'static str,
    schema: Option<&'static str>,
    /// Each a list of one, as keys are lists.
    fields: [&'static [&'static str]; 2],
    columns: [&'static str; 2],
}

impl LinkNames {
    #[doc(hidden)]
    pub const fn new(
        [model, table]: [&'static str; 2],
        fields: [&'static [&'static str]; 2],
    ) -> Self {
        LinkNames {
            model,
            table,
            schema: None,
            fields,
            columns: [fields[0][0], fields[1][0]],
        }
    }

    #[doc(hidden)]
    pub const fn in_schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    #[doc(hidden)]
    pub const fn with_columns(mut self, columns: [&'static str; 2]) -> Self {
        self.columns = columns;
        self
    }
}

/// A model to which links can refer by one column.
#[diagnostic::on_unimplemented(
    message = "the id of `{Self}` has several fields, so links cannot hold it in one column",
    label = "its id has several fields",
    note = "write a model of the links, and a `has_many` with `through`"
)]
pub trait LinkedById: Model<Id = <Self as LinkedById>::Key> {
    #[doc(hidden)]
    type Key: KeyColumn<Key = Self::Id> + Key;
}

#[diagnostic::do_not_recommend]
impl<M: Model<Id: KeyColumn<Key = M::Id>>> LinkedById for M {
    type Key = M::Id;
}

/// A link of a `has_and_belongs_to_many`. It holds the keys of both sides; for more, write a model of the links.
///
/// Their types do not show, so that the compiler, where one is wrong, does not say so of the link as well.
pub struct OwnLink<S, const AT: usize> {
    keys: [Arc<dyn ColumnValue + Send + Sync>; 2],
    source: PhantomData<fn() -> S>,
}

impl<S, const AT: usize> Clone for OwnLink<S, AT> {
    fn clone(&self) -> Self {
        OwnLink {
            keys: self.keys.clone(),
            source: PhantomData,
        }
    }
}

impl<S, const AT: usize> PartialEq for OwnLink<S, AT> {
    fn eq(&self, other: &Self) -> bool {
        let mut pairs = self.keys.iter().zip(&other.keys);
        pairs.all(|(own, other)| own.as_value() == other.as_value())
    }
}

impl<S, const AT: usize> fmt::Debug for OwnLink<S, AT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnLink").finish_non_exhaustive()
    }
}

impl<S: OwnLinks<AT>, const AT: usize> OwnLink<S, AT> {
    const FIRST_ID: &'static [&'static str] = &[id_name::<S::First>(0)];
    const SECOND_ID: &'static [&'static str] = &[id_name::<S::Second>(0)];
    /// Links go with either of the rows that they link.
    const RELATIONS: &'static [RelationMetadata] = &[
        Ends::of::<Self, S::First>()
            .belongs_to(
                [S::NAMES.fields[0][0]; 2],
                S::NAMES.fields[0],
                Self::FIRST_ID,
            )
            .with_on_delete(ReferentialAction::Cascade),
        Ends::of::<Self, S::Second>()
            .belongs_to(
                [S::NAMES.fields[1][0]; 2],
                S::NAMES.fields[1],
                Self::SECOND_ID,
            )
            .with_on_delete(ReferentialAction::Cascade),
    ];

    const fn about() -> ModelMetadata {
        let names = S::NAMES;
        let metadata = ModelMetadata::new(
            names.model,
            names.table,
            Self::FIELDS,
            Self::RELATIONS,
            &[0, 1],
            (
                new_rows::<Self>,
                graphing::<Self>,
                TypeId::of::<Self>,
                false,
            ),
        );
        match names.schema {
            Some(schema) => metadata.in_schema(schema),
            None => metadata,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S: OwnLinks<AT>, const AT: usize> Model for OwnLink<S, AT> {
    type Id = (<S::First as Model>::Id, <S::Second as Model>::Id);
    type With = Self;
    type This = Self;

    const NAME: &'static str = S::NAMES.model;
    const FIELDS: &'static [FieldMetadata] = &[
        FieldMetadata::of_link::<S::First>(S::NAMES.fields[0][0], S::NAMES.columns[0]),
        FieldMetadata::of_link::<S::Second>(S::NAMES.fields[1][0], S::NAMES.columns[1]),
    ];
    const METADATA: &'static ModelMetadata = &Self::about();
    const SERIALIZE: Erase<Self> = None;

    fn read(row: &mut Row<'_>) -> Result<Self, DecodeError> {
        let first: <S::First as LinkedById>::Key = row.read()?;
        let second: <S::Second as LinkedById>::Key = row.read()?;
        Ok(OwnLink {
            keys: [Arc::new(first), Arc::new(second)],
            source: PhantomData,
        })
    }

    fn column_value(&self, at: usize) -> FieldValue<'_> {
        FieldValue::Column(&*self.keys[at])
    }
}

impl<S: OwnLinks<AT>, const AT: usize> FieldAt<0> for OwnLink<S, AT> {
    type Type = <S::First as LinkedById>::Key;
    type Entry = Untracked;
}

impl<S: OwnLinks<AT>, const AT: usize> FieldAt<1> for OwnLink<S, AT> {
    type Type = <S::Second as LinkedById>::Key;
    type Entry = Untracked;
}

/// The field of a link that holds a key, as a type. It asks nothing of the models that the keys refer to, so that the compiler, where
/// one is wrong, says so at [`OwnLinks`] alone.
#[derive(Debug)]
pub struct OwnLinkKey<const FIELD: usize>;

macro_rules! own_link_key {
    ($($at:literal: $side:ident),*) => { $(
        impl<S: OwnLinks<AT>, const AT: usize> KeysOf<OwnLink<S, AT>> for OwnLinkKey<$at> {
            type Key = <S::$side as LinkedById>::Key;
            type Keys = Option<Self::Key>;

            fn read(link: &OwnLink<S, AT>) -> Option<Self::Key> {
                Key::from_part(link.key_part($at))
            }
        }

        impl<S: OwnLinks<AT>, const AT: usize> KeyFields<OwnLink<S, AT>> for OwnLinkKey<$at> {
            type Need = Required;
        }
    )* };
}

own_link_key!(0: First, 1: Second);

/// The draft of a link, to which nothing but its keys can be given, and those by its relation.
pub struct OwnLinkDraft<S: OwnLinks<AT>, const AT: usize>(Draft<OwnLink<S, AT>, ()>);

impl<S: OwnLinks<AT>, const AT: usize> fmt::Debug for OwnLinkDraft<S, AT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: OwnLinks<AT>, const AT: usize> Drafted for OwnLink<S, AT> {
    type Initial = ();
    type Draft = OwnLinkDraft<S, AT>;
}

impl<S: OwnLinks<AT>, const AT: usize> Generated for OwnLinkDraft<S, AT> {
    type As = DraftOf<OwnLink<S, AT>>;

    fn given(&mut self) -> &mut TypedData {
        self.0.given()
    }
}

/// A key leaves the draft as it is, since nothing else can be given to it.
impl<S: OwnLinks<AT>, const AT: usize, const FIELD: usize> FillKey<OwnLinkKey<FIELD>>
    for OwnLinkDraft<S, AT>
{
    type Output = Self;
}

#[diagnostic::do_not_recommend]
impl<S: OwnLinks<AT>, const AT: usize> IntoDraft<OwnLink<S, AT>> for OwnLinkDraft<S, AT> {}

impl<S: OwnLinks<AT>, const AT: usize> IntoDraft<OwnLink<S, AT>> for OwnLink<S, AT> {}

impl<S: OwnLinks<AT>, const AT: usize> Changes for OwnLink<S, AT> {
    fn into_data(self) -> Data {
        Data::all(self)
    }
}
