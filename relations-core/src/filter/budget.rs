//! How much a run-time filter may ask for.

/// How much a run-time filter may ask for; a filter that asks for more is refused.
///
/// | setting | bounds | default |
/// |---|---|---|
/// | [`text`](Budget::text) | bytes of the text | 1 MiB |
/// | [`depth`](Budget::depth) | levels of includes, and levels of groups and relations within each `where` | 8 |
/// | [`conditions`](Budget::conditions) | comparisons, relations and sort columns of the whole filter | 100 |
/// | [`steps`](Budget::steps) | the same, where what stands within to-many relations counts ten or a hundred times | 2,000 |
/// | [`relations`](Budget::relations) | relations asked about by all `where` of the whole filter | 10 |
/// | [`list`](Budget::list) | values of one `inq` or `nin` | 1,000 |
/// | [`includes`](Budget::includes) | included relations of the whole filter | 20 |
/// | [`limit`](Budget::limit) | the `limit` of rows, and that of each source's targets in a to-many relation | none |
///
/// The connection bounds how long the database may take, by default to 10 seconds.
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
    pub(super) steps: u64,
    pub(super) relations: usize,
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
            steps: 2_000,
            relations: 10,
            list: 1_000,
            includes: 20,
            limit: None,
        }
    }
}

/// Statements nest about as deeply as filters, and the stack of a thread is finite.
const DEEPEST: usize = 16;

impl Budget {
    /// The most bytes that the text of a filter may have.
    pub fn text(mut self, bytes: usize) -> Self {
        self.text = bytes;
        self
    }

    /// The most levels of includes, and of groups and relations within each `where`, where an object with several
    /// conditions is a group. More than 16 counts as 16.
    pub fn depth(mut self, levels: usize) -> Self {
        self.depth = levels.min(DEEPEST);
        self
    }

    /// The most comparisons, relations in conditions, and sort columns in the whole filter. SQLite takes expressions of
    /// about 1,000 parts, and other databases have limits too.
    pub fn conditions(mut self, count: usize) -> Self {
        self.conditions = count;
        self
    }

    /// The most steps for a row, as if it had ten rows behind each to-many relation. A comparison, a relation asked about and a sort
    /// column are one step each, and a regular expression ten; within a to-many relation they are ten times as many, and within two
    /// or more a hundred times. That is as far as it goes, since the database then asks each row once, by whichever way it is
    /// reached. The default of 2,000 is 18 comparisons within two such relations, or one regular expression.
    pub fn steps(mut self, count: u64) -> Self {
        self.steps = count;
        self
    }

    /// The most relations that all `where` of the filter ask about; those of `include` are counted by
    /// [`includes`](Budget::includes). Each may read its whole table, and its links, once.
    pub fn relations(mut self, count: usize) -> Self {
        self.relations = count;
        self
    }

    /// The most values in a list of `inq` or `nin`. Floats, decimals and times are a parameter each, so all lists
    /// together hold at most 30,000 of them.
    pub fn list(mut self, values: usize) -> Self {
        self.list = values;
        self
    }

    /// The most included relations in the whole filter.
    pub fn includes(mut self, count: usize) -> Self {
        self.includes = count;
        self
    }

    /// The largest `limit`, of the filter and of each include of a to-many relation. A larger one is refused, and this
    /// one applies where there is none. For the total number of rows count by
    /// [`Filter::to_where`](crate::Filter::to_where).
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }
}
