//! Drafts and JSON to row values, and what inserts, updates and deletes do with them, over metadata.

mod attempt;
pub(crate) mod change;
mod create_new;
mod data;
mod defaults;
mod draft;
mod fill_key;
mod input;
pub(crate) mod insert;
mod json;
mod links;
mod returning;
mod set;
mod stale;
mod stored;
pub(crate) mod upsert;
pub(crate) use change::{changes, delete, patch, update_locked};
pub(crate) use create_new::{CreatedNew, create_new};
pub(crate) use data::Nests;
pub use data::{Data, IntoRow, TypedData};
pub use draft::{
    Changes, Draft, DraftOf, Drafted, First, Generated, GiveAt, Given, Initially, IntoDraft,
    IntoPatch, Missing, NewValue, Next, Open, Optional, PatchOf, Settled, Start, StateAt,
    Versioned, WithId,
};
pub use fill_key::{FillAt, FillKey, LeaveAt, LeaveKey};
pub(crate) use input::{Own, Wanted, imposed};
pub(crate) use insert::{Create, CreateNested, create, insert, only};
pub use json::{Json, JsonSource, Only};
pub(crate) use links::{ChangeLinks, CreateLinked, UnlinkAndDelete};
pub(crate) use returning::Returning;
pub(crate) use set::Set;
pub(crate) use stale::Stale;
pub(crate) use upsert::{Changed, Stored};
