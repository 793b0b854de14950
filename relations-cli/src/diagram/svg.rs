//! The drawing as a picture: models in columns from left to right, each right of those that its keys refer to.
//!
//! The columns are made as Sugiyama does it: layers by the longest path, places in a layer by the middle of what they are joined to,
//! and a place in each layer that a line crosses. Nothing is left to chance, so the same models give the same bytes.

use super::{Count, Line, keys_of, shown_type};
use crate::source::Model;
use std::fmt::Write;

const LETTER: i32 = 7;
const ROW: i32 = 18;
const HEAD: i32 = 26;
/// A letter of a relation's name.
const SMALL: i32 = 6;
const SPACE: i32 = 28;
const EDGE: i32 = 24;

/// A model, or a place at which a line crosses a layer.
struct Place {
    layer: usize,
    width: i32,
    height: i32,
    x: i32,
    y: i32,
    /// Of the neighbours on either side: the place, and how far below its top the line ends there and here.
    left: Vec<Join>,
    right: Vec<Join>,
}

struct Join {
    place: usize,
    there: i32,
    here: i32,
}

/// A line from left to right, along places.
struct Way<'l, 's> {
    line: &'l Line<'s>,
    label: String,
    /// Whether its left end is that of `from`.
    is_forward: bool,
    places: Vec<usize>,
    starts: i32,
    ends: i32,
}

pub(super) fn svg(models: &[&Model], lines: &[Line<'_>]) -> String {
    let layers = layers(models, lines);
    let mut places: Vec<Place> = models
        .iter()
        .zip(&layers)
        .map(|(model, layer)| Place::of(*layer, width(model), height(model)))
        .collect();
    let mut ways = ways(models, &layers, lines);
    for way in &mut ways {
        cross(&mut places, way);
    }
    let columns = columns(&mut places);
    let longest = ways.iter().map(|way| letters(&way.label)).max();
    // Between columns, which has the names of the relations in it.
    let gap = (longest.unwrap_or(0) * SMALL + 44).max(90);
    let (width, height) = arrange(&mut places, &columns, gap);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
        font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"12\">\n\
        <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for way in &ways {
        draw_line(&mut text, &places, way);
    }
    for (model, place) in models.iter().zip(&places) {
        draw_model(&mut text, model, place);
    }
    for way in &ways {
        draw_words(&mut text, &places, way);
    }
    text.push_str("</svg>\n");
    text
}

impl Place {
    fn of(layer: usize, width: i32, height: i32) -> Place {
        Place {
            layer,
            width,
            height,
            x: 0,
            y: 0,
            left: Vec::new(),
            right: Vec::new(),
        }
    }
}

fn row_text(model: &Model, field: &crate::source::Field) -> (String, String) {
    let (ty, is_optional) = shown_type(&field.ty);
    let mark = if is_optional { "?" } else { "" };
    let keys = keys_of(model, &field.name);
    let keys = keys.iter().map(|key| format!(" {key}"));
    (
        format!("{}{}", field.name, keys.collect::<String>()),
        format!("{ty}{mark}"),
    )
}

fn letters(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(0)
}

fn width(model: &Model) -> i32 {
    let rows = model.fields.iter().map(|field| {
        let (name, ty) = row_text(model, field);
        letters(&name) + letters(&ty) + 3
    });
    let longest = rows.chain([letters(&model.name) + 2]).max();
    longest.unwrap_or(0) * LETTER + 10
}

fn height(model: &Model) -> i32 {
    HEAD + ROW * i32::try_from(model.fields.len()).unwrap_or(0) + 6
}

/// How far below a model's top a field's row is; its head without one.
fn port(model: &Model, field: Option<&str>) -> i32 {
    let at = field.and_then(|name| model.fields.iter().position(|field| field.name == name));
    match at.and_then(|at| i32::try_from(at).ok()) {
        Some(at) => HEAD + ROW * at + ROW / 2 + 2,
        None => HEAD / 2,
    }
}

fn position(models: &[&Model], model: &Model) -> usize {
    let found = models.iter().position(|other| std::ptr::eq(*other, model));
    found.unwrap_or(0)
}

