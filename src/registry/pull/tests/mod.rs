//! A session against the test's own registry, in good and bad days.

use crate::oci::digest::Digest;
use crate::oci::platform::Platform;
use crate::progress::{Progress, Silent, Step};
use crate::registry::errors::Error;
use crate::registry::http::access::Access;
use crate::registry::http::retry::Settings;
use crate::registry::mock::{ALWAYS, Auth, Fault, Image, Index, Layer, Packed, Registry, digest_of};
use crate::registry::{Resolved, Session};
use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Bytes that no compression shortens.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}

fn hasty() -> Settings {
    Settings {
        stall: Duration::from_millis(400),
        attempts: 3,
        pause: Duration::from_millis(5),
        longest_pause: Duration::from_secs(5),
        concurrent: 3,
    }
}

fn session(registry: &Registry, name: &str) -> Session {
    Session::with(
        &registry.name(name).parse().unwrap(),
        &Access::default(),
        Arc::new(Silent),
        hasty(),
    )
    .unwrap()
}

fn host() -> Platform {
    Platform::host()
}

/// The [`Error`] inside whatever was returned.
fn error<T>(result: anyhow::Result<T>) -> Error {
    let Err(error) = result else {
        panic!("it went well");
    };
    if let Some(error) = error.downcast_ref::<Error>() {
        return error.clone();
    }
    let io: &std::io::Error = error.downcast_ref().expect("an io::Error or an Error");
    let inner = io.get_ref().expect("an Error inside");
    inner.downcast_ref::<Error>().expect("an Error inside").clone()
}

