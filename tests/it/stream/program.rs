//! The program itself, killed in mid-stream.
