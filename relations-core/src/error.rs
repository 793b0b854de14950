//! What can go wrong, in one opaque type.

mod problem;
use crate::value::DecodeError;
pub use problem::{Problem, ProblemCode};
pub(crate) use problem::{Problems, Step, shortened};
use std::error::Error as StdError;
use std::fmt;

/// The result of everything that can fail here.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// async fn number_of_orders(db: &Db) -> relations::Result<u64> {
///     OrderRepository::new(db).find().count().await
/// }
///
/// assert_eq!(number_of_orders(&db).await?, 2);
/// # Ok(()) });
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as a kind, with the model and the relation it concerns.
///
/// The message names model, relation, field and key, never a row's other values. The database's own error is the
/// [`source`](StdError::source).
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// // The supplier has an account already.
/// let suppliers = SupplierRepository::new(&db);
/// let second = Account::draft().account_manager("Loki");
/// let error = suppliers.account(1).create(second).await.unwrap_err();
/// assert!(error.is_already_exists());
/// assert_eq!((error.model(), error.fields()), (Some("Account"), ["supplier_id"].as_slice()));
/// assert_eq!(error.http_status(), 409);
/// # Ok(()) });
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    model: Option<&'static str>,
    relation: Option<&'static str>,
    fields: Vec<&'static str>,
    missing: Option<Missing>,
    retryable: bool,
    outcome_is_unknown: bool,
    violation: Option<Violation>,
    problems: Vec<Problem>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kind of an [`Error`].
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::ErrorKind;
/// let customers = CustomerRepository::new(&db);
/// let answer = match customers.get_by_id(99).await {
///     Ok(customer) => customer.name,
///     Err(error) => match error.kind() {
///         ErrorKind::NotFound => "no such customer".to_owned(),
///         ErrorKind::Connection | ErrorKind::Timeout => "later, please".to_owned(),
///         _ => return Err(error),
///     },
/// };
/// assert_eq!(answer, "no such customer");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such row.
    NotFound,
    /// A row with this id, unique value or relation exists already.
    AlreadyExists,
    /// A key refers to a row that does not exist, or the row is still referred to.
    ForeignKeyViolation,
    /// A column that may not be NULL would be.
    NotNullViolation,
    /// A check constraint of the database refused the row.
    CheckViolation,
    /// The data contradicts the key that a relation imposes.
    ConstraintMismatch,
    /// The row is not at the version that the write expects: somebody else has changed it. Nothing was written.
    Stale,
    /// A partial update that changes nothing.
    EmptyPatch,
    /// A run-time filter does not fit the model, or asks for too much; or a predicate is nested too deeply, or has more values than
    /// a statement takes.
    InvalidFilter,
    /// JSON data does not fit the model.
    InvalidData,
    /// The database cannot hold a value exactly.
    InvalidValue,
    /// A column cannot be read into its field.
    Decode,
    /// A required key refers to no row.
    DanglingKey,
    /// The declarations of the models do not fit together.
    InvalidSchema,
    /// The transaction has ended, and its handle was kept.
    TransactionClosed,
    /// A transaction inside this one is still open.
    TransactionBusy,
    /// The database cannot be reached, or the connection broke.
    Connection,
    /// Another transaction got in the way: a deadlock, a serialization failure, a lock not granted in time.
    Conflict,
    /// A time limit was reached: the statement was cancelled, or the server did not answer.
    Timeout,
    /// An inclusion resolver of the program's own failed.
    Resolver,
    /// A guard does not allow the row that was to be written.
    NotAllowed,
    /// Anything else the database refused.
    Database,
}

/// Which row is not there; see [`Error::missing`].
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Missing;
/// // Through a relation either of two rows may be missing.
/// let suppliers = SupplierRepository::new(&db);
/// let error = suppliers.account(2).get().await.unwrap_err(); // a supplier without an account
/// assert_eq!(error.missing(), Some(Missing::Target));
///
/// let error = OrderRepository::new(&db).customer(99).get().await.unwrap_err(); // no such order
/// assert_eq!(error.missing(), Some(Missing::Source));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Missing {
    /// The row whose relation was followed.
    Source,
    /// The row that was asked for.
    Target,
}

