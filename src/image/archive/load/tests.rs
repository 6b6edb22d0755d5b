//! Archives made in code, loaded into stores of their own.

use crate::image::archive::import::import;
use crate::image::archive::load::*;
use crate::image::names::resolve::resolve;
use crate::progress::Silent;
use crate::registry::mock::{Image, Index, Layer, digest_of};
use crate::store::location::Location;
use serde_json::{Value, json};
use std::io::{Seek, Write};

struct World {
    dir: tempfile::TempDir,
    store: Store,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let location = Location {
        root: dir.path().join("root"),
        run: dir.path().join("run"),
    };
    let store = Store::open(&location).unwrap();
    World { dir, store }
}

impl World {
    /// Loads and shows as `load` prints.
    fn load(&self, archive: &[u8]) -> Result<Vec<String>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(archive).unwrap();
        file.rewind().unwrap();
        self.load_file(file)
    }

    fn load_file(&self, file: File) -> Result<Vec<String>> {
        let loaded = load(&self.store, file, &"linux/amd64".parse().unwrap(), true, &Silent)?;
        let show = |image: Loaded| match image.names.is_empty() {
            true => vec![image.image.to_string()],
            false => image.names.iter().map(Reference::familiar).collect(),
        };
        Ok(loaded.into_iter().flat_map(show).collect())
    }

    fn error(&self, archive: &[u8]) -> String {
        let message = format!("{:#}", self.load(archive).unwrap_err());
        assert_eq!(self.store.images().unwrap(), []);
        message
    }
}

fn image() -> Image {
    Image::new()
        .platform("linux/amd64")
        .layer(Layer::new().dir("etc").file("etc/motd", "one\n").gzip())
        .layer(Layer::new().dir("etc").file("etc/motd", "two\n").zstd())
        .layer(Layer::new().dir("etc").file("etc/motd", "three\n").plain())
}

fn hex(digest: &str) -> &str {
    digest.strip_prefix("sha256:").unwrap()
}

/// The members of an archive, before they become one.
type Members = Vec<(String, Vec<u8>)>;

fn docker_members(image: &Image, names: &Value) -> Members {
    let layers: Vec<String> = image
        .layers()
        .iter()
        .map(|l| format!("{}/layer.tar", hex(&l.diff_id())))
        .collect();
    let config = format!("{}.json", hex(&image.id()));
    let manifest = json!([{ "Config": config, "RepoTags": names, "Layers": layers }]);
    let mut members = vec![(config, image.config())];
    for (name, layer) in layers.into_iter().zip(image.layers()) {
        members.push((name, layer.tar().to_vec()));
    }
    members.push(("manifest.json".into(), manifest.to_string().into_bytes()));
    members
}

fn layout_members(image: &Image, annotations: &[Value]) -> Members {
    let entries = annotations.iter().map(|annotations| {
        json!({ "mediaType": image.media_type(), "digest": image.digest(), "size": image.manifest().len(),
            "annotations": annotations })
    });
    let mut members = marks(entries.collect());
    add_image(&mut members, image);
    members
}

