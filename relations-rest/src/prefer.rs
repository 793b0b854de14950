//! The preferences of a request: `Prefer: return=representation, count=exact, max-affected=10, tx=rollback`.

use axum::http::HeaderMap;

/// What a client prefers, of what is known here. Other preferences are ignored, as RFC 7240 says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Prefer {
    pub(crate) returns: Option<Returned>,
    pub(crate) counts: bool,
    pub(crate) max_affected: Option<u64>,
    pub(crate) rolls_back: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returned {
    Minimal,
    Representation,
}

impl Prefer {
    pub(crate) fn of(headers: &HeaderMap) -> Prefer {
        let mut prefer = Prefer::default();
        let values = headers.get_all("prefer").iter();
        let values = values.filter_map(|value| value.to_str().ok());
        for preference in values.flat_map(|value| value.split(',')) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let value = value.trim().trim_matches('"');
            match (name.trim().to_ascii_lowercase().as_str(), value) {
                ("return", "minimal") => prefer.returns = Some(Returned::Minimal),
                ("return", "representation") => prefer.returns = Some(Returned::Representation),
                ("count", "exact") => prefer.counts = true,
                ("tx", "rollback") => prefer.rolls_back = true,
                ("max-affected", number) => prefer.max_affected = number.parse().ok(),
                _ => {}
            }
        }
        prefer
    }

    pub(crate) fn wants_row(&self) -> bool {
        self.returns == Some(Returned::Representation)
    }

    pub(crate) fn wants_nothing(&self) -> bool {
        self.returns == Some(Returned::Minimal)
    }
}
