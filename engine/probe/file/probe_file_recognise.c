/*
 * What a file, a folder or an archive holds: which probe reads which file.  Knows
 * the walk and the probes' own recognition; reads nothing beyond first bytes,
 * except for the SHA-256.
 */
#include "file_kind.h"

#include <casebook/evidence.h>

struct found {
	struct evidence_out *out;
	struct value_builder files;
	unsigned known, total;
	const char *kind;
	bool full;
};

#define LIST_BYTES (600u << 10) /* a fact travels in one message of at most 1 MiB */

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
	if (impl)
		kind = impl->desc.id;
	else
		vb_add(row, "why", value_str(arena_fmt(ev_mem(f->out), "is %s", file_magic(&t.s))));
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
		if (file_sha256(item->src, hex))
			vb_add(&row, "sha256", value_str(arena_strdup(ev_mem(f->out), hex)));
	}
	vb_add(&f->files, NULL, vb_map(&row));
	f->known += kind != NULL;
	f->kind = f->total++ == 0 ? kind : NULL;
	ev_progress(f->out, f->total, 0);
	f->full = arena_used(ev_mem(f->out)) > LIST_BYTES;
	return !f->full;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *hash = call_arg(call, "hash");
	struct found f = {.out = out};
	struct file_walk w = {.hash = !hash || hash[0] != 'n', .visit = visit, .arg = &f};
	struct err err = {0};

	vb_init(&f.files, ev_mem(out));
	if (file_walk(&w, call_arg(call, "file"), &err))
		return file_refuse(out, &err);
	ev_str(out, "kind", f.total == 1 ? f.kind : NULL);
	ev_value(out, "files", vb_list(&f.files));
	ev_int(out, "known", f.known);
	ev_bool(out, "cut", w.cut || f.full);
	return EV_MEASURED;
}

static const struct param_def params[] = {
        {"file", true, "A file, a folder or an archive (zip, cab, tar, each also gzipped)."},
        {"hash", false, "no: leave out the SHA-256 of each file, which takes longer than looking at it."},
        {0},
};

static const struct fact_def facts[] = {
        {"kind", FACT_STR, NULL,
         "The probe that reads it; unknown for folders, archives of several files, and files no probe "
         "reads."},
        {"files", FACT_LIST, NULL,
         "Each file: path, kind, size in bytes as stored, sha256, and why when no probe reads it."},
        {"known", FACT_INT, NULL, "Files that a probe reads."},
        {"cut", FACT_BOOL, NULL, "Whether files were left out: more than 2000, or deeper than 4 folders."},
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