fn marks(entries: Vec<Value>) -> Members {
    let index = json!({ "schemaVersion": 2, "manifests": entries }).to_string();
    vec![
        ("index.json".into(), index.into_bytes()),
        ("oci-layout".into(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()),
    ]
}

fn add_image(members: &mut Members, image: &Image) {
    let mut add = |bytes: &[u8]| members.push((format!("blobs/sha256/{}", hex(&digest_of(bytes))), bytes.to_vec()));
    add(&image.config());
    add(&image.manifest());
    image.layers().iter().for_each(|layer| add(layer.blob()));
}

fn tar(members: &Members) -> Vec<u8> {
    let archive = members
        .iter()
        .fold(Layer::new(), |tar, (name, bytes)| tar.file(name, bytes));
    archive.plain().tar().to_vec()
}

fn motd(world: &World, name: &str) -> String {
    let image = resolve(&world.store, name).unwrap();
    let top = image.record.layers.last().unwrap();
    let layer = world.store.layer(top).unwrap().unwrap();
    std::fs::read_to_string(layer.diff().join("etc/motd")).unwrap()
}

#[test]
fn a_docker_archive_gives_its_images_their_names() {
    let world = world();
    let archive = tar(&docker_members(&image(), &json!(["app:1", "quay.io/team/app:latest"])));
    assert_eq!(world.load(&archive).unwrap(), ["app:1", "quay.io/team/app:latest"]);
    let found = resolve(&world.store, "app:1").unwrap();
    assert_eq!(found.record.id.to_string(), image().id());
    assert_eq!(motd(&world, "quay.io/team/app"), "three\n");
}

#[test]
fn an_image_without_a_name_is_shown_by_its_id() {
    for names in [json!(null), json!([])] {
        let world = world();
        assert_eq!(
            world.load(&tar(&docker_members(&image(), &names))).unwrap(),
            [image().id()]
        );
        assert_eq!(motd(&world, &image().id()), "three\n");
    }
}

#[test]
fn a_layout_gives_its_names_and_its_own_manifest() {
    let annotations = [
        json!({ "io.containerd.image.name": "docker.io/library/app:1", "org.opencontainers.image.ref.name": "1" }),
        json!({ "org.opencontainers.image.ref.name": "localhost/app:2" }),
        json!({ "org.opencontainers.image.ref.name": "latest" }),
    ];
    let world = world();
    let names = world.load(&tar(&layout_members(&image(), &annotations))).unwrap();
    assert_eq!(names, ["app:1", "localhost/app:2"]);
    let found = resolve(&world.store, "app:1").unwrap();
    assert_eq!(found.record.manifest.to_string(), image().digest());
    assert_eq!(motd(&world, "localhost/app:2"), "three\n");
    // Docker's form of the same image does not replace the manifest.
    world
        .load(&tar(&docker_members(&image(), &json!(["again:1"]))))
        .unwrap();
    let again = resolve(&world.store, "again:1").unwrap();
    assert_eq!(again.record.manifest.to_string(), image().digest());
}

#[test]
fn a_layout_may_be_a_directory() {
    let world = world();
    let dir = world.dir.path().join("layout");
    std::fs::create_dir_all(dir.join("blobs/sha256")).unwrap();
    for (name, bytes) in layout_members(&image(), &[json!(null)]) {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
    assert_eq!(world.load_file(File::open(&dir).unwrap()).unwrap(), [image().id()]);
}

#[test]
fn an_archive_may_be_compressed_and_may_be_a_pipe() {
    let archive = tar(&docker_members(&image(), &json!(["app:1"])));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&archive).unwrap();
    for bytes in [
        gzip.finish().unwrap(),
        zstd::encode_all(&archive[..], 1).unwrap(),
        archive,
    ] {
        assert_eq!(world().load(&bytes).unwrap(), ["app:1"]);
        let (reader, mut writer) = std::io::pipe().unwrap();
        let feed = std::thread::spawn(move || writer.write_all(&bytes));
        let reader = std::os::fd::OwnedFd::from(reader).into();
        assert_eq!(world().load_file(reader).unwrap(), ["app:1"]);
        feed.join().unwrap().unwrap();
    }
}

#[test]
fn of_an_index_the_platforms_image_is_loaded() {
    let mine = image();
    let other = Image::new().platform("linux/s390x");
    let index = Index::new().image(other).image(mine.clone());
    let entry = json!({ "mediaType": index.media_type(), "digest": index.digest(), "size": index.bytes().len(),
        "annotations": { "org.opencontainers.image.ref.name": "app:1" } });
    let attestation = json!({ "mediaType": mine.media_type(), "digest": digest_of(b""), "size": 0,
        "platform": { "os": "unknown", "architecture": "unknown" } });
    let mut members = marks(vec![entry, attestation]);
    members.push((format!("blobs/sha256/{}", hex(&index.digest())), index.bytes()));
    add_image(&mut members, &mine);
    let world = world();
    assert_eq!(world.load(&tar(&members)).unwrap(), ["app:1"]);
    let found = resolve(&world.store, "app:1").unwrap();
    assert_eq!(found.record.id.to_string(), mine.id());
    assert_eq!(
        found.record.index.map(|digest| digest.to_string()),
        Some(index.digest())
    );
}

#[test]
fn a_blob_that_does_not_match_its_digest_is_refused() {
    let flip = |members: &Members, name: &str| {
        let mut members = members.clone();
        let (_, bytes) = members.iter_mut().find(|(member, _)| member.contains(name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        tar(&members)
    };
    let image = image();
    let layout = layout_members(&image, &[json!(null)]);
    let first = image.layers()[0].digest();
    for digest in [image.digest(), image.id(), first] {
        let error = world().error(&flip(&layout, hex(&digest)));
        assert!(
            error.contains("digest mismatch: ") && error.contains(&digest),
            "{error}"
        );
    }
    let docker = docker_members(&image, &json!(["app:1"]));
    let error = world().error(&flip(&docker, hex(&image.id())));
    assert!(error.contains("digest mismatch: "), "{error}");
    let diff_id = image.layers()[2].diff_id();
    let error = world().error(&flip(&docker, hex(&diff_id)));
    assert!(error.contains(&diff_id), "{error}");
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let without = |mut members: Members, name: &str| {
        members.retain(|(member, _)| !member.contains(name));
        tar(&members)
    };
    let image = image();
    let layer = image.layers()[1].digest();
    let layout = layout_members(&image, &[json!(null)]);
    let error = world().error(&without(layout, hex(&layer)));
    assert!(
        error.ends_with(&format!("the archive has no \"blobs/sha256/{}\"", hex(&layer))),
        "{error}"
    );
    let error = world().error(&without(docker_members(&image, &json!(["a"])), ".json"));
    assert!(error.starts_with("no images: "), "{error}");
    let error = world().error(&tar(&docker_members(&image, &json!(["UPPER"]))));
    assert!(error.contains("repository names are lowercase"), "{error}");
    assert!(world().error(b"not a tar at all").starts_with("not a tar: byte 0"));
    assert_eq!(
        world().error(&tar(&vec![("manifest.json".into(), b"[]".to_vec())])),
        "the archive holds no image"
    );
    let outside = json!([{ "Config": "../../etc/passwd", "Layers": [] }]).to_string();
    assert_eq!(
        world().error(&tar(&vec![("manifest.json".into(), outside.into_bytes())])),
        "the archive has no configuration \"../../etc/passwd\""
    );
}

#[test]
fn layers_that_the_store_has_are_not_read_again() {
    let world = world();
    world.load(&tar(&docker_members(&image(), &json!(["app:1"])))).unwrap();
    let members: Members = docker_members(&image(), &json!(["app:2"]))
        .into_iter()
        .filter(|(name, _)| !name.ends_with("layer.tar"))
        .collect();
    assert_eq!(world.load(&tar(&members)).unwrap(), ["app:2"]);
}

#[test]
fn an_imported_tar_is_an_image_of_one_layer() {
    let world = world();
    let mut config = ImageConfig::new(&Platform::host());
    config.change_process(|process| {
        process.set_cmd(Some(vec!["/bin/sh".into()]));
    });
    let import = |tar: Box<dyn Read + Send + '_>, name| {
        import(&world.store, tar, config.clone(), "from a tar".into(), name, true)
    };
    let layer = Layer::new().dir("etc").file("etc/motd", "imported\n").gzip();
    let name: Reference = "mine".parse().unwrap();
    let id = import(Box::new(layer.blob()), Some(&name)).unwrap();
    let found = resolve(&world.store, "mine:latest").unwrap();
    assert_eq!(found.record.id, id);
    assert_eq!(found.record.layers[0].to_string(), layer.diff_id());
    assert_eq!(found.config.process().cmd().as_deref().unwrap(), ["/bin/sh"]);
    assert_eq!(found.config.history()[0].comment().as_deref(), Some("from a tar"));
    assert_eq!(motd(&world, "mine"), "imported\n");
    for bad in [&b""[..], b"not a tar"] {
        assert!(import(Box::new(bad), None).is_err());
    }
}

#[test]
fn an_archive_cannot_give_an_image_a_digest_that_is_not_its_own() {
    let world = world();
    let stolen = format!("redis@{}", digest_of(b"another image"));
    let message = world.error(&tar(&docker_members(&image(), &json!([stolen]))));
    assert!(
        message.starts_with("the archive cannot give an image the digest docker.io/"),
        "{message}"
    );
    let own = format!("redis@{}", image().digest());
    let annotations = [
        json!({ "io.containerd.image.name": stolen }),
        json!({ "io.containerd.image.name": own }),
    ];
    assert_eq!(
        world.load(&tar(&layout_members(&image(), &annotations))).unwrap(),
        [own]
    );
    assert!(resolve(&world.store, &stolen).is_err());
}

#[test]
fn one_large_configuration_named_many_times_is_refused() {
    let world = world();
    let config = [image().config(), vec![b' '; 3 << 20]].concat();
    let items = vec![json!({ "Config": "config", "Layers": [] }); 100];
    let members = vec![
        ("config".into(), config),
        ("manifest.json".into(), json!(items).to_string().into_bytes()),
    ];
    let message = world.error(&tar(&members));
    assert_eq!(
        message,
        "the archive's configurations and manifests are larger than 67108864 bytes"
    );
}
