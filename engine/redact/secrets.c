/* The table of secrets: one token for one value, numbered as the case brings them, the same in every output.
 */
#include "redact_int.h"

#include <string.h>

static const char *const kinds[] = {"HOST",    "DOMAIN", "TENANT", "ACCOUNT", "ADDRESS", "MAC",  "SID",  "ID",
                                    "DEVICE",  "NAME",   "SERIAL", "FILE",    "AGENT",   "WORD", "NDES", "CA",
                                    "GATEWAY", "PROXY",  "SERVER", "PC",      "PERSON",  "CERT", "CALL"};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == S__MAX, "every kind of secret has its name");

const char *secret_kind_name(enum secret_kind k)
{
	return kinds[k];
}

bool same_text(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

struct redaction *redaction_new(enum redact_level level)
{
	struct arena *mem = arena_new();
	struct redaction *r = arena_alloc(mem, sizeof(*r));

	r->mem = mem;
	r->scratch = arena_new();
	r->level = level;
	return r;
}

void redaction_free(struct redaction *r)
{
	if (r == NULL)
		return;
	arena_free(r->scratch);
	arena_free(r->mem);
}

/* FNV-1a over the folded bytes. */
static uint64_t hash_of(const char *s, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ fold(s[i])) * UINT64_C(0x100000001b3);
	return h;
}

static uint32_t *slot_of(const struct redaction *r, const char *value, size_t n)
{
	size_t i = hash_of(value, n) & (r->nslots - 1);

	while (r->slots[i] != 0) {
		const struct secret *s = &r->all[r->slots[i] - 1];

		if (s->len == n && same_text(s->value, value, n))
			break;
		i = (i + 1) & (r->nslots - 1);
	}
	return &r->slots[i];
}

struct secret *secret_find(const struct redaction *r, const char *value, size_t n)
{
	uint32_t at = r->nslots != 0 ? *slot_of(r, value, n) : 0;

	return at != 0 ? &r->all[at - 1] : NULL;
}

static void grow(struct redaction *r)
{
	size_t cap = r->cap != 0 ? r->cap * 2 : 64;
	struct secret *all = arena_array(r->mem, cap, sizeof(*all));

	if (r->n != 0)
		memcpy(all, r->all, r->n * sizeof(*all));
	r->all = all;
	r->cap = cap;
	r->nslots = cap * 2;
	r->slots = arena_array(r->mem, r->nslots, sizeof(*r->slots));
	for (size_t i = 0; i < r->n; i++)
		*slot_of(r, all[i].value, all[i].len) = (uint32_t)i + 1;
}

struct secret *secret_add(struct redaction *r, enum secret_kind kind, const char *value, size_t n,
                          const char *token)
{
	struct secret *s = n != 0 ? secret_find(r, value, n) : NULL;

	if (s != NULL || n == 0)
		return s;
	if (r->n == r->cap)
		grow(r);
	s = &r->all[r->n];
	s->value = arena_strndup(r->mem, value, n);
	s->len = n;
	s->kind = kind;
	s->whole = n < SECRET_ANYWHERE || kind == S_IP;
	s->token = token != NULL ? arena_strdup(r->mem, token)
	                         : arena_fmt(r->mem, "%s-%u", kinds[kind], ++r->next[kind]);
	r->n++;
	*slot_of(r, value, n) = (uint32_t)r->n;
	return s;
}

/* ---- words that the report itself uses ---- */
extern const unsigned char report_words[];
extern const size_t report_words_size;

/* A single word that is in `text`, whatever its case, is no secret that can be searched for. */
static void weaken(struct redaction *r, const char *text, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t from = i;
		struct secret *s;

		while (i < n && word_char(text[i]))
			i++;
		s = i > from ? secret_find(r, text + from, i - from) : NULL;
		if (s != NULL)
			s->weak = !s->asked;
		i += i == from;
	}
}

static void weaken_text(struct redaction *r, const char *text)
{
	if (text != NULL)
		weaken(r, text, strlen(text));
}

