/*
 * Counting requests, and adding the counts of two parts of a log.  Pure; knows
 * no files.
 */
#include "iis_tally.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#define SEEN 65536u /* places for IIS_MAX_DEVICES, a power of two */

struct iis_tally *iis_tally_new(int64_t attempt_s)
{
	void *mem = NULL;
	struct iis_tally *t;

	if (posix_memalign(&mem, _Alignof(struct iis_tally), sizeof(*t)))
		die_oom();
	t = mem;
	t->attempt_s = attempt_s;
	t->file = 0;
	t->seen = xcalloc(SEEN, sizeof(*t->seen));
	t->nseen = 0;
	iis_tally_reset(t, false);
	return t;
}

void iis_tally_free(struct iis_tally *t)
{
	if (t)
		free(t->seen);
	free(t);
}

void iis_tally_reset(struct iis_tally *t, bool is_part)
{
	int64_t attempt_s = t->attempt_s;
	uint32_t file = t->file;
	uint64_t *seen = t->seen;

	if (t->nseen)
		memset(seen, 0, SEEN * sizeof(*seen));

	memset(t, 0, offsetof(struct iis_tally, open));
	t->attempt_s = attempt_s;
	t->file = file;
	t->is_part = is_part;
	t->scep_begin_s = t->lost_s = IIS_NO_TIME;
	t->seen = seen;
}

static inline uint64_t mixed(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0xFF51AFD7ED558CCDu;
	return h ^ h >> 32;
}

static inline uint64_t load8(const char *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
	return x;
}

/* Two lanes, so that one multiplication need not wait for the other. */
uint64_t iis_hash(const char *p, size_t n, uint64_t seed)
{
	uint64_t a = seed ^ n * 0x9E3779B97F4A7C15u, b = ~seed;
	const char *end = p + n;

	for (; end - p > 16; p += 16) {
		a = mixed(a, load8(p));
		b = mixed(b, load8(p + 8));
	}
	if (n >= 8) {
		/* The last 16 bytes, some of them once more. */
		a = mixed(a, load8(end - p >= 8 ? p : end - 8));
		b = mixed(b, load8(end - 8));
	} else {
		uint64_t x = 0;

		for (size_t i = 0; i < n; i++)
			x = x << 8 | (unsigned char)p[i];
		a = mixed(a, x);
	}
	a = (a ^ (b << 29 | b >> 35)) * 0xC4CEB9FE1A85EC53u;
	return a ^ a >> 29;
}

/* ---- small tables ---- */

/* True unless it was seen before; the table may be too full to tell. */
static bool seen_add(struct iis_tally *t, uint64_t key)
{
	uint32_t k = (uint32_t)key % SEEN;

	while (t->seen[k]) {
		if (t->seen[k] == key)
			return false;
		k = (k + 1) % SEEN;
	}
	if (t->nseen == IIS_MAX_DEVICES) {
		t->seen_full = true;
		return true;
	}
	t->seen[k] = key;
	t->nseen++;
	return true;
}

static struct iis_status_row *status_row(struct iis_status_row *rows, uint32_t *n, uint32_t max,
                                         struct iis_status s)
{
	for (uint32_t i = 0; i < *n; i++)
		if (iis_status_equal(rows[i].s, s))
			return &rows[i];
	if (*n == max)
		return NULL;
	rows[*n].s = s;
	return &rows[(*n)++];
}

/* Index of the agent, IIS_MAX_AGENTS when the table is full. */
static uint16_t agent_index(struct iis_tally *t, const struct iis_slice *text, uint64_t hash)
{
	uint32_t k = (uint32_t)hash % IIS_MAX_AGENTS;
	struct iis_agent *a;

	for (uint32_t tries = 0; tries < 64; tries++, k = (k + 1) % IIS_MAX_AGENTS) {
		a = &t->agents[k];
		if (a->hash == hash)
			return (uint16_t)k;
		if (a->hash)
			continue;
		a->hash = hash;
		a->platform = (uint8_t)iis_platform_of(text->p, text->n);
		a->len = (uint8_t)(text->n > IIS_AGENT_TEXT ? IIS_AGENT_TEXT : text->n);
		memcpy(t->agent_text[k], text->p, a->len);
		return (uint16_t)k;
	}
	return IIS_MAX_AGENTS;
}

/* ---- counting ---- */

static const struct iis_spot *spot_at(struct iis_spot *s, const struct iis_tally *t,
                                      const struct file_line *line, int64_t at_s, uint16_t joined)
{
	*s = (struct iis_spot){line->number, line->offset, at_s, t->file, joined, false};
	return s;
}

