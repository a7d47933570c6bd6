//! Servers that mean harm.
