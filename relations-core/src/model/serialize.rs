//! Serialising a row with its slots as one map, whatever the user's `Serialize` makes of the model.

use crate::model::slot::{Aggregated, Counted, Linked, NotIncluded};
use serde::ser::{Error as _, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};
use std::sync::Arc;

/// A model as something to serialise, without its type; `None` where it does not implement `Serialize`.
pub type Erase<M> = Option<fn(&M) -> &dyn erased_serde::Serialize>;

/// The names of a slot: for what was included, and for its number.
pub type SlotNames = [&'static str; 2];

/// A slot that knows whether it was asked for.
#[diagnostic::on_unimplemented(
    message = "the slot `{Self}` cannot be serialised",
    note = "derive `Serialize` for the model it holds"
)]
pub trait SerializeSlot {
    /// Writes the slot under its name; nothing if it was not asked for.
    fn serialize_slot<M: SerializeMap>(
        &self,
        names: SlotNames,
        map: &mut M,
    ) -> Result<(), M::Error>;
}

impl SerializeSlot for NotIncluded {
    fn serialize_slot<M: SerializeMap>(&self, _: SlotNames, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<T: SerializeSlot> SerializeSlot for Counted<T> {
    fn serialize_slot<M: SerializeMap>(
        &self,
        names: SlotNames,
        map: &mut M,
    ) -> Result<(), M::Error> {
        self.rows.serialize_slot(names, map)?;
        map.serialize_entry(names[1], &self.count)
    }
}

impl<A: Serialize, T: SerializeSlot> SerializeSlot for Aggregated<A, T> {
    fn serialize_slot<M: SerializeMap>(
        &self,
        names: SlotNames,
        map: &mut M,
    ) -> Result<(), M::Error> {
        self.rows.serialize_slot(names, map)?;
        map.serialize_entry(&values_name(names[1]), &self.values)
    }
}

/// `ordersValues` beside `ordersCount`, in whichever case names are.
fn values_name(count: &str) -> String {
    let (stem, word) = count.split_at(count.len().saturating_sub("count".len()));
    let word = match word {
        "Count" => "Values",
        "COUNT" => "VALUES",
        _ => "values",
    };
    format!("{stem}{word}")
}

/// The target with its link as a further entry.
impl<T: Serialize, K: Serialize> Serialize for Linked<T, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serialize_fields(&*self.target, &mut map)?;
        map.serialize_entry("link", &self.link)?;
        map.end()
    }
}

macro_rules! serialize_slot {
    ($($slot:ty),*) => { $(
        impl<T: Serialize> SerializeSlot for $slot {
            fn serialize_slot<M: SerializeMap>(
                &self,
                names: SlotNames,
                map: &mut M,
            ) -> Result<(), M::Error> {
                map.serialize_entry(names[0], self)
            }
        }
    )* };
}

serialize_slot!(Option<T>, Arc<T>, Vec<T>);

/// Writes the fields of a model into a map that goes on with its slots.
///
/// # Errors
/// Where the model does not serialise as a struct or a map.
pub(crate) fn serialize_fields<T: Serialize + ?Sized, M: SerializeMap>(
    model: &T,
    map: &mut M,
) -> Result<(), M::Error> {
    serialize_some(model, &|_| true, map)
}

/// The same for those fields alone whose names are kept.
pub(crate) fn serialize_some<T: Serialize + ?Sized, M: SerializeMap>(
    model: &T,
    keeps: &dyn Fn(&str) -> bool,
    map: &mut M,
) -> Result<(), M::Error> {
    model.serialize(Fields {
        map,
        keeps,
        key: None,
    })
}

/// Takes one struct or map, and passes on the entries whose names are kept.
struct Fields<'m, M> {
    map: &'m mut M,
    keeps: &'m dyn Fn(&str) -> bool,
    /// Of a map: the key whose value comes next, if it is kept.
    key: Option<String>,
}

impl<M: SerializeMap> SerializeStruct for Fields<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        match (self.keeps)(name) {
            true => self.map.serialize_entry(name, value),
            false => Ok(()),
        }
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<M: SerializeMap> SerializeMap for Fields<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        let key = serde_json::to_value(key).map_err(M::Error::custom)?;
        let Some(key) = key.as_str() else {
            return Err(M::Error::custom("a model has texts for keys"));
        };
        self.key = (self.keeps)(key).then(|| key.to_owned());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), M::Error> {
        match self.key.take() {
            Some(key) => self.map.serialize_entry(&key, value),
            None => Ok(()),
        }
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}

fn not_a_struct<E: serde::ser::Error>() -> E {
    E::custom("a model must serialise as a struct or a map to be serialised with its relations")
}

macro_rules! refuse {
    ($($name:ident($($ty:ty),*);)*) => { $(
        fn $name(self, $(_: $ty),*) -> Result<(), M::Error> {
            Err(not_a_struct())
        }
    )* };
}

type Never<M> = Impossible<(), <M as SerializeMap>::Error>;

impl<'m, M: SerializeMap> Serializer for Fields<'m, M> {
    type Ok = ();
    type Error = M::Error;
    type SerializeSeq = Never<M>;
    type SerializeTuple = Never<M>;
    type SerializeTupleStruct = Never<M>;
    type SerializeTupleVariant = Never<M>;
    type SerializeMap = Fields<'m, M>;
    type SerializeStruct = Fields<'m, M>;
    type SerializeStructVariant = Never<M>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, M::Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, M::Error> {
        Ok(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), M::Error> {
        value.serialize(self)
    }

    refuse! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), M::Error> {
        Err(not_a_struct())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never<M>, M::Error> {
        Err(not_a_struct())
    }

    fn serialize_tuple(self, _: usize) -> Result<Never<M>, M::Error> {
        Err(not_a_struct())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never<M>, M::Error> {
        Err(not_a_struct())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never<M>, M::Error> {
        Err(not_a_struct())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never<M>, M::Error> {
        Err(not_a_struct())
    }
}
