//! Whether a key can be null, as a type.

use crate::model::slot::{Shared, SlotOf};
use std::sync::Arc;

/// Whether a key can be null, as a type.
pub trait Need {
    /// The slot of a `belongs_to` over such a key: `Arc<T>`, or `Option<Arc<T>>`.
    type Referred<T: Shared>: SlotOf<T> + Shared;
    /// Whether the key is never null.
    const REQUIRED: bool;
    /// The need of this column and another together.
    type And<N: Need>: Need;
}

/// The need of a key that is never null.
#[derive(Debug)]
pub struct Required;

/// The need of a key that may be null.
#[derive(Debug)]
pub struct Nullable;

impl Need for Required {
    type Referred<T: Shared> = Arc<T>;
    const REQUIRED: bool = true;
    type And<N: Need> = N;
}

impl Need for Nullable {
    type Referred<T: Shared> = Option<Arc<T>>;
    const REQUIRED: bool = false;
    type And<N: Need> = Nullable;
}
