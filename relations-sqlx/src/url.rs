//! The URLs of databases, as errors may show them.

/// The URL with `***` for its password, wherever it stands.
pub(crate) fn without_password(url: &str) -> String {
    let mut shown = url.to_owned();
    // The last `@` ends the password, which may hold any other character.
    if let Some((scheme, rest)) = url.split_once("://")
        && let Some((user, host)) = rest.rsplit_once('@')
        && let Some((name, _)) = user.split_once(':')
    {
        shown = format!("{scheme}://{name}:***@{host}");
    }
    let Some((main, query)) = shown.split_once('?') else {
        return shown;
    };
    let hide = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    let pairs: Vec<String> = query.split('&').map(hide).collect();
    format!("{main}?{}", pairs.join("&"))
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
            ("sqlite::memory:", "sqlite::memory:"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_password(url), shown);
        }
    }
}
