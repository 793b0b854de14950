//! TLS, which sqlx does or does not know, as the features say.

/// What to do about an error of TLS, where it says that there is none.
///
/// sqlx is asked, and not our own features: a program may have turned TLS on in its own dependency on sqlx.
pub(crate) fn help(error: &sqlx::Error) -> Option<&'static str> {
    match error {
        sqlx::Error::Tls(reason) if reason.to_string().contains("without TLS support") => {
            Some("turn on the feature `tls-rustls` or `tls-native` of `relations-orm`")
        }
        _ => None,
    }
}
