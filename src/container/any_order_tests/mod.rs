//! Any operations in any order do what a small model says, and whatever is killed in between, what is visible is whole.
//!
//! The model knows names, images and containers, and nothing of files. After each operation the store lists what the
//! model does, holds on disk what these images and containers need and nothing else, and `system df` says what `du`
//! counts. A failing list of operations is made small before it is shown; `LAMEL_TEST_SEED` makes the same lists again.

pub mod killed;
pub mod model;

use crate::container::Container;
use crate::container::any_order_tests::model::Model;
use crate::container::changes::commit::{Commit, commit};
use crate::container::config::tests::plain;
use crate::image::archive::load;
use crate::image::list::filter::Filter;
use crate::image::list::usage;
use crate::image::names::tag;
use crate::image::pull::PullOptions;
use crate::image::remove::prune;
use crate::image::{pull, remove};
use crate::oci::digest::{Digest, ImageId};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::Silent;
use crate::registry::http::access::Access;
use crate::registry::mock::{Image as Served, Layer, Registry};
use crate::store::Store;
use crate::store::files::disk_usage::disk_usage;
use crate::store::location::Location;
use crate::store::objects::records::ContainerRecord;
use crate::store::remove::leftovers::Leftover;
use chrono::Utc;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{Seek, Write};
use std::path::Path;
use std::sync::Arc;

const TAGS: usize = 3;
const IMAGES: usize = 5;
const NAMES: [&str; 4] = ["localhost/a:1", "localhost/a:2", "localhost/b:1", "example.com/c:1"];

/// Numbers choose among what there is when their turn comes, so that a shortened list still means something.
#[derive(Debug, Clone)]
enum Op {
    /// The registry's tag names another image now.
    Serve(usize, usize),
    Pull(usize),
    Load(usize),
    Commit {
        image: usize,
        content: usize,
        name: Option<usize>,
    },
    Create(usize),
    Rm(usize),
    Tag(usize, usize),
    Untag(usize),
    Rmi {
        name: usize,
        force: bool,
    },
    RmiById {
        image: usize,
        force: bool,
    },
    Prune {
        all: bool,
    },
    Sweep,
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0..64usize;
    prop_oneof![
        1 => (0..TAGS, 0..IMAGES).prop_map(|(tag, image)| Op::Serve(tag, image)),
        4 => (0..TAGS).prop_map(Op::Pull),
        2 => (0..IMAGES).prop_map(Op::Load),
        3 => (which.clone(), 0..3usize, proptest::option::of(0..NAMES.len()))
            .prop_map(|(image, content, name)| Op::Commit { image, content, name }),
        2 => which.clone().prop_map(Op::Create),
        1 => which.clone().prop_map(Op::Rm),
        3 => (which.clone(), 0..NAMES.len()).prop_map(|(image, name)| Op::Tag(image, name)),
        2 => which.clone().prop_map(Op::Untag),
        3 => (which.clone(), any::<bool>()).prop_map(|(name, force)| Op::Rmi { name, force }),
        3 => (which, any::<bool>()).prop_map(|(image, force)| Op::RmiById { image, force }),
        1 => any::<bool>().prop_map(|all| Op::Prune { all }),
        1 => Just(Op::Sweep),
    ]
}

/// The image of this number: some share layers, one has none.
fn served(number: usize) -> Served {
    let layers: &[&str] = [&["a"][..], &["a", "b"], &["a", "b", "c"], &["d", "a"], &[]][number];
    let layer = |content: &&str| Layer::new().dir("etc").file("etc/motd", content.repeat(9000)).gzip();
    let image = Served::new().env(&format!("NUMBER={number}"));
    layers.iter().map(layer).fold(image, Served::layer)
}

/// The same as an archive of Docker's, which gives it a name.
fn archive(number: usize) -> std::fs::File {
    let image = served(number);
    let layers: Vec<String> = (0..image.layers().len())
        .map(|index| format!("{index}/layer.tar"))
        .collect();
    let names = [NAMES[number % NAMES.len()]];
    let manifest = json!([{"Config": "config.json", "RepoTags": names, "Layers": layers}]).to_string();
    let mut tar = tar::Builder::new(tempfile::tempfile().unwrap());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes).unwrap();
    };
    add("config.json", &image.config());
    for (name, layer) in layers.iter().zip(image.layers()) {
        add(name, layer.tar());
    }
    add("manifest.json", manifest.as_bytes());
    let mut file = tar.into_inner().unwrap();
    file.flush().unwrap();
    file.rewind().unwrap();
    file
}

fn single_id() -> bool {
    !rustix::process::geteuid().is_root()
}

