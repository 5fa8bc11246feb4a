/*
 * What a file, a folder or an archive holds: which probe reads which file.  Knows
 * the walk and the probes' own recognition; reads nothing beyond first bytes,
 * except for the SHA-256.
 */
#include "file_kind.h"
#include "file_walk.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/evidence.h>
#include <casebook/explain.h>

struct found {
	const struct explain *codes; /* once there is a text that no probe reads */
	struct evidence_out *out;
	struct value_builder files;
	unsigned known, total;
	const char *kind;
	bool hash_known, hash_unknown;
	size_t bytes;
	int64_t until_ms;
};

#define LIST_BYTES (800u << 10) /* a fact travels in one message of at most 1 MiB */
#define PART_MS 20000           /* of one part: whoever waits sees that it goes on */

#define CODES_FILES 200u /* of a large folder the first ones are enough */
#define CODES_MAX 8u
#define CODES_TEXT (64u << 10) /* the head of a text: nobody reads more of it */

/* Codes in a text that no probe reads: they may be all that its owner wants to know. */
static void add_codes(struct found *f, const struct sample *s, struct value_builder *row)
{
	struct explain_result r;
	struct value_builder list;
	uint64_t line = 1;
	size_t at = 0;

	if (f->codes == NULL)
		f->codes = explain_new(ev_mem(f->out));
	r = explain_text(f->codes, ev_mem(f->out), s->text, s->text_n < CODES_TEXT ? s->text_n : CODES_TEXT);
	vb_init(&list, ev_mem(f->out));
	for (size_t i = 0; i < r.n && list.n < CODES_MAX; i++) {
		struct value_builder one;
		bool again = !r.hits[i].known;

		for (size_t k = 0; k < i; k++)
			again = again || (strcmp(r.hits[k].code, r.hits[i].code) == 0 &&
			                  strcmp(r.hits[k].dialect, r.hits[i].dialect) == 0);
		for (; at < r.hits[i].at; at++)
			line += s->text[at] == '\n';
		if (again)
			continue;
		vb_init(&one, ev_mem(f->out));
		vb_add(&one, "dialect", value_str(r.hits[i].dialect));
		vb_add(&one, "code", value_str(r.hits[i].code));
		vb_add(&one, "line", value_int((int64_t)line));
		vb_add(&list, NULL, vb_map(&one));
	}
	if (list.n != 0)
		vb_add(row, "codes", vb_list(&list));
}

static const char *seen_as(struct file_item *item, struct found *f, struct value_builder *row)
{
	const struct probe_impl *impl;
	struct sample_text t;
	const char *kind = NULL;

	if (!item->src) {
		vb_add(row, "why", value_str(arena_strdup(ev_mem(f->out), item->why)));
		return NULL;
	}
	sample_of(item->src, &t);
	impl = file_kind(&t.s);
	if (impl) {
		kind = impl->desc.id;
	} else {
		struct buf why;

		buf_init(&why, 1024);
		file_seen_as(item->src, &t.s, &why);
		vb_add(row, "why", value_str(arena_strdup(ev_mem(f->out), buf_cstr(&why))));
		buf_release(&why);
		if (file_is_idle(&t.s) && file_peek_failed(item->src) == NULL)
			vb_add(row, "idle", value_bool(true));
		else if (t.s.text != NULL && f->total < CODES_FILES)
			add_codes(f, &t.s, row);
	}
	sample_release(&t);
	return kind;
}

