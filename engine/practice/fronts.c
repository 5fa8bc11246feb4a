/* What each server of practice answers.  Knows no sockets. */
#include "fronts.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "pages.h"
#include "practice.h"
#include "scep.h"

#define MAX_RAW 32
#define LONG_QUERY 2048   /* what request filtering lets pass (IIS, requestLimits maxQueryString) */
#define LONG_TARGET 4000u /* from here raw answers named long.http stand in */

enum kind { NDES, PAGE };
enum head { IIS, NEGOTIATE, HTTPSYS, PROXY, LOGIN };

/* A redirection has no page. */
static const unsigned char page_none[1] = {0};
static const size_t page_none_size = 0;

static const struct row {
	const char *name;
	enum kind kind;
	unsigned status;
	const unsigned char *page;
	const size_t *size;
	enum head head;
	const char *odd;
} rows[] = {
#define ROW(name, kind, status, page, head, odd) \
	{#name, kind, status, page_##page, &page_##page##_size, head, odd},
#include "fronts.def"
#undef ROW
};

struct raw {
	const char *kind; /* "caps", "any" */
	struct buf text;
};
struct front {
	struct arena *mem;
	const struct row *row; /* NULL: raw answers alone */
	const struct pki *pki;
	struct raw raw[MAX_RAW];
	size_t nraw;
	size_t turn;
};

static const struct row *row_of(const char *name)
{
	if (strncmp(name, "raw+", 4) == 0)
		name += 4;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static bool is_odd(const struct row *row, const char *what)
{
	return row != NULL && row->odd != NULL && strcmp(row->odd, what) == 0;
}

bool front_exists(const char *name)
{
	return strcmp(name, "none") == 0 || strcmp(name, "raw") == 0 || row_of(name) != NULL;
}

bool front_is_tls(const char *name)
{
	return strncmp(name, "TLS_", 4) == 0;
}

struct pki_wish front_pki(const char *name)
{
	const struct row *row = row_of(name);
	struct pki_wish w = {.ra_days = is_odd(row, "ra-soon") ? 20 : 400,
	                     .ra_other = is_odd(row, "ra-other"),
	                     .two_nodes = strncmp(name, "raw", 3) == 0,
	                     .tls_from = -1,
	                     .tls_to = 200,
	                     .tls_alone = is_odd(row, "nointer")};

	if (is_odd(row, "expired")) {
		w.tls_from = -90;
		w.tls_to = -4;
	} else if (is_odd(row, "future")) {
		w.tls_from = 4;
		w.tls_to = 90;
	}
	return w;
}

/* ---- answers as they are ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int load_raw(struct front *f, const char *folder, struct err *err)
{
	DIR *d = opendir(folder);
	const char *names[MAX_RAW];
	struct dirent *e;
	size_t n = 0;

	if (d == NULL)
		return err_set(err, FAIL_IO, errno, "%s: %s", folder, strerror(errno));
	while (n < MAX_RAW && (e = readdir(d)) != NULL)
		if (strlen(e->d_name) > 5 && strcmp(e->d_name + strlen(e->d_name) - 5, ".http") == 0)
			names[n++] = arena_strdup(f->mem, e->d_name);
	closedir(d);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		struct raw *r = &f->raw[f->nraw++];

		r->kind = arena_strndup(f->mem, names[i], strcspn(names[i], "."));
		buf_init(&r->text, BUF_MAX_HTTP_BODY);
		if (file_read(arena_fmt(f->mem, "%s/%s", folder, names[i]), &r->text, err) != 0)
			return -1;
	}
	return 0;
}

static bool has_raw(const struct front *f, const char *kind)
{
	for (size_t i = 0; i < f->nraw; i++)
		if (strcmp(f->raw[i].kind, kind) == 0)
			return true;
	return false;
}

/* NAME.1.http and NAME.2.http in turn, as two nodes do; NULL when there is none of this kind. */
static const struct raw *pick_raw(struct front *f, const char *kind)
{
	size_t n = 0, nth;

	for (size_t i = 0; i < f->nraw; i++)
		n += strcmp(f->raw[i].kind, kind) == 0;
	if (n == 0)
		return strcmp(kind, "any") != 0 ? pick_raw(f, "any") : NULL;
	nth = f->turn++ % n;
	for (size_t i = 0; i < f->nraw; i++)
		if (strcmp(f->raw[i].kind, kind) == 0 && nth-- == 0)
			return &f->raw[i];
	return NULL;
}

static const char *kind_of(const struct front *f, const struct request *q)
{
	if (q->target > LONG_TARGET && has_raw(f, "long"))
		return "long";
	if (strcmp(q->method, "POST") == 0)
		return has_raw(f, "post") ? "post" : "pki";
	if (strcmp(q->path, "/") == 0 && *q->operation == '\0')
		return "root";
	if (strcasecmp(q->operation, "GetCACaps") == 0)
		return "caps";
	if (strcasecmp(q->operation, "GetCACert") == 0)
		return "cacert";
	return strcasecmp(q->operation, "PKIOperation") == 0 ? "pki" : "bare";
}

static void add_head(struct reply *out, const char *name, const char *value)
{
	if (out->nhead < sizeof(out->head) / sizeof(out->head[0])) {
		out->head[out->nhead].name = name;
		out->head[out->nhead++].value = value;
	}
}

/* A head line of a raw answer; lines that begin with "Play-" are for us. */
static void put_raw_line(struct front *f, char *line, struct reply *out)
{
	char *colon = strchr(line, ':');

	if (colon == NULL)
		return;
	*colon++ = '\0';
	colon += strspn(colon, " ");
	if (strcasecmp(line, "Play-Body") == 0)
		pki_getcacert(f->pki, strstr(colon, "soon") != NULL, &out->body);
	else if (strncasecmp(line, "Play-", 5) != 0 && strcasecmp(line, "Content-Length") != 0 &&
	         strcasecmp(line, "Connection") != 0)
		add_head(out, line, colon);
}

static void put_raw(struct front *f, const struct raw *r, struct reply *out)
{
	char *text = arena_strndup(f->mem, buf_cstr(&r->text), r->text.n), *line = text, *next;

	out->status = 0;
	if (strncmp(text, "HTTP/1.", 7) != 0)
		return; /* an empty file cuts the connection */
	out->status = (unsigned)strtoul(text + 8, NULL, 10);
	for (bool first = true; *line != '\0'; line = next, first = false) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] != '\0');
		line[n] = '\0';
		if (n != 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		if (*line == '\0') { /* the body is the rest, byte for byte */
			size_t from = (size_t)(next - text);

			buf_put(&out->body, buf_cstr(&r->text) + from, r->text.n - from);
			return;
		}
		if (!first)
			put_raw_line(f, line, out);
	}
}

