//! The `groundswell` program.

fn main() -> std::process::ExitCode {
    groundswell::cli::main()
}
