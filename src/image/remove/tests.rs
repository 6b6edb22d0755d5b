//! Lists, names and removals of images that were put into a store by hand.

use crate::image::list::filter::Filter;
use crate::image::list::{ImageSelection, list};
use crate::image::names::tag::tag;
use crate::image::remove::prune::prune;
use crate::image::remove::*;
use crate::layer::model::Applied;
use crate::oci::digest::DiffId;
use crate::store::location::Location;
use chrono::Utc;

struct World {
    _tmp: tempfile::TempDir,
    store: Store,
}

impl World {
    fn new() -> World {
        let tmp = tempfile::tempdir().unwrap();
        let location = Location {
            root: tmp.path().join("store"),
            run: tmp.path().join("run"),
        };
        let store = Store::open(&location).unwrap();
        World { _tmp: tmp, store }
    }

    /// Makes an image of layers with these contents, created on this day of May 2024.
    fn image(&self, day: u8, layers: &[&str], parent: Option<ImageId>, names: &[&str]) -> ImageId {
        let layers: Vec<DiffId> = layers.iter().map(|content| self.layer(content)).collect();
        let config = format!(
            r#"{{"architecture":"amd64","os":"linux","created":"2024-05-{day:02}T00:00:00Z",
               "config":{{"Labels":{{"day":"{day}"}}}},"rootfs":{{"type":"layers","diff_ids":{}}}}}"#,
            serde_json::to_string(&layers).unwrap()
        );
        let names: Vec<Reference> = names.iter().map(|name| name.parse().unwrap()).collect();
        let publication = crate::image::publish::Publication {
            config: config.as_bytes(),
            manifest: None,
            index: None,
            parent,
            names: &names,
            durable: false,
        };
        crate::image::publish::record(&self.store, &publication).unwrap()
    }

    fn layer(&self, content: &str) -> DiffId {
        let applied = Applied {
            diff_id: DiffId(Digest::of(content.as_bytes())),
            tar_size: 1,
            size: 100,
            entries: 1,
            lower_refs: Default::default(),
            skipped: Default::default(),
        };
        let staging = self.store.stage_layer().unwrap();
        staging
            .publish(&self.store.lock_use().unwrap(), &applied, false)
            .unwrap();
        applied.diff_id
    }

    fn container(&self, number: u8, image: ImageId) -> ContainerRecord {
        let record = ContainerRecord {
            id: format!("{number:02x}").repeat(32),
            name: format!("c{number}"),
            image,
            image_name: "image".into(),
            layers: self.store.image(&image).unwrap().unwrap().layers,
            created: "2024-05-01T00:00:00Z".into(),
            config: serde_json::Value::Null,
        };
        let lock = self.store.lock_use().unwrap();
        self.store.create_container(&lock, &record, false).unwrap();
        record
    }

    /// What `rmi` prints for one argument, and its error.
    fn rmi(&self, name: &str, force: bool, running: bool) -> (Vec<String>, Option<String>) {
        let outcome = remove(&self.store, &[name.to_owned()], force, true, &|_| Ok(running))
            .unwrap()
            .remove(0);
        (
            lines(&outcome.removed),
            outcome.result.err().map(|error| error.to_string()),
        )
    }

    /// `REPOSITORY:TAG DAY` of each row.
    fn rows(&self, filters: &[&str], all: bool) -> Vec<String> {
        let filters: Vec<String> = filters.iter().map(|filter| (*filter).to_owned()).collect();
        let filter = Filter::parse(&filters, Filter::LIST, Utc::now()).unwrap();
        let selection = ImageSelection {
            all,
            digests: false,
            filter: &filter,
            order: Default::default(),
        };
        let row = |row: crate::image::list::ListedImage| {
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "<none>".into());
            let day = row.created.unwrap().format("%-d").to_string();
            format!("{}:{} {day}", or_none(row.repository), or_none(row.tag))
        };
        list(&self.store, &selection).unwrap().into_iter().map(row).collect()
    }

    fn prune(&self, all: bool, filters: &[&str]) -> Vec<String> {
        let filters: Vec<String> = filters.iter().map(|filter| (*filter).to_owned()).collect();
        let filter = Filter::parse(&filters, Filter::PRUNE, Utc::now()).unwrap();
        let removal = self.store.begin_removal().unwrap();
        lines(&prune(&self.store, &removal, all, &filter, &mut |error| panic!("{error:#}")).unwrap())
    }
}

fn lines(removed: &[Removed]) -> Vec<String> {
    let line = |removed: &Removed| match removed {
        Removed::Untagged(name) => format!("Untagged: {}", name.familiar()),
        Removed::Deleted(digest) => format!("Deleted: {digest}"),
    };
    removed.iter().map(line).collect()
}

