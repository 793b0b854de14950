//! LoopBack's model relations for Rust, checked by the compiler.

#[doc(hidden)]
pub use relations_core::__private;
pub use relations_core::*;
pub use relations_derive::Model;
pub use relations_sqlx::*;

/// What most programs need: `use relations::prelude::*;`.
pub mod prelude {
    pub use crate::{Connection, Db, Model, Relation, Tx};
}
