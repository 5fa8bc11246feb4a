/*
 * Reading a device log: plain files in large blocks, in which only the lines with a
 * word of interest are looked at; any other text line by line.
 */
#include "dev_json.h"
#include "dev_log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/xalloc.h>

#define BLOCK (1u << 18)
#define PAGE 4096u
#define BEFORE ((FILE_LINE_MAX + PAGE - 1) / PAGE * PAGE) /* for the line that a block has cut */
#define SAMPLE_WORDS 256u /* of the sample: lines at either end where a time is looked for */

struct scan {
	struct dev_run *r;
	struct pat_set *set;
	uint64_t marks;              /* of the line at hand */
	const char *line, *line_end; /* that line; NULL when none */
	const char *begin, *end;     /* of the region */
	const char *counted;         /* newlines up to here are in `number` */
	uint64_t number;             /* of the line that begins at `counted` */
	uint64_t offset;             /* of `begin` */
};

/* ---- one line of interest ---- */

static void keep(struct dev_run *r, struct dev_place *p, const struct file_line *l)
{
	p->line = l->number;
	p->offset = l->offset;
	p->file = r->nfiles;
	p->n = (uint32_t)(l->n > DEV_TEXT ? DEV_TEXT : l->n);
	memcpy(p->text, l->p, p->n);
	dev_when_parse(l->p, l->n, &p->when);
}

/* The line without what copying out of RTF leaves. */
static void clean(struct dev_run *r, struct file_line *l)
{
	if (!l->n || (l->p[l->n - 1] != '\\' && !mem_find(l->p, l->n, "\\'", 2)))
		return;
	buf_clear(&r->clean);
	file_rtf_leftovers(&r->clean, l->p, l->n);
	l->p = buf_cstr(&r->clean);
	l->n = r->clean.n;
	r->was_rtf = true;
}

static void take_line(struct dev_run *r, struct file_line l, const char *begin, uint64_t marks)
{
	const char *before = l.p;

	memset(&r->said, 0, sizeof(r->said));
	if (l.n && l.p[l.n - 1] == '\r')
		l.n--;
	while (l.n && l.p[l.n - 1] == ' ')
		l.n--;
	clean(r, &l);
	marks = r->platform->line(r, &l, marks);
	if (marks != 0)
		dev_rows_take(r, &l, l.p == before ? begin : l.p, marks);
	for (; marks; marks &= marks - 1) {
		struct dev_mark *m = &r->marks[__builtin_ctzll(marks)];

		if (m->lines++ == 0)
			keep(r, &m->first, &l);
		keep(r, &m->last, &l);
	}
}

/* ---- a region of whole lines ---- */

#define COUNTED_AT_ONCE \
	240u /* so that a byte can hold the count, in vectors that compilers make of the loop */

static uint64_t count_newlines(const char *p, const char *end)
{
	uint64_t n = 0;

	for (; (size_t)(end - p) >= COUNTED_AT_ONCE; p += COUNTED_AT_ONCE) {
		uint8_t some = 0;

		for (unsigned i = 0; i < COUNTED_AT_ONCE; i++)
			some = (uint8_t)(some + (p[i] == '\n'));
		n += some;
	}
	for (; p < end; p++)
		n += *p == '\n';
	return n;
}

static void flush(struct scan *s)
{
	if (s->line) {
		size_t n = (size_t)(s->line_end - s->line);
		struct file_line l = {
		        .p = s->line, .n = n > FILE_LINE_MAX ? FILE_LINE_MAX : n, .cut = n > FILE_LINE_MAX};

		s->number += count_newlines(s->counted, s->line);
		s->counted = s->line;
		l.number = s->number;
		l.offset = s->offset + (uint64_t)(s->line - s->begin);
		take_line(s->r, l, s->begin, s->marks);
	}
	s->line = NULL;
	s->marks = 0;
}

static bool hit(void *arg, unsigned word, const char *at)
{
	struct scan *s = arg;

	if (!s->line || at >= s->line_end) {
		flush(s);
		for (s->line = at; s->line > s->counted && s->line[-1] != '\n'; s->line--)
			;
		s->line_end = memchr(at, '\n', (size_t)(s->end - at));
		if (!s->line_end)
			s->line_end = s->end;
	}
	s->marks |= dev_bit(s->r->platform->words[word].mark);
	return true;
}

static void scan_region(struct scan *s, const char *p, const char *end, uint64_t offset)
{
	s->begin = s->counted = p;
	s->end = end;
	s->offset = offset;
	pat_scan(s->set, p, end, hit, s);
	flush(s);
	s->number += count_newlines(s->counted, end);
}

/* ---- times at either end ---- */

static void first_time(struct dev_run *r, const char *p, const char *end)
{
	struct dev_when w;

	for (unsigned i = 0; i < SAMPLE_WORDS && p < end && !r->first.any; i++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (dev_when_parse(p, (size_t)((nl ? nl : end) - p), &w))
			r->first = w;
		p = nl ? nl + 1 : end;
	}
}

static void last_time(struct dev_run *r, const char *p, const char *end)
{
	struct dev_when w;

	for (unsigned i = 0; i < SAMPLE_WORDS && end > p; i++) {
		const char *from = end - (end[-1] == '\n');

		while (from > p && from[-1] != '\n')
			from--;
		if (dev_when_parse(from, (size_t)(end - from), &w)) {
			r->last = w;
			return;
		}
		end = from;
	}
}

