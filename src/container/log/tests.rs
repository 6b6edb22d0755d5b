//! What is written comes back, whatever happened in between.

use crate::container::config::supervision::log::{Driver, LogConfig};
use crate::container::log::file::LogFile;
use crate::container::log::read::Files;
use crate::container::log::write::Writer;
use crate::container::log::*;
use std::path::Path;

fn writer(dir: &Path, options: &[&str]) -> Writer {
    let options: Vec<String> = options.iter().map(|option| option.to_string()).collect();
    let config = LogConfig::new(Driver::JsonFile, &options, None).unwrap();
    Writer::to_file(LogFile::open(dir, &config, Default::default()).unwrap())
}

fn all(dir: &Path, tail: Option<u64>) -> Vec<(Stream, String)> {
    let mut reader = Files::open(dir, tail).unwrap().unwrap();
    std::iter::from_fn(|| reader.next().unwrap())
        .map(|entry| (entry.stream, entry.text))
        .collect()
}

#[test]
fn lines_come_back_by_stream_and_partial_ones_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = writer(dir.path(), &[]);
    log.write(Stream::Stdout, b"one\ntw");
    log.write(Stream::Stderr, b"bad\xff\n");
    log.write(Stream::Stdout, b"o\nthree");
    log.finish().unwrap();
    let wanted = [
        (Stream::Stdout, "one\n"),
        (Stream::Stderr, "bad\u{fffd}\n"),
        (Stream::Stdout, "two\n"),
        (Stream::Stdout, "three"),
    ];
    assert_eq!(
        all(dir.path(), None),
        wanted.map(|(stream, text)| (stream, text.to_string()))
    );
    assert_eq!(all(dir.path(), Some(1)), [(Stream::Stdout, "three".to_string())]);
    assert_eq!(all(dir.path(), Some(0)), []);
    assert_eq!(all(dir.path(), Some(9)).len(), 4);
}

#[test]
fn an_endless_line_is_cut_between_characters() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = writer(dir.path(), &[]);
    let text = format!("a{}", "é".repeat(MAX_LINE));
    log.write(Stream::Stdout, text.as_bytes());
    log.finish().unwrap();
    let parts = all(dir.path(), None);
    assert_eq!(parts.len(), 3);
    assert_eq!(parts.iter().map(|(_, text)| text.as_str()).collect::<String>(), text);
}

#[test]
fn the_tail_is_found_across_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = writer(dir.path(), &[]);
    for n in 0..1000 {
        log.write(Stream::Stdout, format!("line {n}\n").as_bytes());
    }
    log.finish().unwrap();
    let tail = all(dir.path(), Some(300));
    assert_eq!((tail.len(), tail[0].1.as_str()), (300, "line 700\n"));
}

#[test]
fn podmans_format_is_written_and_read() {
    let dir = tempfile::tempdir().unwrap();
    let config = LogConfig::new(Driver::K8sFile, &[], None).unwrap();
    let mut log = Writer::to_file(LogFile::open(dir.path(), &config, Default::default()).unwrap());
    log.write(Stream::Stdout, b"one two \n\npart");
    log.write(Stream::Stderr, b"bad\n");
    log.finish().unwrap();
    let text = std::fs::read_to_string(dir.path().join("log")).unwrap();
    let tails: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(
        tails,
        ["stdout F one two ", "stdout F ", "stderr F bad", "stdout P part"]
    );
    let wanted = [
        (Stream::Stdout, "one two \n"),
        (Stream::Stdout, "\n"),
        (Stream::Stderr, "bad\n"),
        (Stream::Stdout, "part"),
    ];
    assert_eq!(
        all(dir.path(), None),
        wanted.map(|(stream, text)| (stream, text.to_string()))
    );
}

fn sizes(dir: &Path) -> Vec<u64> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    names.iter().map(|path| path.metadata().unwrap().len()).collect()
}

#[test]
fn files_are_rotated_within_their_size_and_number() {
    for (number, left) in [("max-file=1", 1..=3), ("max-file=3", 7..=9)] {
        let dir = tempfile::tempdir().unwrap();
        let mut log = writer(dir.path(), &["max-size=300", number]);
        for n in 0..100 {
            log.write(Stream::Stdout, format!("line {n}\n").as_bytes());
            assert!(sizes(dir.path()).iter().all(|size| *size <= 300));
            assert!(sizes(dir.path()).len() <= number[9..].parse().unwrap());
        }
        let kept = all(dir.path(), None);
        assert!(left.contains(&kept.len()), "{}", kept.len());
        let texts = kept.iter().map(|(_, text)| text.clone());
        let wanted = (100 - kept.len()..100).map(|n| format!("line {n}\n"));
        assert!(texts.eq(wanted), "{kept:?}");
    }
}

