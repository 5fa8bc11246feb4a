/* casebook desk push, pull, sync, status: what went where, a line a case. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

#include "case_cmd.h"
#include "desk_cmd.h"

/* What a piece of news says of one case, and of all cases at the end. */
static const struct news_words {
	const char *name; /* in JSON */
	const char *done, *would;
	const char *thing; /* what is counted: "record"; NULL: nothing */
	const char *total;
} words[DESK_NEWS__MAX] = {
        [DESK_SENT] = {"sent", "sent", "to send", "row", "sent"},
        [DESK_TAKEN] = {"taken", "taken", "to take", "record", "taken"},
        [DESK_BRANCHED] = {"branched", "went on in several ways", "went on in several ways", NULL,
                           "branched"},
        [DESK_TAMPERED] = {"tampered", "tampered with", "tampered with", "row", "tampered with"},
        [DESK_LOOSE] = {"loose", "built upon what the desk does not have",
                        "built upon what the desk does not have", "row", "with rows missing"},
        [DESK_NOT_TAKEN] = {"not_taken", "not taken", "not taken", NULL, "not taken"},
};

struct report {
	struct buf out;
	struct jsonw json;
	bool as_json, dry, quiet;
};

static void branches_json(struct jsonw *j, const struct desk_case *book)
{
	jsonw_key(j, "branches");
	jsonw_open(j, '[');
	for (size_t i = 0; i < book->nbranches; i++) {
		const struct desk_branch *b = &book->branches[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "head", b->head);
		jsonw_kstr(j, "author", b->author);
		jsonw_kint(j, "records", b->rows);
		jsonw_ktime_if(j, "at", b->at_ms, b->at_ms != 0);
		jsonw_kbool(j, "left", b->left);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void event_json(struct report *r, const char *id, const struct desk_event *e)
{
	jsonw_open(&r->json, '{');
	jsonw_kstr(&r->json, "id", id);
	jsonw_kint_if(&r->json, "number", e->number, e->number != 0);
	jsonw_kstr(&r->json, "news", words[e->news].name);
	jsonw_kint(&r->json, "n", e->n);
	jsonw_kstr(&r->json, "why", e->why);
	if (e->news == DESK_TAMPERED)
		jsonw_kstr(&r->json, "author", e->book->tampered_by);
	if (e->news == DESK_BRANCHED)
		branches_json(&r->json, e->book);
	jsonw_close(&r->json, '}');
}

static void branches_text(struct buf *out, const char *id, const struct desk_case *book)
{
	for (size_t i = 0; i < book->nbranches; i++) {
		const struct desk_branch *b = &book->branches[i];
		char when[CLOCK_TEXT];

		buf_fmt(out, "        %.16s  %" PRIu32 " records, last by ", b->head, b->rows);
		case_text(out, b->author, "nobody named");
		buf_fmt(out, " at %.16sZ%s\n", clock_iso(b->at_ms, when), b->left ? ", left" : "");
	}
	buf_fmt(out,
	        "        casebook desk take %s HEAD goes on with one of them; the other stays in the desk\n",
	        id);
}

static void event_text(struct report *r, const char *id, const struct desk_event *e)
{
	const struct news_words *w = &words[e->news];

	desk_case_words(&r->out, id, e->number);
	if (w->thing != NULL)
		buf_fmt(&r->out, "  %" PRIu32 " %s%s %s", e->n, w->thing, e->n == 1 ? "" : "s",
		        r->dry ? w->would : w->done);
	else
		buf_fmt(&r->out, "  %s", r->dry ? w->would : w->done);
	if (e->news == DESK_TAMPERED && e->book->tampered_by != NULL) {
		buf_str(&r->out, ", in the name of ");
		case_text(&r->out, e->book->tampered_by, "nobody");
	}
	if (e->why != NULL) {
		buf_str(&r->out, ": ");
		case_text(&r->out, e->why, "");
	}
	buf_char(&r->out, '\n');
	if (e->news == DESK_BRANCHED)
		branches_text(&r->out, id, e->book);
}

static void told(void *arg, const char *id, const struct desk_event *e)
{
	struct report *r = arg;

	if (r->as_json)
		event_json(r, id, e);
	else if (!r->quiet || e->news > DESK_TAKEN)
		event_text(r, id, e);
}

static void begin(struct report *r, const char *where)
{
	buf_init(&r->out, BUF_MAX_TEXT);
	jsonw_init(&r->json, &r->out);
	if (!r->as_json)
		return;
	jsonw_open(&r->json, '{');
	jsonw_kint(&r->json, "schema_version", 1);
	jsonw_kstr(&r->json, "desk", where);
	jsonw_key(&r->json, "cases");
	jsonw_open(&r->json, '[');
}

static void end_text(struct report *r, const char *where, const struct desk_sync *s)
{
	size_t had = 0;

	case_text(&r->out, where, "");
	buf_fmt(&r->out, ": %" PRIu32 " case%s here, %" PRIu32 " there; ", s->here, s->here == 1 ? "" : "s",
	        s->there);
	for (size_t i = 0; i < DESK_NEWS__MAX; i++)
		if (s->n[i] != 0)
			buf_fmt(&r->out, "%s%" PRIu32 " %s", had++ != 0 ? ", " : "", s->n[i],
			        r->dry && i <= DESK_TAKEN ? words[i].would : words[i].total);
	buf_str(&r->out, had != 0 ? "\n" : "nothing to do\n");
}

static void end(struct report *r, const char *where, const struct desk_sync *s)
{
	if (!r->as_json) {
		if (!r->quiet)
			end_text(r, where, s);
		return;
	}
	jsonw_close(&r->json, ']');
	jsonw_kint(&r->json, "here", s->here);
	jsonw_kint(&r->json, "there", s->there);
	for (size_t i = 0; i < DESK_NEWS__MAX; i++)
		jsonw_kint(&r->json, words[i].name, s->n[i]);
	jsonw_close(&r->json, '}');
	buf_char(&r->out, '\n');
}

/* 0: both have the same; 3: rows do not fit; else as the failure says. */
static int both_ways(struct cli *c, unsigned ways, bool dry)
{
	struct report r = {.as_json = cli_flag(c, "json"), .dry = dry, .quiet = cli_flag(c, "quiet")};
	struct desk_sync sync = {.ways = ways, .dry = dry, .told = told, .arg = &r};
	struct store *s;
	struct desk *d;
	struct err err;
	int rc = desk_both(c, true, &d, &s), done;

	if (rc != EXIT_DONE)
		return rc;
	begin(&r, cli_value(c, "desk"));
	done = desk_sync(d, s, &sync, &err);
	end(&r, cli_value(c, "desk"), &sync);
	store_close(s);
	desk_close(d);
	rc = sync.n[DESK_TAMPERED] + sync.n[DESK_LOOSE] != 0 ? EXIT_FAULT : EXIT_DONE;
	rc = case_out(&r.out, rc);
	return done == 0 ? rc : desk_fail(&err);
}

int desk_push_cmd(struct cli *c)
{
	return both_ways(c, DESK_PUSH, false);
}

int desk_pull_cmd(struct cli *c)
{
	return both_ways(c, DESK_PULL, false);
}

int desk_sync_cmd(struct cli *c)
{
	return both_ways(c, DESK_PUSH | DESK_PULL, false);
}

int desk_status_cmd(struct cli *c)
{
	return both_ways(c, DESK_PUSH | DESK_PULL, true);
}
