//! Commands that read or write archives of images: `load`, `save`, `import`.

pub mod import;
pub mod load;
pub mod save;