static bool visit(void *arg, struct file_item *item)
{
	struct found *f = arg;
	struct value_builder row;
	char hex[SHA256_HEX];
	const char *kind;

	vb_init(&row, ev_mem(f->out));
	vb_add(&row, "path", value_str(arena_strdup(ev_mem(f->out), item->path)));
	kind = seen_as(item, f, &row);
	vb_add(&row, "kind", value_str(kind));
	if (item->src) {
		vb_add(&row, "size", value_int((int64_t)file_stored(item->src)));
		if ((kind ? f->hash_known : f->hash_unknown) && file_sha256(item->src, hex))
			vb_add(&row, "sha256", value_str(arena_strdup(ev_mem(f->out), hex)));
	}
	vb_add(&f->files, NULL, vb_map(&row));
	f->known += kind != NULL;
	f->kind = f->total++ == 0 ? kind : NULL;
	ev_progress(f->out, f->total, 0);
	/* A name may be escaped in JSON; the rest of a row is short. */
	f->bytes += 2 * strlen(item->path) + (kind ? 120 : 250) + (item->why ? strlen(item->why) : 0);
	return f->bytes < LIST_BYTES && clock_monotonic_ms() < f->until_ms;
}

static void send_left(struct evidence_out *out, const struct file_walk *w)
{
	struct buf words;

	ev_int(out, "left_out", (int64_t)walk_left(w));
	if (walk_left(w) == 0)
		return;
	buf_init(&words, 1024);
	walk_left_words(w, &words);
	ev_str(out, "left_why", buf_cstr(&words));
	buf_release(&words);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *hash = call_arg(call, "hash");
	struct found f = {.out = out,
	                  .hash_known = !hash,
	                  .hash_unknown = !hash || hash[0] != 'n',
	                  .until_ms = clock_monotonic_ms() + PART_MS};
	struct file_walk w = {
	        .hash = f.hash_unknown, .visit = visit, .arg = &f, .from = call_arg(call, "from")};
	struct err err = {0};

	vb_init(&f.files, ev_mem(out));
	if (file_walk(&w, call_arg(call, "file"), &err))
		return file_refuse(out, &err);
	ev_str(out, "kind", f.total == 1 && !w.from && !w.more ? f.kind : NULL);
	ev_value(out, "files", vb_list(&f.files));
	ev_int(out, "known", f.known);
	ev_str(out, "next", w.more ? w.next : NULL);
	send_left(out, &w);
	return EV_MEASURED;
}

static const struct param_def params[] = {
        {"file", true, "A file, a folder or an archive (zip, cab, tar, each also gzipped)."},
        {"hash", false,
         "The SHA-256 of a file takes longer than looking at it. no: leave it out; others: only of files "
         "that no "
         "probe reads."},
        {"from", false, "Where an earlier part ended: its fact next. A long list comes in parts."},
        {0},
};

static const struct fact_def facts[] = {
        {"kind", FACT_STR, NULL,
         "The probe that reads it; unknown for folders, archives of several files, and files no probe "
         "reads.",
         SPEAKS({"known", "The file is read by {value}."}, {"unknown", "No check of casebook reads this."})},
        {"files", FACT_LIST, NULL,
         "Each file: path, kind, size in bytes as stored, sha256, why when no probe reads it, and idle when "
         "nothing in it can say how an enrolment went: a picture, a program, an empty file. codes: those that "
         "the table knows in a text that no probe reads, each with dialect, code, line.",
         SILENT},
        {"known", FACT_INT, NULL, "Files that a probe reads.", SILENT},
        {"next", FACT_STR, NULL, "There are more files: where the next part begins, for from=.", SILENT},
        {"left_out", FACT_INT, NULL,
         "Files that were not looked at: beyond 50000, below 64 folders, behind links that lead outside.",
         SPEAKS({"> 0, left_why known", "{n} {n?file was|files were} not looked at: {left_why}."},
                {"> 0", "{n} {n?file was|files were} not looked at."})},
        {"left_why", FACT_STR, NULL, "Why, in words.", SERVES},
        {0},
};

const struct probe_impl probe_file_recognise = {
        .desc = {.id = "file.recognise",
                 .title = "Recognise files",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 600000,
                 .by_hand = "file {file}",
                 .source = "The content of the file itself"},
        .run = PROBE_CODE(run),
};
