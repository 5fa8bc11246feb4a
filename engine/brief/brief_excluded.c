/* So not: what the evidence rules out, by topic, grouped by the proof, along the way from the device to the
 * CA; what does not apply as somebody said stands apart. */
#include "brief_int.h"

#include <string.h>

/* The way of a request, and what a reader calls the proof. */
static const struct {
	const char *probe, *by;
} way[] = {{"dns.resolve", "the name's address"},
           {"tcp.connect", "the open port"},
           {"tls.handshake", "the TLS handshake"},
           {"clock.skew", "the server's clock"},
           {"scep.url", "the URL's answer"},
           {"http.get", "the URL's answer"},
           {"scep.caps", "GetCACaps"},
           {"scep.cacert", "GetCACert"},
           {"scep.longurl", "requests with long URLs"},
           {"scep.pkioperation", "a PKIOperation"},
           {"crl.fetch", "the revocation lists"},
           {"httperr.log", "HTTPERR"},
           {"iis.log", "the IIS log"},
           {"windows.events", "the event logs"},
           {"android.omadm", "the device's log"},
           {"ios.console", "the device's log"},
           {"user.rights", "the user rights"},
           {"iis.config", "the IIS configuration"},
           {"registry.export", "the registry"},
           {"apppool.state", "the list of pools"},
           {"service.state", "the list of services"},
           {"account.state", "the account's state"},
           {"certificate.store", "the certificate store"},
           {"setup.msi", "the connector's set-up log"}};
#define WAY (sizeof(way) / sizeof(way[0]))

const char *brief_witness(const struct probe *p)
{
	for (size_t i = 0; i < WAY; i++)
		if (strcmp(way[i].probe, p->id) == 0)
			return way[i].by;
	return p->title;
}

static size_t proof_of(const struct maker *m, const struct cause_row *row)
{
	size_t best = WAY;

	for (size_t i = 0; i < row->nevidence; i++) {
		const struct record *rec = casefile_at(m->r->cf, row->evidence[i]);

		for (size_t k = 0; rec != NULL && rec->kind == REC_EVIDENCE && k < best; k++)
			if (strcmp(way[k].probe, rec->u.evidence.probe) == 0)
				best = k;
	}
	return best;
}

static const char *topic_of(const struct maker *m, const struct cause *c)
{
	return text_of(m, c->topic != NULL ? c->topic : c->title);
}

static bool as_told(const struct cause_row *row)
{
	return row->state == CAUSE_EXCLUDED && row->nevidence == 0 && row->cause->applies != NULL;
}

/* A topic is ruled out where no fault of it is left. */
static bool topic_left(const struct maker *m, const struct cause *c)
{
	for (size_t i = 0; i < m->d->nrows; i++) {
		const struct cause_row *row = &m->d->rows[i];

		if (row->state != CAUSE_EXCLUDED && row->cause->severity == SEV_FAULT && c->topic != NULL &&
		    row->cause->topic != NULL && strcmp(row->cause->topic, c->topic) == 0)
			return true;
	}
	return false;
}

static const char *all_topics(const struct maker *m,
                              bool (*wanted)(const struct maker *, const struct cause_row *))
{
	struct joined j;

	join_begin(&j, ", ");
	for (size_t i = 0; i < m->d->nrows; i++)
		if (m->d->rows[i].cause->severity == SEV_FAULT && wanted(m, &m->d->rows[i]))
			join_add(&j, topic_of(m, m->d->rows[i].cause));
	return join_end(&j, m->mem);
}

static bool is_told(const struct maker *m, const struct cause_row *row)
{
	(void)m;
	return as_told(row);
}

static bool is_open(const struct maker *m, const struct cause_row *row)
{
	return row->state == CAUSE_UNTESTED &&
	       (m->cause == NULL || m->cause->topic == NULL || row->cause->topic == NULL ||
	        strcmp(m->cause->topic, row->cause->topic) != 0);
}

static bool is_out(const struct maker *m, const struct cause_row *row, size_t by)
{
	return row->cause != m->cause && row->state == CAUSE_EXCLUDED && !as_told(row) &&
	       row->cause->severity == SEV_FAULT && !topic_left(m, row->cause) && proof_of(m, row) == by;
}

void brief_excluded(struct maker *m)
{
	struct brief_topic *list = arena_array(m->mem, WAY + 1, sizeof(*list));
	struct joined every;

	join_begin(&every, ", ");
	for (size_t by = 0; by <= WAY; by++) {
		struct joined j;
		const char *topics;

		join_begin(&j, ", ");
		for (size_t i = 0; i < m->d->nrows; i++)
			if (is_out(m, &m->d->rows[i], by)) {
				join_add(&j, topic_of(m, m->d->rows[i].cause));
				join_add(&every, topic_of(m, m->d->rows[i].cause));
			}
		topics = join_end(&j, m->mem);
		if (topics != NULL)
			list[m->b->nexcluded++] =
			        (struct brief_topic){by < WAY ? way[by].by : "what was measured", topics};
	}
	m->b->excluded = list;
	m->b->not = join_end(&every, m->mem);
	m->b->told = all_topics(m, is_told);
	m->b->open = all_topics(m, is_open);
}
