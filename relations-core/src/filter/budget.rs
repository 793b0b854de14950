//! How much a run-time filter may ask for.

/// How much a run-time filter may ask for; a filter that asks for more is refused.
///
/// | setting | bounds | default |
/// |---|---|---|
/// | [`text`](Budget::text) | bytes of the text | 1 MiB |
/// | [`depth`](Budget::depth) | levels of includes, and levels of groups and relations within each `where` | 8 |
/// | [`conditions`](Budget::conditions) | comparisons, relations and sort columns of the whole filter | 100 |
/// | [`list`](Budget::list) | values of one `inq` or `nin` | 1,000 |
/// | [`includes`](Budget::includes) | included relations of the whole filter | 20 |
/// | [`limit`](Budget::limit) | the `limit` of rows, and that of each source's targets in a to-many relation | none |
///
/// A pattern of `like` has at most 1,000 bytes, one of `regexp` 500; see [`Column::regexp`](crate::Column::regexp).
///
/// # Examples
/// ```
/// # use relations_core::Budget;
/// let budget = Budget::default().depth(3).limit(100);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    pub(super) text: usize,
    pub(super) depth: usize,
    pub(super) conditions: usize,
    pub(super) list: usize,
    pub(super) includes: usize,
    pub(super) limit: Option<u64>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            text: 1 << 20,
            depth: 8,
            conditions: 100,
            list: 1_000,
            includes: 20,
            limit: None,
        }
    }
}

/// Statements nest about as deeply as filters, and the stack of a thread is finite.
const DEEPEST: usize = 16;

impl Budget {
    /// At most so many bytes of text.
    pub fn text(mut self, bytes: usize) -> Self {
        self.text = bytes;
        self
    }

    /// At most so many levels of includes, and so many levels of groups and relations within each `where`, where an object of
    /// several conditions is a group; more than 16 counts as 16.
    pub fn depth(mut self, levels: usize) -> Self {
        self.depth = levels.min(DEEPEST);
        self
    }

    /// At most so many comparisons, relations asked about and sort columns in the whole filter. SQLite takes expressions of about
    /// 1,000 parts, and others do not go on for ever either.
    pub fn conditions(mut self, count: usize) -> Self {
        self.conditions = count;
        self
    }

    /// At most so many values in a list of `inq` or `nin`. Floats, decimals and times, each of which is a parameter, are
    /// 30,000 at most in all lists together.
    pub fn list(mut self, values: usize) -> Self {
        self.list = values;
        self
    }

    /// At most so many included relations in the whole filter.
    pub fn includes(mut self, count: usize) -> Self {
        self.includes = count;
        self
    }

    /// At most so many rows: a larger `limit` is refused, of the filter and of each include of a to-many relation; one that has
    /// none gets this one. For a total without it count by [`Filter::to_where`](crate::Filter::to_where).
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }
}