fn chain(layers: &[&str]) -> Vec<String> {
    let layers: Vec<DiffId> = layers
        .iter()
        .map(|content| DiffId(Digest::of(content.as_bytes())))
        .collect();
    let mut lines: Vec<String> = chain_ids(&layers).iter().map(|id| format!("Deleted: {id}")).collect();
    lines.reverse();
    lines
}

fn by_digest(repository: &str) -> String {
    format!("{repository}@{}", Digest::of(repository.as_bytes()))
}

#[test]
fn with_the_last_name_the_image_and_its_layers_are_removed_top_first() {
    let world = World::new();
    let digest = by_digest("redis");
    let id = world.image(1, &["base", "top"], None, &["redis:7", "redis:latest", &digest]);
    assert_eq!(
        world.rmi("redis:7", false, false),
        (vec!["Untagged: redis:7".into()], None)
    );
    let mut expected = vec![
        "Untagged: redis:latest".to_owned(),
        format!("Untagged: {digest}"),
        format!("Deleted: {id}"),
    ];
    expected.extend(chain(&["base", "top"]));
    assert_eq!(world.rmi("redis", false, false), (expected, None));
    assert_eq!(world.rows(&[], true), [""; 0]);
    assert_eq!(
        world.rmi("redis", false, false),
        (vec![], Some("no such image: redis".into()))
    );
}

#[test]
fn an_id_removes_all_names_of_one_repository_and_of_several_only_by_force() {
    let world = World::new();
    let id = world.image(1, &["a"], None, &["redis:7", &by_digest("redis")]);
    tag(&world.store, "redis:7", "other").unwrap();
    let short = id.short();
    let refused =
        format!("conflict: unable to delete {short} (must be forced) - image is referenced in multiple repositories");
    assert_eq!(world.rmi(&short, false, false), (vec![], Some(refused)));
    world.rmi("other", false, false);
    let (done, error) = world.rmi(&short, false, false);
    assert_eq!((done[0].as_str(), done.len(), error), ("Untagged: redis:7", 4, None));
    let id = world.image(1, &["a"], None, &["redis:7", "me/app:1"]);
    let (done, error) = world.rmi(&id.to_string(), true, false);
    assert_eq!(done[..2], ["Untagged: redis:7", "Untagged: me/app:1"]);
    assert_eq!(error, None);
}

#[test]
fn an_image_that_a_container_uses_stays() {
    let world = World::new();
    let id = world.image(1, &["a"], None, &["app:1", "app:2"]);
    let container = world.container(0x11, id);
    let (id, short) = (id.short(), &container.id[..12]);
    assert_eq!(world.rmi("app:1", false, true), (vec!["Untagged: app:1".into()], None));
    let by_name = format!(
        "conflict: unable to remove repository reference \"app:2\" (must force) - container {short} is using its \
         referenced image {id}"
    );
    assert_eq!(world.rmi("app:2", false, true), (vec![], Some(by_name)));
    let running = format!(
        "conflict: unable to delete {id} (cannot be forced) - image is being used by running container {short}"
    );
    assert_eq!(world.rmi(&id, true, true), (vec![], Some(running)));
    let stopped =
        format!("conflict: unable to delete {id} (must be forced) - image is being used by stopped container {short}");
    assert_eq!(world.rmi(&id, false, false), (vec![], Some(stopped)));
    assert_eq!(world.rmi(&id, true, false), (vec!["Untagged: app:2".into()], None));
    assert_eq!(world.rows(&[], false), ["<none>:<none> 1"]);
    assert!(world.rmi(&id, true, false).1.unwrap().ends_with("remove that first"));
    world.store.remove_container(&container).unwrap();
    assert_eq!(world.rmi(&id, false, false).0.len(), 2);
}

#[test]
fn layers_that_a_child_shares_stay_when_its_parent_is_removed() {
    let world = World::new();
    let base = world.image(1, &["base", "own"], None, &["base:1"]);
    let child = world.image(2, &["base", "child"], Some(base), &["child:1"]);
    let (done, _) = world.rmi("base:1", false, false);
    let mut expected = vec!["Untagged: base:1".to_owned(), format!("Deleted: {base}")];
    expected.extend(chain(&["base", "own"])[..1].to_vec());
    assert_eq!(done, expected);
    let (done, _) = world.rmi("child:1", false, false);
    assert_eq!(done[1], format!("Deleted: {child}"));
    assert_eq!(done[2..], chain(&["base", "child"]));
}

