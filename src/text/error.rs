//! Errors as people read them.

/// The error with all its causes, on one line: `reading x: No such file or directory`. Rust adds ` (os error 2)` to the
/// kernel's words; the number says nothing more.
pub fn chain(error: &anyhow::Error) -> String {
    without_numbers(&format!("{error:#}"))
}

/// The words of one error, likewise without the kernel's number.
pub fn words(error: &std::io::Error) -> String {
    without_numbers(&error.to_string())
}

/// The same in lower case, as it stands inside a sentence; an error that is not the kernel's as it is.
pub fn words_in_sentence(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(_) => words(error).to_lowercase(),
        None => error.to_string(),
    }
}

/// `text` without each ` (os error N)`, for text that has errors in it.
pub fn without_numbers(text: &str) -> String {
    const START: &str = " (os error ";
    let mut parts = text.split(START);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        match rest.strip_prefix(')').filter(|_| rest.len() < part.len()) {
            Some(rest) => out.push_str(rest),
            None => {
                out.push_str(START);
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;
    use std::io;

    #[test]
    fn the_kernels_words_have_no_number() {
        let error = io::Error::from_raw_os_error(libc::ENOENT);
        assert_eq!(words(&error), "No such file or directory");
        assert_eq!(words_in_sentence(&error), "no such file or directory");
        assert_eq!(words_in_sentence(&io::Error::other("File X")), "File X");
        let error = anyhow::Error::from(error).context("reading x").context("starting");
        assert_eq!(chain(&error), "starting: reading x: No such file or directory");
        let twice = anyhow!("a (os error 1), b (os error 22): c");
        assert_eq!(chain(&twice), "a, b: c");
    }

    #[test]
    fn other_text_in_parentheses_stays() {
        for text in ["a (os error )", "a (os error x)", "a (os error 1", "(os error 1)", ""] {
            assert_eq!(without_numbers(text), text);
        }
    }
}
