//! Migrations of a folder, embedded in the program.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::path::{Path, PathBuf};
use syn::LitStr;

/// The databases that may have a folder of their own.
const DATABASES: [&str; 4] = ["sqlite", "postgres", "mariadb", "mysql"];

/// `::relations::migrate::Migrations::of_files(&[("sqlite", "1_start.up.sql", include_str!("..")), ..])`
pub(crate) fn migrations(input: TokenStream) -> TokenStream {
    let named: syn::Result<Option<LitStr>> = match input.is_empty() {
        true => Ok(None),
        false => syn::parse2(input).map(Some),
    };
    let named = match named {
        Ok(named) => named,
        Err(error) => return error.to_compile_error(),
    };
    let span = named.as_ref().map_or_else(Span::call_site, LitStr::span);
    let name = named.map_or_else(|| "migrations".to_owned(), |named| named.value());
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    match files(&PathBuf::from(package).join(&name)) {
        Ok(files) => {
            let files = files.iter().map(
                |(database, file, path)| quote!((#database, #file, ::core::include_str!(#path))),
            );
            quote!(::relations::migrate::Migrations::of_files(&[#(#files),*]))
        }
        Err(error) => {
            let message = format!(
                "`{name}` cannot be read: {error}\nhelp: name the folder of the migrations, in the folder of the package"
            );
            syn::Error::new(span, message).to_compile_error()
        }
    }
}

/// The files, each with its database and its whole path, in an order that does not change.
fn files(folder: &Path) -> std::io::Result<Vec<(&'static str, String, String)>> {
    let mut files = Vec::new();
    std::fs::read_dir(folder)?;
    for database in DATABASES {
        let Ok(entries) = std::fs::read_dir(folder.join(database)) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.ends_with(".up.sql") || name.ends_with(".down.sql") {
                files.push((database, name, path.to_string_lossy().into_owned()));
            }
        }
    }
    files.sort();
    Ok(files)
}
