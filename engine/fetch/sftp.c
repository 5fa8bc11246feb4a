/* The client's side of SFTP version 3. Every length that comes from the server is held to what is there. */
#include "sftp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>

enum { INIT = 1, VERSION = 2, OPEN = 3, CLOSE = 4, READ = 5, FSTAT = 8, OPENDIR = 11, READDIR = 12 };
enum { STATUS = 101, HANDLE = 102, DATA = 103, NAME = 104, ATTRS = 105 };
enum { STATUS_EOF = 1 };
enum { HAS_SIZE = 1, HAS_OWNER = 2, HAS_MODE = 4, HAS_TIMES = 8 };
#define PACKET_MOST (256u * 1024)
#define CHUNK 32768u /* every server gives as much in one answer */
#define AHEAD 32     /* reads that are on their way at once */

/* ---- bytes ---- */

struct in {
	const unsigned char *p;
	size_t n;
	bool bad;
};

static uint32_t in_u32(struct in *i)
{
	uint32_t v;

	if (i->n < 4) {
		i->bad = true;
		return 0;
	}
	v = (uint32_t)i->p[0] << 24 | (uint32_t)i->p[1] << 16 | (uint32_t)i->p[2] << 8 | i->p[3];
	i->p += 4;
	i->n -= 4;
	return v;
}

static uint64_t in_u64(struct in *i)
{
	uint64_t high = in_u32(i);

	return high << 32 | in_u32(i);
}

static struct in in_string(struct in *i)
{
	uint32_t n = in_u32(i);
	struct in s = {i->p, n, false};

	if (n > i->n) {
		i->bad = true;
		return (struct in){i->p, 0, true};
	}
	i->p += n;
	i->n -= n;
	return s;
}

static void out_u32(struct buf *b, uint32_t v)
{
	unsigned char c[4] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8),
	                      (unsigned char)v};

	buf_put(b, c, 4);
}

static void out_string(struct buf *b, const void *p, size_t n)
{
	out_u32(b, (uint32_t)n);
	buf_put(b, p, n);
}

/* ---- packets ---- */

static int fail(struct sftp *s, bool broken, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
	s->broken |= broken;
	return -1;
}

static int ready(struct sftp *s, int fd, short what)
{
	for (;;) {
		int64_t left = s->until_ms - clock_monotonic_ms();
		struct pollfd p = {fd, what, 0};
		int rc = left > 0 ? poll(&p, 1, left < 60000 ? (int)left : 60000) : 0;

		if (rc > 0)
			return 0;
		if (rc == 0 && left <= 0)
			return fail(s, true, "no answer in time");
		if (rc < 0 && errno != EINTR)
			return fail(s, true, strerror(errno));
	}
}

static int send_packet(struct sftp *s, struct buf *b)
{
	unsigned char head[4] = {(unsigned char)(b->n >> 24), (unsigned char)(b->n >> 16),
	                         (unsigned char)(b->n >> 8), (unsigned char)b->n};
	struct {
		const void *p;
		size_t n;
	} parts[] = {{head, 4}, {b->p, b->n}};

	for (size_t i = 0; i < 2; i++) {
		const char *p = parts[i].p;

		for (size_t left = parts[i].n; left != 0;) {
			ssize_t k;

			if (ready(s, s->to, POLLOUT) != 0)
				return -1;
			k = write(s->to, p, left);
			if (k < 0 && errno != EINTR && errno != EAGAIN)
				return fail(s, true, "the connection was cut");
			p += k > 0 ? k : 0;
			left -= k > 0 ? (size_t)k : 0;
		}
	}
	return 0;
}

static int read_bytes(struct sftp *s, size_t n)
{
	char part[16384];

	while (s->packet.n < n) {
		size_t want = n - s->packet.n;
		ssize_t k;

		if (ready(s, s->from, POLLIN) != 0)
			return -1;
		k = read(s->from, part, want < sizeof(part) ? want : sizeof(part));
		if (k == 0 || (k < 0 && errno != EINTR && errno != EAGAIN))
			return fail(s, true, "the connection was cut");
		if (k > 0)
			buf_put(&s->packet, part, (size_t)k);
	}
	return 0;
}

/* The next packet's type and, for all but VERSION, its id; -1 when there is none. */
static int next_packet(struct sftp *s, uint32_t *id, struct in *body)
{
	struct in head;
	uint32_t n;
	int type;

	buf_clear(&s->packet);
	if (read_bytes(s, 4) != 0)
		return -1;
	head = (struct in){(const unsigned char *)s->packet.p, 4, false};
	n = in_u32(&head);
	if (n < 5 || n > PACKET_MOST)
		return fail(s, true, "what answers is no SFTP server");
	buf_clear(&s->packet);
	if (read_bytes(s, n) != 0)
		return -1;
	type = (unsigned char)s->packet.p[0];
	*body = (struct in){(const unsigned char *)s->packet.p + 1, n - 1, false};
	*id = in_u32(body);
	return type;
}

