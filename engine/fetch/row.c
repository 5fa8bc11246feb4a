/* What came of a command: kept as a file, not there, refused, late, cut. Nothing of it is a finding. */
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/io.h>
#include <casebook/utf8.h>

#define DENIED (-2147024891L)    /* 0x80070005 */
#define NO_DOMAIN (-2147023541L) /* 0x8007054b */

/* The first words of a text, cleaned, on one line. */
static const char *first_words(struct arena *mem, const char *p, size_t n)
{
	struct buf b;
	const char *out;

	buf_init(&b, 400);
	utf8_clean(&b, p, n < 160 ? n : 160, UTF8_ONE_LINE);
	out = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

/* Another server is asked on our behalf, for which a login by key carries nothing. */
static bool second_hop(const struct collector *c)
{
	return strncmp(c->id, "ca-", 3) == 0 || strncmp(c->id, "account", 7) == 0 ||
	       strcmp(c->id, "spn") == 0;
}

/* 1 of reg and findstr, 2 and 3 of Windows: no such key, file or line; 15007: no such event log. */
static enum outcome nothing_came(long code)
{
	static const long absent[] = {0, 1, 2, 3, 15007};

	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		if (code == absent[i])
			return OUTCOME_ABSENT;
	if (code == 5 || code == DENIED)
		return OUTCOME_REFUSED;
	return code == 9009 ? OUTCOME_NO_PROGRAM : OUTCOME_FAILED;
}

static void keep(struct fetch *f, struct row *r, const char *p, size_t n)
{
	int fd = openat(f->folder, r->c->file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
	    sys;

	sys = fd >= 0 ? io_write_all(fd, p, n) : errno;
	if (fd >= 0 && close(fd) != 0 && sys == 0)
		sys = errno;
	if (sys != 0) {
		r->outcome = OUTCOME_FAILED;
		r->words = arena_fmt(f->mem, "it cannot be written here: %s", strerror(sys));
		return;
	}
	r->bytes = n;
	r->kept = true;
}

static void end_without(struct fetch *f, struct row *r, const struct shell_output *o)
{
	r->words = first_words(f->mem, buf_cstr(&r->job.words), r->job.words.n);
	if (r->job.code == 255 && !remote_stands(&f->remote))
		r->outcome = OUTCOME_DISCONNECTED;
	else if (!o->ended)
		r->outcome = OUTCOME_UNKNOWN;
	else
		r->outcome = nothing_came(o->code);
}

void row_settle(struct fetch *f, struct row *r)
{
	struct shell_output o = shell_unwrap(buf_cstr(&r->job.output), r->job.output.n);
	size_t most = r->c->bytes;

	r->took_ms = clock_monotonic_ms() - r->job.began_ms;
	r->code = o.code;
	r->outcome = OUTCOME_GOT;
	if (!o.begun)
		o.n = 0; /* a profile's words, or ssh's own */
	if (o.n > most)
		o.n = most;
	if (r->job.end == REMOTE_LATE)
		r->outcome = OUTCOME_LATE;
	else if (r->job.end == REMOTE_CUT)
		r->outcome = OUTCOME_FULL;
	else if (o.begun && !o.ended)
		r->outcome = OUTCOME_CUT;
	if (second_hop(r->c) && o.ended && (o.code == DENIED || o.code == NO_DOMAIN)) {
		r->outcome = OUTCOME_SECOND_HOP;
		r->words = "a login by key has no credentials for another server";
		o.n = 0;
	} else if (o.n == 0 && r->job.end == REMOTE_ENDED) {
		end_without(f, r, &o);
	}
	learn_from(&f->learned, r->c->id, o.p, o.n);
	if (o.n != 0 && r->c->form != FORM_TEMP && strcmp(r->c->file, "-") != 0)
		keep(f, r, o.p, o.n);
	if (strcmp(r->c->file, "-") == 0 && o.ended && o.code == 0)
		r->outcome = OUTCOME_DONE;
	remote_release(&r->job);
}