/// A store, and what is needed to do things to it.
struct World {
    store: Store,
    /// `HOST:PORT/app`.
    repository: String,
}

impl World {
    fn open(dir: &Path, repository: String) -> World {
        let location = Location {
            root: dir.join("root"),
            run: dir.join("run"),
        };
        let store = Store::open(&location).unwrap();
        World { store, repository }
    }

    fn pull(&self, tag: usize) -> anyhow::Result<()> {
        let name: Reference = format!("{}:{tag}", self.repository).parse()?;
        let options = PullOptions {
            platform: &Platform::host(),
            single_id: single_id(),
            access: &Access::default(),
        };
        pull::pull(&self.store, &name, &options, Arc::new(Silent)).map(drop)
    }

    fn load(&self, number: usize) -> anyhow::Result<()> {
        let platform = Platform::host();
        load::load(&self.store, archive(number), &platform, single_id(), &Silent).map(drop)
    }

    fn create(&self, image: ImageId) -> anyhow::Result<Container> {
        let mut id = [0; 32];
        rustix::rand::getrandom(&mut id, rustix::rand::GetRandomFlags::empty())?;
        let id = Digest::of(&id).hex();
        let lock = self.store.lock_use()?;
        let image = self.store.image(&image)?.expect("it was just there");
        let record = ContainerRecord {
            name: format!("c{}", &id[..12]),
            id,
            image: image.id,
            image_name: "image".into(),
            layers: image.layers,
            created: Utc::now().to_rfc3339(),
            config: serde_json::to_value(plain())?,
        };
        self.store.create_container(&lock, &record, false)?;
        Container::from_record(&self.store, record)
    }

    fn commit(&self, image: ImageId, content: usize, name: Option<&str>) -> anyhow::Result<ImageId> {
        let container = self.create(image)?;
        std::fs::write(container.dir.join("upper/new"), content.to_string())?;
        let options = Commit {
            name: name.map(str::parse).transpose()?,
            ..Commit::default()
        };
        let made = commit(&self.store, &container, &options, None, single_id());
        self.store.remove_container(&container.record)?;
        made
    }

    fn rmi(&self, name: &str, force: bool) -> anyhow::Result<()> {
        let outcomes = remove::remove(&self.store, &[name.to_owned()], force, true, &|_| Ok(false))?;
        self.store.empty_trash()?;
        outcomes.into_iter().try_for_each(|outcome| outcome.result)
    }

    /// A dry run reports what is done then, to the byte.
    fn prune(&self, all: bool) -> anyhow::Result<()> {
        let prune = |removal| -> anyhow::Result<(Vec<remove::Removed>, Vec<Leftover>, u64)> {
            let images = prune::prune(&self.store, &removal, all, &Filter::default(), &mut |error| {
                panic!("{error:#}")
            })?;
            let left = self.store.sweep(&removal)?;
            Ok((images, left, self.store.finish_removal(removal)?))
        };
        let told = prune(self.store.begin_dry_run(HashSet::new())?)?;
        assert_eq!(told, prune(self.store.begin_removal()?)?);
        Ok(())
    }

    fn names(&self, folder: &str) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.store.root().join(folder)).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// What is on disk is what images and containers need. `swept`: blobs of a manifest that another has replaced are
    /// gone.
    fn assert_exact(&self, swept: bool) {
        let (images, containers) = (self.store.images().unwrap(), self.store.containers().unwrap());
        let of_images = images.iter().flat_map(|image| &image.layers);
        let of_containers = containers.iter().flat_map(|container| &container.layers);
        let layers: BTreeSet<String> = of_images.chain(of_containers).map(|layer| layer.hex()).collect();
        assert_eq!(self.names("layers"), layers);
        assert!(self.names("unsynced").is_subset(&layers));
        let of_image =
            |image: &crate::store::objects::records::ImageRecord| [Some(image.id.0), Some(image.manifest), image.index];
        let blobs: BTreeSet<String> = images
            .iter()
            .flat_map(of_image)
            .flatten()
            .map(|blob| blob.hex())
            .collect();
        assert!(self.names("blobs/sha256").is_superset(&blobs));
        assert!(!swept || self.names("blobs/sha256") == blobs);
        assert_eq!(self.names("images").len(), images.len());
        assert_eq!(self.names("tags").len(), self.store.tags().unwrap().len());
        assert_eq!(self.names("names").len(), containers.len());
        for folder in ["staging", "trash", "leases", "claims", "partial", "chains"] {
            assert_eq!(self.names(folder), BTreeSet::new(), "{folder}");
        }
    }

    /// What `system df` says is what `du` says.
    fn assert_counted(&self) {
        let (usage, kept) = usage::usage(&self.store).unwrap();
        let images = self.store.images().unwrap();
        assert_eq!(usage.total, images.len());
        if images.is_empty() {
            return;
        }
        let others: u64 = self
            .store
            .leftover_usage(&kept)
            .unwrap()
            .iter()
            .map(|occupant| occupant.size)
            .sum();
        let containers = self.store.containers().unwrap();
        let sizes = containers
            .iter()
            .map(|container| disk_usage(&self.store.container_dir(&container.id)).unwrap());
        assert_eq!(
            usage.size + others + sizes.sum::<u64>(),
            disk_usage(self.store.root()).unwrap()
        );
    }
}

