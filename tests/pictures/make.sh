#!/usr/bin/env bash
# Draws the pictures of the README anew, from real runs. Needs Rust and a C compiler, nothing else. Look at them before you
# commit them.
set -euo pipefail
cd "$(dirname "$0")/../.."
INSTA_UPDATE=always cargo test --locked --test it pictures
