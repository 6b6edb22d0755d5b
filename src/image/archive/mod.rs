//! Images in archives: Docker's and OCI's, read (`load`), written (`save`), and a plain tar as an image (`import`).

pub mod import;
pub mod load;
pub mod members;
pub mod reader;
pub mod save;
