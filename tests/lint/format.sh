#!/bin/bash
# Every C file looks as .clang-format says.
set -euo pipefail
cd "$SOURCE_DIR"
find engine include ui flows tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run --Werror
