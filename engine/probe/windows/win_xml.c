/*
 * Events as XML: Event Viewer writes one document, often on one line; wevtutil writes events without a root.
 * So events are cut out of the stream between <Event and </Event> and parsed one by one, each bounded.
 */
#include "file_kind.h"
#include "win_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#define EVENT_MAX (256u << 10) /* an event of Windows has at most 64 KB; as XML that grows */
#define BLOCK 65536u

struct stream {
	struct file_src *src;
	enum file_encoding encoding;
	unsigned char raw[BLOCK + 4];
	size_t carry; /* bytes of a split UTF-16 pair */
	struct buf text;
	size_t at;       /* what is before it was used */
	size_t no_end;   /* no "</Event>" begins before it */
	uint64_t offset; /* of text.p[0] in the decoded file */
	bool end, begun;
};

struct flat {
	struct arena *mem;
	struct win_event e;
	struct evtx_field fields[EVTX_MAX_FIELDS];
	bool odd_time; /* it has one that no event can have */
};

static const char *text_of(struct flat *f, const xmlNode *n)
{
	xmlChar *s = xmlNodeGetContent(n);
	const char *copy = arena_strdup(f->mem, s != NULL ? (const char *)s : "");

	xmlFree(s);
	return copy;
}

static const char *attr_of(struct flat *f, const xmlNode *n, const char *name)
{
	xmlChar *s = xmlGetNoNsProp((xmlNode *)n, (const xmlChar *)name);
	const char *copy = s != NULL ? arena_strdup(f->mem, (const char *)s) : NULL;

	xmlFree(s);
	return copy;
}

static bool named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static void add(struct flat *f, const char *name, const char *value)
{
	if (f->e.ndata < EVTX_MAX_FIELDS)
		f->fields[f->e.ndata++] = (struct evtx_field){name, value};
}

/* Flattened as evtx.c does: Data by its Name, elements by name, attributes as element@attribute. */
static void flatten(struct flat *f, const xmlNode *parent, int depth)
{
	for (const xmlNode *n = parent->children; n != NULL && depth < 16; n = n->next) {
		bool leaf = true;

		if (n->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlNode *c = n->children; c != NULL; c = c->next)
			leaf = leaf && c->type != XML_ELEMENT_NODE;
		if (named(n, "Data")) {
			const char *name = attr_of(f, n, "Name");

			add(f, name != NULL ? name : "Data", text_of(f, n));
			continue;
		}
		for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
			add(f, arena_fmt(f->mem, "%s@%s", (const char *)n->name, (const char *)a->name),
			    attr_of(f, n, (const char *)a->name));
		if (leaf && n->children != NULL)
			add(f, arena_strdup(f->mem, (const char *)n->name), text_of(f, n));
		else
			flatten(f, n, depth + 1);
	}
}

static void read_system(struct flat *f, const xmlNode *system)
{
	for (const xmlNode *n = system->children; n != NULL; n = n->next) {
		const char *s;

		if (named(n, "Provider") && (s = attr_of(f, n, "Name")) != NULL)
			f->e.provider = s;
		else if (named(n, "EventID"))
			f->e.id = (uint32_t)strtoul(text_of(f, n), NULL, 10) & 0xFFFFu;
		else if (named(n, "Level"))
			f->e.level = (int)strtol(text_of(f, n), NULL, 10);
		else if (named(n, "Channel"))
			f->e.channel = text_of(f, n);
		else if (named(n, "Computer"))
			f->e.computer = text_of(f, n);
		else if (named(n, "EventRecordID"))
			f->e.number = strtoull(text_of(f, n), NULL, 10);
		else if (named(n, "TimeCreated") && (s = attr_of(f, n, "SystemTime")) != NULL &&
		         !clock_parse_iso(s, &f->e.time_ms)) {
			f->e.time_ms = PIN_NO_TIME;
			f->odd_time = true;
		}
	}
}

