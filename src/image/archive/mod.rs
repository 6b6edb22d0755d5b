//! Archives of images, Docker's and OCI's, are read (`load`) and written (`save`); a tar of a file system becomes an
//! image (`import`).

pub mod import;
pub mod load;
pub mod members;
pub mod reader;
pub mod save;