fn read(session: &Session, resolved: &Resolved, layer: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    session
        .blob(&resolved.layers[layer], layer, None)?
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A registry with an image of one large layer.
fn large() -> (Registry, Packed) {
    let layer = Packed::raw(noise(3 << 20));
    let registry = Registry::start();
    registry.push("a/b", "latest", &Image::new().layer(layer.clone()));
    (registry, layer)
}

/// Resolves and reads the layer of [`large`].
fn fetch(registry: &Registry) -> anyhow::Result<Vec<u8>> {
    let session = session(registry, "a/b");
    let resolved = session.resolve(&host())?;
    read(&session, &resolved, 0)
}

fn text(digest: Digest) -> String {
    digest.to_string()
}

#[test]
fn an_image_comes_as_it_was_pushed() {
    for docker in [false, true] {
        let mut image = Image::new()
            .layer(Layer::new().file("a", "a").gzip())
            .layer(Layer::new().file("b", "b").zstd())
            .layer(Layer::new().file("c", "c").plain());
        if docker {
            image = image.docker();
        }
        let registry = Registry::start();
        registry.push("a/b", "v1", &image);
        let session = session(&registry, "a/b:v1");
        let resolved = session.resolve(&host()).unwrap();
        assert_eq!(text(resolved.top_digest), image.digest());
        assert_eq!(text(Digest::of(&resolved.manifest)), image.digest());
        assert_eq!(resolved.manifest, image.manifest());
        assert_eq!(text(resolved.config_digest), image.id());
        assert_eq!(resolved.config, image.config());
        assert!(resolved.index.is_none());
        for (n, layer) in image.layers().iter().enumerate() {
            assert_eq!(read(&session, &resolved, n).unwrap(), layer.blob());
            assert_eq!(registry.count(&layer.digest()), 1);
        }
        assert_eq!(session.head().unwrap().map(text), Some(image.digest()));
    }
}

#[test]
fn a_digest_names_an_image_without_a_tag() {
    let registry = Registry::start();
    let old = Image::new().layer(Layer::new().file("a", "old").gzip());
    registry.push("a", "latest", &old);
    registry.push("a", "latest", &Image::new().layer(Layer::new().file("a", "new").gzip()));
    let session = session(&registry, &format!("a:latest@{}", old.digest()));
    assert_eq!(text(session.resolve(&host()).unwrap().config_digest), old.id());
    assert_eq!(registry.count("latest"), 0);
}

#[test]
fn an_index_is_searched_for_the_platform() {
    let image = |platform: &str| Image::new().platform(platform).label("for", platform);
    let index = Index::new()
        .image(image("unknown/unknown"))
        .image(image("linux/arm/v6"))
        .image(image("linux/arm/v7"))
        .image(image("linux/amd64/v3"))
        .image(image("linux/amd64"))
        .image(image("linux/arm64/v8"));
    for index in [index.clone(), index.docker()] {
        let registry = Registry::start();
        let digest = registry.push_index("a", "latest", &index);
        let session = session(&registry, "a");
        for (wanted, found) in [
            ("linux/amd64", "linux/amd64"),
            ("linux/amd64/v3", "linux/amd64/v3"),
            ("linux/arm64", "linux/arm64/v8"),
            ("linux/arm/v7", "linux/arm/v7"),
            ("linux/arm/v8", "linux/arm/v7"),
            ("linux/arm/v6", "linux/arm/v6"),
        ] {
            let resolved = session.resolve(&wanted.parse().unwrap()).unwrap();
            assert_eq!(text(resolved.config_digest), image(found).id(), "{wanted}");
            assert_eq!(text(resolved.top_digest), digest);
            assert_eq!(resolved.index.as_deref(), Some(&index.bytes()[..]));
            assert_eq!(text(Digest::of(&resolved.manifest)), image(found).digest());
        }
        let error = error(session.resolve(&"linux/s390x".parse().unwrap()));
        assert_eq!(
            error.to_string(),
            format!(
                "{}/a:latest is not there for linux/s390x; it is for linux/amd64, linux/amd64/v3, linux/arm/v6, linux/arm/v7, linux/arm64/v8",
                registry.address()
            )
        );
    }
}

#[test]
fn what_is_not_there_is_named() {
    let (registry, layer) = large();
    let message = error(session(&registry, "a/b:nope").resolve(&host())).to_string();
    assert_eq!(message, format!("no such image a/b:nope in {}", registry.address()));
    let message = error(session(&registry, "a/b:nope").head()).to_string();
    assert_eq!(message, format!("no such image a/b:nope in {}", registry.address()));
    registry.fault(
        &layer.digest(),
        Fault::Status {
            code: 404,
            retry_after: None,
            times: ALWAYS,
        },
    );
    assert!(matches!(error(fetch(&registry)), Error::NoBlob { digest, .. } if text(digest) == layer.digest()));
    registry.heal();
    registry.fault(
        "latest",
        Fault::Status {
            code: 403,
            retry_after: None,
            times: ALWAYS,
        },
    );
    assert_eq!(
        error(fetch(&registry)).to_string(),
        format!(
            "registry {} denies access to a/b: requested access to the resource is denied",
            registry.address()
        )
    );
}

#[test]
fn nobody_there_is_said_at_once() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let name = format!("127.0.0.1:{port}/a").parse().unwrap();
    let session = Session::with(&name, &Access::default(), Arc::new(Silent), Settings::default()).unwrap();
    let start = Instant::now();
    assert_eq!(
        error(session.resolve(&host())).to_string(),
        format!("cannot reach registry 127.0.0.1:{port}: connection refused (is the name right, and is it up?)")
    );
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[test]
fn a_request_that_cannot_be_made_is_an_error_and_not_another_request() {
    let endpoint = crate::registry::endpoint::Endpoint {
        host: "no host".into(),
        insecure: true,
        loopback: true,
    };
    let connection =
        crate::registry::http::connection::Connection::new(endpoint, &Default::default(), hasty().stall).unwrap();
    let client = crate::registry::http::client::Client::new("a.io/b".parse().unwrap(), connection, None, hasty());
    let session = Session::of(vec![Arc::new(client)], Arc::new(Silent)).unwrap();
    assert_eq!(
        error(session.resolve(&host())).to_string(),
        "cannot reach registry a.io: invalid international domain name (is the name right, and is it up?)"
    );
}

#[test]
fn a_registry_that_says_nothing_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let name = format!("{}/a", listener.local_addr().unwrap()).parse().unwrap();
    let session = Session::with(&name, &Access::default(), Arc::new(Silent), hasty()).unwrap();
    let message = error(session.resolve(&host())).to_string();
    assert!(message.ends_with("no answer within 0.4 s (is it up?)"), "{message}");
}

