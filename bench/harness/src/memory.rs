//! How much memory the process uses, as the kernel tells it.

use crate::Result;
use std::fs;

/// Forgets the peak, and gives what is in use now, in KiB.
pub fn reset() -> Result<u64> {
    // 5 resets the peak: man 5 proc, `clear_refs`.
    fs::write("/proc/self/clear_refs", "5")?;
    status("VmRSS:")
}

/// The most that was in use since [`reset`], in KiB.
pub fn peak() -> Result<u64> {
    status("VmHWM:")
}

fn status(field: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number
        .ok_or("/proc/self/status has no such field")?
        .parse()?)
}
