//! Which rows of a long list are in the page: those near the view. Pure.

use std::ops::Range;

/// Height of one row, in CSS pixels. The style sheet gives rows this height.
pub(super) const ROW: u32 = 40;

/// Rows drawn above and below the view, so that a quick scroll shows no gap.
const MARGIN: usize = 12;

/// The rows to draw for a view of that height, scrolled by that much, both in CSS pixels.
pub(super) fn visible(scrolled: u32, height: u32, total: usize) -> Range<usize> {
    let first = (scrolled / ROW) as usize;
    let shown = height.div_ceil(ROW) as usize + 1;
    let start = first.saturating_sub(MARGIN).min(total);
    start..first.saturating_add(shown).saturating_add(MARGIN).min(total)
}

/// The height of rows that are not drawn.
pub(super) fn spacer(rows: usize) -> String {
    format!("{}px", rows * ROW as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_rows_of_thousands_are_drawn() {
        let rows = visible(40_000, 600, 5_000);
        assert!(rows.contains(&1_000) && rows.contains(&1_014), "{rows:?}");
        assert!(rows.len() < 60, "{rows:?}");
    }

    #[test]
    fn the_ends_are_not_passed() {
        assert_eq!(visible(0, 600, 3), 0..3);
        assert_eq!(visible(1_000_000, 600, 10), 10..10);
        assert_eq!(visible(0, 0, 0), 0..0);
    }

    #[test]
    fn spacers_and_rows_make_the_whole_height() {
        let total = 5_000;
        let rows = visible(12_345, 600, total);
        assert_eq!(rows.start + rows.len() + (total - rows.end), total);
        assert_eq!(spacer(3), "120px");
    }
}
