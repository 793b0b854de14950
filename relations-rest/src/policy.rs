//! What policies and permissions answer.

use crate::RestError;
use axum::http::StatusCode;
use axum::http::request::Parts;
use relations::dynamic::Guards;
use std::sync::Arc;

/// That a request may not do what it asks for, from a policy or a permission.
#[derive(Debug, Clone)]
pub struct Refused {
    status: StatusCode,
    message: String,
}

impl Refused {
    /// 401: it is not known who asks.
    pub fn unauthorized() -> Self {
        Refused {
            status: StatusCode::UNAUTHORIZED,
            message: "authentication is required".to_owned(),
        }
    }

    /// 403: who asks may not do this.
    pub fn forbidden() -> Self {
        Refused {
            status: StatusCode::FORBIDDEN,
            message: "this is not allowed".to_owned(),
        }
    }

    /// With a message of your own, which the client sees.
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

impl From<Refused> for RestError {
    fn from(refused: Refused) -> RestError {
        let code = match refused.status {
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            _ => "FORBIDDEN",
        };
        RestError::new(refused.status, code, refused.message)
    }
}

/// Adds what the policy of one model says of a request.
pub(crate) type Policy = Arc<dyn Fn(&Parts, Guards) -> Result<Guards, Refused> + Send + Sync>;
