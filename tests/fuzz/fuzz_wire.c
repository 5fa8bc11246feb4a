/* Lines from either side of the wire: never a crash, and what is taken survives a round trip. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/wire.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(struct arena *mem, const char *line, size_t n)
{
	static struct wire_collect c;
	struct wire_message m, again;
	struct buf a, b;

	if (wire_get(mem, line, n, &m, NULL) != 0)
		return;
	buf_init(&a, 1 << 24);
	buf_init(&b, 1 << 24);
	wire_put(&a, &m);
	if (memchr(a.p, '\n', a.n) != a.p + a.n - 1 || wire_get(mem, a.p, a.n - 1, &again, NULL) != 0)
		abort();
	wire_put(&b, &again);
	if (a.n != b.n || memcmp(a.p, b.p, a.n) != 0)
		abort();
	wire_collect_init(&c, mem);
	wire_collect(&c, &m);
	buf_release(&a);
	buf_release(&b);
}

static void check_request(struct arena *mem, const char *line, size_t n)
{
	struct wire_request r, again;
	struct buf b;

	if (wire_get_request(mem, line, n, &r, NULL) != 0)
		return;
	buf_init(&b, 1 << 24);
	wire_put_request(&b, &r);
	if (wire_get_request(mem, b.p, b.n - 1, &again, NULL) != 0 || again.job != r.job ||
	    again.nargs != r.nargs)
		abort();
	buf_clear(&b);
	if (!r.cancel && !r.warm)
		by_hand_fill(&b, "curl {url} {host}:{port} \"{file}\" '{file}'", r.args, r.nargs);
	target_of(&b, r.job % 2 != 0, r.args, r.nargs);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *mem = arena_new();
	const char *line = (const char *)data;
	size_t n = size;
	uint32_t job;

	check_request(mem, line, n);
	(void)wire_is_end(line, n);
	(void)wire_take_job(&line, &n, &job);
	check_message(mem, line, n);
	arena_free(mem);
	return 0;
}
