//! A terminal's screen as an SVG picture. It knows nothing of the program: what showed is what is drawn, and what it
//! has no way to draw fails the test.
//!
//! The text stays text: it can be selected, searched and read aloud. Every run has its place and its length, so that
//! columns align in whatever monospaced font the reader has; no font, script or style sheet comes with it.

use std::fmt::Write;

use quick_xml::escape::escape;
use vt100::{Cell, Color, Screen};

/// As wide as a character of most monospaced fonts of this size.
const COLUMN: f64 = 8.4;
const FONT_SIZE: f64 = 14.0;
const FONTS: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";
const LINE: f64 = 21.0;
const PADDING: f64 = 20.0;
/// From the top of a line to the foot of its letters.
const BASELINE: f64 = 15.0;

/// What a run of characters looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Style {
    pub(super) ink: Ink,
    pub(super) bold: bool,
}

/// The colours that efloctl uses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Ink {
    #[default]
    Plain,
    Faint,
    Red,
    Green,
    Yellow,
    Magenta,
    Cyan,
}

/// The ground and the inks, as `#rrggbb`.
pub(super) struct Palette {
    pub(super) name: &'static str,
    pub(super) ground: &'static str,
    frame: &'static str,
    pub(super) inks: [(Ink, &'static str); 7],
}

pub(super) const PALETTES: [Palette; 2] = [
    Palette {
        name: "light",
        ground: "#f6f8fa",
        frame: "#d1d9e0",
        inks: [
            (Ink::Plain, "#1f2328"),
            (Ink::Faint, "#59636e"),
            (Ink::Red, "#c21c2c"),
            (Ink::Green, "#116329"),
            (Ink::Yellow, "#7d4e00"),
            (Ink::Magenta, "#8250df"),
            (Ink::Cyan, "#0a6c86"),
        ],
    },
    Palette {
        name: "dark",
        ground: "#161b22",
        frame: "#30363d",
        inks: [
            (Ink::Plain, "#e6edf3"),
            (Ink::Faint, "#9198a1"),
            (Ink::Red, "#ff8279"),
            (Ink::Green, "#56d364"),
            (Ink::Yellow, "#e3b341"),
            (Ink::Magenta, "#d2a8ff"),
            (Ink::Cyan, "#56d4dd"),
        ],
    },
];

impl Palette {
    fn colour(&self, ink: Ink) -> &'static str {
        self.inks.iter().find(|(known, _)| *known == ink).expect("every ink has a colour").1
    }
}

/// A line of the screen: what has one look, in one piece.
pub(super) type Row = Vec<(Style, String)>;

/// The rows of a screen, without what is blank at their right and at the end.
pub(super) fn rows(screen: &Screen) -> Vec<Row> {
    let (rows, columns) = screen.size();
    let cells = |row| (0..columns.get()).filter_map(move |column| screen.cell(row, column));
    let mut rows: Vec<Row> = (0..rows.get()).map(|number| row(cells(number))).collect();
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

fn row<'a>(cells: impl Iterator<Item = &'a Cell>) -> Row {
    let mut row: Row = Vec::new();
    for cell in cells {
        assert!(!cell.is_wide() && !cell.is_wide_continuation(), "a wide character has no place yet");
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let style = style(cell);
        match row.last_mut() {
            Some((last, run)) if *last == style => run.push_str(text),
            _ => row.push((style, text.to_owned())),
        }
    }
    while let Some((_, run)) = row.last_mut() {
        run.truncate(run.trim_end().len());
        if !run.is_empty() {
            break;
        }
        row.pop();
    }
    row
}

fn style(cell: &Cell) -> Style {
    let is_drawable = cell.bgcolor() == Color::Default && !cell.inverse() && !cell.underline() && !cell.italic();
    assert!(is_drawable, "no way to draw {cell:?}");
    let ink = match cell.fgcolor() {
        Color::Default if cell.dim() => Ink::Faint,
        Color::Default => Ink::Plain,
        Color::Idx(1) => Ink::Red,
        Color::Idx(2) => Ink::Green,
        Color::Idx(3) => Ink::Yellow,
        Color::Idx(5) => Ink::Magenta,
        Color::Idx(6) => Ink::Cyan,
        other => panic!("no ink for {other:?}"),
    };
    Style { ink, bold: cell.bold() }
}

/// The picture of some rows in so many columns.
pub(super) fn draw(title: &str, rows: &[Row], columns: u16, palette: &Palette) -> String {
    let width = f64::from(columns) * COLUMN + 2.0 * PADDING;
    let height = rows.len() as f64 * LINE + 2.0 * PADDING;
    let (ground, frame, plain) = (palette.ground, palette.frame, palette.colour(Ink::Plain));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{}</title>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{ground}\" stroke=\"{frame}\"/>\n\
         <g font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" fill=\"{plain}\">\n",
        escape(title),
        width - 1.0,
        height - 1.0,
    );
    for (number, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
        let y = PADDING + number as f64 * LINE + BASELINE;
        // Both: the one is the standard's newer word, the other what older readers know.
        let _ = write!(svg, "<text y=\"{y}\" xml:space=\"preserve\" style=\"white-space:pre\">");
        let mut column = 0;
        for (style, run) in row {
            for piece in pieces(run) {
                svg.push_str(&tspan(piece, column, *style, palette));
                column += piece.chars().count();
            }
        }
        svg.push_str("</text>\n");
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Cut before whatever begins a column: a word with two spaces or more before it. So it stands where it should although
/// the words before it came out too wide or too narrow.
fn pieces(run: &str) -> Vec<&str> {
    let bytes = run.as_bytes();
    let begins = |n: &usize| bytes[*n] != b' ' && *n >= 2 && bytes[n - 1] == b' ' && bytes[n - 2] == b' ';
    let cuts: Vec<usize> = (1..bytes.len()).filter(begins).collect();
    let ends = cuts.iter().copied().chain([bytes.len()]);
    [0].into_iter().chain(cuts.iter().copied()).zip(ends).map(|(from, to)| &run[from..to]).collect()
}

fn tspan(text: &str, column: usize, style: Style, palette: &Palette) -> String {
    let length = text.chars().count() as f64 * COLUMN;
    let x = PADDING + column as f64 * COLUMN;
    let mut tspan = format!("<tspan x=\"{x:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"");
    if style.ink != Ink::Plain {
        let _ = write!(tspan, " fill=\"{}\"", palette.colour(style.ink));
    }
    if style.bold {
        tspan.push_str(" font-weight=\"bold\"");
    }
    let _ = write!(tspan, ">{}</tspan>", escape(text));
    tspan
}
