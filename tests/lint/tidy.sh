#!/bin/bash
# clang-tidy with the checks of .clang-tidy over the program's own sources.
set -euo pipefail
cd "$SOURCE_DIR"
# Generated files and tests are not looked at; two at once.
find engine ui flows -name '*.c' -print0 | xargs -0 -n 6 -P 2 clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option -p "$BUILD_DIR" 2>"$BUILD_DIR/tidy.log"
