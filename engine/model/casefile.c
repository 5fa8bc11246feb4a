/* The append-only log of a case, in memory. */
#include <casebook/casefile.h>

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <casebook/xalloc.h>

static const char *const kinds[] = {"input", "answer", "retract", "evidence", "note", "tick", "about"};
static const char *const bys[] = {"person", "probe", "file", "answers"};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == REC__MAX, "every record kind has its name");
_Static_assert(sizeof(bys) / sizeof(bys[0]) == BY__MAX, "everyone who answers has a name");

const char *record_kind_name(enum record_kind k)
{
	return kinds[k];
}

const char *answered_by_name(enum answered_by b)
{
	return bys[b];
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
	case REC_RETRACT:
	case REC__MAX:
		break;
	}
}

const struct record *casefile_restore(struct casefile *cf, const struct record *r, struct err *err)
{
	struct record *slot;

	if (cf->nlog >= CASE_MAX_RECORDS) {
		err_set(err, FAIL_LIMIT, 0, "this case has %d records, the maximum; start a new case",
		        CASE_MAX_RECORDS);
		return NULL;
	}
	if (cf->nlog == cf->cap) {
		cf->cap = cf->cap != 0 ? cf->cap * 2 : 64;
		cf->log = xrealloc(cf->log, cf->cap * sizeof(*cf->log));
	}
	slot = &cf->log[cf->nlog++];
	*slot = *r;
	slot->pos = (uint32_t)cf->nlog;
	copy_body(cf->mem, slot);
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
