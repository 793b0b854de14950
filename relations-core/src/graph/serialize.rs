//! How a graph is written: its row, and what it holds under their names.

use crate::model::{AnyNode, Shown, serialize_some};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

/// A row with what it holds, of whose model it is seen only now whether it can be written.
pub(super) struct Written<'n>(pub(super) &'n dyn AnyNode);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shape = self.0.shape();
        let Some(row) = self.0.row() else {
            let message = format!("`{}` does not implement `Serialize`", shape.model.name);
            return Err(S::Error::custom(message));
        };
        let mut map = serializer.serialize_map(None)?;
        serialize_some(row, &|name: &str| shape.shows(name), &mut map)?;
        for (name, held) in shape.names.iter().zip(self.0.held()) {
            map.serialize_entry(name, &held.shown())?;
        }
        map.end()
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Shown::One(node) => node.map(Written).serialize(serializer),
            Shown::Many(nodes) => {
                let mut list = serializer.serialize_seq(Some(nodes.len()))?;
                for at in 0..nodes.len() {
                    list.serialize_element(&Written(nodes.node(at)))?;
                }
                list.end()
            }
            Shown::Given(given) => given.serialize(serializer),
        }
    }
}
