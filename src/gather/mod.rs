//! Records that belong together: duplicates, threads, distinct authors. The stateful stage
//! between tagging and the store; what it must look up is handed to it.
