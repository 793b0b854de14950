//! A run-time filter from JSON text: refused with reasons, or as good as one that was built in Rust.

#![no_main]

use libfuzzer_sys::fuzz_target;
use relations_fuzz::check::{World, accepted};
use relations_fuzz::models::Thing;
use std::sync::OnceLock;

static WORLD: OnceLock<World> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let world = WORLD.get_or_init(World::new);
    if let Some((reader, filter)) = accepted(|reader| reader.json::<Thing>(text)) {
        world.check(&reader, &filter, text.len());
        // A value has each key once, and may know them in another order; whatever is accepted as text is accepted so, too.
        if let Ok(value) = serde_json::from_str(text) {
            reader
                .value::<Thing>(value)
                .expect("it was accepted as text");
        }
    }
    if let Some((reader, rows)) = accepted(|reader| reader.where_json::<Thing>(text)) {
        world.check(&reader, &rows.into(), text.len());
    }
});
