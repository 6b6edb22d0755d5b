//! Pulls that succeed: what they make, and what they do not ask for.

use crate::image::layers::stack::stack;
use crate::image::publish::publish;
use crate::image::pull::tests::*;

#[test]
fn a_pulled_image_has_its_names_its_blobs_and_its_layers() {
    let (world, registry) = (World::new(), Registry::start());
    let (base, top) = (motd("base\n").gzip(), motd("top\n").zstd());
    let image = Served::new().layer(base.clone()).layer(top.clone()).cmd(&["/bin/true"]);
    let digest = registry.push("tools/app", "latest", &image);

    let (pulled, seen) = world.pull(&registry.name("tools/app"));
    let pulled = pulled.unwrap();

    let name = registry.name("tools/app:latest");
    assert_eq!(pulled.to_string(), name);
    assert_eq!(world.image(&name).record.id.to_string(), image.id());
    assert_eq!(
        seen[..3],
        [
            "Using default tag: latest".to_owned(),
            "latest: Pulling from tools/app".to_owned(),
            format!("layers {} {}", short(&base), short(&top)),
        ]
    );
    let mut completed = seen[3..5].to_vec();
    completed.sort();
    assert_eq!(completed, ["0 complete", "1 complete"]);
    assert_eq!(
        seen[5..],
        [
            format!("Digest: {digest}"),
            format!("Status: Downloaded newer image for {name}")
        ]
    );

    let by_tag = world.image(&name);
    let by_digest = world.image(&registry.name(&format!("tools/app@{digest}")));
    assert_eq!(by_tag.record, by_digest.record);
    assert_eq!(by_tag.record.layers, [diff_id(&base), diff_id(&top)]);
    assert_eq!(by_tag.record.size, 9);
    assert_eq!(by_tag.config.process().cmd().as_deref().unwrap(), ["/bin/true"]);
    assert_eq!(world.store.blob(&by_tag.record.manifest).unwrap(), image.manifest());
    assert_eq!(world.read(&base, "etc/motd"), b"base\n");
    assert_eq!(world.read(&top, "etc/motd"), b"top\n");
    assert!(stack(&world.store, &by_tag.record).unwrap()[0].ends_with(format!("{}/diff", diff_id(&top).hex())));
    for folder in ["staging", "trash", "leases", "claims"] {
        assert_eq!(world.entries(folder), 0, "{folder}");
    }
}

#[test]
fn pulling_again_sends_one_head_request() {
    let (world, registry) = (World::new(), Registry::start());
    let image = Served::new().layer(motd("x").gzip());
    let digest = registry.push("app", "1", &image);
    let name = registry.name("app:1");
    world.pull(&name).0.unwrap();
    let before = registry.requests().len();

    let (pulled, seen) = world.pull(&name);

    pulled.unwrap();
    assert_eq!(
        seen,
        [
            "1: Pulling from app".to_owned(),
            format!("Digest: {digest}"),
            format!("Status: Image is up to date for {name}"),
        ]
    );
    let since: Vec<_> = registry.requests()[before..]
        .iter()
        .map(|request| request.method.clone())
        .collect();
    assert_eq!(since.last().map(String::as_str), Some("HEAD"));
    assert!(!since.contains(&"POST".to_owned()));
}

#[test]
fn a_layer_that_the_store_has_is_not_fetched() {
    let (world, registry) = (World::new(), Registry::start());
    let base = motd("base").gzip();
    registry.push("one", "1", &Served::new().layer(base.clone()));
    registry.push("two", "1", &Served::new().layer(base.clone()).layer(motd("two").gzip()));
    world.pull(&registry.name("one:1")).0.unwrap();

    let (pulled, seen) = world.pull(&registry.name("two:1"));

    pulled.unwrap();
    assert_eq!(seen[2..4], ["0 exists", "1 complete"]);
    assert_eq!(blob_requests(&registry, &base), 1);
    assert_eq!(world.entries("layers"), 2);
}

#[test]
fn a_layer_that_an_image_has_twice_is_fetched_once() {
    let (world, registry) = (World::new(), Registry::start());
    let (same, other) = (motd("same").gzip(), motd("other").plain());
    registry.push(
        "app",
        "1",
        &Served::new().layer(same.clone()).layer(other).layer(same.clone()),
    );
    world.pull(&registry.name("app:1")).0.unwrap();
    assert_eq!(blob_requests(&registry, &same), 1);
    assert_eq!(world.image(&registry.name("app:1")).record.layers.len(), 3);
}

#[test]
fn an_image_without_layers_can_be_pulled() {
    let (world, registry) = (World::new(), Registry::start());
    registry.push("nothing", "1", &Served::new());
    world.pull(&registry.name("nothing:1")).0.unwrap();
    assert!(world.image(&registry.name("nothing:1")).record.layers.is_empty());
}

#[test]
fn an_image_whose_name_moved_stays_without_it() {
    let (world, registry) = (World::new(), Registry::start());
    let (old, new) = (
        Served::new().layer(motd("old").gzip()),
        Served::new().layer(motd("new").gzip()),
    );
    registry.push("app", "1", &old);
    world.pull(&registry.name("app:1")).0.unwrap();
    registry.push("app", "1", &new);
    let (pulled, _) = world.pull(&registry.name("app:1"));
    pulled.unwrap();
    assert_eq!(world.image(&registry.name("app:1")).record.id.to_string(), new.id());
    assert_eq!(world.image(&old.id()).record.id.to_string(), old.id());
}

#[test]
fn a_pull_by_digest_gives_no_tag() {
    let (world, registry) = (World::new(), Registry::start());
    let digest = registry.push("app", "1", &Served::new().layer(motd("x").gzip()));
    let name = registry.name(&format!("app:9@{digest}"));
    let (pulled, seen) = world.pull(&name);
    assert_eq!(pulled.unwrap().to_string(), registry.name(&format!("app@{digest}")));
    let whole = registry.name(&format!("app@{digest}"));
    assert_eq!(seen[0], format!("{whole}: Pulling from app"));
    assert_eq!(world.store.tags().unwrap().len(), 1);
    // The digest is in the store: no request is needed.
    let before = registry.requests().len();
    world.pull(&name).0.unwrap();
    assert_eq!(registry.requests().len(), before);
}

#[test]
fn two_pulls_at_once_fetch_a_layer_once() {
    let (world, registry) = (World::new(), Registry::start());
    let layers: Vec<Packed> = (0..4).map(|n| motd(&format!("{n}").repeat(100_000)).gzip()).collect();
    let image = layers
        .iter()
        .fold(Served::new(), |image, layer| image.layer(layer.clone()));
    registry.push("app", "1", &image);
    let name = registry.name("app:1");
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| pull_into(&open(world.dir.path()), &name).0.unwrap());
        }
    });
    for layer in &layers {
        assert_eq!(blob_requests(&registry, layer), 1);
    }
}

#[test]
fn an_image_that_comes_back_from_a_registry_keeps_its_parent() {
    let (world, registry) = (World::new(), Registry::start());
    let image = Served::new().layer(motd("x").gzip());
    registry.push("app", "1", &image);
    let name = registry.name("app:1");
    let id = world.pulled(&name);
    let parent = ImageId(Digest::of(b"parent"));
    let config = world.image(&name).config;
    assert_eq!(
        Digest::of(&config.to_bytes()),
        id.0,
        "the configuration is written as it was read"
    );
    publish(&world.store, &config, Some(parent), None).unwrap();
    registry.push("app", "2", &image);
    world.pulled(&registry.name("app:2"));
    assert_eq!(world.image(&name).record.parent, Some(parent));
}
