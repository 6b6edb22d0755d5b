//! What a store should hold, by Docker's rules alone.

use crate::container::any_order_tests::*;

pub struct Image {
    parent: Option<ImageId>,
    named: bool,
}

pub struct Model {
    repository: String,
    pub images: BTreeMap<ImageId, Image>,
    /// In full, with a tag or a digest.
    pub names: BTreeMap<String, ImageId>,
    pub containers: Vec<(ContainerRecord, ImageId)>,
}

fn is_tag(name: &str) -> bool {
    !name.contains('@')
}

fn repository(name: &str) -> &str {
    match name.split_once('@') {
        Some((repository, _)) => repository,
        None => name.rsplit_once(':').unwrap().0,
    }
}

impl Model {
    pub fn new(repository: &str) -> Model {
        Model {
            repository: repository.to_owned(),
            images: BTreeMap::new(),
            names: BTreeMap::new(),
            containers: Vec::new(),
        }
    }

    /// The image that a number chooses, if there is any.
    pub fn image(&self, number: usize) -> Option<ImageId> {
        let count = self.images.len();
        (count > 0).then(|| *self.images.keys().nth(number % count).unwrap())
    }

    pub fn name(&self, number: usize) -> Option<String> {
        let count = self.names.len();
        (count > 0).then(|| self.names.keys().nth(number % count).unwrap().clone())
    }

    pub fn pull(&mut self, tag: usize, served: &Served) {
        let names = [
            format!("{}:{tag}", self.repository),
            format!("{}@{}", self.repository, served.digest()),
        ];
        self.put(served.id().parse().map(ImageId).unwrap(), None, &names);
    }

    pub fn put(&mut self, id: ImageId, parent: Option<ImageId>, names: &[impl AsRef<str>]) {
        let image = self.images.entry(id).or_insert(Image { parent, named: false });
        image.named |= !names.is_empty();
        for name in names {
            self.names.insert(name.as_ref().to_owned(), id);
        }
    }

    fn names_of(&self, id: &ImageId) -> Vec<String> {
        let own = self.names.iter().filter(|(_, image)| *image == id);
        own.map(|(name, _)| name.clone()).collect()
    }

    fn is_used(&self, id: &ImageId) -> bool {
        self.containers.iter().any(|(_, image)| image == id)
    }

    fn is_dangling(&self, id: &ImageId) -> bool {
        !self.names_of(id).iter().any(|name| is_tag(name))
            && !self.images.values().any(|image| image.parent == Some(*id))
    }

    /// At most one tag, and one repository.
    fn has_one_name(&self, id: &ImageId) -> bool {
        let names = self.names_of(id);
        let repositories: BTreeSet<&str> = names.iter().map(|name| repository(name)).collect();
        names.len() <= 1 || repositories.len() == 1 && names.iter().filter(|name| is_tag(name)).count() <= 1
    }

    /// Whether it is allowed.
    pub fn rmi(&mut self, name: &str, force: bool) -> bool {
        let id = self.names[name];
        if !force && self.is_used(&id) && self.has_one_name(&id) {
            return false;
        }
        self.names.remove(name);
        let others = self.names_of(&id);
        let mut of_repository = others.iter().filter(|other| repository(other) == repository(name));
        if is_tag(name) && !of_repository.clone().any(|other| is_tag(other)) {
            of_repository.all(|digest| self.names.remove(digest).is_some());
        }
        if self.names_of(&id).is_empty() && !self.is_used(&id) {
            self.delete(id);
        }
        true
    }

    pub fn rmi_by_id(&mut self, id: &ImageId, force: bool) -> bool {
        let (names, used) = (self.names_of(id), self.is_used(id));
        if !force && (used || !self.has_one_name(id)) || used && names.is_empty() {
            return false;
        }
        for name in names {
            self.names.remove(&name);
        }
        if !used {
            self.delete(*id);
        }
        true
    }

    /// And what it was made from, where nobody knows that.
    fn delete(&mut self, id: ImageId) {
        let mut next = Some(id);
        while let Some(image) = next.take().and_then(|id| self.images.remove(&id)) {
            next = image.parent.filter(|parent| {
                self.images.get(parent).is_some_and(|parent| !parent.named)
                    && self.names_of(parent).is_empty()
                    && self.is_dangling(parent)
                    && !self.is_used(parent)
            });
        }
    }

    pub fn prune(&mut self, all: bool) {
        let goes = |model: &Model, id: &ImageId| !model.is_used(id) && (all || model.is_dangling(id));
        while let Some(id) = self.images.keys().find(|id| goes(self, id)).copied() {
            self.images.remove(&id);
            self.names.retain(|_, image| *image != id);
        }
    }
}