/* Later, or as late and further down. */
static bool is_later(const struct iis_spot *a, const struct iis_spot *than)
{
	return !than->joined || a->at_s >= than->at_s;
}

static void spot_first(struct iis_spot *s, const struct iis_spot *a)
{
	if (a->joined && (!s->joined || a->at_s < s->at_s))
		*s = *a;
}

static void count_last(struct iis_last *l, const struct iis_request *r, const struct iis_spot *at)
{
	uint8_t stage = iis_stage_of((uint8_t)r->op);

	if (stage > l->stage)
		l->stage = stage;
	if (stage > l->answered && r->status.status == 200)
		l->answered = stage;
	spot_first(&l->first, at);
	if (is_later(at, &l->last)) {
		l->last = *at;
		l->s = r->status;
		l->op = (uint8_t)r->op;
	}
}

static void add_last(struct iis_last *l, const struct iis_last *next)
{
	if (next->stage > l->stage)
		l->stage = next->stage;
	if (next->answered > l->answered)
		l->answered = next->answered;
	spot_first(&l->first, &next->first);
	if (next->last.joined && is_later(&next->last, &l->last)) {
		l->last = next->last;
		l->s = next->s;
		l->op = next->op;
	}
}

static void count_status(struct iis_tally *t, const struct iis_request *r, const struct iis_spot *at)
{
	struct iis_status_row *row = status_row(t->status, &t->nstatus, IIS_MAX_STATUS, r->status);

	if (!row) {
		t->other_status++;
		return;
	}
	row->n++;
	spot_first(&row->first, at);
	if (is_later(at, &row->last))
		row->last = *at;
}

static void add_server(struct iis_tally *t, const char *p, size_t n, uint64_t count)
{
	if (n >= IIS_SERVER_TEXT)
		n = IIS_SERVER_TEXT - 1;
	for (uint32_t i = 0; i < IIS_MAX_SERVERS; i++) {
		if (i == t->nservers) {
			memcpy(t->servers[i].name, p, n);
			t->nservers++;
		}
		if (memcmp(t->servers[i].name, p, n) == 0 && !t->servers[i].name[n]) {
			t->servers[i].n += count;
			return;
		}
	}
}

static void count_near(struct iis_tally *t, const struct iis_spot *at)
{
	int64_t away, nearest;

	if (t->attempt_s == IIS_NO_TIME || at->at_s == IIS_NO_TIME)
		return;
	away = at->at_s - t->attempt_s;
	if (away > IIS_NEAR || away < -IIS_NEAR)
		return;
	t->near++;
	nearest = t->nearest.joined ? t->nearest.at_s - t->attempt_s : 0;
	if (!t->nearest.joined || llabs(away) < llabs(nearest))
		t->nearest = *at;
}

static void count_waiting(struct iis_tally *t)
{
	struct iis_waiting *w = &t->waiting[t->went++ % IIS_WAITING];

	w->is_new = seen_add(t, w->key);
	iis_conv_count(t, w);
}

void iis_tally_settle(struct iis_tally *t)
{
	while (t->went != t->came)
		count_waiting(t);
}

/* At most 45 bytes, by pieces that may overlap: the compiler's own way is slow on so few. */
static void copy_client(char out[IIS_CLIENT_TEXT], const char *p, size_t n)
{
	memset(out, 0, IIS_CLIENT_TEXT);
	if (n > IIS_CLIENT_TEXT - 1)
		n = IIS_CLIENT_TEXT - 1;
	if (n < 8) {
		for (size_t i = 0; i < n; i++)
			out[i] = p[i];
		return;
	}
	for (size_t i = 0; i + 8 < n; i += 8)
		memcpy(out + i, p + i, 8);
	memcpy(out + n - 8, p + n - 8, 8);
}

static void wait_for(struct iis_tally *t, const struct iis_request *r, uint64_t key, uint64_t line,
                     uint16_t agent, enum iis_platform platform)
{
	struct iis_waiting *w = &t->waiting[t->came % IIS_WAITING];

	__builtin_prefetch(&t->seen[(uint32_t)key % SEEN]);
	iis_conv_fetch(t, key);
	if (t->came - t->went >= IIS_AHEAD / 2) {
		struct iis_waiting *before = &t->waiting[(t->came - IIS_AHEAD / 2) % IIS_WAITING];

		before->place = iis_conv_fetch_open(t, before->key);
	}
	w->key = key;
	w->line = line;
	w->at_s = r->at_s;
	w->status = r->status;
	w->agent = agent;
	w->platform = (uint8_t)platform;
	w->op = (uint8_t)r->op;
	w->place = 0;
	copy_client(w->client, r->client.p, r->client.n);
	t->came++;
	if (t->came - t->went > IIS_AHEAD)
		count_waiting(t);
}