static void say_status(struct sftp *s, struct in body)
{
	static const char *const words[] = {
	        "done",        "end of file",   "no such file",    "permission denied", "it failed",
	        "bad message", "no connection", "connection lost", "not supported"};
	uint32_t code = in_u32(&body);

	fail(s, false, code < sizeof(words) / sizeof(words[0]) ? words[code] : "it failed");
}

/* One question, one answer of type `wanted`; *body is valid until the next call. */
static int ask(struct sftp *s, struct buf *b, int wanted, struct in *body)
{
	uint32_t id;
	int type;

	if (send_packet(s, b) != 0)
		return -1;
	type = next_packet(s, &id, body);
	if (type < 0)
		return -1;
	if (type == wanted && id == s->next_id)
		return 0;
	if (type == STATUS && id == s->next_id) {
		say_status(s, *body);
		return -1;
	}
	return fail(s, true, "an answer that nobody asked for");
}

static void question(struct sftp *s, struct buf *b, int type)
{
	buf_init(b, PACKET_MOST);
	buf_char(b, (char)type);
	out_u32(b, ++s->next_id);
}

int sftp_begin(struct sftp *s, int to, int from, int64_t until_ms)
{
	static const unsigned char init[] = {INIT, 0, 0, 0, 3};
	struct in body;
	struct buf b;
	uint32_t version;
	int type;

	*s = (struct sftp){.to = to, .from = from, .until_ms = until_ms};
	buf_init(&s->packet, PACKET_MOST + 4);
	buf_init(&b, 16);
	buf_put(&b, init, sizeof(init));
	type = send_packet(s, &b) == 0 ? next_packet(s, &version, &body) : -1;
	buf_release(&b);
	if (type < 0)
		return -1;
	return type == VERSION && version >= 3 ? 0 : fail(s, true, "what answers is no SFTP server");
}

void sftp_end(struct sftp *s)
{
	buf_release(&s->packet);
}

/* ---- folders and files ---- */

static void take_attrs(struct in *i, struct sftp_name *out)
{
	uint32_t flags = in_u32(i);

	if ((flags & HAS_SIZE) != 0)
		out->size = in_u64(i);
	if ((flags & HAS_OWNER) != 0)
		(void)in_u64(i);
	if ((flags & HAS_MODE) != 0)
		out->folder = (in_u32(i) & 0170000) == 0040000;
	if ((flags & HAS_TIMES) != 0) {
		(void)in_u32(i);
		out->modified_s = in_u32(i);
	}
	if ((flags & 0x80000000u) != 0)
		for (uint32_t n = in_u32(i); n != 0 && !i->bad; n--) {
			(void)in_string(i);
			(void)in_string(i);
		}
}

static int get_handle(struct sftp *s, int type, const char *path, struct sftp_file *out)
{
	struct in body, handle;
	struct buf b;
	int rc;

	question(s, &b, type);
	out_string(&b, path, strlen(path));
	if (type == OPEN) {
		out_u32(&b, 1); /* SSH_FXF_READ */
		out_u32(&b, 0); /* no attributes */
	}
	rc = ask(s, &b, HANDLE, &body);
	buf_release(&b);
	if (rc != 0)
		return -1;
	handle = in_string(&body);
	if (body.bad || handle.n == 0 || handle.n > sizeof(out->handle))
		return fail(s, true, "a handle that is none");
	memcpy(out->handle, handle.p, handle.n);
	out->n = (uint32_t)handle.n;
	return 0;
}

void sftp_close(struct sftp *s, struct sftp_file *f)
{
	struct in body;
	struct buf b;

	if (s->broken)
		return;
	question(s, &b, CLOSE);
	out_string(&b, f->handle, f->n);
	(void)ask(s, &b, STATUS, &body);
	buf_release(&b);
}

/* 1 when there are no more. */
static int read_names(struct sftp *s, const struct sftp_file *f, struct sftp_name *out, size_t most,
                      size_t *n)
{
	struct in body, name;
	struct buf b;
	uint32_t id, count, code;
	int type;

	question(s, &b, READDIR);
	out_string(&b, f->handle, f->n);
	type = send_packet(s, &b) == 0 ? next_packet(s, &id, &body) : -1;
	buf_release(&b);
	if (type < 0)
		return -1;
	if (type == STATUS) {
		struct in peek = body;

		code = in_u32(&peek);
		if (code == STATUS_EOF)
			return 1;
		say_status(s, body);
		return -1;
	}
	if (type != NAME || id != s->next_id)
		return fail(s, true, "an answer that nobody asked for");
	for (count = in_u32(&body); count != 0 && !body.bad; count--) {
		struct sftp_name one = {.size = 0};

		name = in_string(&body);
		(void)in_string(&body); /* the line of ls -l */
		take_attrs(&body, &one);
		if (body.bad || name.n >= sizeof(one.name) || memchr(name.p, '\0', name.n) != NULL)
			continue;
		memcpy(one.name, name.p, name.n);
		if (*n < most)
			out[(*n)++] = one;
	}
	return body.bad ? fail(s, true, "a list that is none") : 0;
}