static bool one_event(struct win_judge *j, struct arena *mem, const char *p, size_t n, uint64_t offset)
{
	xmlDoc *doc = xmlReadMemory(p, (int)n, NULL, "UTF-8",
	                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	struct flat f = {.mem = mem};
	xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;

	arena_reset(mem);
	if (root == NULL || doc->intSubset != NULL) {
		xmlFreeDoc(doc);
		return false;
	}
	f.e.provider = f.e.channel = f.e.message = "";
	f.e.offset = offset;
	f.e.time_ms = PIN_NO_TIME;
	f.e.data = f.fields;
	for (const xmlNode *part = root->children; part != NULL; part = part->next) {
		if (named(part, "System"))
			read_system(&f, part);
		else if (named(part, "EventData") || named(part, "UserData"))
			flatten(&f, part, 0);
		else if (named(part, "RenderingInfo"))
			for (const xmlNode *m = part->children; m != NULL; m = m->next)
				if (named(m, "Message"))
					f.e.message = text_of(&f, m);
	}
	win_judge_odd(j, f.odd_time);
	win_judge_take(j, &f.e);
	xmlFreeDoc(doc);
	return true;
}

static int more(struct stream *s, struct err *err)
{
	ssize_t got = file_read(s->src, s->raw + s->carry, BLOCK, err);
	size_t n, use, skip;

	/* What was read before damage counts. */
	s->end = got <= 0;
	n = s->carry + (got > 0 ? (size_t)got : 0);
	skip = s->begun ? 0 : file_bom(s->raw, n);
	if (!s->begun)
		s->offset = skip;
	s->begun = true;
	use = n;
	if (s->encoding == FILE_UTF16LE || s->encoding == FILE_UTF16BE)
		use = skip +
		      file_from_utf16(&s->text, s->raw + skip, n - skip, s->encoding == FILE_UTF16LE, s->end);
	else
		buf_put(&s->text, s->raw + skip, n - skip);
	s->carry = n - use;
	memmove(s->raw, s->raw + use, s->carry);
	return got < 0 ? -1 : 0;
}

/* Text may hold NUL bytes: nothing here ends at one.  SIZE_MAX when there is none. */
static size_t find(const struct buf *b, size_t from, const char *what)
{
	const char *at = from < b->n ? mem_find(b->p + from, b->n - from, what, strlen(what)) : NULL;

	return at != NULL ? (size_t)(at - b->p) : SIZE_MAX;
}

/* "<Event>" or "<Event xmlns=": not <Events>, not <EventData>. */
static size_t find_event(const struct buf *b, size_t from)
{
	size_t at = find(b, from, "<Event");

	while (at != SIZE_MAX &&
	       (at + 6 >= b->n || strchr(" >\r\n\t", b->p[at + 6]) == NULL || b->p[at + 6] == '\0')) {
		if (at + 6 >= b->n)
			return SIZE_MAX;
		at = find(b, at + 6, "<Event");
	}
	return at;
}

/* What was used goes, once for each block: so events cost what they are long, however many a block holds. */
static void compact(struct stream *s)
{
	buf_shift(&s->text, s->at);
	s->offset += s->at;
	s->no_end -= s->no_end < s->at ? s->no_end : s->at;
	s->at = 0;
}

/* Where the event at s->at ends, behind its "</Event>"; SIZE_MAX when that is not there yet.  What was looked
 * through is not looked through again for the next "<Event" of a file that has many and ends none. */
static size_t end_of_event(struct stream *s)
{
	static const char close[] = "</Event>";
	size_t from = s->no_end > s->at ? s->no_end : s->at, end = find(&s->text, from, close);

	if (end != SIZE_MAX) {
		s->no_end = end;
		return end + strlen(close);
	}
	s->no_end = s->text.n > strlen(close) ? s->text.n - strlen(close) : 0;
	return SIZE_MAX;
}

/* Takes every whole event out of the text; an event that grows past its ceiling is given up. */
static void take_events(struct stream *s, struct win_judge *j, struct arena *mem, uint64_t *bad)
{
	for (;;) {
		size_t begin = find_event(&s->text, s->at), end;

		if (begin == SIZE_MAX) { /* "<Event" may be cut in two */
			s->at = s->text.n > s->at + 8 ? s->text.n - 8 : s->at;
			return;
		}
		s->at = begin;
		end = end_of_event(s);
		if (end == SIZE_MAX && s->text.n - s->at <= EVENT_MAX && !s->end)
			return;
		if (end == SIZE_MAX || end - s->at > EVENT_MAX) {
			++*bad;
			s->at += 6;
			continue;
		}
		if (!one_event(j, mem, s->text.p + s->at, end - s->at, s->offset + s->at))
			++*bad;
		s->at = end;
	}
}

int win_read_xml(struct file_src *src, struct win_judge *j, struct evidence_out *out, uint64_t *bad,
                 struct err *err)
{
	struct stream *s = xcalloc(1, sizeof(*s));
	struct arena *mem = arena_new();
	const unsigned char *head;
	size_t n = file_peek(src, &head);
	int rc = 0;

	s->src = src;
	s->encoding = file_guess_encoding(head, n);
	buf_init(&s->text, EVENT_MAX + 6 * BLOCK);
	while (rc == 0 && !s->end) {
		compact(s);
		rc = more(s, err);
		take_events(s, j, mem, bad);
		ev_progress(out, file_taken(src), file_stored(src));
	}
	buf_release(&s->text);
	arena_free(mem);
	free(s);
	return rc;
}
