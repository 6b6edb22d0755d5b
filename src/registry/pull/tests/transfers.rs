//! Blobs whose transfer breaks, or whose bytes are wrong.

use crate::progress::{Progress, Step};
use crate::registry::errors::Error;
use crate::registry::http::access::Access;
use crate::registry::mock::{ALWAYS, Fault, Image, Packed, Registry};
use crate::registry::pull::session::PullSession;
use crate::registry::pull::tests::{error, fast_retries, fetch, host, large, noise, read, session, text};
use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The registry closes the connection after so many bytes of the layer, so many times.
fn drop_after(registry: &Registry, layer: &Packed, after: u64, times: u32) {
    registry.fault(&layer.digest(), Fault::Drop { after, times });
}

#[test]
fn a_broken_transfer_is_resumed_where_it_broke() {
    let (registry, layer) = large();
    drop_after(&registry, &layer, 1_000_000, 2);
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    let requests = registry.requests();
    let ranges: Vec<_> = requests
        .iter()
        .filter(|request| request.is_for(&layer.digest()))
        .map(|request| request.header("range"))
        .collect();
    assert_eq!(ranges, [None, Some("bytes=1000000-"), Some("bytes=2000000-")]);
}

#[test]
fn a_stalled_transfer_is_aborted_and_resumed() {
    let (registry, layer) = large();
    registry.fault(
        &layer.digest(),
        Fault::Stall {
            after: 2_000_000,
            times: 1,
        },
    );
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(registry.count(&layer.digest()), 2);
}

#[test]
fn retries_are_reported_and_progress_reaches_the_end() {
    #[derive(Default)]
    struct Steps(Mutex<Vec<Step>>);
    impl Progress for Steps {
        fn line(&self, _: &str) {}
        fn layers(&self, _: &[String]) {}
        fn step(&self, index: usize, step: Step) {
            assert_eq!(index, 0);
            self.0.lock().unwrap().push(step);
        }
        fn mounted(&self, _: usize, _: &str) {}
        fn warn(&self, text: &str) {
            panic!("{text}");
        }
    }
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::Drop { after: 10, times: 2 });
    let steps = Arc::new(Steps::default());
    let session = PullSession::with_settings(
        &registry.name("a/b").parse().unwrap(),
        &Access::default(),
        steps.clone(),
        fast_retries(),
    )
    .unwrap();
    let resolved = session.resolve(&host()).unwrap();
    read(&session, &resolved, 0).unwrap();
    let steps = steps.0.lock().unwrap();
    let retries: Vec<_> = steps
        .iter()
        .filter(|step| matches!(step, Step::Retrying { .. }))
        .copied()
        .collect();
    let retry = |attempt, pause| Step::Retrying {
        attempt,
        pause: Duration::from_millis(pause),
    };
    assert_eq!(retries, [retry(1, 5), retry(2, 10)]);
    let total = layer.blob().len() as u64;
    assert_eq!(steps.last(), Some(&Step::Downloading { done: total, total }));
}

#[test]
fn a_server_without_ranges_is_read_again_from_the_start() {
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::IgnoreRange);
    drop_after(&registry, &layer, 2_000_000, 1);
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(registry.count(&layer.digest()), 2);
}

#[test]
fn an_answer_with_another_range_is_not_used() {
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::ShiftRange(1));
    drop_after(&registry, &layer, 2_000_000, 1);
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(registry.count(&layer.digest()), 3);
}

#[test]
fn attempts_without_progress_end() {
    let (registry, layer) = large();
    drop_after(&registry, &layer, 1000, ALWAYS);
    let error = error(fetch(&registry));
    assert!(
        matches!(&error, Error::Broken { done: 3000, object, .. } if *object == layer.digest()),
        "{error}"
    );
    assert_eq!(registry.count(&layer.digest()), 3);
}

#[test]
fn attempts_with_progress_go_on() {
    let (registry, layer) = large();
    drop_after(&registry, &layer, 300_000, ALWAYS);
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(registry.count(&layer.digest()), 11);
}

#[test]
fn wrong_bytes_are_a_digest_mismatch() {
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::Corrupt);
    let error = error(fetch(&registry));
    assert!(matches!(error, Error::DigestMismatch { expected, .. } if text(expected) == layer.digest()));
    assert!(error.to_string().contains(&layer.digest()), "{error}");
    assert_eq!(registry.count(&layer.digest()), 1);
}

#[test]
fn a_blob_of_another_size_is_an_error() {
    let (registry, layer) = large();
    let size = layer.blob().len() as u64;
    for fault in [
        Fault::Truncate { to: size - 1 },
        Fault::Append(b"more".to_vec()),
        Fault::ContentLength(size + 1),
        Fault::ContentLength(size - 1),
    ] {
        registry.heal();
        registry.fault(&layer.digest(), fault.clone());
        let error = error(fetch(&registry));
        assert!(
            matches!(error, Error::SizeMismatch { expected, .. } if expected == size),
            "{fault:?}: {error}"
        );
    }
}

#[test]
fn without_a_content_length_the_bytes_are_counted() {
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::Chunked);
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    registry.fault(&layer.digest(), Fault::Append(b"more".to_vec()));
    assert!(matches!(error(fetch(&registry)), Error::SizeMismatch { .. }));
    // A wrong digest takes precedence over a wrong size.
    registry.fault(&layer.digest(), Fault::Corrupt);
    assert!(matches!(error(fetch(&registry)), Error::DigestMismatch { .. }));
    registry.heal();
    registry.fault(&layer.digest(), Fault::Chunked);
    registry.fault(&layer.digest(), Fault::Truncate { to: 1000 });
    assert!(matches!(
        error(fetch(&registry)),
        Error::SizeMismatch { .. } | Error::Broken { done: 1000, .. }
    ));
}

#[test]
fn one_slow_reader_does_not_block_the_others() {
    let layers: Vec<Packed> = (0..6).map(|n| Packed::raw(noise((4 << 20) + n))).collect();
    let image = layers
        .iter()
        .fold(Image::new(), |image, layer| image.layer(layer.clone()));
    let registry = Registry::start();
    registry.push("a", "latest", &image);
    let session = session(&registry, "a");
    let resolved = session.resolve(&host()).unwrap();
    let mut slow = session.blob(&resolved.layers[0], 0, None).unwrap();
    std::thread::scope(|scope| {
        for (n, layer) in layers.iter().enumerate().skip(1) {
            let (session, resolved) = (&session, &resolved);
            scope.spawn(move || assert_eq!(read(session, resolved, n).unwrap(), layer.blob()));
        }
    });
    let mut bytes = Vec::new();
    slow.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, layers[0].blob());
}

#[test]
fn a_reader_fails_after_its_session_was_dropped() {
    let (registry, layer) = large();
    let session = session(&registry, "a/b");
    let resolved = session.resolve(&host()).unwrap();
    let mut reader = session.blob(&resolved.layers[0], 0, None).unwrap();
    drop(session);
    let failed = reader.read_to_end(&mut Vec::new()).map_err(anyhow::Error::from);
    assert_eq!(error(failed), Error::Abandoned(layer.digest().parse().unwrap()));
}
