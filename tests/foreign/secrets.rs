//! What errors of connecting show.

use relations::{Db, ErrorKind};
use std::error::Error as StdError;

/// All that can be read of an error.
fn shown(error: &relations::Error) -> String {
    let mut shown = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        shown.push_str(&format!("\n{error}\n{error:?}"));
        source = error.source();
    }
    shown
}

#[tokio::test]
async fn no_error_of_connecting_shows_a_password() {
    let rests = [
        ":/u:S3cret@127.0.0.1:1/db",
        "://u:S3cret",
        "://u:S3cret/db",
        "://u:S3cret@127.0.0.1:1/db",
        "://u:S3cret@127.0.0.1:port/db",
        "://u:@S3cret@127.0.0.1:1/db",
        "://u:S3cret@S3cret@127.0.0.1:1/db",
        "://u:%53S3cret@127.0.0.1:1/db",
        "://u:12/S3cret@127.0.0.1:1/db",
        "://u:a?S3cret@127.0.0.1:1/db",
        "://u:a?b=S3cret@127.0.0.1:1/db",
        "://u:a#S3cret@127.0.0.1:1/db",
        "://127.0.0.1:1/db?user=u&password=S3cret",
        "://127.0.0.1:1/db?user=u&password=p@S3cret",
        "://127.0.0.1:1/db?user=u&password=p&S3cret",
        "://127.0.0.1:1/db?user=u&pass%77ord=S3cret",
        "://u@127.0.0.1:1/db?PASSWORD=S3cret&sslmode=wrong&ssl-mode=wrong",
        "//u:S3cret@127.0.0.1:1/db",
        "",
    ];
    let mut urls = vec![
        "u:S3cret@127.0.0.1/db".to_owned(),
        "host=127.0.0.1 user=u password=S3cret".to_owned(),
        "S3cret".to_owned(),
        "Server=127.0.0.1;Uid=u;Pwd=S3cret".to_owned(),
    ];
    for scheme in [
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "oracle",
        " postgres",
        "POSTGRES",
    ] {
        urls.extend(rests.iter().map(|rest| format!("{scheme}{rest}")));
    }
    for url in urls {
        let options = Db::options().acquire_timeout(std::time::Duration::from_secs(5));
        let error = options.connect(&url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{url}");
        assert!(
            !shown(&error).contains("S3cret"),
            "{url}: {}",
            shown(&error)
        );
    }
}
