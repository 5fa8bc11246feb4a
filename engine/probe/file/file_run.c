/* One file, a folder or an archive of them: the frame around a probe's reading. */
#include "file_run.h"
#include "file_walk.h"

#include <string.h>

bool file_wants_hash(const struct probe_call *call)
{
	const char *hash = call_arg(call, "hash");

	return !hash || hash[0] != 'n';
}

static bool is_mine(struct file_run *r, struct file_src *src)
{
	struct sample_text sample;
	bool mine;

	sample_of(src, &sample);
	mine = r->recognise(&sample.s) != 0;
	sample_release(&sample);
	return mine;
}

static enum evidence_outcome run_one(struct file_run *r, struct file_src *src)
{
	char hex[SHA256_HEX];
	struct err err = {0};
	int rc;

	if (!is_mine(r, src))
		return file_refuse_kind(r->out, src, r->wanted, r->sign);
	rc = r->read(r->arg, src, &err);
	r->others = vb_list(&r->list);
	r->send(r->arg);
	if (r->hash) {
		/* After the facts: it takes longer than reading does. */
		ev_phase(r->out, "checksum");
		if (file_sha256(src, hex)) {
			ev_sha256(r->out, hex);
			if (r->hashed)
				r->hashed(r->arg, hex);
		}
	}
	return rc ? file_refuse(r->out, &err) : EV_MEASURED;
}

static void not_mine(struct file_run *r, const char *path, const char *why)
{
	struct value_builder row;

	vb_init(&row, ev_mem(r->out));
	vb_add(&row, "path", value_str(path));
	vb_add(&row, "why", value_str(why));
	vb_add(&r->list, NULL, vb_map(&row));
}

static bool visit(void *arg, struct file_item *item)
{
	struct file_run *r = arg;
	char hex[SHA256_HEX] = "";
	struct sample_text sample;
	struct err err = {0};

	if (!item->src) {
		not_mine(r, item->path, item->why);
	} else if (is_mine(r, item->src)) {
		r->taken++;
		if (r->read(r->arg, item->src, &err))
			not_mine(r, item->path, err.msg);
		if (r->hashed && r->hash && file_sha256(item->src, hex))
			r->hashed(r->arg, hex);
	} else {
		struct buf why;

		buf_init(&why, 1024);
		sample_of(item->src, &sample);
		file_seen_as(item->src, &sample.s, &why);
		not_mine(r, item->path, arena_strdup(ev_mem(r->out), buf_cstr(&why)));
		sample_release(&sample);
		buf_release(&why);
	}
	return true;
}

static enum evidence_outcome run_many(struct file_run *r, const char *path)
{
	struct file_walk w = {.hash = r->hash, .visit = visit, .arg = r};
	struct err err = {0};

	if (file_walk(&w, path, &err))
		return file_refuse(r->out, &err);
	if (walk_left(&w) != 0) {
		struct buf words;

		buf_init(&words, 1024);
		walk_left_words(&w, &words);
		not_mine(r, arena_strdup(ev_mem(r->out), path),
		         arena_strdup(ev_mem(r->out), buf_cstr(&words)));
		buf_release(&words);
	}
	if (!r->taken) {
		ev_why(r->out, "%s: none of its %u files is %s; %s", path, w.seen, r->wanted, r->sign);
		return EV_UNREADABLE;
	}
	r->others = vb_list(&r->list);
	r->send(r->arg);
	return EV_MEASURED;
}

enum evidence_outcome file_run(struct file_run *r, const char *path)
{
	enum evidence_outcome outcome;
	struct file_src *src = NULL;
	const unsigned char *head;
	struct err err = {0};
	size_t n;

	vb_init(&r->list, ev_mem(r->out));
	if (file_is_folder(path))
		return run_many(r, path);
	if (file_open(path, r->hash, &src, &err))
		return file_refuse(r->out, &err);
	n = file_peek(src, &head);
	if (file_archive_kind(head, n)) {
		file_close(src);
		return run_many(r, path);
	}
	outcome = run_one(r, src);
	file_close(src);
	return outcome;
}
