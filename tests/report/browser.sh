#!/bin/bash
# Reports, the examples too, in a real browser: nothing is loaded, nothing runs, nothing scrolls sideways, and axe-core finds no fault.
# axe-core comes from npm, once, into the build folder. The hostile report is what t_escape left there.
set -euo pipefail
here=$SOURCE_DIR/tests/report
if [ ! -f "$BUILD_DIR/npm/node_modules/axe-core/axe.min.js" ]; then
	mkdir -p "$BUILD_DIR/npm"
	npm install --silent --no-audit --no-fund --no-save --prefix "$BUILD_DIR/npm" axe-core@4.10.3
fi
exec python3 "$here/browser.py" check "$BUILD_DIR/npm/node_modules/axe-core/axe.min.js" \
	"$here"/golden/*.html "$BUILD_DIR/hostile.html" "$SOURCE_DIR"/assets/examples/*.html