#[test]
fn the_tail_is_found_across_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = writer(dir.path(), &["max-size=300", "max-file=9"]);
    for n in 0..20 {
        log.write(Stream::Stdout, format!("line {n}\n").as_bytes());
    }
    for tail in [0, 1, 3, 4, 5, 8, 19, 20] {
        let found = all(dir.path(), Some(tail));
        assert_eq!(found.len() as u64, tail);
        assert!(
            found
                .first()
                .is_none_or(|(_, text)| *text == format!("line {}\n", 20 - tail))
        );
    }
    assert_eq!(all(dir.path(), Some(30)).len(), 20);
}

#[test]
fn a_reader_follows_from_file_to_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = writer(dir.path(), &["max-size=300", "max-file=4"]);
    log.write(Stream::Stdout, b"begin\n");
    let mut reader = Files::open(dir.path(), None).unwrap().unwrap();
    assert_eq!(reader.next().unwrap().unwrap().text, "begin\n");
    for n in 0..50 {
        log.write(Stream::Stdout, format!("line {n}\n").as_bytes());
        // Not at every line: more than one file may lie in between.
        if n % 7 == 6 {
            let texts: Vec<_> = std::iter::from_fn(|| reader.next().unwrap())
                .map(|entry| entry.text)
                .collect();
            assert!(
                texts.iter().cloned().eq((n - 6..=n).map(|n| format!("line {n}\n"))),
                "{texts:?}"
            );
        }
    }
}

#[test]
fn a_rotation_that_was_killed_at_any_step_loses_nothing_more() {
    for (missing, left) in [("log.2", 5), ("log.1", 5), ("log", 5)] {
        let dir = tempfile::tempdir().unwrap();
        let mut log = writer(dir.path(), &["max-size=170", "max-file=4"]);
        for n in 0..8 {
            log.write(Stream::Stdout, format!("line {n}\n").as_bytes());
        }
        assert_eq!(sizes(dir.path()).len(), 4);
        // As if the one before had been renamed, and this one not yet.
        let path = |name: &str| dir.path().join(name);
        std::fs::remove_file(path("log.3")).unwrap();
        let order = ["log.2", "log.1", "log"];
        for (index, name) in order.iter().enumerate().take_while(|(_, name)| **name != missing) {
            std::fs::rename(path(name), path(&format!("log.{}", 3 - index))).unwrap();
        }
        std::fs::rename(
            path(missing),
            path(["log.3", "log.2", "log.1"][order.iter().position(|name| *name == missing).unwrap()]),
        )
        .unwrap();
        assert_eq!(all(dir.path(), None).len(), 6);
        let mut log = writer(dir.path(), &["max-size=170", "max-file=4"]);
        for n in 8..10 {
            log.write(Stream::Stdout, format!("line {n}\n").as_bytes());
        }
        let kept = all(dir.path(), None);
        assert!(
            kept.len() >= left && sizes(dir.path()).len() <= 4,
            "{missing}: {kept:?}"
        );
        assert_eq!(kept.last().unwrap().1, "line 9\n");
    }
}

#[test]
fn a_torn_record_does_not_swallow_the_next() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("log"), "{\"log\":\"x").unwrap();
    let mut log = writer(dir.path(), &[]);
    log.write(Stream::Stdout, b"y\n");
    assert_eq!(all(dir.path(), None), [(Stream::Stdout, "y\n".to_string())]);
}

#[test]
fn a_torn_record_is_passed_over_and_a_growing_log_read_on() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("log"), "{\"log\":\"x\n").unwrap();
    let mut reader = Files::open(dir.path(), None).unwrap().unwrap();
    assert_eq!(reader.next().unwrap(), None);
    let mut log = writer(dir.path(), &[]);
    log.write(Stream::Stdout, b"y\n");
    assert_eq!(reader.next().unwrap().unwrap().text, "y\n");
    assert_eq!(reader.next().unwrap(), None);
}

/// A reader that misses its own file in a listing would begin again at the oldest.
#[test]
fn a_reader_never_goes_back_while_files_are_rotated() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = writer(dir.path(), &["max-size=200", "max-file=30"]);
    log.write(Stream::Stdout, b"0\n");
    let path = dir.path().to_owned();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..4_000 {
                log.write(Stream::Stdout, format!("{n}\n").as_bytes());
            }
            log.finish().unwrap();
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let mut reader = Files::open(&path, None).unwrap().unwrap();
        let mut last = -1;
        loop {
            let is_over = done.load(std::sync::atomic::Ordering::Relaxed);
            while let Some(entry) = reader.next().unwrap() {
                let number: i32 = entry.text.trim().parse().unwrap();
                assert!(number > last, "{number} after {last}");
                last = number;
            }
            if is_over {
                break;
            }
        }
        assert_eq!(last, 3_999);
    });
}