/* ---- servers ---- */

static void put_head(enum head head, struct reply *out)
{
	switch (head) {
	case NEGOTIATE:
		add_head(out, "WWW-Authenticate", "Negotiate");
		/* fall through */
	case IIS:
		add_head(out, "Server", "Microsoft-IIS/10.0");
		add_head(out, "X-Powered-By", "ASP.NET");
		break;
	case HTTPSYS:
		add_head(out, "Server", "Microsoft-HTTPAPI/2.0");
		break;
	case PROXY:
		add_head(out, "X-MS-Proxy-Service-Name", "practice");
		break;
	case LOGIN:
		add_head(out, "Location",
		         "https://login.microsoftonline.com/common/oauth2/authorize?client_id=0");
		break;
	}
}

static void put_page(const struct row *row, struct reply *out)
{
	out->status = row->status;
	put_head(row->head, out);
	add_head(out, "Content-Type", "text/html");
	if (is_odd(row, "utf-16")) {
		struct err err;

		if (bytes_encode(&out->body, (const char *)row->page, *row->size, "utf-16", &err) == 0)
			return;
	}
	buf_put(&out->body, row->page, *row->size);
}

static void put_error(unsigned status, const unsigned char *page, size_t size, struct reply *out)
{
	out->status = status;
	put_head(IIS, out);
	add_head(out, "Content-Type", "text/html");
	buf_put(&out->body, page, size);
}

