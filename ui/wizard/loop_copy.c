/* What a page hands over: copied to the terminal's clipboard, or written as a file to send. */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/io.h>

#include "clipboard.h"

void loop_copy(struct loop *l, const char *text)
{
	const char *why = clipboard_copy(text);

	if (why != NULL)
		app_say(&l->app, MARK_WARN, "Not copied: %s. y again shows it alone, for the mouse.", why);
	else
		app_say(&l->app, MARK_OK,
		        "Sent to the clipboard (%zu characters). If it does not arrive, y again shows it alone.",
		        strlen(text));
}

/* Never over a file that is there: get-14.cmd, get-14-2.cmd, ... */
void loop_script(struct loop *l, const char *name, const char *text)
{
	char path[200];
	int fd = -1, wrong;

	for (int i = 1; i < 100 && fd < 0; i++) {
		if (i == 1)
			snprintf(path, sizeof(path), "%s.cmd", name);
		else
			snprintf(path, sizeof(path), "%s-%d.cmd", name, i);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	wrong = fd < 0 ? errno : io_write_all(fd, text, strlen(text));
	if (fd >= 0 && close(fd) != 0 && wrong == 0)
		wrong = errno;
	if (wrong != 0)
		app_say(&l->app, MARK_BAD, "%s was not written: %s", path, strerror(wrong));
	else
		app_say(&l->app, MARK_OK, "Written: %s/%s, to send to whoever runs it.",
		        l->app.in.folder != NULL ? l->app.in.folder : ".", path);
}
