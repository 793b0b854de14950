//! Maps from the keys of rows, which are many and short.
//!
//! The hash of the standard library withstands keys chosen to collide, and takes longer than all else that is done with a
//! number. This one is seeded at random as well, and keys come from columns that the database keeps unique or refers by.

use std::collections::{HashMap, HashSet};

type State = foldhash::fast::RandomState;

pub(crate) type Map<K, V> = HashMap<K, V, State>;
pub(crate) type Set<K> = HashSet<K, State>;

/// A map with room for so many keys.
pub(crate) fn map_for<K, V>(keys: usize) -> Map<K, V> {
    Map::with_capacity_and_hasher(keys, State::default())
}
