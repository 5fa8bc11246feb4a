/* Any bytes as a walk of a small flow: never a crash, and what loads can be run. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/flow_load.h>
#include <casebook/walk.h>

#include "fake_probes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
        "flow: pool\nversion: 1\ntitle: T\nstart: profile\n"
        "inputs:\n  url: {type: url, label: URL}\n  pools: {type: file, label: Pools}\n"
        "steps:\n  profile: {form: [url], go: page}\n"
        "  page:\n    ask: What?\n    checks: [{probe: scep.url, url: $url}]\n    answers:\n"
        "      refused: {label: A, when: {scep.url.page: forbidden-iis}, go: reached}\n"
        "      stopped: {label: B, when: {scep.url.page: service-unavailable}, go: pool}\n"
        "      other: {label: C, go: unclear}\n"
        "  pool:\n    ask: What?\n    checks: [{probe: apppool.state, file: $pools}]\n    answers:\n"
        "      is-stopped: {label: D, when: {apppool.state.scep: Stopped}, go: fix-stopped}\n"
        "      crashes: {label: E, when: {apppool.state.scep: Started}, go: unclear}\n"
        "  fix-stopped: {fix: pool-stopped, go: unclear}\n"
        "  reached: {end: healthy}\n  unclear: {end: inconclusive}\n"
        "causes:\n  pool-stopped: {title: P, supported: {apppool.state.scep: Stopped}, fix: [Start.], "
        "source: S, "
        "verify: page}\n";

static void nothing(void *arg, const struct diag *d)
{
	*(size_t *)arg += d->text[0] != '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct flow *flow;
	size_t said = 0;
	struct flow_env env = {fake_probe_find, nothing, &said};
	struct arena *mem = arena_new();
	struct walk *w;
	struct buf why, was;

	if (flow == NULL)
		flow = flow_load("pool", text, sizeof(text) - 1, &env, NULL);
	if (flow == NULL)
		abort();
	said = 0;
	w = walk_load(mem, "fuzz", (const char *)data, size, flow, &env);
	if ((w == NULL) != (said > 0))
		abort(); /* refused without a reason, or taken in spite of one */
	buf_init(&why, BUF_MAX_LINE);
	buf_init(&was, BUF_MAX_LINE);
	if (w != NULL && !walk_run(w, flow, &why, &was) && why.n == 0)
		abort();
	buf_release(&why);
	buf_release(&was);
	arena_free(mem);
	return 0;
}
