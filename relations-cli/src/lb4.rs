//! `cargo relations import-lb4`: the models of LoopBack 4, from their TypeScript.

mod definition;
mod file;
mod relation;
mod value;

use crate::lb3::{self, Wanted};
use crate::output::Entry;
use crate::problem::Result;

/// The models as code, and what became of each thing.
pub(crate) fn import(wanted: &Wanted) -> Result<(String, Vec<Entry>)> {
    let mut report = Vec::new();
    let classes = file::read(&wanted.folders)?;
    let definitions = definition::of(&classes, &mut report);
    Ok(lb3::written(wanted, definitions, report))
}
