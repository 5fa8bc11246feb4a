/* The append-only log of a case, in memory. */
#include <casebook/casefile.h>

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <casebook/xalloc.h>

static const char *const kinds[] = {"input", "answer", "retract", "evidence", "note",
                                    "tick",  "about",  "export",  "put-off",  "hand"};
static const char *const states[] = {"open", "waiting", "closed"};
static const char *const bys[] = {"person", "probe", "file", "answers"};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == REC__MAX, "every record kind has its name");
_Static_assert(sizeof(states) / sizeof(states[0]) == CASE__MAX, "every state has its name");
_Static_assert(sizeof(bys) / sizeof(bys[0]) == BY__MAX, "everyone who answers has a name");

const char *record_kind_name(enum record_kind k)
{
	return kinds[k];
}

const char *answered_by_name(enum answered_by b)
{
	return bys[b];
}

const char *case_state_name(enum case_state state)
{
	return (unsigned)state < CASE__MAX ? states[state] : "unknown";
}

int case_state_from(const char *name)
{
	for (int i = 0; name != NULL && i < CASE__MAX; i++)
		if (strcmp(name, states[i]) == 0)
			return i;
	return -1;
}

/* ULID (github.com/ulid/spec): 48 bits of time, 80 random bits, Crockford base 32. */
static void make_id(char out[CASE_ID], int64_t now_ms)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t t = (uint64_t)now_ms;
	unsigned char rnd[16];

	if (getrandom(rnd, sizeof(rnd), 0) != (ssize_t)sizeof(rnd))
		BUG("the system gives no random bytes");
	for (int i = 9; i >= 0; i--, t >>= 5)
		out[i] = digits[t & 31];
	for (int i = 0; i < 16; i++)
		out[10 + i] = digits[rnd[i] & 31];
	out[26] = '\0';
}

static const char *const about_case[ABOUT_CASE__MAX][2] = {{"case.person", "Person"},
                                                           {"case.role", "Role"},
                                                           {"case.ticket", "Ticket"},
                                                           {"case.local", "Stays at this console"}};

const char *about_case_key(enum about_case a)
{
	return about_case[a][0];
}

const char *about_case_label(const char *key)
{
	for (int i = 0; i < ABOUT_CASE__MAX; i++)
		if (strcmp(about_case[i][0], key) == 0)
			return about_case[i][1];
	return NULL;
}

void casefile_init(struct casefile *cf, const char *id, const char *flow_id, const char *flow_hash,
                   int64_t now_ms)
{
	memset(cf, 0, sizeof(*cf));
	cf->mem = arena_new();
	if (id != NULL && strlen(id) == CASE_ID - 1)
		memcpy(cf->id, id, CASE_ID);
	else
		make_id(cf->id, now_ms);
	cf->title = "";
	cf->host = "";
	cf->tool = "casebook " CASEBOOK_VERSION;
	cf->flow_id = arena_strdup(cf->mem, flow_id);
	if (flow_hash != NULL)
		strncpy(cf->flow_hash, flow_hash, sizeof(cf->flow_hash) - 1);
	cf->opened_ms = now_ms;
}

void casefile_release(struct casefile *cf)
{
	if (cf == NULL)
		return;
	free(cf->log);
	arena_free(cf->mem);
	memset(cf, 0, sizeof(*cf));
}

static void copy_body(struct arena *mem, struct record *r)
{
	switch (r->kind) {
	case REC_INPUT:
		r->u.input.key = arena_strdup(mem, r->u.input.key);
		r->u.input.value = arena_strdup(mem, r->u.input.value);
		break;
	case REC_ANSWER:
		r->u.answer.step = arena_strdup(mem, r->u.answer.step);
		r->u.answer.answer = arena_strdup(mem, r->u.answer.answer);
		r->u.answer.seen = arena_strdup(mem, r->u.answer.seen);
		break;
	case REC_EVIDENCE:
		r->u.evidence = evidence_copy(mem, &r->u.evidence);
		r->u.evidence.id = r->pos;
		break;
	case REC_NOTE:
		r->u.note.text = arena_strdup(mem, r->u.note.text);
		break;
	case REC_TICK:
		r->u.tick.cause = arena_strdup(mem, r->u.tick.cause);
		break;
	case REC_ABOUT:
		r->u.about.sha256 = arena_strdup(mem, r->u.about.sha256);
		r->u.about.target = arena_strdup(mem, r->u.about.target);
		r->u.about.computer = arena_strdup(mem, r->u.about.computer);
		break;
	case REC_EXPORT:
		r->u.export.what = arena_strdup(mem, r->u.export.what);
		r->u.export.format = arena_strdup(mem, r->u.export.format);
		r->u.export.level = arena_strdup(mem, r->u.export.level);
		r->u.export.sha256 = arena_strdup(mem, r->u.export.sha256);
		r->u.export.seal = arena_strdup(mem, r->u.export.seal);
		break;
	case REC_PUT_OFF:
		r->u.put_off.step = arena_strdup(mem, r->u.put_off.step);
		r->u.put_off.wanted = arena_strdup(mem, r->u.put_off.wanted);
		break;
	case REC_HAND:
		r->u.hand.to = arena_strdup(mem, r->u.hand.to);
		r->u.hand.left = arena_strdup(mem, r->u.hand.left);
		break;
	case REC_RETRACT:
	case REC__MAX:
		break;
	}
}