#[test]
fn intermediate_images_are_hidden_and_removed_with_their_child() {
    let world = World::new();
    let base = world.image(1, &["a"], None, &["base:1"]);
    let step = world.image(2, &["a", "b"], Some(base), &[]);
    let top = world.image(3, &["a", "b", "c"], Some(step), &["top:1"]);
    assert_eq!(world.rows(&[], false), ["top:1 3", "base:1 1"]);
    assert_eq!(world.rows(&[], true), ["top:1 3", "<none>:<none> 2", "base:1 1"]);
    assert_eq!(world.rows(&["dangling=true"], true), [""; 0]);
    let outcome = remove(&world.store, &["top:1".into()], false, true, &|_| Ok(false))
        .unwrap()
        .remove(0);
    let deleted: Vec<String> = [top, step].iter().map(|id| format!("Deleted: {id}")).collect();
    let done = lines(&outcome.removed);
    assert!(deleted.iter().all(|line| done.contains(line)), "{done:?}");
    assert_eq!(world.rows(&[], true), ["base:1 1"]);
}

#[test]
fn an_image_whose_name_moved_is_listed_as_none() {
    let world = World::new();
    let digest = by_digest("app");
    let old = world.image(1, &["a"], None, &["app:1", &digest]);
    world.image(2, &["a", "b"], Some(old), &["app:1"]);
    assert_eq!(world.rows(&[], false), ["app:1 2", "<none>:<none> 1"]);
    // Not dangling: another image was made from it.
    assert_eq!(world.rows(&["dangling=true"], false), [""; 0]);
    world.image(3, &["c"], None, &["app:1"]);
    assert_eq!(world.rows(&["dangling=true"], false), ["<none>:<none> 2"]);
    assert_eq!(world.rows(&["dangling=false"], false), ["app:1 3", "<none>:<none> 1"]);
    let deleted = world.prune(false, &[]);
    assert_eq!(deleted.iter().filter(|line| line.starts_with("Untagged")).count(), 1);
    assert_eq!(world.rows(&[], true), ["app:1 3"]);
}

#[test]
fn an_image_that_was_pulled_by_digest_is_listed_under_its_repository() {
    let world = World::new();
    world.image(1, &["a"], None, &[&by_digest("app")]);
    assert_eq!(world.rows(&[], false), ["app:<none> 1"]);
    assert_eq!(world.rows(&["reference=app"], false), ["app:<none> 1"]);
}

#[test]
fn rows_are_newest_first_and_filtered() {
    let world = World::new();
    world.image(1, &["a"], None, &["redis:6"]);
    world.image(3, &["b"], None, &["redis:7", "me/app:1"]);
    world.image(2, &["c"], None, &[]);
    assert_eq!(
        world.rows(&[], false),
        ["me/app:1 3", "redis:7 3", "<none>:<none> 2", "redis:6 1"]
    );
    assert_eq!(world.rows(&["reference=redis"], false), ["redis:7 3", "redis:6 1"]);
    assert_eq!(
        world.rows(&["reference=*:6", "reference=me/*"], false),
        ["me/app:1 3", "redis:6 1"]
    );
    assert_eq!(world.rows(&["before=redis:7"], false), ["<none>:<none> 2", "redis:6 1"]);
    assert_eq!(
        world.rows(&["since=redis:6", "dangling=true"], false),
        ["<none>:<none> 2"]
    );
    assert_eq!(world.rows(&["label=day=1"], false), ["redis:6 1"]);
    assert_eq!(world.rows(&["label=day", "until=2024-05-02"], false), ["redis:6 1"]);
    assert_eq!(world.rows(&["label=night"], false), [""; 0]);
}

#[test]
fn prune_removes_dangling_images_or_all_that_no_container_uses() {
    let world = World::new();
    let used = world.image(1, &["a"], None, &["used:1"]);
    world.image(2, &["b"], None, &["unused:1"]);
    let none = world.image(3, &["c"], None, &[]);
    world.image(4, &["d"], None, &[]);
    world.container(0x11, used);
    let mut expected = vec![format!("Deleted: {none}")];
    expected.extend(chain(&["c"]));
    assert_eq!(world.prune(false, &["label=day=3"]), expected);
    assert_eq!(world.prune(false, &["until=2024-05-04"]), [""; 0]);
    assert_eq!(world.prune(false, &[]).len(), 2);
    assert_eq!(world.prune(true, &["label!=day=2"]), [""; 0]);
    assert_eq!(world.prune(true, &[])[0], "Untagged: unused:1");
    assert_eq!(world.rows(&[], true), ["used:1 1"]);
}

#[test]
fn an_image_loses_a_name_that_is_given_to_another() {
    let world = World::new();
    world.image(1, &["a"], None, &["a:1"]);
    let b = world.image(2, &["b"], None, &[]);
    tag(&world.store, &b.short(), "a:1").unwrap();
    assert_eq!(world.rows(&[], false), ["a:1 2", "<none>:<none> 1"]);
    let error = tag(&world.store, "a:1", &by_digest("x")).unwrap_err().to_string();
    assert!(error.contains("a digest follows from the image"), "{error}");
    assert_eq!(
        tag(&world.store, "nosuch", "x").unwrap_err().to_string(),
        "no such image: nosuch"
    );
}
