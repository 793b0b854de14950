//! Digests of rows and links, by which contestants are shown to have loaded the same.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What a contestant has loaded.
pub trait Loaded: Send {
    /// Covers all fields of the row and what is linked to it. Of a list, the order does not matter: nobody was asked to sort
    /// linked rows.
    fn digest(&self) -> u64;

    /// As `digest`, but the order of the outermost list matters.
    fn ordered_digest(&self) -> u64 {
        self.digest()
    }
}

/// The digest of one row, given as a tuple of its fields in the order of the schema.
pub fn row(fields: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    fields.hash(&mut hasher);
    hasher.finish()
}

/// The digest of a row together with those of what is linked to it.
pub fn linked<const N: usize>(row: u64, links: [u64; N]) -> u64 {
    self::row((row, links))
}

impl<T: Loaded> Loaded for Vec<T> {
    fn digest(&self) -> u64 {
        let digests = self.iter().map(Loaded::digest);
        digests.fold(self.len() as u64, u64::wrapping_add)
    }

    fn ordered_digest(&self) -> u64 {
        self.iter()
            .fold(0, |digest, one| linked(digest, [one.digest()]))
    }
}

impl<T: Loaded> Loaded for Option<T> {
    fn digest(&self) -> u64 {
        self.as_ref().map_or(0, Loaded::digest)
    }
}

impl<T: Loaded + Sync> Loaded for Arc<T> {
    fn digest(&self) -> u64 {
        T::digest(self)
    }
}

/// A row and the one row linked to it.
impl<A: Loaded, B: Loaded> Loaded for (A, B) {
    fn digest(&self) -> u64 {
        linked(self.0.digest(), [self.1.digest()])
    }
}

/// A digest made before.
impl Loaded for u64 {
    fn digest(&self) -> u64 {
        *self
    }
}
