//! Rows and changes from JSON text: refused with reasons, or stored as they were given.

#![no_main]

use libfuzzer_sys::fuzz_target;
use relations_fuzz::check::World;
use std::sync::OnceLock;

static WORLD: OnceLock<World> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        WORLD.get_or_init(World::new).write(text);
    }
});
