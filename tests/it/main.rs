//! Tests of the real binary against real local servers; a file a subject.

mod support;
