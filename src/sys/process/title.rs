//! The process title, as ps(1) shows it.

use std::io;

/// Shows `title` in place of the command line, which everybody on the machine can read, and in which secrets may be
/// (`run -d -e KEY=…`): for a process that outlives its caller. As much of it as there was of the command line. What
/// the program reads of its arguments afterwards is the title.
pub fn set(title: &str) -> io::Result<()> {
    let (start, end) = bounds(&std::fs::read_to_string("/proc/self/stat")?)
        .ok_or_else(|| io::Error::other("/proc/self/stat does not tell where the arguments are"))?;
    let length = end.saturating_sub(start);
    let mut shown = title.as_bytes().to_vec();
    shown.resize(length, 0);
    // Without a zero at the end, the kernel would show the environment as well.
    if let Some(last) = shown.last_mut() {
        *last = 0;
    }
    // SAFETY: the kernel put the arguments there, at these addresses of the stack, for this process to write to as it
    // likes; nothing of this program holds a reference into them, and they still end in a zero.
    unsafe { std::ptr::copy_nonoverlapping(shown.as_ptr(), start as *mut u8, length) };
    Ok(())
}

/// The fields `arg_start` and `arg_end` (proc_pid_stat(5)).
fn bounds(line: &str) -> Option<(usize, usize)> {
    const ARG_START: usize = 48;
    let after_name = line.get(line.rfind(')')? + 1..)?;
    // The name was the second.
    let mut fields = after_name.split_ascii_whitespace().skip(ARG_START - 3);
    let bounds = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    (0 < bounds.0 && bounds.0 < bounds.1).then_some(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_found_behind_any_name() {
        let fields = |from: usize| {
            (from..53)
                .map(|number| number.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let line = format!("1 (a) b) S {}", fields(4));
        assert_eq!(bounds(&line), Some((48, 49)));
        assert_eq!(bounds("1 (a) S 1 2"), None);
        // Of a process that may not be looked into.
        assert_eq!(
            bounds(&format!("1 (a) S {} 0 0 50", fields(4).split(" 48").next().unwrap())),
            None
        );
    }
}