static void count_device(struct iis_tally *t, const struct iis_request *r, const struct iis_spot *at,
                         uint64_t agent_hash, uint16_t agent, enum iis_platform platform)
{
	uint64_t key = iis_hash(r->client.p, r->client.n, agent_hash);

	t->device_requests++;
	count_last(&t->device, r, at);
	count_near(t, at);
	wait_for(t, r, key + !key, at->line, agent, platform);
}

void iis_count(struct iis_tally *t, const struct iis_request *r, const struct file_line *line,
               uint16_t joined)
{
	uint64_t hash = iis_hash(r->agent.p, r->agent.n, 1);
	uint16_t agent = agent_index(t, &r->agent, hash);
	enum iis_platform platform;
	struct iis_spot at;

	platform = agent < IIS_MAX_AGENTS ? (enum iis_platform)t->agents[agent].platform
	                                  : iis_platform_of(r->agent.p, r->agent.n);
	if (platform == PLAT_CASEBOOK) {
		t->own++;
		return;
	}
	if (r->validator)
		platform = PLAT_VALIDATOR;
	else if (r->blank && r->op != OP_PKI)
		platform = PLAT_MONITOR; /* who sends a request for a certificate looks for more than life */
	if (agent < IIS_MAX_AGENTS)
		t->agents[agent].n++;
	else
		t->other_agents++;
	spot_at(&at, t, line, r->at_s, joined);
	at.glued = r->glued;
	t->requests++;
	t->by_op[r->op]++;
	t->dotted += r->dotted;
	t->get_pki += r->op == OP_PKI && r->get;
	t->post_pki += r->op == OP_PKI && !r->get;
	if (r->query.n > t->longest_query)
		t->longest_query = r->query.n;
	t->platform[platform].requests++;
	add_server(t, r->server.p, r->server.n, 1);
	count_status(t, r, &at);
	count_last(&t->any, r, &at);
	if (r->op == OP_NONE && r->get)
		count_last(&t->bare, r, &at);
	if (iis_is_device(platform))
		count_device(t, r, &at, hash, agent, platform);
}

void iis_count_astray(struct iis_tally *t, const struct iis_request *r, const struct iis_slice *path,
                      const struct file_line *line)
{
	enum iis_platform platform = iis_platform_of(r->agent.p, r->agent.n);
	struct iis_status_row *row;
	struct iis_astray *a = &t->last_astray;
	struct iis_spot at;

	if (r->blank || r->validator || !iis_is_device(platform))
		return;
	spot_at(&at, t, line, r->at_s, 1);
	t->astray++;
	row = status_row(t->astray_status, &t->nastray, IIS_MAX_PLUGIN, r->status);
	if (row) {
		row->n++;
		spot_first(&row->first, &at);
		if (is_later(&at, &row->last))
			row->last = at;
	}
	if (!is_later(&at, &a->at))
		return;
	a->at = at;
	a->s = r->status;
	a->platform = (uint8_t)platform;
	copy_client(a->client, r->client.p, r->client.n);
	memset(a->path, 0, sizeof(a->path));
	memcpy(a->path, path->p, path->n < IIS_PATH_TEXT ? path->n : IIS_PATH_TEXT - 1);
}

void iis_bad(struct iis_tally *t, const struct file_line *line)
{
	t->lines++;
	if (t->bad++ == 0)
		spot_at(&t->first_bad, t, line, IIS_NO_TIME, 1);
}

/* ---- adding ---- */

static void shift(struct iis_spot *s, uint64_t lines)
{
	s->line += lines;
}

static void shift_all(struct iis_tally *t, uint64_t lines)
{
	shift(&t->first_bad, lines);
	shift(&t->nearest, lines);
	for (size_t i = 0; i < 3; i++) {
		struct iis_last *l = i == 0 ? &t->any : i == 1 ? &t->device : &t->bare;

		shift(&l->first, lines);
		shift(&l->last, lines);
	}
	shift(&t->last_astray.at, lines);
	for (uint32_t i = 0; i < t->nastray; i++) {
		shift(&t->astray_status[i].first, lines);
		shift(&t->astray_status[i].last, lines);
	}
	for (uint32_t i = 0; i < t->nstatus; i++) {
		shift(&t->status[i].first, lines);
		shift(&t->status[i].last, lines);
	}
	for (uint32_t i = 0; i < t->nplugin; i++) {
		shift(&t->plugin_status[i].first, lines);
		shift(&t->plugin_status[i].last, lines);
	}
}

