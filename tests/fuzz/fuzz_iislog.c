/*
 * iis.log over any bytes; and where the fast scanner reads what the exact reader
 * reads, both must count the same.
 */
#include "fuzz_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iis_tally.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void clear(struct iis_state *s)
{
	memset(s, 0, sizeof(*s));
	memset(s->layout.col, -1, sizeof(s->layout.col));
}

static struct iis_tally *exactly(const char *path)
{
	struct iis_tally *t = iis_tally_new(IIS_NO_TIME);
	struct iis_lines how = {.each = NULL};
	struct file_src *src;
	struct file_text *text;
	struct iis_state state;

	clear(&state);
	if (file_open(path, false, &src, NULL))
		abort();
	text = file_text_over(src, NULL);
	if (iis_read(&how, text, &state, t, NULL))
		abort();
	file_text_close(text);
	file_close(src);
	return t;
}

static struct iis_tally *fast(const char *path, uint64_t size, int isa)
{
	struct iis_scan s = {.fd = open(path, O_RDONLY),
	                     .size = size,
	                     .threads = 3,
	                     .window = 5000,
	                     .block = isa & 1 ? 0 : 600,
	                     .isa = isa};
	struct iis_tally *t = iis_tally_new(IIS_NO_TIME);
	struct iis_state state;

	clear(&state);
	if (iis_scan(&s, &state, t, NULL))
		abort();
	close(s.fd);
	return t;
}

static void same(const struct iis_tally *a, const struct iis_tally *b)
{
	if (a->lines != b->lines || a->bad != b->bad || a->requests != b->requests || a->own != b->own ||
	    a->device_requests != b->device_requests || a->physical != b->physical ||
	    a->nstatus != b->nstatus || a->changes != b->changes || a->headers != b->headers ||
	    a->plugin != b->plugin || a->nseen != b->nseen ||
	    memcmp(a->by_op, b->by_op, sizeof(a->by_op)) != 0)
		abort();
	for (uint32_t i = 0; i < a->nstatus; i++)
		if (!iis_status_equal(a->status[i].s, b->status[i].s) || a->status[i].n != b->status[i].n)
			abort();
}

/* What the probe gives to the fast scanner: text with a header on top, lines by LF. */
static int is_fast(const uint8_t *data, size_t size)
{
	size_t i = 8;

	while (i < size && (data[i] == ' ' || data[i] == '\t'))
		i++;
	return size > 9 && i < size && data[i] != '\r' && data[i] != '\n' &&
	       memcmp(data, "#Fields:", 8) == 0 && memchr(data, '\n', size) &&
	       file_guess_encoding(data, size > FILE_SAMPLE ? FILE_SAMPLE : size) < FILE_UTF16LE &&
	       !rtf_is(data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iis_tally *want, *got;
	const char *path;
	int isa;

	fuzz_probe("iis.log", data, size);
	if (!is_fast(data, size))
		return 0;
	path = fuzz_file(data, size);
	want = exactly(path);
	isa = (int)(data[size - 1] % IIS_ISAS);
	if (iis_isa_has(isa)) {
		got = fast(path, size, isa);
		same(want, got);
		iis_tally_free(got);
	}
	iis_tally_free(want);
	return 0;
}
