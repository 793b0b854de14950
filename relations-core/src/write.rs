//! Drafts and JSON to row values, and what inserts, updates and deletes do with them, over metadata.

pub(crate) mod change;
mod create_new;
mod data;
mod defaults;
mod draft;
mod fill_key;
mod input;
pub(crate) mod insert;
mod json;
mod returning;
mod stale;
pub(crate) mod upsert;
pub(crate) use change::{Change, Write, changes, delete, patch};
pub(crate) use create_new::{CreatedNew, create_new};
pub(crate) use data::Nests;
pub use data::{Data, IntoRow, TypedData};
pub(crate) use defaults::{count, start, touch};
pub use draft::{
    Changes, Draft, DraftOf, Drafted, First, Generated, GiveAt, Given, Initially, IntoDraft,
    IntoPatch, Missing, NewValue, Next, Open, Optional, PatchOf, Settled, Start, StateAt,
    Versioned, WithId,
};
pub use fill_key::{FillAt, FillKey, LeaveAt, LeaveKey};
pub(crate) use input::{Own, Wanted, imposed};
pub(crate) use insert::{Create, CreateNested, are_few, create, insert, insert_targets, only};
pub use json::{Json, JsonSource, Only};
pub(crate) use returning::Returning;
pub(crate) use stale::Stale;
pub(crate) use upsert::{Changed, Stored};