/// The layer of each model: right of all that its keys refer to. A cycle is cut where it is found.
fn layers(models: &[&Model], lines: &[Line<'_>]) -> Vec<usize> {
    let pairs = lines.iter().filter(|line| line.link.is_none()).map(|line| {
        let (from, to) = (position(models, line.from), position(models, line.to));
        if line.is_held_by_target {
            (from, to)
        } else {
            (to, from)
        }
    });
    let pairs: Vec<(usize, usize)> = pairs.filter(|(from, to)| from != to).collect();
    let mut found = vec![None; models.len()];
    let mut above = Vec::new();
    for model in 0..models.len() {
        layer(model, &pairs, &mut found, &mut above);
    }
    let mut layers: Vec<usize> = found.into_iter().map(Option::unwrap_or_default).collect();
    // What refers to nothing stands next to what refers to it.
    for model in 0..models.len() {
        let next = pairs
            .iter()
            .filter(|(from, _)| *from == model)
            .map(|(_, to)| layers[*to]);
        let is_first = !pairs.iter().any(|(_, to)| *to == model);
        if let (true, Some(next)) = (is_first, next.min()) {
            layers[model] = next.saturating_sub(1);
        }
    }
    layers
}

fn layer(
    model: usize,
    pairs: &[(usize, usize)],
    found: &mut Vec<Option<usize>>,
    above: &mut Vec<usize>,
) -> usize {
    if let Some(layer) = found[model] {
        return layer;
    }
    above.push(model);
    let mut deepest = 0;
    for (from, to) in pairs {
        if *to == model && !above.contains(from) {
            deepest = deepest.max(layer(*from, pairs, found, above) + 1);
        }
    }
    above.pop();
    found[model] = Some(deepest);
    deepest
}

/// One way for each line; the two sides of links have one together.
fn ways<'l, 's>(models: &[&Model], layers: &[usize], lines: &'l [Line<'s>]) -> Vec<Way<'l, 's>> {
    let mut found: Vec<Way<'l, 's>> = Vec::new();
    for line in lines {
        let Some((name, link)) = &line.link else {
            found.push(way(models, layers, line));
            continue;
        };
        let is_same = |way: &&mut Way<'_, '_>| {
            let is_link = way
                .line
                .link
                .as_ref()
                .is_some_and(|(_, other)| other == link);
            is_link && std::ptr::eq(way.line.from, line.to) && std::ptr::eq(way.line.to, line.from)
        };
        match found.iter_mut().find(is_same) {
            Some(way) => way.label = format!("{} / {name}", way.label),
            None => found.push(Way {
                label: name.clone(),
                ..way(models, layers, line)
            }),
        }
    }
    found
}

fn way<'l, 's>(models: &[&Model], layers: &[usize], line: &'l Line<'s>) -> Way<'l, 's> {
    let (from, to) = (position(models, line.from), position(models, line.to));
    let (own, other) = (
        port(line.from, line.keys.0.as_deref()),
        port(line.to, line.keys.1.as_deref()),
    );
    let is_forward = layers[from] <= layers[to];
    match is_forward {
        true => Way {
            line,
            label: line.label.clone(),
            is_forward,
            places: vec![from, to],
            starts: own,
            ends: other,
        },
        false => Way {
            line,
            label: line.label.clone(),
            is_forward,
            places: vec![to, from],
            starts: other,
            ends: own,
        },
    }
}

/// Gives a line a place in each layer between its ends.
fn cross(places: &mut Vec<Place>, way: &mut Way<'_, '_>) {
    let (first, last) = (way.places[0], way.places[1]);
    let (start, end) = (places[first].layer, places[last].layer);
    for layer in start + 1..end {
        places.push(Place::of(layer, 0, 4));
        way.places.insert(way.places.len() - 1, places.len() - 1);
    }
    if start == end {
        return;
    }
    for pair in way.places.windows(2) {
        let here = if pair[0] == first { way.starts } else { 2 };
        let there = if pair[1] == last { way.ends } else { 2 };
        places[pair[0]].right.push(Join {
            place: pair[1],
            there,
            here,
        });
        places[pair[1]].left.push(Join {
            place: pair[0],
            there: here,
            here: there,
        });
    }
}