/* ---- plain files ---- */

/* Where the region of whole lines ends: behind the last newline, or all of it at the end of
 * the file or when a line is longer than is kept. */
static const char *whole_lines(const char *p, const char *end, bool last)
{
	const char *nl = end;

	if (last)
		return end;
	while (nl > p && nl[-1] != '\n')
		nl--;
	return (size_t)(end - nl) > FILE_LINE_MAX ? end : nl;
}

static int read_plain(struct dev_run *r, struct file_src *src, struct pat_set *set, struct err *err)
{
	char *mem = aligned_alloc(PAGE, BEFORE + BLOCK + PAGE), *block = mem + BEFORE;
	struct scan s = {.r = r, .set = set, .number = 1};
	size_t carried = 0;
	uint64_t at = 0;
	char last = '\n';
	ssize_t got;

	if (!mem)
		die_oom();
	memset(block + BLOCK, 0, PAGE); /* PAT_AFTER is read beyond the end */
	while ((got = file_read_at(file_fd(src), block, BLOCK, at, err)) > 0) {
		const char *p = block - carried, *end = block + got, *upto;

		upto = whole_lines(p, end, (size_t)got < BLOCK);
		if (at == 0)
			first_time(r, p, upto);
		scan_region(&s, p, upto, at - carried);
		last_time(r, p, upto);
		last = end[-1];
		at += (uint64_t)got;
		carried = (size_t)(end - upto);
		memmove(block - carried, upto, carried);
		ev_progress(r->out, at, file_stored(src));
	}
	if (carried)
		scan_region(&s, block - carried, block, at - carried);
	r->lines += s.number - (last == '\n');
	free(mem);
	return got < 0 ? -1 : 0;
}

/* ---- any text ---- */

static int read_text(struct dev_run *r, struct file_src *src, struct pat_set *set, bool json, struct err *err)
{
	struct file_text *text = file_text_over(src, r->out);
	struct dev_json *entries = json ? dev_json_over(text) : NULL;
	char *copy = xcalloc(1, FILE_LINE_MAX + PAT_AFTER);
	struct scan s = {.r = r, .set = set};
	struct file_line l;
	int rc;

	while ((rc = json ? dev_json_next(entries, &l, err) : file_text_next(text, &l, err)) > 0) {
		struct dev_when w;

		if (dev_when_parse(l.p, l.n, &w)) {
			if (!r->first.any)
				r->first = w;
			r->last = r->near = w;
		}
		/* The search reads beyond the end of what it is given. */
		memcpy(copy, l.p, l.n);
		memset(copy + l.n, 0, PAT_AFTER);
		s.number = l.number;
		scan_region(&s, copy, copy + l.n, l.offset);
		r->lines++;
	}
	r->was_rtf |= file_text_was_rtf(text);
	free(copy);
	dev_json_free(entries);
	file_text_close(text);
	return rc < 0 ? -1 : 0;
}

/* ---- a file ---- */

static bool is_plain(struct file_src *src, const unsigned char *head, size_t n)
{
	enum file_encoding enc = file_guess_encoding(head, n);

	return file_fd(src) >= 0 && (enc == FILE_UTF8 || enc == FILE_8BIT) && !rtf_is(head, n) &&
	       memchr(head, '\n', n) && !memchr(head, '\0', n);
}

static void list_file(struct dev_run *r, struct file_src *src, const unsigned char *head, size_t n,
                      uint64_t lines)
{
	struct value_builder row;

	vb_init(&row, ev_mem(r->out));
	vb_add(&row, "path", value_str(file_path(src)));
	vb_add(&row, "lines", value_int((int64_t)lines));
	vb_add(&row, "encoding", value_str(file_encoding_name(file_guess_encoding(head, n))));
	vb_add(&row, "packing", value_str(file_packing(src)));
	vb_add(&r->files, NULL, vb_map(&row));
}

int dev_read(struct dev_run *r, struct file_src *src, struct err *err)
{
	const char *words[PAT_MOST + 1] = {NULL};
	const unsigned char *head;
	size_t n = file_peek(src, &head);
	uint64_t lines = r->lines;
	struct dev_when before = r->first;
	struct sample_text sample;
	struct pat_set *set;
	bool json;
	int rc;

	for (size_t i = 0; i < PAT_MOST && r->platform->words[i].text; i++)
		words[i] = r->platform->words[i].text;
	if (r->nfiles < DEV_FILES)
		r->paths[r->nfiles] = xstrdup(file_path(src));
	sample_of(src, &sample);
	json = dev_json_is(&sample.s);
	r->verbose |= r->platform->verbose_word && sample.s.text &&
	              mem_find(sample.s.text, sample.s.text_n, r->platform->verbose_word,
	                       strlen(r->platform->verbose_word));
	sample_release(&sample);
	set = pat_new(words, head, n);
	memset(&r->first, 0, sizeof(r->first));
	rc = !json && is_plain(src, head, n) ? read_plain(r, src, set, err)
	                                     : read_text(r, src, set, json, err);
	if (before.any && (!r->first.any || before.dated != r->first.dated || before.ms <= r->first.ms))
		r->first = before;
	pat_free(set);
	list_file(r, src, head, n, r->lines - lines);
	r->nfiles += r->nfiles + 1 < DEV_FILES;
	return rc;
}
