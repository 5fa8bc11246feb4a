/* One line of an HTTPERR log.  Pure; knows no files. */
#include "httperr.h"

#include <string.h>
#include <strings.h>

#include "file_kind.h"

const char *const httperr_class_names[CLASS__MAX] = {"pool_stopped", "pool_crashed", "pool_busy", "limit",
                                                     "client_gone",  "timeout",      "tls",       "refused",
                                                     "idle",         "other"};

static const struct {
	const char *reason; /* a name that ends with '_' stands for all that begin so */
	enum err_class class;
} reasons[] = {
        {"Disabled", CLASS_POOL_STOPPED},
        {"AppOffline", CLASS_POOL_CRASHED},
        {"Connection_Abandoned_", CLASS_POOL_CRASHED},
        {"AppShutdown", CLASS_POOL_CRASHED},
        {"AppPoolTimer", CLASS_POOL_BUSY},
        {"QueueFull", CLASS_POOL_BUSY},
        {"Timer_AppPool", CLASS_POOL_BUSY},
        {"Timer_ReqQueue", CLASS_POOL_BUSY},
        {"ConnLimit", CLASS_POOL_BUSY},
        {"Connections_Refused", CLASS_POOL_BUSY},
        {"FieldLength", CLASS_LIMIT},
        {"RequestLength", CLASS_LIMIT},
        {"URL_Length", CLASS_LIMIT},
        {"EntityTooLarge", CLASS_LIMIT},
        {"Connection_Dropped", CLASS_CLIENT_GONE},
        {"Connection_Dropped_", CLASS_CLIENT_GONE},
        {"Client_Reset", CLASS_CLIENT_GONE},
        {"Timer_ConnectionIdle", CLASS_IDLE},
        {"Timer_SslRenegotiation", CLASS_TLS},
        {"Ssl", CLASS_TLS},
        {"SslError", CLASS_TLS},
        {"Timer_", CLASS_TIMEOUT},
        {"BadRequest", CLASS_REFUSED},
        {"Forbidden", CLASS_REFUSED},
        {"Header", CLASS_REFUSED},
        {"Hostname", CLASS_REFUSED},
        {"Invalid_", CLASS_REFUSED},
        {"LengthRequired", CLASS_REFUSED},
        {"N/I", CLASS_REFUSED},
        {"Number", CLASS_REFUSED},
        {"Precondition", CLASS_REFUSED},
        {"URL", CLASS_REFUSED},
        {"Verb", CLASS_REFUSED},
        {"Version_N/S", CLASS_REFUSED},
        {"N/A", CLASS_OTHER},
        {"Internal", CLASS_OTHER},
};

static bool is_reason(size_t i, const char *p, size_t n)
{
	size_t m = strlen(reasons[i].reason);

	if (reasons[i].reason[m - 1] == '_')
		return n > m && strncasecmp(p, reasons[i].reason, m) == 0;
	return n == m && strncasecmp(p, reasons[i].reason, m) == 0;
}

/* The row of the table, or -1. */
static int find_reason(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (is_reason(i, p, n))
			return (int)i;
	return -1;
}

enum err_class httperr_class(const char *reason, size_t n)
{
	int i = find_reason(reason, n);

	return i < 0 ? CLASS_OTHER : reasons[i].class;
}

/* ---- columns ---- */

static void parse_fields(struct httperr_layout *l, const char *p, size_t n)
{
	static const char *const names[ERR__MAX] = {"date",      "time",     "c-ip",
	                                            "cs-method", "cs-uri",   "sc-status",
	                                            "s-siteid",  "s-reason", "s-queuename"};
	struct iis_slice f[IIS_MAX_COLS];
	size_t count = iis_split(p, n, false, true, f);

	memset(l->col, -1, sizeof(l->col));
	l->n = (uint8_t)(count > IIS_MAX_COLS ? IIS_MAX_COLS : count);
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < ERR__MAX; k++)
			if (f[i].n == strlen(names[k]) && strncasecmp(f[i].p, names[k], f[i].n) == 0)
				l->col[k] = (int8_t)i;
}

/* Without #Fields: 12 columns on Windows Server 2003, 13 with the queue, 14 with the stream.
 * The reason must be one that is known, or a word in the shape of one. */
static bool by_number(struct httperr_layout *l, const struct iis_slice *f, size_t n)
{
	static const int8_t with_queue[ERR__MAX] = {0, 1, 2, 7, 8, 9, 10, 11, 12};

	if (n < 12 || n > 14)
		return false;
	memcpy(l->col, with_queue, sizeof(with_queue));
	if (n == 12)
		l->col[ERR_QUEUE] = -1;
	if (n == 14)
		for (int i = ERR_STATUS; i < ERR__MAX; i++)
			l->col[i]++;
	return find_reason(f[l->col[ERR_REASON]].p, f[l->col[ERR_REASON]].n) >= 0;
}

static struct iis_slice column(const struct httperr_layout *l, const struct iis_slice *f, enum err_col col)
{
	static const struct iis_slice none = {"-", 1};

	return l->col[col] < 0 ? none : f[l->col[col]];
}

static bool is_none(struct iis_slice s)
{
	return s.n == 1 && *s.p == '-';
}

static int status_of(struct iis_slice s)
{
	int v = 0;

	if (is_none(s) || s.n > 3)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + s.p[i] - '0';
	}
	return v;
}

/* The URL stands there with its query. */
static size_t stem_length(const struct iis_slice *uri)
{
	const char *query = uri->n != 0 ? memchr(uri->p, '?', uri->n) : NULL;

	return query != NULL ? (size_t)(query - uri->p) : uri->n;
}

static bool fill(const struct httperr_layout *l, const struct iis_slice *f, struct httperr_record *out)
{
	struct iis_slice date = column(l, f, ERR_DATE), time = column(l, f, ERR_TIME);

	if (date.n != 10 || time.n < 8 || !iis_parse_time(date.p, time.p, &out->at_s))
		return false;
	out->status = status_of(column(l, f, ERR_STATUS));
	out->client = column(l, f, ERR_C_IP);
	out->method = column(l, f, ERR_METHOD);
	out->uri = column(l, f, ERR_URI);
	out->reason = column(l, f, ERR_REASON);
	out->queue = column(l, f, ERR_QUEUE);
	out->is_scep = iis_stem_is_scep(out->uri.p, stem_length(&out->uri)) ||
	               (out->queue.n == 4 && strncasecmp(out->queue.p, "SCEP", 4) == 0);
	return true;
}

enum httperr_line httperr_line(struct httperr_layout *l, const char *p, size_t n, struct httperr_record *out)
{
	struct iis_slice f[IIS_MAX_COLS];
	struct httperr_layout guess = *l;
	size_t count;

	memset(out, 0, sizeof(*out));
	if (n && *p == '#') {
		if (n > 8 && strncasecmp(p, "#Fields:", 8) == 0)
			parse_fields(l, p + 8, n - 8);
		return HTTPERR_HEADER;
	}
	count = iis_split(p, n, false, true, f);
	if (!count)
		return HTTPERR_EMPTY;
	if (l->n)
		return count == l->n && l->col[ERR_REASON] >= 0 && fill(l, f, out) ? HTTPERR_RECORD
		                                                                   : HTTPERR_BAD;
	out->guessed = true;
	return by_number(&guess, f, count) && fill(&guess, f, out) ? HTTPERR_RECORD : HTTPERR_BAD;
}
