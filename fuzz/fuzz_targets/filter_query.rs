//! A run-time filter from a query string: refused with reasons, or as good as one that was built in Rust.

#![no_main]

use libfuzzer_sys::fuzz_target;
use relations::Filter;
use relations_fuzz::check::{World, accepted};
use relations_fuzz::models::Thing;
use std::sync::OnceLock;

static WORLD: OnceLock<World> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let Ok(query) = std::str::from_utf8(data) else {
        return;
    };
    let world = WORLD.get_or_init(World::new);
    // Most texts are somebody else's parameters, and ask nothing.
    let asks = |filter: &Filter<Thing>| *filter != Filter::new();
    if let Some((reader, filter)) = accepted(|reader| reader.query::<Thing>(query))
        && asks(&filter)
    {
        world.check(&reader, &filter, query.len());
    }
    if let Some((reader, rows)) = accepted(|reader| reader.where_query::<Thing>(query))
        && !rows.is_empty()
    {
        world.check(&reader, &rows.into(), query.len());
    }
});