static void weaken_flow(struct redaction *r, const struct flow *f)
{
	weaken_text(r, f->id);
	weaken_text(r, f->title);
	weaken_text(r, f->source_title);
	for (size_t i = 0; i < f->ninputs; i++) {
		weaken_text(r, f->inputs[i].key);
		weaken_text(r, f->inputs[i].label);
		for (size_t k = 0; k < f->inputs[i].nchoices; k++)
			weaken_text(r, f->inputs[i].choices[k].label);
	}
	for (size_t i = 0; i < f->nnodes; i++) {
		weaken_text(r, f->nodes[i].id);
		weaken_text(r, f->nodes[i].label);
		weaken_text(r, f->nodes[i].ask);
		for (size_t k = 0; k < f->nodes[i].nanswers; k++) {
			weaken_text(r, f->nodes[i].answers[k].id);
			weaken_text(r, f->nodes[i].answers[k].label);
		}
	}
	for (size_t i = 0; i < f->ncauses; i++) {
		weaken_text(r, f->causes[i].id);
		weaken_text(r, f->causes[i].title);
		weaken_text(r, f->causes[i].summary);
		weaken_text(r, f->causes[i].remedy);
		weaken_text(r, f->causes[i].source);
		for (size_t k = 0; k < f->causes[i].nfix; k++)
			weaken_text(r, f->causes[i].fix[k].text);
	}
}

/* Names that the structure of the case brings: probes and facts. */
static void weaken_structure(struct redaction *r, const struct casefile *cf)
{
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct evidence *e = &cf->log[i].u.evidence;

		if (cf->log[i].kind != REC_EVIDENCE)
			continue;
		weaken_text(r, e->probe);
		for (size_t k = 0; k < e->nfacts; k++)
			weaken_text(r, e->facts[k].key);
	}
}

/* What hosts, addresses and accounts are made of. */
static bool name_char(char c)
{
	return word_char(c) || c == '.' || c == '-' || c == '_' || c == ':';
}

static bool one_name(const struct secret *s)
{
	for (size_t i = 0; i < s->len; i++)
		if (!name_char(s->value[i]))
			return false;
	return true;
}

void redaction_seal(struct redaction *r, const struct flow *flow, const struct casefile *cf)
{
	weaken(r, (const char *)report_words, report_words_size);
	weaken_flow(r, flow);
	weaken_structure(r, cf);
	r->bucket = arena_array(r->mem, KEYS, sizeof(*r->bucket));
	r->spaced = arena_array(r->mem, KEYS, sizeof(*r->spaced));
	for (size_t i = 0; i < r->n; i++) {
		struct secret *s = &r->all[i];
		uint32_t key, *chain;

		if (s->weak || s->kind == S_CALL || s->len < SECRET_MIN)
			continue;
		key = key_of(s->value);
		chain = one_name(s) ? r->bucket : r->spaced;
		s->next = chain[key];
		chain[key] = (uint32_t)i + 1;
		r->filter[key / 64] |= UINT64_C(1) << (key % 64);
	}
}

static bool between_boundaries(const struct secret *s, const char *text, size_t at, size_t n)
{
	if (at > 0 && word_char(text[at - 1]) && word_char(s->value[0]))
		return false;
	return at + s->len >= n || !word_char(text[at + s->len]) || !word_char(s->value[s->len - 1]);
}

static bool stands_at(const struct secret *s, const char *text, size_t at, size_t n)
{
	if (s->len > n - at || fold(text[at + s->len - 1]) != fold(s->value[s->len - 1]) ||
	    !same_text(s->value, text + at, s->len))
		return false;
	return !s->whole || between_boundaries(s, text, at, n);
}

static const struct secret *longest(const struct redaction *r, uint32_t i, const char *text, size_t at,
                                    size_t n)
{
	const struct secret *best = NULL;

	for (; i != 0; i = r->all[i - 1].next)
		if ((best == NULL || r->all[i - 1].len > best->len) && stands_at(&r->all[i - 1], text, at, n))
			best = &r->all[i - 1];
	return best;
}

/* Most secrets stand as whole names: looking those up is quicker than trying all that begin alike. */
static const struct secret *whole_name(const struct redaction *r, const char *text, size_t at, size_t n)
{
	const struct secret *s;
	size_t end = at;

	if (at > 0 && name_char(text[at - 1]))
		return NULL;
	while (end < n && name_char(text[end]))
		end++;
	s = secret_find(r, text + at, end - at);
	return s != NULL && !s->weak && s->kind != S_CALL ? s : NULL;
}

const struct secret *secret_at(const struct redaction *r, const char *text, size_t at, size_t n)
{
	const struct secret *s;
	uint32_t key;

	if (at + SECRET_MIN > n)
		return NULL;
	key = key_of(text + at);
	if (!key_in(r->filter, key))
		return NULL;
	s = longest(r, r->spaced[key], text, at, n);
	if (s == NULL)
		s = whole_name(r, text, at, n);
	return s != NULL ? s : longest(r, r->bucket[key], text, at, n);
}