int sftp_list(struct sftp *s, const char *folder, struct sftp_name *out, size_t most, size_t *n)
{
	struct sftp_file f;
	int rc;

	*n = 0;
	if (get_handle(s, OPENDIR, folder, &f) != 0)
		return -1;
	do {
		rc = read_names(s, &f, out, most, n);
	} while (rc == 0 && *n < most);
	sftp_close(s, &f);
	return rc < 0 ? -1 : 0;
}

int sftp_open(struct sftp *s, const char *path, struct sftp_file *out)
{
	struct sftp_name attrs = {.size = 0};
	struct in body;
	struct buf b;
	int rc;

	if (get_handle(s, OPEN, path, out) != 0)
		return -1;
	question(s, &b, FSTAT);
	out_string(&b, out->handle, out->n);
	rc = ask(s, &b, ATTRS, &body);
	buf_release(&b);
	if (rc != 0) {
		sftp_close(s, out);
		return -1;
	}
	take_attrs(&body, &attrs);
	out->size = attrs.size;
	return 0;
}

/* ---- ranges: several questions are on their way, and answers come in any order ---- */

struct range {
	const struct sftp_file *f;
	uint64_t from, n; /* of the file */
	uint64_t asked;   /* bytes that were asked for */
	uint64_t end;     /* bytes that there are, as far as is known */
	struct {
		uint32_t id;
		uint64_t at, n;
		bool used;
	} on_way[AHEAD];
	size_t nway;
	char *to; /* n bytes */
};

static int ask_range(struct sftp *s, struct range *r, size_t i, uint64_t at, uint64_t n)
{
	struct buf b;
	int rc;

	question(s, &b, READ);
	out_string(&b, r->f->handle, r->f->n);
	out_u32(&b, (uint32_t)((r->from + at) >> 32));
	out_u32(&b, (uint32_t)(r->from + at));
	out_u32(&b, (uint32_t)n);
	rc = send_packet(s, &b);
	buf_release(&b);
	if (rc != 0)
		return -1;
	r->on_way[i].id = s->next_id;
	r->on_way[i].at = at;
	r->on_way[i].n = n;
	r->on_way[i].used = true;
	r->nway++;
	return 0;
}

static int ask_more(struct sftp *s, struct range *r)
{
	for (size_t i = 0; i < AHEAD && r->asked < r->n && r->asked < r->end; i++) {
		uint64_t n = r->n - r->asked < CHUNK ? r->n - r->asked : CHUNK;

		if (r->on_way[i].used)
			continue;
		if (ask_range(s, r, i, r->asked, n) != 0)
			return -1;
		r->asked += n;
	}
	return 0;
}

static int take_data(struct sftp *s, struct range *r)
{
	struct in body, data;
	uint32_t id;
	int type = next_packet(s, &id, &body);
	size_t i = 0;

	while (i < AHEAD && !(r->on_way[i].used && r->on_way[i].id == id))
		i++;
	if (type < 0)
		return -1;
	if (i == AHEAD || (type != DATA && type != STATUS))
		return fail(s, true, "an answer that nobody asked for");
	r->on_way[i].used = false;
	r->nway--;
	if (type == STATUS) {
		struct in peek = body;

		if (in_u32(&peek) != STATUS_EOF) {
			say_status(s, body);
			return -1;
		}
		if (r->on_way[i].at < r->end)
			r->end = r->on_way[i].at;
		return 0;
	}
	data = in_string(&body);
	if (body.bad || data.n > r->on_way[i].n)
		return fail(s, true, "data that nobody asked for");
	memcpy(r->to + r->on_way[i].at, data.p, data.n);
	s->read += data.n;
	if (data.n == 0)
		return fail(s, true, "data without a byte");
	if (data.n < r->on_way[i].n && r->on_way[i].at + data.n < r->end) /* a server may give less at once */
		return ask_range(s, r, i, r->on_way[i].at + data.n, r->on_way[i].n - data.n);
	return 0;
}

int sftp_read(struct sftp *s, const struct sftp_file *f, uint64_t from, uint64_t n, struct buf *out)
{
	struct range r = {.f = f, .from = from};
	size_t before = out->n;
	int rc = 0;

	if (from >= f->size || n == 0)
		return 0;
	r.n = n < f->size - from ? n : f->size - from;
	if (r.n > out->max - out->n)
		r.n = out->max - out->n;
	r.end = r.n;
	for (uint64_t i = 0; i < r.n; i += 4096) { /* room for it, filled out of order below */
		static const char nothing[4096];

		buf_put(out, nothing, r.n - i < 4096 ? (size_t)(r.n - i) : 4096);
	}
	r.to = out->p + before;
	do {
		rc = ask_more(s, &r);
		if (rc == 0 && r.nway != 0)
			rc = take_data(s, &r);
	} while (rc == 0 && (r.nway != 0 || (r.asked < r.n && r.asked < r.end)));
	out->n = before + (rc == 0 ? (size_t)r.end : 0);
	return rc;
}