/// The constraint that a database says was violated, as far as it says so.
///
/// A driver starts from `Violation::default()` and fills in what it knows; the core finds the model and the relation.
///
/// # Examples
/// ```
/// # use relations::Violation;
/// // As a driver reads it from "duplicate key value violates unique constraint .. Key (supplier_id)=(1) already exists".
/// let mut violation = Violation::default();
/// violation.constraint = Some("account_supplier_id_key".to_owned());
/// violation.columns = vec!["supplier_id".to_owned()];
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Violation {
    /// The name of the constraint or index.
    pub constraint: Option<String>,
    /// The table of the row.
    pub table: Option<String>,
    /// The columns of the constraint.
    pub columns: Vec<String>,
    /// Whether a foreign key was violated from its other side: the row is still referred to.
    pub still_referred: bool,
}

macro_rules! predicates {
    ($($name:ident $kind:ident)*) => { $(
        #[doc = concat!("Whether the kind is [`", stringify!($kind), "`](ErrorKind::", stringify!($kind), ").")]
        pub fn $name(&self) -> bool {
            self.0.kind == ErrorKind::$kind
        }
    )* };
}

impl Error {
    /// The kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the model whose row it is about: the one not found, written, deleted or read.
    pub fn model(&self) -> Option<&'static str> {
        self.0.model
    }

    /// The name of the relation it is about; the message names its source as well.
    pub fn relation(&self) -> Option<&'static str> {
        self.0.relation
    }

    /// The names of the fields it is about: those of the unique value that exists already, of the key that refers to no
    /// row, of the value that is missing, or of the version. Empty where the database does not say, and for errors of other kinds.
    pub fn fields(&self) -> &[&'static str] {
        &self.0.fields
    }

    /// Which row is not there, of a `NotFound`.
    ///
    /// ```
    /// # use relations_core::{Error, Missing};
    /// fn answer(error: &Error) -> &'static str {
    ///     match error.missing() {
    ///         Some(Missing::Source) => "there is no such customer",
    ///         Some(Missing::Target) => "the customer has no such order",
    ///         _ => "something else went wrong",
    ///     }
    /// }
    /// ```
    pub fn missing(&self) -> Option<Missing> {
        self.0.missing
    }

    /// The status that an HTTP API answers with, as LoopBack 4 does: 404 if a row does not exist, 409 if one exists
    /// already, a constraint is violated, or the row is not at the version of the data, 400 for a wrong filter, 403 for a row
    /// that a guard does not allow, 422 for wrong data, 503 if the database cannot be
    /// reached or another transaction was first, 504 if a time limit was reached, 500 otherwise.
    pub fn http_status(&self) -> u16 {
        match self.0.kind {
            ErrorKind::NotFound => 404,
            ErrorKind::AlreadyExists | ErrorKind::ForeignKeyViolation | ErrorKind::Stale => 409,
            ErrorKind::InvalidFilter => 400,
            ErrorKind::NotAllowed => 403,
            ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
            | ErrorKind::ConstraintMismatch
            | ErrorKind::EmptyPatch
            | ErrorKind::InvalidData
            | ErrorKind::InvalidValue => 422,
            ErrorKind::Connection | ErrorKind::Conflict => 503,
            ErrorKind::Resolver => 502,
            ErrorKind::Timeout => 504,
            ErrorKind::Decode
            | ErrorKind::DanglingKey
            | ErrorKind::InvalidSchema
            | ErrorKind::TransactionBusy
            | ErrorKind::TransactionClosed
            | ErrorKind::Database => 500,
        }
    }

    /// All problems of a filter or of JSON data, each with its path; empty for other errors.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// Whether the same transaction may be run again: it may then succeed, and nothing is done twice. So after a
    /// deadlock, a serialization failure, a lock that was not granted in time, or a connection that broke before
    /// anything was committed.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether a write may have happened all the same: it was sent, or its COMMIT, and the answer was lost. Only the data can
    /// tell; such an error is not [retryable](Error::is_retryable).
    pub fn outcome_is_unknown(&self) -> bool {
        self.0.outcome_is_unknown
    }

    predicates! {
        is_not_found NotFound
        is_already_exists AlreadyExists
        is_foreign_key_violation ForeignKeyViolation
        is_not_null_violation NotNullViolation
        is_check_violation CheckViolation
        is_constraint_mismatch ConstraintMismatch
        is_stale Stale
        is_empty_patch EmptyPatch
        is_invalid_filter InvalidFilter
        is_invalid_data InvalidData
        is_invalid_value InvalidValue
        is_decode Decode
        is_dangling_key DanglingKey
        is_invalid_schema InvalidSchema
        is_transaction_closed TransactionClosed
        is_transaction_busy TransactionBusy
        is_connection Connection
        is_conflict Conflict
        is_timeout Timeout
        is_resolver Resolver
        is_not_allowed NotAllowed
        is_database Database
    }

    /// For drivers: an error with a message of its own.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            model: None,
            relation: None,
            fields: Vec::new(),
            missing: None,
            retryable: kind == ErrorKind::Conflict,
            outcome_is_unknown: false,
            violation: None,
            problems: Vec::new(),
            source: None,
        }))
    }

    /// For drivers: with the database's error.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// For drivers: the statement had no effect, and `retryable` says whether another try may succeed.
    pub fn without_effect(mut self, retryable: bool) -> Error {
        self.0.outcome_is_unknown = false;
        self.0.retryable = retryable;
        self
    }

    /// For drivers: nobody knows whether the statement took effect.
    pub fn with_unknown_outcome(mut self) -> Error {
        self.0.outcome_is_unknown = true;
        self.0.retryable = false;
        self
    }

    /// For drivers: with the constraint that was violated.
    pub fn with_violation(mut self, violation: Violation) -> Error {
        self.0.violation = Some(violation);
        self
    }

    pub(crate) fn with_problems(mut self, problems: Vec<Problem>) -> Error {
        self.0.problems = problems;
        self
    }

    pub(crate) fn of_model(mut self, model: &'static str) -> Error {
        self.0.model = Some(model);
        self
    }

    /// Says which relation it concerns.
    pub(crate) fn of_relation(mut self, relation: &'static str) -> Error {
        self.0.relation = Some(relation);
        self
    }

    /// What is known of the violated constraint, until it is taken.
    pub(crate) fn violation(&self) -> Option<&Violation> {
        self.0.violation.as_ref()
    }

    /// What is known of the violated constraint, once; whoever takes it says it in the message.
    pub(crate) fn take_violation(&mut self) -> Option<Violation> {
        self.0.violation.take()
    }

    /// Says which fields it concerns.
    pub(crate) fn of_fields(mut self, fields: Vec<&'static str>) -> Error {
        self.0.fields = fields;
        self
    }

    /// Says which row is not there.
    pub(crate) fn of_missing(mut self, missing: Missing) -> Error {
        self.0.missing = Some(missing);
        self
    }

    /// With another message.
    pub(crate) fn with_message(mut self, message: String) -> Error {
        self.0.message = message;
        self
    }

    /// Says at the end of the message which row it is about.
    pub(crate) fn with_context(mut self, row: &str) -> Error {
        self.0.message.push_str(&format!(" (of the {row})"));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// What `fn main() -> relations::Result<()>` prints: the message, and the causes below it. As `{:#?}` it is a struct.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return self.fmt_as_struct(f);
        }
        write!(f, "{} ({:?})", self.0.message, self.0.kind)?;
        let mut cause = self.source();
        if cause.is_some() {
            f.write_str("\n\nCaused by:")?;
        }
        while let Some(error) = cause {
            write!(f, "\n    {}", error.to_string().replace('\n', "\n    "))?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error {
    fn fmt_as_struct(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.0.kind)
            .field("message", &self.0.message);
        if let Some(model) = self.0.model {
            out.field("model", &model);
        }
        if let Some(relation) = self.0.relation {
            out.field("relation", &relation);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl From<DecodeError> for Error {
    /// Of a row that belongs to no model.
    fn from(error: DecodeError) -> Error {
        let (reason, source) = error.into_parts();
        let error = Error::new(ErrorKind::Decode, reason);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// "an `Account`", "a `Supplier`": a name with its article.
pub(crate) fn with_article(name: &str) -> String {
    let article = match name.starts_with(['A', 'E', 'I', 'O']) {
        true => "an",
        false => "a",
    };
    format!("{article} `{name}`")
}
