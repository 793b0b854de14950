//! How connections to MySQL are opened.

use sqlx::mysql::MySqlConnectOptions;

/// The options for a URL. Where it does not say how many prepared statements a connection keeps, they are more than sqlx's 100,
/// unless connections are many: when one has to go, sqlx writes a packet that has no answer, and the next one then waits for
/// about 40 ms, since its sockets do not set `TCP_NODELAY`.
pub(super) fn options(url: &str, connections: u32) -> Result<MySqlConnectOptions, sqlx::Error> {
    // Servers keep 16,382 for all connections, unless they are told otherwise.
    const OF_ALL: usize = 4096;
    let options: MySqlConnectOptions = url.parse()?;
    let statements = (OF_ALL / connections as usize).clamp(100, 256);
    Ok(match url.contains("statement-cache-capacity=") {
        true => options,
        false => options.statement_cache_capacity(statements),
    })
}
