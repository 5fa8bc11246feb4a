#include "serve.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include <casebook/xalloc.h>

#define CONNECTION_MEMORY (256u << 10) /* the longest URL that a check sends is 64 KB */
#define MAX_BODY (1u << 20)

struct server {
	struct MHD_Daemon *daemon;
	struct front *front;
	pthread_mutex_t lock; /* a front takes turns */
	struct buf cert, key;
};

struct exchange {
	struct buf body;
	char *target; /* as it was sent: path and query */
	bool begun;
};

static void *begin(void *arg, const char *uri, struct MHD_Connection *c)
{
	struct exchange *x = xcalloc(1, sizeof(*x));

	(void)arg;
	(void)c;
	x->target = xstrdup(uri);
	buf_init(&x->body, MAX_BODY);
	return x;
}

static void end(void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *state;

	(void)arg;
	(void)c;
	(void)why;
	if (x != NULL) {
		buf_release(&x->body);
		free(x->target);
		free(x);
	}
	*state = NULL;
}

static enum MHD_Result send_reply(struct MHD_Connection *c, struct reply *r)
{
	size_t n = r->body.n;
	struct MHD_Response *out;
	enum MHD_Result sent;

	if (r->status == 0)
		return MHD_NO;
	out = MHD_create_response_from_buffer(n, (void *)(uintptr_t)buf_cstr(&r->body),
	                                      MHD_RESPMEM_MUST_COPY);
	for (size_t i = 0; i < r->nhead; i++)
		MHD_add_response_header(out, r->head[i].name, r->head[i].value);
	MHD_add_response_header(out, "Connection", "close");
	sent = MHD_queue_response(c, r->status, out);
	MHD_destroy_response(out);
	return sent;
}

static const char *value_of(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state)
{
	struct server *s = arg;
	struct exchange *x = *state;
	const char *operation = value_of(c, "operation"), *question;
	struct request q = {.method = method, .path = url, .operation = operation != NULL ? operation : ""};
	struct reply r;
	enum MHD_Result rc;

	(void)version;
	if (!x->begun) { /* the head alone has come */
		x->begun = true;
		return MHD_YES;
	}
	if (*n != 0) {
		buf_put(&x->body, data, *n);
		*n = 0;
		return MHD_YES;
	}
	question = strchr(x->target, '?');
	q.target = strlen(x->target);
	q.query = question != NULL ? strlen(question + 1) : 0;
	q.message = strcmp(method, "POST") == 0 ? NULL : value_of(c, "message");
	q.body = buf_cstr(&x->body);
	q.nbody = x->body.n;
	buf_init(&r.body, MAX_BODY);
	pthread_mutex_lock(&s->lock);
	front_answer(s->front, &q, &r);
	pthread_mutex_unlock(&s->lock);
	rc = send_reply(c, &r);
	buf_release(&r.body);
	return rc;
}

static void put_tls(struct server *s, const struct pki *p)
{
	pki_put_cert(p->server.cert, &s->cert);
	if (!p->wish.tls_alone)
		pki_put_cert(p->issuing.cert, &s->cert);
	pki_put_key(p->server.key, &s->key);
}

struct server *serve_start(struct front *f, const struct pki *tls, unsigned short *port, struct err *err)
{
	struct server *s = xcalloc(1, sizeof(*s));
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_OptionItem more[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
	                                {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
	                                {MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | (tls != NULL ? MHD_USE_TLS : 0u);
	const union MHD_DaemonInfo *info;

	s->front = f;
	pthread_mutex_init(&s->lock, NULL);
	buf_init(&s->cert, 65536);
	buf_init(&s->key, 65536);
	if (tls != NULL) {
		put_tls(s, tls);
		more[0].ptr_value = (void *)(uintptr_t)buf_cstr(&s->cert);
		more[1].ptr_value = (void *)(uintptr_t)buf_cstr(&s->key);
	} else {
		more[0] = more[2];
	}
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &at,
	                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
	                             MHD_OPTION_URI_LOG_CALLBACK, begin, NULL, MHD_OPTION_NOTIFY_COMPLETED,
	                             end, NULL, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
	info = s->daemon != NULL ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (info == NULL) {
		serve_stop(s);
		err_set(err, FAIL_NET, 0, "no server could be started on 127.0.0.1");
		return NULL;
	}
	*port = info->port;
	return s;
}

void serve_stop(struct server *s)
{
	if (s == NULL)
		return;
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	pthread_mutex_destroy(&s->lock);
	buf_release(&s->cert);
	buf_release(&s->key);
	free(s);
}
