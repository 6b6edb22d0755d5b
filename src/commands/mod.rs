//! One file per subcommand: its options, resolve, one operation, print.