/// The places of each layer, in an order in which few lines cross.
fn columns(places: &mut [Place]) -> Vec<Vec<usize>> {
    let count = places
        .iter()
        .map(|place| place.layer + 1)
        .max()
        .unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, place) in places.iter().enumerate() {
        columns[place.layer].push(at);
    }
    stack(places, &columns);
    for round in 0..12 {
        let is_back = round % 2 == 1;
        let mut order: Vec<usize> = (0..count).collect();
        if is_back {
            order.reverse();
        }
        for layer in order {
            let wanted = |at: &usize| {
                let place = &places[*at];
                let joins = if is_back { &place.right } else { &place.left };
                middle(places, joins).unwrap_or(place.y)
            };
            let mut sorted = columns[layer].clone();
            sorted.sort_by_key(wanted);
            columns[layer] = sorted;
            stack(places, &columns[layer..=layer]);
        }
    }
    columns
}

/// The top at which lines would be level, on the whole.
fn middle(places: &[Place], joins: &[Join]) -> Option<i32> {
    let tops = joins
        .iter()
        .map(|join| places[join.place].y + join.there - join.here);
    let count = i32::try_from(joins.len()).ok().filter(|count| *count > 0)?;
    Some(tops.sum::<i32>() / count)
}

/// One below the other.
fn stack(places: &mut [Place], columns: &[Vec<usize>]) {
    for column in columns {
        let mut top = 0;
        for at in column {
            places[*at].y = top;
            top += places[*at].height + SPACE;
        }
    }
}

/// Moves places towards what they are joined to, and says how large the whole is.
fn arrange(places: &mut [Place], columns: &[Vec<usize>], gap: i32) -> (i32, i32) {
    for round in 0..20 {
        for step in 0..columns.len() {
            let layer = if round % 2 == 0 {
                step
            } else {
                columns.len() - 1 - step
            };
            settle(places, &columns[layer]);
        }
    }
    let top = places.iter().map(|place| place.y).min().unwrap_or(0);
    let mut x = EDGE;
    for column in columns {
        let widest = column.iter().map(|at| places[*at].width).max().unwrap_or(0);
        for at in column {
            places[*at].x = x + (widest - places[*at].width) / 2;
            places[*at].y += EDGE - top;
        }
        x += widest + gap;
    }
    let bottom = places.iter().map(|place| place.y + place.height).max();
    // Lines between models of the last layer go round on its right.
    (x + EDGE, bottom.unwrap_or(0) + EDGE)
}

/// Where each place of a layer would be, as far as its neighbours in the layer leave room.
fn settle(places: &mut [Place], column: &[usize]) {
    let wanted = |at: usize| {
        let place = &places[at];
        let sides = [middle(places, &place.left), middle(places, &place.right)];
        let tops: Vec<i32> = sides.into_iter().flatten().collect();
        match tops.as_slice() {
            [] => place.y,
            tops => tops.iter().sum::<i32>() / i32::try_from(tops.len()).unwrap_or(1),
        }
    };
    let wanted: Vec<i32> = column.iter().map(|at| wanted(*at)).collect();
    // Groups that touch move as one, to where they are nearest to what their parts want.
    let mut groups: Vec<(i32, i32, Vec<usize>)> = Vec::new();
    for (at, wanted) in column.iter().zip(wanted) {
        let mut group = (wanted, places[*at].height + SPACE, vec![*at]);
        while let Some((top, height, _)) = groups.last() {
            if top + height <= group.0 {
                break;
            }
            let Some((top, height, mut members)) = groups.pop() else {
                break;
            };
            let (own, other) = (count(&members), count(&group.2));
            let start = (top * own + (group.0 - height) * other) / (own + other);
            members.append(&mut group.2);
            group = (start, height + group.1, members);
        }
        groups.push(group);
    }
    for (top, _, members) in groups {
        let mut y = top;
        for at in members {
            places[at].y = y;
            y += places[at].height + SPACE;
        }
    }
}

fn count(members: &[usize]) -> i32 {
    i32::try_from(members.len()).unwrap_or(1)
}