/// In memory where that can be: much of the time would go into waiting for the disk.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

fn run(ops: &[Op]) {
    let registry = Registry::start();
    for tag in 0..TAGS {
        registry.push("app", &tag.to_string(), &served(tag));
    }
    let dir = directory();
    let world = World::open(dir.path(), registry.name("app"));
    let mut model = Model::new(&world.repository);
    let mut tags: Vec<usize> = (0..TAGS).collect();
    for op in ops {
        match *op {
            Op::Serve(tag, number) => {
                registry.push("app", &tag.to_string(), &served(number));
                tags[tag] = number;
            }
            Op::Pull(tag) => {
                world.pull(tag).unwrap();
                model.pull(tag, &served(tags[tag]));
            }
            Op::Load(number) => {
                world.load(number).unwrap();
                model.put(
                    served(number).id().parse().map(ImageId).unwrap(),
                    None,
                    &[NAMES[number % NAMES.len()]],
                );
            }
            Op::Commit { image, content, name } => {
                if let Some(base) = model.image(image) {
                    let name = name.map(|name| NAMES[name]);
                    let made = world.commit(base, content, name).unwrap();
                    model.put(made, Some(base), name.as_slice());
                }
            }
            Op::Create(image) => {
                if let Some(image) = model.image(image) {
                    model.containers.push((world.create(image).unwrap().record, image));
                }
            }
            Op::Rm(number) => {
                if !model.containers.is_empty() {
                    let (record, _) = model.containers.remove(number % model.containers.len());
                    world.store.remove_container(&record).unwrap();
                }
            }
            Op::Tag(image, name) => {
                if let Some(image) = model.image(image) {
                    tag::tag(&world.store, &image.to_string(), NAMES[name]).unwrap();
                    model.put(image, None, &[NAMES[name]]);
                }
            }
            Op::Untag(name) => {
                if let Some(name) = model.name(name) {
                    tag::untag(&world.store, &name, std::slice::from_ref(&name)).unwrap();
                    model.names.remove(&name);
                }
            }
            Op::Rmi { name, force } => {
                if let Some(name) = model.name(name) {
                    assert_eq!(world.rmi(&name, force).is_ok(), model.rmi(&name, force), "rmi {name}");
                }
            }
            Op::RmiById { image, force } => {
                if let Some(image) = model.image(image) {
                    let removed = world.rmi(&image.to_string(), force);
                    assert_eq!(removed.is_ok(), model.rmi_by_id(&image, force), "rmi {image}");
                }
            }
            Op::Prune { all } => {
                world.prune(all).unwrap();
                model.prune(all);
            }
            Op::Sweep => {
                let removal = world.store.begin_removal().unwrap();
                world.store.sweep(&removal).unwrap();
                world.store.finish_removal(removal).unwrap();
            }
        }
        let images = world.store.images().unwrap();
        let ids: BTreeSet<ImageId> = images.iter().map(|image| image.id).collect();
        assert_eq!(ids, model.images.keys().copied().collect(), "images after {op:?}");
        let names = world.store.tags().unwrap();
        let names: BTreeMap<String, ImageId> = names
            .into_iter()
            .map(|tag| (tag.reference.to_string(), tag.image))
            .collect();
        assert_eq!(names, model.names, "names after {op:?}");
        world.assert_exact(matches!(op, Op::Prune { .. } | Op::Sweep));
        world.assert_counted();
    }
}

#[test]
fn any_operations_in_any_order_do_what_the_model_says() {
    let seed = match std::env::var("LAMEL_TEST_SEED") {
        Ok(seed) => seed.parse().expect("LAMEL_TEST_SEED is a number"),
        Err(_) => Utc::now().timestamp_millis() as u64,
    };
    #[expect(clippy::print_stdout, reason = "shown of a test that fails, to repeat it")]
    {
        println!("LAMEL_TEST_SEED={seed}");
    }
    let config = Config {
        cases: 50,
        max_shrink_iters: 400,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    };
    let lists = proptest::collection::vec(op(), 1..36);
    let result = TestRunner::new(config).run(&lists, |ops| {
        run(&ops);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