#[test]
fn names_of_this_machine_are_known_without_a_name_server() {
    let (registry, layer) = large();
    let port = registry.address().rsplit_once(':').unwrap().1.to_owned();
    let name = format!("localhost:{port}/a/b").parse().unwrap();
    let session = Session::with(&name, &Access::default(), Arc::new(Silent), hasty()).unwrap();
    let resolved = session.resolve(&host()).unwrap();
    assert_eq!(read(&session, &resolved, 0).unwrap(), layer.blob());
}

#[test]
fn a_broken_transfer_goes_on_from_where_it_broke() {
    let (registry, layer) = large();
    registry.fault(
        &layer.digest(),
        Fault::Drop {
            after: 1_000_000,
            times: 2,
        },
    );
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
fn a_stalled_transfer_is_broken_off_and_goes_on() {
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
    let session = Session::with(
        &registry.name("a/b").parse().unwrap(),
        &Access::default(),
        steps.clone(),
        hasty(),
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
    registry.fault(
        &layer.digest(),
        Fault::Drop {
            after: 2_000_000,
            times: 1,
        },
    );
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(registry.count(&layer.digest()), 2);
}

#[test]
fn an_answer_with_another_range_is_not_believed() {
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::ShiftRange(1));
    registry.fault(
        &layer.digest(),
        Fault::Drop {
            after: 2_000_000,
            times: 1,
        },
    );
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(registry.count(&layer.digest()), 3);
}

#[test]
fn attempts_without_progress_end() {
    let (registry, layer) = large();
    registry.fault(
        &layer.digest(),
        Fault::Drop {
            after: 1000,
            times: ALWAYS,
        },
    );
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
    registry.fault(
        &layer.digest(),
        Fault::Drop {
            after: 300_000,
            times: ALWAYS,
        },
    );
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
fn a_blob_of_another_size_is_refused() {
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
fn without_a_length_the_bytes_are_counted() {
    let (registry, layer) = large();
    registry.fault(&layer.digest(), Fault::Chunked);
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    registry.fault(&layer.digest(), Fault::Append(b"more".to_vec()));
    assert!(matches!(error(fetch(&registry)), Error::SizeMismatch { .. }));
    // A wrong digest outranks the wrong size.
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
fn an_empty_blob_is_a_blob() {
    let registry = Registry::start();
    registry.push("a", "latest", &Image::new().layer(Packed::raw(Vec::new())));
    let session = session(&registry, "a");
    let resolved = session.resolve(&host()).unwrap();
    assert_eq!(read(&session, &resolved, 0).unwrap(), b"");
}

#[test]
fn manifest_and_configuration_are_held_against_their_digests() {
    let image = Image::new().layer(Layer::new().file("a", "a").gzip());
    for target in [image.digest(), image.id()] {
        let registry = Registry::start();
        registry.push("a", "latest", &image);
        registry.fault(&target, Fault::Corrupt);
        let session = session(&registry, &format!("a@{}", image.digest()));
        let error = error(session.resolve(&host()));
        assert!(matches!(error, Error::DigestMismatch { expected, .. } if text(expected) == target));
    }
}

#[test]
fn a_manifest_has_its_limit() {
    let registry = Registry::start();
    registry.push("a", "latest", &Image::new());
    registry.fault("latest", Fault::Replace(vec![b' '; (4 << 20) + 1]));
    for chunked in [false, true] {
        if chunked {
            registry.fault("latest", Fault::Chunked);
        }
        let error = error(session(&registry, "a").resolve(&host()));
        assert_eq!(
            error.to_string(),
            format!(
                "manifest latest from {} is larger than 4194304 bytes",
                registry.address()
            )
        );
    }
}

#[test]
fn what_is_no_image_is_refused_by_its_type() {
    let registry = Registry::start();
    let say = |manifest: String| {
        registry.put_manifest("a", "latest", "application/json", manifest.as_bytes());
        error(session(&registry, "a").resolve(&host())).to_string()
    };
    let descriptor = |media_type: &str| {
        format!(
            r#"{{"mediaType":"{media_type}","digest":"{}","size":2}}"#,
            digest_of(b"{}")
        )
    };
    let config = descriptor("application/vnd.oci.image.config.v1+json");
    assert_eq!(
        say(r#"{"schemaVersion":1,"fsLayers":[]}"#.into()),
        "unsupported media type application/json of manifest latest (Docker's schema 1 is no longer supported; the image has to be pushed anew)"
    );
    assert_eq!(
        say(format!(
            r#"{{"schemaVersion":2,"manifests":[],"config":{config},"layers":[]}}"#
        )),
        "unsupported media type application/json of manifest latest (neither a manifest nor an index)"
    );
    let chart = descriptor("application/vnd.cncf.helm.config.v1+json");
    assert_eq!(
        say(format!(r#"{{"schemaVersion":2,"config":{chart},"layers":[]}}"#)),
        "unsupported media type application/vnd.cncf.helm.config.v1+json of manifest latest (it is no container image)"
    );
    let sealed = descriptor("application/vnd.oci.image.layer.v1.tar+encrypted");
    assert_eq!(
        say(format!(
            r#"{{"schemaVersion":2,"config":{config},"layers":[{sealed}]}}"#
        )),
        format!(
            "unsupported media type application/vnd.oci.image.layer.v1.tar+encrypted of layer {}",
            digest_of(b"{}")
        )
    );
    assert!(say("<html>".into()).starts_with(&format!("manifest latest from {} cannot be read: ", registry.address())));
}

#[test]
fn a_busy_registry_is_asked_again_when_it_says_so() {
    let (registry, layer) = large();
    let busy = |code, retry_after, times| Fault::Status {
        code,
        retry_after,
        times,
    };
    registry.fault("latest", busy(429, Some(1), 1));
    registry.fault(&layer.digest(), busy(503, Some(1), 1));
    let start = Instant::now();
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!((registry.count("latest"), registry.count(&layer.digest())), (2, 2));
    // Longer than anybody wants to wait.
    registry.forget_requests();
    registry.fault("latest", busy(429, Some(3600), ALWAYS));
    assert_eq!(
        error(fetch(&registry)).to_string(),
        format!(
            "too many requests to registry {}; it may be tried again in 60 min",
            registry.address()
        )
    );
    assert_eq!(registry.count("latest"), 1);
}

#[test]
fn a_failing_registry_is_asked_so_often() {
    let (registry, layer) = large();
    registry.fault(
        &layer.digest(),
        Fault::Status {
            code: 500,
            retry_after: None,
            times: ALWAYS,
        },
    );
    let message = error(fetch(&registry)).to_string();
    assert_eq!(
        message,
        format!(
            "registry {} answered 500 for {}: something is wrong",
            registry.address(),
            layer.digest()
        )
    );
    assert_eq!(registry.count(&layer.digest()), 3);
}

#[test]
fn several_layers_are_read_at_once_and_one_slow_reader_stops_nobody() {
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
fn a_reader_outlives_its_session_only_to_say_so() {
    let (registry, layer) = large();
    let session = session(&registry, "a/b");
    let resolved = session.resolve(&host()).unwrap();
    let mut reader = session.blob(&resolved.layers[0], 0, None).unwrap();
    drop(session);
    let failed = reader.read_to_end(&mut Vec::new()).map_err(anyhow::Error::from);
    assert_eq!(error(failed), Error::Abandoned(layer.digest().parse().unwrap()));
}

#[test]
fn tokens_are_fetched_once_and_again_when_they_end() {
    let (registry, layer) = large();
    registry.demand(Auth::Anonymous);
    let session = session(&registry, "a/b");
    let resolved = session.resolve(&host()).unwrap();
    let tokens = || {
        let requests = registry.requests();
        let tokens = requests.iter().filter(|request| request.path.starts_with("/token"));
        tokens.map(|request| request.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(tokens(), ["/token?scope=repository%3Aa%2Fb%3Apull&service=mock"]);
    registry.expire_tokens();
    assert_eq!(read(&session, &resolved, 0).unwrap(), layer.blob());
    assert_eq!(tokens().len(), 2);
}

#[test]
fn access_that_needs_credentials_says_where_they_are_kept() {
    let (registry, _) = large();
    let (user, password) = ("me".to_owned(), "secret".to_owned());
    let basic = Auth::Basic {
        user: user.clone(),
        password: password.clone(),
    };
    for auth in [basic, Auth::Bearer { user, password }] {
        registry.demand(auth);
        let host = registry.address();
        assert_eq!(
            error(fetch(&registry)).to_string(),
            format!(
                "registry {host} does not give access to a/b: it does not exist, or needs credentials \
                 (`lamel login {host}` keeps them)"
            )
        );
    }
}

#[test]
fn credentials_are_used_where_they_are_demanded() {
    let (registry, layer) = large();
    let credentials = |password: &str| crate::registry::auth::credentials::Credentials {
        proof: crate::registry::auth::credentials::Proof::password("me", password),
        source: "auth.json".into(),
    };
    let session = |password: &str| {
        let reference = registry.name("a/b").parse().unwrap();
        let endpoint = crate::registry::endpoint::Endpoint::of(&registry.address(), None);
        let connection =
            crate::registry::http::connection::Connection::new(endpoint, &Default::default(), hasty().stall).unwrap();
        let client =
            crate::registry::http::client::Client::new(reference, connection, Some(credentials(password)), hasty());
        Session::of(vec![Arc::new(client)], Arc::new(Silent)).unwrap()
    };
    let (user, password) = ("me".to_owned(), "secret".to_owned());
    let basic = Auth::Basic {
        user: user.clone(),
        password: password.clone(),
    };
    for auth in [basic, Auth::Bearer { user, password }] {
        registry.demand(auth);
        let right = session("secret");
        let resolved = right.resolve(&host()).unwrap();
        assert_eq!(read(&right, &resolved, 0).unwrap(), layer.blob());
        assert_eq!(
            error(session("wrong").resolve(&host())).to_string(),
            format!(
                "registry {} does not give access to a/b with the credentials of me from auth.json",
                registry.address()
            )
        );
    }
}

#[test]
fn credentials_stay_with_the_registry_when_a_blob_is_elsewhere() {
    let (registry, layer) = large();
    let elsewhere = Registry::start();
    elsewhere.put_blob(layer.blob());
    registry.demand(Auth::Anonymous);
    let to = format!("http://{}/v2/x/blobs/{}", elsewhere.address(), layer.digest());
    registry.fault(&layer.digest(), Fault::Redirect(to));
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(elsewhere.requests()[0].header("authorization"), None);
}

/// The kernel refuses a user namespace to a process with threads, so none may be left. Other tests have threads of their own: this one runs alone.
#[test]
fn a_session_leaves_no_thread_behind() {
    const INSIDE: &str = "LAMEL_TEST_THREADS";
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let Some(address) = std::env::var_os(INSIDE) else {
        let (registry, _) = large();
        registry.demand(Auth::Anonymous);
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "registry::pull::tests::a_session_leaves_no_thread_behind"])
            .env(INSIDE, registry.address())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        assert!(registry.blob_requests() > 0);
        return;
    };
    let before = threads();
    let port = address.to_str().unwrap().rsplit_once(':').unwrap().1.to_owned();
    let name = format!("localhost:{port}/a/b").parse().unwrap();
    let session = Session::with(&name, &Access::default(), Arc::new(Silent), hasty()).unwrap();
    let resolved = session.resolve(&host()).unwrap();
    read(&session, &resolved, 0).unwrap();
    let half = session.blob(&resolved.layers[0], 0, None).unwrap();
    assert_eq!(threads(), before + 1);
    drop(session);
    assert_eq!(threads(), before);
    drop(half);
}
