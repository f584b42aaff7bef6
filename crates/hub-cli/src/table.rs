//! Tables for people: columns line up also where characters are two cells wide.

use unicode_width::UnicodeWidthStr;

/// Lays rows out under a heading, with two spaces between columns. The last column is not padded.
pub(crate) fn lay_out(heading: &[String], rows: &[Vec<String>]) -> String {
    let columns = heading.len();
    let cell = |row: &[String], column: usize| row.get(column).map(|text| plain(text)).unwrap_or_default();
    let all: Vec<Vec<String>> = std::iter::once(heading)
        .chain(rows.iter().map(Vec::as_slice))
        .map(|row| (0..columns).map(|column| cell(row, column)).collect())
        .collect();
    let widths: Vec<usize> = (0..columns)
        .map(|column| all.iter().filter_map(|row| row.get(column)).map(|text| text.width()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in &all {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(text.width()) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// One line without control characters: a name from a platform may not move the cursor or colour the terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn wide_characters_take_two_cells() {
        let table = lay_out(&row(&["名称", "ID"]), &[row(&["深度求索", "1"]), row(&["ab", "2"])]);
        assert_eq!(table, "名称      ID\n深度求索  1\nab        2\n");
    }

    #[test]
    fn a_name_cannot_write_escape_sequences_or_break_the_line() {
        let table = lay_out(&row(&["A"]), &[row(&["x\u{1b}[31m\ny"])]);
        assert_eq!(table, "A\nx [31m y\n");
    }
}
