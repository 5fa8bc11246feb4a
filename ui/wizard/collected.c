/* Hands the terminal to whoever fetches; knows no ssh itself. */
#include "collected.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char begin[] = "Fetched from ssh://";

void collected_from(const struct casefile *cf, char out[COLLECTED_ADDRESS])
{
	out[0] = '\0';
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *r = &cf->log[i];

		if (r->kind == REC_NOTE && strncmp(r->u.note.text, begin, sizeof(begin) - 1) == 0)
			snprintf(out, COLLECTED_ADDRESS, "%s", r->u.note.text + sizeof(begin) - 1);
	}
}

/* What each item came to is read before the screen covers it. */
static void wait_for_enter(void)
{
	char line[80];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "Enter goes back to the case. ");
	if (fgets(line, sizeof(line), stdin) == NULL)
		clearerr(stdin);
}

const char *collected_fetch(const struct wizard_options *opt, struct session *s, const char *address,
                            struct arena *mem, const char **note)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, ours;
	const char *folder, *bare = strncmp(address, "ssh://", 6) == 0 ? address + 6 : address;

	*note = arena_fmt(mem, "%s%s", begin, bare);
	if (opt->collect == NULL)
		return NULL;
	/* Ctrl-C ends what runs on the terminal meanwhile, not the case. */
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &ours);
	folder = opt->collect(opt->collect_arg, session_now(s), arena_fmt(mem, "ssh://%s", bare), mem);
	wait_for_enter();
	sigaction(SIGINT, &ours, NULL);
	return folder;
}
