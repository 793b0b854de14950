//! The URLs of databases, as errors may show them.

/// The URL with `***` for its password, wherever it stands. Of a URL whose parts cannot be told apart only the scheme is shown,
/// and of what is no URL nothing, since any of it may be the password.
pub(crate) fn without_password(url: &str) -> String {
    let (main, query) = match split_query(url) {
        Some(parts) => parts,
        None => return scheme_alone(url),
    };
    let shown = match main.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => match without_password_of_user(rest) {
            Some(rest) => format!("{scheme}://{rest}"),
            None => return scheme_alone(url),
        },
        // A path, or `:memory:`.
        None if main.starts_with("sqlite:") => main.to_owned(),
        _ => return scheme_alone(url),
    };
    match query {
        Some(query) => {
            let pairs: Vec<String> = query.split('&').map(without_secret).collect();
            format!("{shown}?{}", pairs.join("&"))
        }
        None => shown,
    }
}

/// What stands before the query, and the query. A password may hold a `?`, and so may a query hold an `@`: `None` where both
/// readings are possible.
fn split_query(url: &str) -> Option<(&str, Option<&str>)> {
    let end_of_user = url.rfind('@').unwrap_or(0);
    let Some(first) = url.find('?') else {
        return Some((url, None));
    };
    if first > end_of_user {
        return Some((&url[..first], Some(&url[first + 1..])));
    }
    if url[first..end_of_user].contains('=') {
        return None;
    }
    match url[end_of_user..].find('?') {
        Some(at) => {
            let at = end_of_user + at;
            Some((&url[..at], Some(&url[at + 1..])))
        }
        None => Some((url, None)),
    }
}

/// `user:***@host/database`. The last `@` ends the password, which may hold any other character.
fn without_password_of_user(rest: &str) -> Option<String> {
    if let Some((user, host)) = rest.rsplit_once('@') {
        return Some(match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => rest.to_owned(),
        });
    }
    // Without a user there is a host and its port, unless the host was forgotten and this is a name and a password.
    let host = rest.split('/').next().unwrap_or("");
    let after_address = host.rfind(']').map_or(host, |at| &host[at + 1..]);
    let port = after_address.split_once(':').map_or("", |(_, port)| port);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    is_port.then(|| rest.to_owned())
}

/// A parameter of the query, without its value where its name says that it is a secret.
fn without_secret(pair: &str) -> String {
    const SECRETS: [&str; 5] = ["pass", "pwd", "secret", "token", "key"];
    let Some((name, _)) = pair.split_once('=') else {
        // What stands alone may be the second half of a value with a `&` in it.
        return "***".to_owned();
    };
    let lower = name.to_ascii_lowercase();
    // An escaped letter may be any, and whoever escapes letters of a name hides something.
    let is_secret = lower.contains('%') || SECRETS.iter().any(|secret| lower.contains(secret));
    match is_secret {
        true => format!("{name}=***"),
        false => pair.to_owned(),
    }
}

fn scheme_alone(url: &str) -> String {
    match url.split_once(':') {
        Some((scheme, _)) if is_known(scheme) => format!("{scheme}:***"),
        _ => "***".to_owned(),
    }
}

/// Whether it is one of ours, and so no name of a user.
fn is_known(scheme: &str) -> bool {
    ["sqlite", "postgres", "postgresql", "mysql", "mariadb"].contains(&scheme)
}

fn is_scheme(scheme: &str) -> bool {
    let mut letters = scheme.bytes();
    letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_hidden() {
        let cases = [
            ("postgres://u:secret@h/db", "postgres://u:***@h/db"),
            ("postgres://u:p@ss:w/rd@h/db", "postgres://u:***@h/db"),
            (
                "mysql://u@h/db?password=secret&a=b",
                "mysql://u@h/db?password=***&a=b",
            ),
            ("postgres://u:pa?ss@h/db?a=b", "postgres://u:***@h/db?a=b"),
            ("postgres://h:5432/db?a=b", "postgres://h:5432/db?a=b"),
            ("postgres://[::1]:5432/db", "postgres://[::1]:5432/db"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("sqlite:a/b.db?mode=rwc", "sqlite:a/b.db?mode=rwc"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn what_cannot_be_told_apart_is_not_shown() {
        let cases = [
            ("postgres:/u:secret@h/db", "postgres:***"),
            ("postgres://u:secret", "postgres:***"),
            ("postgres://u:secret/db", "postgres:***"),
            ("u:secret@h/db", "***"),
            ("secret", "***"),
            ("host=h user=u password=secret", "***"),
            ("postgres://h:5432/db?password=p@secret", "postgres:***"),
            ("postgres://u:a?b=c@h/db", "postgres:***"),
            (
                "mysql://h/db?pass%77ord=secret",
                "mysql://h/db?pass%77ord=***",
            ),
            (
                "mysql://h/db?PASSWORD=a&secret&x=1",
                "mysql://h/db?PASSWORD=***&***&x=1",
            ),
            ("sqlite:x?key=secret", "sqlite:x?key=***"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_password(url), shown);
        }
    }
}
