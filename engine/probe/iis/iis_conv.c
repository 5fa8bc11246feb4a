/*
 * Conversations: the requests of one client with one agent without a long pause,
 * from GetCACaps to PKIOperation.  Followed in a table of fixed size, closed when
 * they pause, counted by how far they got.
 */
#include "iis_tally.h"

#include <string.h>

bool iis_conv_complete(const struct iis_conv *c)
{
	return c->answered & 1u << STAGE_PKI;
}

/* Later end first; the further line among equals. */
static bool ends_after(const struct iis_conv *a, const struct iis_conv *b)
{
	return a->last_s != b->last_s ? a->last_s > b->last_s : a->last_line > b->last_line;
}

/* Of two that are kept, the one to go first. */
static bool goes_before(const struct iis_conv *a, const struct iis_conv *b)
{
	return ends_after(b, a);
}

static void swap(struct iis_conv *a, struct iis_conv *b)
{
	struct iis_conv was = *a;

	*a = *b;
	*b = was;
}

static void sift_down(struct iis_conv *kept, uint32_t n)
{
	for (uint32_t at = 0, least;; at = least) {
		uint32_t left = 2 * at + 1, right = left + 1;

		least = left < n && goes_before(&kept[left], &kept[at]) ? left : at;
		if (right < n && goes_before(&kept[right], &kept[least]))
			least = right;
		if (least == at)
			return;
		swap(&kept[at], &kept[least]);
	}
}

/* The one that is given up for it: of the kept, or itself; false when there is room. */
static bool keep(struct iis_conv *kept, uint32_t *n, const struct iis_conv *c, int64_t *lost_s)
{
	if (*n < IIS_KEPT) {
		uint32_t at = (*n)++;

		for (kept[at] = *c; at > 0 && goes_before(&kept[at], &kept[(at - 1) / 2]); at = (at - 1) / 2)
			swap(&kept[at], &kept[(at - 1) / 2]);
		return false;
	}
	*lost_s = c->last_s;
	if (ends_after(c, &kept[0])) {
		*lost_s = kept[0].last_s;
		kept[0] = *c;
		sift_down(kept, IIS_KEPT);
	}
	return true;
}

static void keep_one(struct iis_tally *t, const struct iis_conv *c)
{
	int64_t lost_s;
	bool full = iis_conv_complete(c) ? keep(t->complete, &t->ncomplete, c, &lost_s)
	                                 : keep(t->stalled, &t->nstalled, c, &lost_s);

	if (full && (t->lost_s == IIS_NO_TIME || lost_s > t->lost_s))
		t->lost_s = lost_s;
}

/* Around the attempt every one counts, however many came since. */
static void keep_beside(struct iis_tally *t, const struct iis_conv *c)
{
	if (t->attempt_s != IIS_NO_TIME && t->nbeside < IIS_KEPT_NEAR &&
	    c->last_s > t->attempt_s - IIS_NEAR_CONV && c->first_s < t->attempt_s + IIS_NEAR_CONV)
		t->beside[t->nbeside++] = *c;
}

static void finish(struct iis_tally *t, const struct iis_conv *c, bool known)
{
	struct iis_by_platform *p = &t->platform[c->platform];
	bool complete = iis_conv_complete(c);

	p->conversations++;
	p->stage[c->stage]++;
	p->answered += complete;
	p->stalled += !complete && known;
	keep_one(t, c);
	keep_beside(t, c);
}

/* Ended by a pause.  Of the first of its key, begun early in a part, the part before may hold the beginning.
 */
static void close_conv(struct iis_tally *t, uint32_t i)
{
	const struct iis_conv *c = &t->open[i];

	t->open_key[i] = 0;
	if (!t->is_part || !c->is_first || c->first_s - t->scep_begin_s > IIS_HEAD_S) {
		finish(t, c, true);
	} else if (t->nhead < IIS_HEAD_CONVS) {
		t->head[t->nhead++] = *c;
	} else {
		t->unsure = true;
	}
}

static bool apart(int64_t a, int64_t b)
{
	return a - b > IIS_CONV_IDLE || b - a > IIS_CONV_IDLE;
}