/* Base64 of a query, where a plus sign may have become a blank. */
static bool decode(struct buf *out, const char *text)
{
	size_t n = strlen(text), padding = 0;
	char *copy = malloc(n + 1);
	unsigned char *bytes = malloc(n / 4 * 3 + 3);
	int got = -1;

	for (size_t i = 0; copy != NULL && i <= n; i++)
		copy[i] = text[i] == ' ' ? '+' : text[i];
	while (padding < 2 && padding < n && text[n - padding - 1] == '=')
		padding++;
	if (copy != NULL && bytes != NULL && n % 4 == 0)
		got = EVP_DecodeBlock(bytes, (unsigned char *)copy, (int)n);
	if (got >= 0)
		buf_put(out, bytes, (size_t)got - padding);
	free(copy);
	free(bytes);
	return got > 0;
}

static void put_scep(struct front *f, const struct request *q, struct reply *out)
{
	struct buf der;
	bool ok = false;

	buf_init(&der, BUF_MAX_HTTP_BODY);
	if (q->message == NULL) {
		buf_put(&der, q->body, q->nbody);
		ok = true;
	} else {
		ok = decode(&der, q->message);
	}
	ok = ok && scep_answer(f->pki, buf_cstr(&der), der.n, &out->body);
	buf_release(&der);
	if (!ok) {
		put_error(500, page_iis_500, page_iis_500_size, out);
		return;
	}
	out->status = 200;
	put_head(IIS, out);
	add_head(out, "Content-Type", "application/x-pki-message");
}

static bool is_scep_path(const char *path)
{
	static const char dll[] = "/certsrv/mscep/mscep.dll";
	size_t n = strlen(dll);

	return strncasecmp(path, dll, n) == 0 &&
	       (path[n] == '\0' || strcasecmp(path + n, "/pkiclient.exe") == 0);
}

static void put_ndes(struct front *f, const struct request *q, struct reply *out)
{
	if (is_odd(f->row, "long-404") && q->query > LONG_QUERY) {
		put_error(404, page_iis_404, page_iis_404_size, out);
	} else if (strncasecmp(q->path, "/certsrv/mscep_admin", 20) == 0) {
		put_error(401, page_iis_401, page_iis_401_size, out);
		add_head(out, "WWW-Authenticate", "Negotiate");
	} else if (!is_scep_path(q->path)) {
		put_error(404, page_iis_404, page_iis_404_size, out);
	} else if (strcasecmp(q->operation, "GetCACaps") == 0) {
		out->status = 200;
		put_head(IIS, out);
		add_head(out, "Content-Type", "text/plain");
		if (!is_odd(f->row, "no-caps"))
			buf_str(&out->body,
			        "POSTPKIOperation\r\nRenewal\r\nSHA-512\r\nSHA-256\r\nSHA-1\r\nDES3\r\n");
	} else if (strcasecmp(q->operation, "GetCACert") == 0) {
		out->status = 200;
		put_head(IIS, out);
		add_head(out, "Content-Type", "application/x-x509-ca-ra-cert");
		pki_getcacert(f->pki, false, &out->body);
	} else if (strcasecmp(q->operation, "PKIOperation") == 0) {
		put_scep(f, q, out);
	} else {
		put_page(f->row, out);
	}
}

struct front *front_new(struct arena *mem, const char *name, const char *raw, const struct pki *pki,
                        struct err *err)
{
	struct front *f = arena_alloc(mem, sizeof(*f));

	f->mem = mem;
	f->row = row_of(name);
	f->pki = pki;
	if (strncmp(name, "raw", 3) == 0 && load_raw(f, raw, err) != 0)
		return NULL;
	return f;
}

void front_answer(struct front *f, const struct request *q, struct reply *out)
{
	const struct raw *r = f->nraw != 0 ? pick_raw(f, kind_of(f, q)) : NULL;

	out->nhead = 0;
	if (r != NULL)
		put_raw(f, r, out);
	else if (f->row == NULL)
		put_error(404, page_iis_404, page_iis_404_size, out);
	else if (f->row->kind == NDES)
		put_ndes(f, q, out);
	else
		put_page(f->row, out);
}