const struct case_mark *case_mark_new(struct arena *mem, const char *title, const char *place,
                                      enum case_state state)
{
	struct case_mark *out = arena_alloc(mem, sizeof(*out));

	*out = (struct case_mark){title, place, state};
	return out;
}

static const struct case_mark *copy_mark(struct arena *mem, const struct case_mark *m)
{
	return m != NULL ? case_mark_new(mem, arena_strdup(mem, m->title), arena_strdup(mem, m->place),
	                                 m->state)
	                 : NULL;
}

int casefile_room(size_t records, enum record_kind kind, struct err *err)
{
	if (records < (kind == REC_EXPORT ? CASE_MAX_LOG : CASE_MAX_RECORDS))
		return 0;
	if (kind == REC_EXPORT)
		return err_set(
		        err, FAIL_LIMIT, 0,
		        "a case holds at most %d records, the last %d of them exports; start a new case",
		        CASE_MAX_LOG, CASE_MAX_EXPORTS);
	return err_set(err, FAIL_LIMIT, 0, "a case holds at most %d records; start a new case",
	               CASE_MAX_RECORDS);
}

const struct record *casefile_restore(struct casefile *cf, const struct record *r, struct err *err)
{
	struct record *slot;

	if (casefile_room(cf->nlog, r->kind, err) != 0)
		return NULL;
	if (cf->nlog == cf->cap) {
		cf->cap = cf->cap != 0 ? cf->cap * 2 : 64;
		cf->log = xrealloc(cf->log, cf->cap * sizeof(*cf->log));
	}
	slot = &cf->log[cf->nlog++];
	*slot = *r;
	slot->pos = (uint32_t)cf->nlog;
	slot->mark = copy_mark(cf->mem, slot->mark);
	copy_body(cf->mem, slot);
	cf->head[0] = cf->told_head[0] = '\0';
	return slot;
}

const struct record *casefile_append(struct casefile *cf, const struct record *r, struct err *err)
{
	struct arena *scratch = arena_new();
	struct record clean = record_clean(scratch, r, &cf->left_out);
	const struct record *kept = casefile_restore(cf, &clean, err);

	arena_free(scratch);
	return kept;
}

const struct record *casefile_at(const struct casefile *cf, uint32_t pos)
{
	return pos >= 1 && pos <= cf->nlog ? &cf->log[pos - 1] : NULL;
}

uint32_t casefile_told(const struct casefile *cf)
{
	size_t n = cf->nlog;

	while (n > 0 && cf->log[n - 1].kind == REC_EXPORT)
		n--;
	return (uint32_t)n;
}

const char *casefile_holder(const struct casefile *cf, int64_t *at_ms)
{
	for (size_t i = cf->nlog; i > 0; i--)
		if (cf->log[i - 1].kind == REC_HAND) {
			*at_ms = cf->log[i - 1].at_ms;
			return cf->log[i - 1].u.hand.to;
		}
	return NULL;
}

const struct rec_export *casefile_copied(const struct casefile *cf)
{
	const struct record *last = cf->nlog != 0 ? &cf->log[cf->nlog - 1] : NULL;

	if (last == NULL || last->kind != REC_EXPORT || strcmp(last->u.export.what, "case") != 0 ||
	    strcmp(last->u.export.level, "full") == 0)
		return NULL;
	return &last->u.export;
}

const struct case_mark *casefile_mark(const struct casefile *cf)
{
	for (size_t i = cf->nlog; i > 0; i--)
		if (cf->log[i - 1].mark != NULL)
			return cf->log[i - 1].mark;
	return NULL;
}

bool case_mark_same(const struct case_mark *a, const struct case_mark *b)
{
	return strcmp(a->title, b->title) == 0 && strcmp(a->place, b->place) == 0 && a->state == b->state;
}

void casefile_set_mark(struct casefile *cf, const struct case_mark *m)
{
	const struct case_mark *was = casefile_mark(cf);

	if (cf->nlog != 0 && cf->log[cf->nlog - 1].kind != REC_EXPORT &&
	    (was == NULL || !case_mark_same(was, m)))
		cf->log[cf->nlog - 1].mark = copy_mark(cf->mem, m);
}