/* Index of the open conversation of the key, or of a free place for it. */
static uint32_t place_of(struct iis_tally *t, uint64_t key)
{
	uint32_t set = iis_conv_set(key), oldest = set, i;

	for (i = set; i < set + IIS_CONV_WAYS; i++)
		if (t->open_key[i] == key)
			return i;
	for (i = set; i < set + IIS_CONV_WAYS; i++) {
		if (!t->open_key[i])
			return i;
		if (t->open_last_s[i] < t->open_last_s[oldest] ||
		    (t->open_last_s[i] == t->open_last_s[oldest] &&
		     ends_after(&t->open[oldest], &t->open[i])))
			oldest = i;
	}
	close_conv(t, oldest);
	return oldest;
}

static void begin(struct iis_conv *c, const struct iis_waiting *r)
{
	memset(c, 0, sizeof(*c));
	c->key = r->key;
	c->first_s = c->last_s = r->at_s;
	c->first_line = r->line;
	c->agent = r->agent;
	c->platform = r->platform;
	c->first_op = r->op;
	c->is_first = r->is_new;
	memcpy(c->client, r->client, sizeof(c->client));
}

/* After its PKIOperation a device that asks for capabilities or certificates starts anew. */
static bool starts_anew(const struct iis_conv *c, uint8_t op)
{
	return c->last_op == OP_PKI && (op == OP_CAPS || op == OP_CACERT);
}

void iis_conv_fetch(const struct iis_tally *t, uint64_t key)
{
	__builtin_prefetch(&t->open_key[iis_conv_set(key)]);
	__builtin_prefetch(&t->open_last_s[iis_conv_set(key)]);
}

uint32_t iis_conv_fetch_open(const struct iis_tally *t, uint64_t key)
{
	uint32_t set = iis_conv_set(key), same = 0, unused = 0, at;

	/* Without a branch: which place it is cannot be foretold. */
	for (uint32_t i = 0; i < IIS_CONV_WAYS; i++) {
		uint64_t k = t->open_key[set + i];

		same |= (uint32_t)(k == key) << i;
		unused |= (uint32_t)(k == 0) << i;
	}
	at = set + (uint32_t)__builtin_ctz(same ? same : unused | 1u << (IIS_CONV_WAYS - 1));
	__builtin_prefetch(&t->open[at], 1);
	__builtin_prefetch((const char *)&t->open[at] + 64, 1);
	return at;
}

void iis_conv_count(struct iis_tally *t, const struct iis_waiting *r)
{
	struct iis_conv *c;
	uint32_t i;
	uint8_t stage = iis_stage_of(r->op);

	if (r->at_s == IIS_NO_TIME)
		return;
	if (t->scep_begin_s == IIS_NO_TIME)
		t->scep_begin_s = r->at_s;
	i = t->open_key[r->place] == r->key ? r->place : place_of(t, r->key);
	c = &t->open[i];
	if (t->open_key[i] && (apart(r->at_s, c->last_s) || starts_anew(c, r->op)))
		close_conv(t, i);
	if (!t->open_key[i])
		begin(c, r);
	if (r->at_s > c->last_s)
		c->last_s = r->at_s;
	t->open_key[i] = r->key;
	t->open_last_s[i] = c->last_s;
	c->by_op[r->op]++;
	c->last_op = r->op;
	iis_conv_set_last(c, r->status);
	c->last_line = r->line;
	c->file = (uint8_t)(t->file < IIS_FILE_FAR ? t->file : IIS_FILE_FAR);
	if (stage > c->stage)
		c->stage = stage;
	if (r->status.status == 200)
		c->answered |= (uint8_t)(1u << stage);
	else
		c->refused = true;
}

static void join(struct iis_conv *c, const struct iis_conv *next)
{
	if (next->last_s > c->last_s)
		c->last_s = next->last_s;
	for (int i = 0; i < OP__MAX; i++)
		c->by_op[i] += next->by_op[i];
	iis_conv_set_last(c, iis_conv_last(next));
	c->last_op = next->last_op;
	c->last_line = next->last_line;
	c->file = next->file;
	if (next->stage > c->stage)
		c->stage = next->stage;
	c->answered |= next->answered;
	c->refused |= next->refused;
}

