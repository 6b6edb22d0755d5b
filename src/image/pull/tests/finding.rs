//! Images are found by name and by ID, and made without a registry.

use crate::image::layers::stack::stack;
use crate::image::layers::unpack::store_layer;
use crate::image::names::resolve::{ResolveError, parse_name, resolve};
use crate::image::publish::publish;
use crate::image::pull::hello::ensure_hello;
use crate::image::pull::tests::*;
use crate::oci::config::ImageConfig;
use oci_spec::image::History;

#[test]
fn an_image_is_found_by_name_by_id_and_by_an_unambiguous_prefix() {
    let (world, registry) = (World::new(), Registry::start());
    let ids: Vec<String> = (0..20)
        .map(|n| {
            let image = Served::new().layer(motd("x").gzip()).label("n", &n.to_string());
            registry.push("app", &n.to_string(), &image);
            let id = world.pulled(&registry.name(&format!("app:{n}")));
            id.hex()
        })
        .collect();
    let id = &ids[0];
    for text in [
        id.clone(),
        format!("sha256:{id}"),
        id[..20].to_owned(),
        format!("sha256:{}", &id[..20]),
    ] {
        assert_eq!(world.image(&text).record.id.hex(), *id);
        assert!(world.image(&text).name.is_none());
    }
    // Twenty IDs and sixteen digits: two IDs have the same first digit.
    let twice = ids
        .iter()
        .find(|id| ids.iter().filter(|other| other[..1] == id[..1]).count() > 1)
        .unwrap();
    let count = ids.iter().filter(|other| other[..1] == twice[..1]).count();
    let error = resolve(&world.store, &twice[..1]).unwrap_err();
    let expected = ResolveError::Ambiguous {
        prefix: twice[..1].to_owned(),
        count,
    };
    assert_eq!(error.downcast_ref(), Some(&expected));
    for missing in ["nothing:1", &"0".repeat(64)] {
        let error = resolve(&world.store, missing).unwrap_err();
        assert_eq!(
            error.downcast_ref(),
            Some(&ResolveError::NoSuchImage(missing.to_owned()))
        );
    }
    assert!(
        resolve(&world.store, "No/Such")
            .unwrap_err()
            .to_string()
            .starts_with("invalid reference")
    );
}

#[test]
fn a_name_that_looks_like_an_id_is_a_name_first() {
    let (world, registry) = (World::new(), Registry::start());
    registry.push("app", "1", &Served::new().layer(motd("x").gzip()));
    let id = world.pulled(&registry.name("app:1"));
    let other = Served::new().label("other", "yes");
    registry.push("app", "2", &other);
    let other_id = world.pulled(&registry.name("app:2"));
    let name = parse_name(&id.hex()[..12]).unwrap().or_latest();
    let tag = crate::store::objects::records::Tag {
        reference: name,
        image: other_id,
        tagged: "2024-01-02T00:00:00Z".into(),
        implied: false,
    };
    world
        .store
        .put_tag(&world.store.lock_use().unwrap(), &tag, false)
        .unwrap();
    assert_eq!(world.image(&id.hex()[..12]).record.id, other_id);
    assert_eq!(world.image(&id.hex()[..11]).record.id, id);
}

#[test]
fn layers_that_were_stored_one_by_one_become_an_image() {
    let world = World::new();
    let layer = motd("import").gzip();
    let tar = || Box::new(layer.blob());
    let wrong = DiffId(Digest::of(b"wrong"));
    let error = store_layer(&world.store, tar(), Some(wrong), single_id(), true)
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains(&wrong.to_string()), "{error}");
    world.assert_empty();

    let stored = store_layer(&world.store, tar(), Some(diff_id(&layer)), single_id(), true).unwrap();
    let mut config = ImageConfig::new(&Platform::host());
    config.add_layer(stored.layer.info.diff_id, History::default());
    let name: Reference = "mine".parse().unwrap();
    let id = publish(&world.store, &config, None, Some(&name)).unwrap();
    assert_eq!(world.image("mine:latest").record.id, id);
    assert_eq!(world.image("mine").record.size, 6);

    config.add_layer(wrong, History::default());
    let error = publish(&world.store, &config, None, None).unwrap_err();
    assert_eq!(error.to_string(), format!("layer {wrong} is not in the store"));
}

#[test]
fn the_built_in_image_is_made_once() {
    let world = World::new();
    let first = ensure_hello(&world.store, single_id()).unwrap();
    let made = fs::metadata(world.store.root().join("images").join(format!("{}.json", first.hex()))).unwrap();
    let again = ensure_hello(&world.store, single_id()).unwrap();
    let unmade = fs::metadata(world.store.root().join("images").join(format!("{}.json", first.hex()))).unwrap();
    assert_eq!(first, again);
    assert_eq!(made.modified().unwrap(), unmade.modified().unwrap());
    let image = world.image("hello");
    let directories = stack(&world.store, &image.record).unwrap();
    let program = fs::metadata("/proc/self/exe").unwrap().len();
    assert_eq!(fs::metadata(directories[0].join("lamel")).unwrap().len(), program);
    let (pulled, seen) = pull_into(&world.store, "localhost/hello");
    pulled.unwrap();
    assert_eq!(seen, ["Status: Image is up to date for localhost/hello:latest"]);
}