/// The points of a line; a line within a layer goes round on the right.
fn points(places: &[Place], way: &Way<'_, '_>) -> Vec<(i32, i32)> {
    let (first, last) = (
        &places[way.places[0]],
        &places[way.places[way.places.len() - 1]],
    );
    let start = (first.x + first.width, first.y + way.starts);
    if first.layer == last.layer {
        return vec![start, (last.x + last.width, last.y + way.ends)];
    }
    let between = way.places[1..way.places.len() - 1].iter();
    let between = between.map(|at| (places[*at].x, places[*at].y + 2));
    let end = (last.x, last.y + way.ends);
    [start].into_iter().chain(between).chain([end]).collect()
}

fn is_round(places: &[Place], way: &Way<'_, '_>) -> bool {
    places[way.places[0]].layer == places[way.places[way.places.len() - 1]].layer
}

fn draw_line(text: &mut String, places: &[Place], way: &Way<'_, '_>) {
    let points = points(places, way);
    let mut path = format!("M{} {}", points[0].0, points[0].1);
    for pair in points.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let _ = match is_round(places, way) {
            true => {
                let out = x1.max(x2) + 60;
                // From a row to itself it would be no line.
                let y2 = if y1 == y2 { y2 + 12 } else { y2 };
                write!(path, " C{out} {y1} {out} {y2} {x2} {y2}")
            }
            false => {
                let half = (x1 + x2) / 2;
                write!(path, " C{half} {y1} {half} {y2} {x2} {y2}")
            }
        };
    }
    let dashes = if way.line.link.is_some() {
        " stroke-dasharray=\"5 4\""
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "<path d=\"{path}\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"1.2\"{dashes}/>"
    );
}

fn draw_model(text: &mut String, model: &Model, place: &Place) {
    let (x, y, width, height) = (place.x, place.y, place.width, place.height);
    let _ = writeln!(
        text,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\" fill=\"#f6f8fa\" stroke=\"#57606a\"/>\n\
        <text x=\"{}\" y=\"{}\" font-weight=\"bold\" text-anchor=\"middle\">{}</text>\n\
        <path d=\"M{x} {}h{width}\" stroke=\"#57606a\"/>",
        x + width / 2,
        y + 17,
        escaped(&model.name),
        y + HEAD - 1,
    );
    for (at, field) in model.fields.iter().enumerate() {
        let (name, ty) = row_text(model, field);
        let line = y + HEAD + ROW * i32::try_from(at).unwrap_or(0) + 14;
        let _ = writeln!(
            text,
            "<text x=\"{}\" y=\"{line}\">{}</text><text x=\"{}\" y=\"{line}\" text-anchor=\"end\" fill=\"#57606a\">{}</text>",
            x + 8,
            escaped(&name),
            x + width - 8,
            escaped(&ty),
        );
    }
}

/// What stands at the ends of a line, and its name.
fn draw_words(text: &mut String, places: &[Place], way: &Way<'_, '_>) {
    let points = points(places, way);
    let (start, end) = (points[0], points[points.len() - 1]);
    let is_round = is_round(places, way);
    let (left, right) = match way.is_forward {
        true => (way.line.counts.0, way.line.counts.1),
        false => (way.line.counts.1, way.line.counts.0),
    };
    let end_y = if is_round && start.1 == end.1 {
        end.1 + 12
    } else {
        end.1
    };
    word(text, (start.0 + 5, start.1 - 4), "start", shown(left));
    match is_round {
        true => word(text, (end.0 + 5, end_y + 12), "start", shown(right)),
        false => word(text, (end.0 - 5, end_y - 4), "end", shown(right)),
    }
    match is_round {
        true => {
            let at = (start.0.max(end.0) + 22, i32::midpoint(start.1, end_y) + 4);
            word(text, at, "start", &way.label);
        }
        // Below the row that it goes by, which no other line has.
        false => word(text, (end.0 - 14, end.1 + 11), "end", &way.label),
    }
}

fn word(text: &mut String, (x, y): (i32, i32), anchor: &str, word: &str) {
    let _ = writeln!(
        text,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"10\" text-anchor=\"{anchor}\" fill=\"#0550ae\" stroke=\"#ffffff\" stroke-width=\"3\" \
        paint-order=\"stroke\">{}</text>",
        escaped(word)
    );
}

fn shown(count: Count) -> &'static str {
    match count {
        Count::One => "1",
        Count::OneOrNone => "0..1",
        Count::Any => "*",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
