/* How keys are called.  Knows no key's meaning. */
#include "key.h"

#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

static const char *const names[K__MAX] = {
        [K_ENTER] = "Enter",
        [K_ESC] = "Esc",
        [K_TAB] = "Tab",
        [K_BACKTAB] = "Shift-Tab",
        [K_UP] = "Up",
        [K_DOWN] = "Down",
        [K_LEFT] = "Left",
        [K_RIGHT] = "Right",
        [K_HOME] = "Home",
        [K_END] = "End",
        [K_PGUP] = "PgUp",
        [K_PGDN] = "PgDn",
        [K_HELP] = "F1",
        [K_DELETE] = "Delete",
        [K_RESIZE] = "Size",
        [K_CLICK] = "Click",
        [K_WHEEL_UP] = "Wheel up",
        [K_WHEEL_DOWN] = "Wheel down",
        [K_BACKSPACE] = "Backspace",
        [K_OTHER] = "Other",
};

const char *key_label(struct key k, char out[24])
{
	size_t n = 0;

	if (k.kind == K_CHAR && k.cp == ' ') {
		snprintf(out, 24, "Space");
	} else if (k.kind == K_CHAR || k.kind == K_CTRL) {
		if (k.kind == K_CTRL)
			n = (size_t)snprintf(out, 24, "Ctrl-");
		n += utf8_encode(k.cp, out + n);
		out[n] = '\0';
	} else {
		snprintf(out, 24, "%s", k.kind < K__MAX && names[k.kind] != NULL ? names[k.kind] : "");
	}
	return out;
}
