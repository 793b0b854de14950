//! Why a database could not be connected to.

use crate::url::without_password;
use relations_core::{Error, ErrorKind};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The driver's error, and what the user can do about it.
pub(crate) struct ConnectError {
    source: BoxError,
    help: Option<&'static str>,
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for ConnectError {
    fn from(source: E) -> ConnectError {
        ConnectError {
            source: source.into(),
            help: None,
        }
    }
}

impl ConnectError {
    /// The driver's own words.
    pub(crate) fn message(&self) -> String {
        self.source.to_string()
    }

    pub(crate) fn with_help(mut self, help: Option<&'static str>) -> ConnectError {
        self.help = help;
        self
    }

    /// The reason, without what sqlx writes around it: "error with configuration", or the line in the server's own source code.
    fn why(&self) -> String {
        match self.source.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Configuration(why)) => why.to_string(),
            Some(sqlx::Error::Io(why)) => why.to_string(),
            Some(sqlx::Error::Database(why)) => why.message().to_owned(),
            _ => self.source.to_string(),
        }
    }

    /// The error as users get it, with the URL that they gave.
    pub(crate) fn of_url(self, url: &str) -> Error {
        let why = self.why();
        let mut message = match without_password(url).as_str() {
            // Of what is no URL nothing can be shown.
            "***" => format!("cannot connect: {why}"),
            shown => format!("cannot connect to `{shown}`: {why}"),
        };
        if let Some(help) = self.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        Error::new(ErrorKind::Connection, message).with_source(self.source)
    }
}
