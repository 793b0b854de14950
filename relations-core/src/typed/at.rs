//! The position of a relation among those of its model, as a type.

/// The relation that stands there.
#[derive(Debug)]
pub struct At<const AT: usize>;

/// A position that is known to be one.
pub trait Position {
    /// The number, from 0.
    const AT: usize;
}

impl<const AT: usize> Position for At<AT> {
    const AT: usize = AT;
}
