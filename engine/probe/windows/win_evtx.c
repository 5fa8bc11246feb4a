/* .evtx through the chunk reader: 64 KB at a time, data decoded only of events that the judge wants. */
#include "win_events.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

struct pass {
	struct win_judge *j;
};

static bool want(void *arg, const struct evtx_record *r)
{
	struct pass *p = arg;

	win_judge_count(p->j, r->id, r->time_ms, r->channel);
	win_judge_whose(p->j, r->computer, r->channel, r->time_ms, r->id);
	return win_judge_wants(p->j, r->provider, r->channel, r->id);
}

static bool each(void *arg, const struct evtx_record *r)
{
	struct pass *p = arg;
	const struct win_event e = {r->number,  r->offset, r->time_ms, r->id, r->level,   r->provider,
	                            r->channel, r->data,   r->ndata,   "",    r->computer};

	win_judge_event(p->j, &e);
	return true;
}

/* Fills p with up to n bytes; -1 on damage, with *got what came before. */
static int fill(struct file_src *src, unsigned char *p, size_t n, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < n) {
		ssize_t more = file_read(src, p + *got, n - *got, err);

		if (more <= 0)
			return (int)more;
		*got += (size_t)more;
	}
	return 0;
}

int win_read_evtx(struct file_src *src, struct win_judge *j, struct evidence_out *out,
                  struct evtx_stats *stats, struct err *err)
{
	unsigned char *block = xmalloc(EVTX_CHUNK);
	struct pass pass = {j};
	const struct evtx_reader reader = {want, each, &pass};
	struct evtx *evtx = evtx_new(&reader, stats);
	uint64_t offset = EVTX_HEADER;
	const char *wrong;
	size_t n;
	int rc = fill(src, block, EVTX_HEADER, &n, err);

	wrong = evtx_check_header(block, n);
	if (rc == 0 && wrong != NULL)
		rc = err_set(err, FAIL_FORMAT, 0, "%s: %s", file_path(src), wrong);
	while (rc == 0) {
		rc = fill(src, block, EVTX_CHUNK, &n, err);
		if (n == 0)
			break;
		(void)evtx_chunk(evtx, block, n, offset);
		offset += n;
		ev_progress(out, file_taken(src), file_stored(src));
	}
	evtx_free(evtx);
	free(block);
	return rc;
}
