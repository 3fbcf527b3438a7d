//! What a crash leaves behind: no picture of the memory, for keys are in it. Knows nothing of ours.

/// Forbids core files, for this process and for what it starts. On Linux the memory is closed to others of the same
/// user as well, and so to crash handlers that are fed through a pipe, which mind no limit. Best effort: a system that
/// refuses is no reason not to run.
#[cfg(unix)]
pub fn leave_no_memory_behind() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..getrlimit(Resource::Core) });
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(not(unix))]
pub fn leave_no_memory_behind() {}