/* A conversation of the next part: perhaps the rest of an open one.  `closed`: it has ended. */
static void add_conv(struct iis_tally *t, const struct iis_conv *next, bool closed)
{
	uint32_t i = place_of(t, next->key);
	struct iis_conv *c = &t->open[i];

	if (t->open_key[i] &&
	    (!next->is_first || apart(next->first_s, c->last_s) || starts_anew(c, next->first_op)))
		close_conv(t, i);
	if (t->open_key[i])
		join(c, next);
	else
		*c = *next;
	t->open_key[i] = next->key;
	t->open_last_s[i] = c->last_s;
	if (closed)
		close_conv(t, i);
}

static void renumber(struct iis_conv *c, uint64_t lines, const uint16_t *agent_map)
{
	c->first_line += lines;
	c->last_line += lines;
	c->agent = agent_map[c->agent];
}

static void add_kept(struct iis_tally *t, struct iis_conv *next, uint32_t n, const uint16_t *agent_map)
{
	for (uint32_t i = 0; i < n; i++) {
		renumber(&next[i], t->physical, agent_map);
		keep_one(t, &next[i]);
	}
}

static bool is_open(const struct iis_tally *t, uint64_t key)
{
	uint32_t set = iis_conv_set(key);

	for (uint32_t i = set; i < set + IIS_CONV_WAYS; i++)
		if (t->open_key[i] == key)
			return true;
	return false;
}

/* Those of the next part that may go on with an open one, or the others. */
static void add_convs(struct iis_tally *t, struct iis_tally *next, bool going_on, const uint16_t *agent_map)
{
	for (uint32_t i = 0; i < next->nhead; i++) {
		struct iis_conv *c = &next->head[i];

		if (!c->key || (going_on && !is_open(t, c->key)))
			continue;
		renumber(c, t->physical, agent_map);
		add_conv(t, c, true);
		c->key = 0;
	}
	for (uint32_t i = 0; i < IIS_CONV_SETS * IIS_CONV_WAYS; i++) {
		if (!next->open_key[i] || (going_on && !is_open(t, next->open_key[i])))
			continue;
		renumber(&next->open[i], t->physical, agent_map);
		add_conv(t, &next->open[i], false);
		next->open_key[i] = 0;
	}
}

void iis_conv_add(struct iis_tally *t, struct iis_tally *next, const uint16_t *agent_map)
{
	if (t->scep_begin_s == IIS_NO_TIME)
		t->scep_begin_s = next->scep_begin_s;
	/* First what needs no new place, so that nothing still going on is pushed out. */
	add_convs(t, next, true, agent_map);
	add_convs(t, next, false, agent_map);
	for (int i = 0; i < PLAT__MAX; i++) {
		struct iis_by_platform *p = &t->platform[i], *q = &next->platform[i];

		p->conversations += q->conversations;
		p->answered += q->answered;
		p->stalled += q->stalled;
		for (int k = 0; k < 4; k++)
			p->stage[k] += q->stage[k];
	}
	add_kept(t, next->stalled, next->nstalled, agent_map);
	add_kept(t, next->complete, next->ncomplete, agent_map);
	for (uint32_t i = 0; i < next->nbeside; i++) {
		renumber(&next->beside[i], t->physical, agent_map);
		keep_beside(t, &next->beside[i]);
	}
	if (next->lost_s != IIS_NO_TIME && (t->lost_s == IIS_NO_TIME || next->lost_s > t->lost_s))
		t->lost_s = next->lost_s;
}

void iis_conv_end(struct iis_tally *t)
{
	int64_t end_s = t->clock.any ? t->clock.last_s : IIS_NO_TIME;

	for (uint32_t i = 0; i < IIS_CONV_SETS * IIS_CONV_WAYS; i++) {
		const struct iis_conv *c = &t->open[i];

		if (t->open_key[i])
			finish(t, c, end_s != IIS_NO_TIME && end_s - c->last_s > IIS_CONV_IDLE);
		t->open_key[i] = 0;
	}
}