static void add_rows(struct iis_status_row *rows, uint32_t *n, uint32_t max,
                     const struct iis_status_row *next, uint32_t nnext, uint64_t *other)
{
	for (uint32_t i = 0; i < nnext; i++) {
		struct iis_status_row *row = status_row(rows, n, max, next[i].s);

		if (!row) {
			*other += next[i].n;
			continue;
		}
		row->n += next[i].n;
		spot_first(&row->first, &next[i].first);
		if (is_later(&next[i].last, &row->last))
			row->last = next[i].last;
	}
}

static void add_agents(struct iis_tally *t, const struct iis_tally *next, uint16_t map[IIS_MAX_AGENTS + 1])
{
	for (uint32_t i = 0; i < IIS_MAX_AGENTS; i++) {
		const struct iis_agent *a = &next->agents[i];
		struct iis_slice text = {next->agent_text[i], a->len};

		map[i] = IIS_MAX_AGENTS;
		if (!a->hash)
			continue;
		map[i] = agent_index(t, &text, a->hash);
		if (map[i] == IIS_MAX_AGENTS) {
			t->other_agents += a->n;
		} else {
			t->agents[map[i]].n += a->n;
			/* The text may have been cut; the platform was judged on the whole. */
			t->agents[map[i]].platform = a->platform;
		}
	}
	map[IIS_MAX_AGENTS] = IIS_MAX_AGENTS;
	t->other_agents += next->other_agents;
}

static void add_near(struct iis_tally *t, const struct iis_tally *next)
{
	t->near += next->near;
	if (next->nearest.joined && (!t->nearest.joined || llabs(next->nearest.at_s - t->attempt_s) <
	                                                           llabs(t->nearest.at_s - t->attempt_s)))
		t->nearest = next->nearest;
}

static void add_counts(struct iis_tally *t, const struct iis_tally *next)
{
	t->lines += next->lines;
	t->bad += next->bad;
	t->headers += next->headers;
	t->changes += next->changes;
	t->requests += next->requests;
	t->own += next->own;
	t->device_requests += next->device_requests;
	t->dotted += next->dotted;
	t->get_pki += next->get_pki;
	t->post_pki += next->post_pki;
	t->other_status += next->other_status;
	t->plugin += next->plugin;
	t->astray += next->astray;
	if (next->longest_query > t->longest_query)
		t->longest_query = next->longest_query;
	for (int i = 0; i < OP__MAX; i++)
		t->by_op[i] += next->by_op[i];
	for (int i = 0; i < PLAT__MAX; i++)
		t->platform[i].requests += next->platform[i].requests;
	if (!t->first_bad.joined)
		t->first_bad = next->first_bad;
	for (uint32_t i = 0; i < next->nservers; i++)
		add_server(t, next->servers[i].name, strlen(next->servers[i].name), next->servers[i].n);
}

/* What a part finished by itself began later than it could have gone on with anything before: more than
 * IIS_CONV_IDLE after the latest line there.  Clocks know the seconds of a minute's first and last line only.
 */
bool iis_tally_fits(const struct iis_tally *t, const struct iis_tally *next)
{
	return !next->unsure &&
	       (!t->clock.any || !next->clock.any || t->clock.last_s - next->clock.first_s <= IIS_ASTRAY);
}

void iis_tally_add(struct iis_tally *t, struct iis_tally *next)
{
	uint16_t map[IIS_MAX_AGENTS + 1];
	uint64_t drop = 0;

	iis_tally_settle(t);
	iis_tally_settle(next);
	shift_all(next, t->physical);
	add_counts(t, next);
	add_rows(t->status, &t->nstatus, IIS_MAX_STATUS, next->status, next->nstatus, &t->other_status);
	add_rows(t->plugin_status, &t->nplugin, IIS_MAX_PLUGIN, next->plugin_status, next->nplugin, &drop);
	add_rows(t->astray_status, &t->nastray, IIS_MAX_PLUGIN, next->astray_status, next->nastray, &drop);
	if (next->last_astray.at.joined && is_later(&next->last_astray.at, &t->last_astray.at))
		t->last_astray = next->last_astray;
	add_last(&t->bare, &next->bare);
	add_last(&t->any, &next->any);
	add_last(&t->device, &next->device);
	add_near(t, next);
	add_agents(t, next, map);
	for (uint32_t i = 0; i < SEEN && next->nseen; i++)
		if (next->seen[i])
			seen_add(t, next->seen[i]);
	t->seen_full |= next->seen_full;
	iis_conv_add(t, next, map);
	iis_clock_add(&t->clock, &next->clock, true);
	t->physical += next->physical;
}

void iis_tally_end(struct iis_tally *t)
{
	iis_tally_settle(t);
	iis_conv_end(t);
}
