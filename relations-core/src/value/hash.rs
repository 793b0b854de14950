//! Maps from what is short and looked up often: the keys of rows, the cache keys of statements.
//!
//! The hash of the standard library takes longer than all else that is done with a number. This one is seeded at random too, so that
//! keys cannot be chosen beforehand to collide, though it would not withstand somebody who watches it at work.

use std::collections::{HashMap, HashSet};

type State = foldhash::fast::RandomState;

pub(crate) type Map<K, V> = HashMap<K, V, State>;

pub(crate) type Set<K> = HashSet<K, State>;

/// A map with room for this many keys.
pub(crate) fn map_for<K, V>(keys: usize) -> Map<K, V> {
    Map::with_capacity_and_hasher(keys, State::default())
}
