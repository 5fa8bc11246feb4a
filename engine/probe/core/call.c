/* How a probe is found, called and kept to what it asks for. */
#include "evout.h"
#include "beside.h"
#include "late.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/wire.h>

const struct probe_impl *probe_impl_find(const char *id)
{
	for (size_t i = 0; probe_impls[i] != NULL; i++)
		if (strcmp(probe_impls[i]->desc.id, id) == 0)
			return probe_impls[i];
	return NULL;
}

const char *call_arg(const struct probe_call *call, const char *key)
{
	for (size_t i = 0; i < call->nargs; i++)
		if (strcmp(call->args[i].key, key) == 0)
			return call->args[i].value;
	return NULL;
}

void call_by_hand(struct buf *line, const struct probe_call *call, const char *pattern, struct probe_arg arg)
{
	struct probe_arg args[3] = {arg};
	struct buf proxy;
	size_t n = 1;

	buf_init(&proxy, BUF_MAX_LINE);
	if (call->ca_file != NULL)
		args[n++] = (struct probe_arg){BY_HAND_CA, call->ca_file};
	if (call->proxy != NULL && *call->proxy != '\0') {
		proxy_shown(&proxy, call->proxy);
		args[n++] = (struct probe_arg){BY_HAND_PROXY, buf_cstr(&proxy)};
	}
	by_hand_fill(line, pattern, args, n);
	buf_release(&proxy);
}

unsigned call_left(const struct probe_call *call)
{
	int64_t left;

	if (call->ends_ms == 0)
		return call->timeout_ms != 0 ? call->timeout_ms : 1;
	left = call->ends_ms - clock_monotonic_ms();
	if (left < 1)
		return 1;
	return left < UINT32_MAX ? (unsigned)left : UINT32_MAX;
}

const char *call_problem(const struct probe *p, const struct probe_arg *args, size_t nargs, struct buf *out)
{
	for (size_t i = 0; i < nargs; i++)
		if (probe_param(p, args[i].key) == NULL) {
			buf_fmt(out, "%s takes no '%s'", p->id, args[i].key);
			return buf_cstr(out);
		}
	for (const struct param_def *d = p->params; d->key != NULL; d++) {
		bool given = false;

		for (size_t i = 0; i < nargs; i++)
			given |= strcmp(args[i].key, d->key) == 0;
		if (d->required && !given) {
			buf_fmt(out, "%s needs %s=", p->id, d->key);
			return buf_cstr(out);
		}
	}
	return NULL;
}

void probe_call_run(const struct probe_impl *impl, struct probe_call *call, evout_write *write, void *arg)
{
	struct evidence_out *out = evout_new(&impl->desc, write, arg);
	int64_t began = clock_monotonic_ms();
	enum evidence_outcome outcome = EV_UNREADABLE;
	const char *problem;
	struct buf words;

	buf_init(&words, 512);
	if (call->timeout_ms == 0)
		call->timeout_ms = impl->desc.timeout_ms;
	call->ends_ms = began + call->timeout_ms;
	beside_forget();
	/* What was read by then is sent in the time that is left. */
	late_from(call->ends_ms - (call->timeout_ms < 10000 ? call->timeout_ms / 10 : 1000));
	problem = call_problem(&impl->desc, call->args, call->nargs, &words);
	if (problem != NULL)
		ev_why(out, "%s", problem);
	else
		outcome = impl->run(call, out);
	if (late_was() && (outcome == EV_MEASURED || outcome == EV_UNREADABLE))
		outcome = EV_TIMEOUT;
	evout_end(out, outcome, (uint32_t)(clock_monotonic_ms() - began));
	buf_release(&words);
	evout_free(out);
}
