//! The ratios as a picture for a README: an SVG without a background, whose colours are seen on light and dark.

use crate::contestant::RELATIONS;
use crate::report::{CellReport, thousands};
use harness::{Database, Workload};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Bars that are longer are cut, and say how long they would be.
const MOST: f64 = 2.0;
const BAR: f64 = 13.0;
const GAP: f64 = 16.0;
const LEFT: f64 = 34.0;
const HEIGHT: f64 = 150.0;
/// Above the bars of a database: its title, and numbers over bars that are cut.
const HEAD: f64 = 46.0;
/// Below them: the names of the workloads, and our own ratios as numbers.
const FOOT: f64 = 40.0;

const COLOURS: [(&str, &str); 8] = [
    ("sqlx-batch", "#8b949e"),
    ("relations", "#d9480f"),
    ("sqlx-best", "#5c7cfa"),
    ("rusqlite", "#0c8599"),
    ("tokio-postgres", "#0c8599"),
    ("sea-orm", "#2f9e44"),
    ("diesel", "#9c6ade"),
    ("toasty", "#c99a06"),
];

/// Bars for each workload, for each database a row of them.
pub(crate) fn of(
    cells: &[CellReport],
    columns: &BTreeMap<Database, Vec<&'static str>>,
    servers: &BTreeMap<Database, String>,
) -> String {
    let mut body = String::new();
    let (mut width, mut top) = (720.0_f64, 0.0);
    for (database, contestants) in columns {
        let cells = shown(cells, *database);
        let base = top + HEAD + HEIGHT;
        let title = servers.get(database).map_or(database.name(), |name| name);
        text(&mut body, (LEFT, top + 18.0), "start", "b", title);
        let mut left = LEFT + GAP / 2.0;
        for cell in &cells {
            let middle = left + BAR * contestants.len() as f64 / 2.0;
            for contestant in contestants {
                bar(&mut body, cell, contestant, left, base);
                left += BAR;
            }
            text(&mut body, (middle, base + 14.0), "middle", "", &label(cell));
            if let Some(ratio) = cell.ratio(RELATIONS) {
                let ours = format!("{ratio:.2}");
                text(&mut body, (middle, base + 28.0), "middle", "ours", &ours);
            }
            left += GAP;
        }
        for (value, class) in [(0.0, "axis"), (1.0, "one"), (MOST, "axis")] {
            let y = base - HEIGHT * value / MOST;
            let end = left - GAP / 2.0;
            let _ = writeln!(
                body,
                r#"<line class="{class}" x1="{LEFT}" x2="{end}" y1="{y}" y2="{y}"/>"#
            );
            text(
                &mut body,
                (LEFT - 5.0, y + 4.0),
                "end",
                "",
                &format!("{value:.2}"),
            );
        }
        width = width.max(left);
        top = base + FOOT;
    }
    legend(&mut body, columns, top + 8.0);
    let height = top + 42.0;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>Time of each workload, with that of sqlx written by hand as 1.00</title>
<style>
text {{ font: 11px sans-serif; fill: #6e7781; }}
.b {{ font-weight: bold; font-size: 13px; }}
.cut {{ font-size: 9px; }}
.ours {{ fill: #d9480f; font-weight: bold; }}
.axis {{ stroke: #8b949e; stroke-opacity: 0.4; }}
.one {{ stroke: #6e7781; stroke-dasharray: 4 3; }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #9da7b3; }} .ours {{ fill: #ff8c5a; }} .one {{ stroke: #9da7b3; }} }}
</style>
{body}</svg>
"#
    )
}

/// One size of each workload: where whole tables are loaded that of 10k, which all runs have.
fn shown(cells: &[CellReport], database: Database) -> Vec<&CellReport> {
    let is_shown = |cell: &&CellReport| {
        cell.database == database && (!cell.workload.is_bulk() || cell.size == 10_000)
    };
    cells.iter().filter(is_shown).collect()
}

fn label(cell: &CellReport) -> String {
    match cell.workload.is_bulk() || cell.workload == Workload::W6 {
        true => format!("{} {}", cell.workload, thousands(cell.size)),
        false => cell.workload.to_string(),
    }
}

fn bar(body: &mut String, cell: &CellReport, contestant: &str, left: f64, base: f64) {
    let middle = left + BAR / 2.0;
    let Some(ratio) = cell.ratio(contestant) else {
        return text(body, (middle, base - 3.0), "middle", "", "×");
    };
    let height = HEIGHT * ratio.min(MOST) / MOST;
    let (y, width) = (base - height, BAR - 2.0);
    let colour = colour(contestant);
    let _ = writeln!(
        body,
        r#"<rect x="{left:.1}" y="{y:.1}" width="{width}" height="{height:.1}" fill="{colour}"><title>{contestant} {ratio:.2}</title></rect>"#
    );
    if ratio > MOST {
        let number = format!("{ratio:.1}");
        text(body, (middle, y - 4.0), "middle", "cut", &number);
    }
}

fn colour(contestant: &str) -> &'static str {
    let found = COLOURS.iter().find(|(name, _)| *name == contestant);
    found.map_or("#8b949e", |(_, colour)| colour)
}

fn legend(body: &mut String, columns: &BTreeMap<Database, Vec<&'static str>>, top: f64) {
    let takes_part = |name: &str| columns.values().flatten().any(|one| *one == name);
    let mut left = LEFT;
    for (name, colour) in COLOURS.iter().filter(|(name, _)| takes_part(name)) {
        let _ = writeln!(
            body,
            r#"<rect x="{left}" y="{top}" width="10" height="10" fill="{colour}"/>"#
        );
        text(body, (left + 14.0, top + 9.0), "start", "", name);
        left += 34.0 + 6.0 * name.len() as f64;
    }
    let note = "Shorter is faster. Dashed: sqlx written by hand in the usual way. Numbers below: relations. ×: fails.";
    text(body, (LEFT, top + 27.0), "start", "", note);
}

fn text(body: &mut String, (x, y): (f64, f64), anchor: &str, class: &str, text: &str) {
    let _ = writeln!(
        body,
        r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#
    );
}
