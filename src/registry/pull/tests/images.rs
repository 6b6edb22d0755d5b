//! Manifests, indexes and configurations.

use crate::oci::digest::Digest;
use crate::registry::errors::Error;
use crate::registry::mock::{ALWAYS, Fault, Image, Index, Layer, Packed, Registry, digest_of};
use crate::registry::pull::tests::{error, fetch, host, large, read, session, text};

#[test]
fn an_image_is_pulled_as_it_was_pushed() {
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
                "{}/a:latest is not there for linux/s390x; it is for linux/amd64, linux/amd64/v3, \
                 linux/arm/v6, linux/arm/v7, linux/arm64/v8",
                registry.address()
            )
        );
    }
}

#[test]
fn errors_name_what_the_registry_lacks_or_denies() {
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
fn an_empty_blob_is_pulled() {
    let registry = Registry::start();
    registry.push("a", "latest", &Image::new().layer(Packed::raw(Vec::new())));
    let session = session(&registry, "a");
    let resolved = session.resolve(&host()).unwrap();
    assert_eq!(read(&session, &resolved, 0).unwrap(), b"");
}

#[test]
fn manifest_and_configuration_are_verified() {
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
fn a_manifest_that_is_too_large_is_an_error() {
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
fn what_is_no_image_is_rejected_by_its_media_type() {
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
        "unsupported media type application/json of manifest latest (Docker's schema 1 is no longer \
         supported; the image has to be pushed anew)"
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
