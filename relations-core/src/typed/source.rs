//! What a call may name the source of a relation by: its key, its id, or the row itself.

use crate::model::{AsModel, KeysOf, Model};
use crate::typed::relation::Relation;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// The key that a relation's repository works on: given as a value, or taken from a source.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of this relation",
    label = "expected the key, or a reference to the source"
)]
pub trait SourceKey<R: Relation> {
    /// The key; `None` when the source's is null.
    #[doc(hidden)]
    fn source_key(self) -> Option<R::Key>;
}

/// What a key can be given as. Each type has its own impl, since one for all types would leave no room for the one
/// for a reference to the source.
#[doc(hidden)]
#[macro_export]
macro_rules! __source_key {
    ($($ty:ty $(: $($generic:ident)*)?),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<'v, R: $crate::__private::Relation $($(, $generic)*)?> $crate::__private::SourceKey<R> for $ty
        where
            $ty: $crate::__private::IntoKey<R::Key>,
        {
            fn source_key(self) -> ::core::option::Option<R::Key> {
                ::core::option::Option::Some($crate::__private::IntoKey::into_key(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'v, R: $crate::__private::Relation $($(, $generic)*)?> $crate::__private::TargetKey<R> for $ty
        where
            $ty: $crate::__private::IntoKey<$crate::__private::KeyOf<R::KeyTo, R::Target>>,
        {
            fn target_key(self) -> ::core::option::Option<$crate::__private::KeyOf<R::KeyTo, R::Target>> {
                ::core::option::Option::Some($crate::__private::IntoKey::into_key(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'v, R: $crate::__private::Relation $($(, $generic)*)?> $crate::__private::SourceRow<R> for $ty
        where
            $ty: $crate::__private::IntoKey<<R::Source as $crate::__private::Model>::Id>,
        {
            fn source_row(self) -> $crate::__private::Origin<R> {
                $crate::__private::Origin::Id($crate::__private::IntoKey::into_key(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'v, M: $crate::__private::Model $($(, $generic)*)?> $crate::__private::SourceId<M> for $ty
        where
            $ty: $crate::__private::IntoKey<M::Id>,
        {
            fn source_id(self) -> M::Id {
                $crate::__private::IntoKey::into_key(self)
            }
        }
    )* };
}

/// A source whose row is read or changed: its id, or the source itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the id of a `{M}`",
    label = "expected the id, or a reference to the source"
)]
pub trait SourceId<M: Model> {
    /// The id.
    #[doc(hidden)]
    fn source_id(self) -> M::Id;

    /// The source itself, where it was given.
    #[doc(hidden)]
    fn given_source(&self) -> Option<&M> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<W: AsModel> SourceId<W::Model> for &W {
    fn source_id(self) -> <W::Model as Model>::Id {
        self.as_model().id()
    }

    fn given_source(&self) -> Option<&W::Model> {
        Some(self.as_model())
    }
}

__source_key! {
    i8, i16, i32, i64, u8, u16, u32, u64,
    &'v i8, &'v i16, &'v i32, &'v i64, &'v u8, &'v u16, &'v u32, &'v u64,
    String, &'v str, &'v String, Cow<'v, str>, Box<str>, char,
    Vec<u8>, &'v Vec<u8>, &'v [u8],
    (A, B): A B, (A, B, C): A B C, (A, B, C, D): A B C D
}

__source_key! {
    u128, &'v u128, Duration, &'v Duration, IpAddr, &'v IpAddr, Ipv4Addr, &'v Ipv4Addr, Ipv6Addr, &'v Ipv6Addr
}

#[cfg(feature = "uuid")]
__source_key!(uuid::Uuid, &'v uuid::Uuid);

#[cfg(feature = "chrono")]
__source_key! {
    chrono::NaiveDate, &'v chrono::NaiveDate, chrono::NaiveTime, &'v chrono::NaiveTime,
    chrono::NaiveDateTime, &'v chrono::NaiveDateTime,
    chrono::DateTime<chrono::Utc>, &'v chrono::DateTime<chrono::Utc>
}

#[cfg(feature = "time")]
__source_key! {
    time::Date, &'v time::Date, time::Time, &'v time::Time,
    time::PrimitiveDateTime, &'v time::PrimitiveDateTime,
    time::OffsetDateTime, &'v time::OffsetDateTime, time::UtcDateTime, &'v time::UtcDateTime
}

#[cfg(feature = "jiff")]
__source_key! {
    jiff::civil::Date, &'v jiff::civil::Date, jiff::civil::Time, &'v jiff::civil::Time,
    jiff::civil::DateTime, &'v jiff::civil::DateTime, jiff::Timestamp, &'v jiff::Timestamp
}

#[diagnostic::do_not_recommend]
impl<W: AsModel, R: Relation<Source = W::Model>> SourceKey<R> for &W {
    fn source_key(self) -> Option<R::Key> {
        R::key_from(self.as_model())
    }
}

#[diagnostic::do_not_recommend]
impl<W: AsModel, R: Relation<Source = W::Model>> SourceRow<R> for &W {
    fn source_row(self) -> Origin<R> {
        Origin::Key(R::key_from(self.as_model()))
    }
}

/// The key of a target that is linked or listed: a value, or a reference to the target.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of a target of this relation",
    label = "expected the key, or a reference to the target"
)]
pub trait TargetKey<R: Relation> {
    /// The key; `None` when the target's is null.
    #[doc(hidden)]
    fn target_key(self) -> Option<KeyOfTarget<R>>;
}

/// The value of the fields of a target that a relation refers to.
pub(crate) type KeyOfTarget<R> = <<R as Relation>::KeyTo as KeysOf<<R as Relation>::Target>>::Key;

#[diagnostic::do_not_recommend]
impl<W: AsModel, R: Relation<Target = W::Model>> TargetKey<R> for &W {
    fn target_key(self) -> Option<KeyOfTarget<R>> {
        R::KeyTo::read(self.as_model()).into_iter().next()
    }
}

impl<R: Relation> Clone for Origin<R> {
    fn clone(&self) -> Self {
        match self {
            Origin::Key(key) => Origin::Key(key.clone()),
            Origin::Id(id) => Origin::Id(id.clone()),
        }
    }
}

/// Which source a `belongs_to` repository works on: its id, or the source itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the id of a source of this relation",
    label = "expected the id, or a reference to the source"
)]
pub trait SourceRow<R: Relation> {
    /// The way to the source's key.
    #[doc(hidden)]
    fn source_row(self) -> Origin<R>;
}

/// Where the key of a `belongs_to` comes from.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // Keys need not be `Debug`.
pub enum Origin<R: Relation> {
    /// From a source that the caller has; `None` when its key is null.
    Key(Option<R::Key>),
    /// From the source with this id, which is still in the database.
    Id(<R::Source as Model>::Id),
}
