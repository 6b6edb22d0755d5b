//! Paths inside a root, resolved by the kernel so that nothing outside can be named (openat2(2)).
