//! Truncating text to the width of a column.

/// `text`, or its beginning and `…`, `width` characters in all.
pub fn ellipsis(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        None => text.to_owned(),
        Some(_) => text.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_and_what_does_not_ends_in_dots() {
        assert_eq!(ellipsis("sleep 1d", 8), "sleep 1d");
        assert_eq!(ellipsis("sleep 10d", 8), "sleep 1…");
        assert_eq!(
            ellipsis("/bin/sh -c #(nop)  CMD [\"nginx\" \"-g\" \"daemon off;\"]", 45),
            "/bin/sh -c #(nop)  CMD [\"nginx\" \"-g\" \"daemon…"
        );
    }
}
