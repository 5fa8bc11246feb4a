/*
 * Every fact that speaks for a cause or against it: of each condition that holds, of each file with which it
 * holds.  A condition is satisfied by the first; a reader wants to see all that agree.
 */
#include "case_int.h"

#include <string.h>

#define MOST_TURNS 64

struct gathering {
	struct look k;
	struct proof *all;
	size_t n;
	bool symptom;
};

static bool has(const struct gathering *g, const char *fact, const struct evidence *e)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->all[i].e == e && strcmp(g->all[i].fact, fact) == 0)
			return true;
	return false;
}

static uint64_t line_of(const struct evidence *e, const char *fact, uint64_t line)
{
	for (size_t i = 0; line == 0 && i < e->npins; i++)
		if (strcmp(e->pins[i].fact, fact) == 0)
			line = e->pins[i].line;
	return line;
}

static bool take(void *arg, const char *probe, const char *name)
{
	struct gathering *g = arg;
	const char *at = strstr(name, FACT_EVER);
	const char *fact = at != NULL ? arena_strndup(g->k.r->mem, name, (size_t)(at - name)) : name;
	struct seen seen;

	if (g->n == PROOFS_MOST || !case_fact(&g->k, probe, name, &seen) || seen.from == NULL ||
	    has(g, fact, seen.from))
		return true;
	g->all[g->n++] = (struct proof){.probe = probe,
	                                .fact = fact,
	                                .e = seen.from,
	                                .line = line_of(seen.from, fact, seen.line),
	                                .at_ms = seen.at_ms,
	                                .strength = seen.strength,
	                                .value = seen.value,
	                                .symptom = g->symptom};
	return true;
}

static void gather(struct gathering *g, const struct cond *c)
{
	for (size_t map = 0; c != NULL && map < cond_maps(c); map++) {
		struct cond_env env;
		int tried = 0;

		g->k.nturns = 0;
		cond_map_reads(c, map, look_add_turn, &g->k);
		do {
			env = look_env(&g->k);
			if (cond_map_eval(c, map, &env) == TRI_YES)
				cond_map_reads(c, map, take, g);
		} while (++tried < MOST_TURNS && look_next_turn(&g->k));
	}
}

bool replay_fact(struct replay *r, const char *probe, const char *fact, struct seen *out)
{
	struct look k = look_now(r, NULL);

	return case_fact(&k, probe, fact, out);
}

const struct evidence *replay_evidence(struct replay *r, const char *probe)
{
	struct look k = look_now(r, NULL);
	const struct evidence *e[LOOK_MAX_SOURCES];

	return look_sources(&k, probe, e) != 0 ? e[0] : NULL;
}

size_t replay_proofs(struct replay *r, const struct cause *c, enum proof_side side, const struct proof **out)
{
	struct gathering g = {.k = {.r = r, .hi = UINT32_MAX}};
	const struct conclusion *how = &conclusions(r)[c - r->flow->causes];

	g.all = arena_array(r->mem, PROOFS_MOST, sizeof(*g.all));
	if (c->severity == SEV_NOTE)
		g.k.lo = replay_since(r);
	if (how->how == CONCLUDED_DONE && side == PROOF_FOR) {
		g.k.lo = r->path[how->visit].since;
		g.k.hi = how->fixed;
	} else if (how->fixed != 0) {
		g.k.lo = how->fixed;
	}
	gather(&g, side == PROOF_FOR ? c->supported : c->excluded);
	g.symptom = true;
	if (side == PROOF_FOR)
		gather(&g, c->symptom);
	*out = g.all;
	return g.n;
}

/* ---- how much that weighs ---- */

/* An expiry date read from the certificate, a name, a port, a clock: nobody else has to confirm it. */
static bool proves_alone(const struct proof *p)
{
	static const char *const probes[] = {"tls.handshake", "dns.resolve", "tcp.connect",
	                                     "clock.skew",    "crl.fetch",   "certificate.store"};

	if (p->symptom || p->strength < HEARD_UNNAMED)
		return false;
	/* IIS' own word for the right that is missing, at a device's own request. */
	if (strcmp(p->fact, "last_win32") == 0)
		return p->value.type == VAL_INT && p->value.u.i == 1346 && p->at_ms != ABOUT_NO_TIME;
	/* What GetCACert sends proves what is in the certificates, not who answered. */
	if (strcmp(p->probe, "scep.cacert") == 0)
		return strncmp(p->fact, "ra_", 3) == 0 || strncmp(p->fact, "ca_", 3) == 0;
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (strcmp(p->probe, probes[i]) == 0)
			return true;
	return false;
}

enum confidence proofs_weight(struct replay *r, const struct cause *c)
{
	const struct proof *p, *dated[PROOFS_MOST];
	size_t n = replay_proofs(r, c, PROOF_FOR, &p), ndated = 0;
	bool alone = false, specific = false;

	for (size_t i = 0; i < n; i++) {
		alone = alone || proves_alone(&p[i]);
		specific = specific || !p[i].symptom;
		if (p[i].strength >= HEARD_UNNAMED &&
		    (p[i].at_ms != ABOUT_NO_TIME || p[i].strength == HEARD_LIVE))
			dated[ndated++] = &p[i];
	}
	return alone || (specific && proofs_witnesses(dated, ndated) >= 2) ? CONFIDENCE_HIGH
	                                                                   : CONFIDENCE_MEDIUM;
}
