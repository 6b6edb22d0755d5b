//! Pulls that fail, and what they leave in the store.

use crate::image::layers::stack::stack;
use crate::image::pull::tests::*;

#[test]
fn wrong_bytes_are_an_error_and_leave_nothing() {
    let (world, registry) = (World::new(), Registry::start());
    let bad = motd("bad").plain();
    registry.push("app", "1", &Served::new().layer(bad.clone()));
    let mut other = bad.blob().to_vec();
    other[0] ^= 1;
    registry.fault(&bad.digest(), Fault::Replace(other));
    let error = world.pull(&registry.name("app:1")).0.unwrap_err();
    let text = format!("{error:#}");
    assert!(text.starts_with(&format!("layer {}: ", bad.digest())), "{text}");
    assert_eq!(
        text.matches("sha256:").count(),
        3,
        "the layer, what was promised, what came: {text}"
    );
    world.assert_empty();
}

#[test]
fn a_layer_that_unpacks_to_another_than_the_configuration_lists_is_refused() {
    let (world, registry) = (World::new(), Registry::start());
    let (promised, served) = (motd("promised").gzip(), motd("served").gzip());
    let image = Served::new().layer(promised.clone());
    let manifest = String::from_utf8(image.manifest()).unwrap();
    let manifest = manifest.replace(&promised.digest(), &served.digest());
    let size = |layer: &Packed| format!("\"size\":{}", layer.blob().len());
    let manifest = manifest.replace(&size(&promised), &size(&served));
    registry.put_blob(&image.config());
    registry.put_blob(served.blob());
    registry.put_manifest("app", "1", &image.media_type(), manifest.as_bytes());
    let error = format!("{:#}", world.pull(&registry.name("app:1")).0.unwrap_err());
    assert_eq!(
        error,
        format!(
            "layer {}: the layer unpacks to {}, but the configuration lists {}",
            served.digest(),
            served.diff_id(),
            promised.diff_id()
        )
    );
    world.assert_empty();
}

#[test]
fn the_first_error_ends_transfers_that_stall() {
    let (world, registry) = (World::new(), Registry::start());
    // The larger one is fetched first; the other must fail while that stalls.
    let (stalls, bad) = (motd(&"stalls".repeat(1000)).plain(), motd("bad").plain());
    registry.push("app", "1", &Served::new().layer(stalls.clone()).layer(bad.clone()));
    registry.fault(
        &stalls.digest(),
        Fault::Stall {
            after: 10,
            times: ALWAYS,
        },
    );
    registry.fault(&bad.digest(), Fault::Corrupt);
    let start = Instant::now();
    let error = world.pull(&registry.name("app:1")).0.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(error.to_string().contains(&bad.digest()), "{error:#}");
    world.assert_empty();
}

#[test]
fn a_layer_that_was_published_before_another_failed_is_not_fetched_again() {
    let (world, registry) = (World::new(), Registry::start());
    let (good, bad) = (motd(&"good".repeat(1000)).plain(), motd("bad").plain());
    registry.push("app", "1", &Served::new().layer(good.clone()).layer(bad.clone()));
    registry.push("good", "1", &Served::new().layer(good.clone()));
    world.pull(&registry.name("good:1")).0.unwrap();
    registry.fault(&bad.digest(), Fault::Corrupt);
    world.pull(&registry.name("app:1")).0.unwrap_err();
    registry.heal();
    world.pull(&registry.name("app:1")).0.unwrap();
    assert_eq!(blob_requests(&registry, &good), 1);
}

#[test]
fn after_a_crash_of_the_machine_an_intact_layer_is_kept_and_a_damaged_one_fetched_again() {
    let (world, registry) = (World::new(), Registry::start());
    let (whole, broken, gone) = (motd("whole").gzip(), motd("broken").gzip(), motd("gone").gzip());
    registry.push(
        "app",
        "1",
        &Served::new()
            .layer(whole.clone())
            .layer(broken.clone())
            .layer(gone.clone()),
    );
    let name = registry.name("app:1");
    world.pull(&name).0.unwrap();
    for layer in [&whole, &broken, &gone] {
        world.make_suspect(layer);
    }
    let diff = |layer: &Packed| world.store.layer(&diff_id(layer)).unwrap().unwrap().diff();
    fs::write(diff(&broken).join("etc/motd"), "brokem").unwrap();
    fs::remove_file(diff(&gone).join("etc/motd")).unwrap();

    assert!(stack(&world.store, &world.image(&name).record).is_err());
    let (pulled, seen) = world.pull(&name);

    pulled.unwrap();
    assert_eq!(seen[2], "0 exists");
    assert_eq!(blob_requests(&registry, &whole), 1);
    assert_eq!(blob_requests(&registry, &broken), 2);
    assert_eq!(blob_requests(&registry, &gone), 2);
    assert_eq!(world.read(&broken, "etc/motd"), b"broken");
    assert_eq!(stack(&world.store, &world.image(&name).record).unwrap().len(), 3);
    assert!(!world.store.layer(&diff_id(&whole)).unwrap().unwrap().suspect);
}

#[test]
fn an_error_ends_the_wait_for_the_claim_of_another_command() {
    let (world, registry) = (World::new(), Registry::start());
    let (claimed, bad) = (motd("claimed").plain(), motd("bad").plain());
    registry.push("app", "1", &Served::new().layer(claimed.clone()).layer(bad.clone()));
    registry.fault(&bad.digest(), Fault::Corrupt);
    let claim = world.store.claim_layer(&diff_id(&claimed)).unwrap();
    let error = world.pull(&registry.name("app:1")).0.unwrap_err();
    assert!(error.to_string().contains(&bad.digest()), "{error:#}");
    drop(claim);
    world.assert_empty();
}
