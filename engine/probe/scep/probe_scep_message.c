/*
 * scep.message: one SCEP message in a file, a device's request or NDES' answer, as DER, PEM or base64.  The
 * answer says why it was refused, a request which RA certificate can open it; what is encrypted stays so.
 */
#include <stdlib.h>
#include <string.h>

#include "file_kind.h"
#include "scep_tell.h"

#define MOST (1u << 20) /* a message has some kilobytes */

static const struct param_def params[] = {
        {"file", true, "a SCEP message: DER, PEM or base64"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        SCEP_STATUS_FACTS,
        SCEP_MESSAGE_FACTS,
        {NULL, FACT_BOOL, NULL, NULL},
};

static void each(void *arg, const struct file_line *line)
{
	buf_put(arg, line->p, line->n);
	buf_char(arg, '\n');
}

/* Its bytes as they are, or as text without the encoding of the file. */
static enum evidence_outcome load(struct evidence_out *out, const char *path, struct buf *to)
{
	struct file_src *src;
	const unsigned char *head;
	struct err err;
	char *bytes = NULL, hex[SHA256_HEX];
	size_t n = 0;
	bool der;

	if (file_open(path, true, &src, &err) < 0)
		return file_refuse(out, &err);
	der = file_peek(src, &head) != 0 && head[0] == 0x30;
	if (der && file_load(src, MOST, &bytes, &n, &err) < 0) {
		file_close(src);
		return file_refuse(out, &err);
	}
	if (der && file_sha256(src, hex))
		ev_sha256(out, hex);
	file_close(src);
	if (!der)
		return file_each_line(out, path, each, to);
	buf_put(to, bytes, n);
	free(bytes);
	return EV_MEASURED;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *path = call_arg(call, "file");
	struct scep_message m;
	enum evidence_outcome how;
	struct buf text;
	unsigned char *p;
	size_t n = 0;

	buf_init(&text, MOST);
	how = load(out, path, &text);
	p = how == EV_MEASURED ? scep_capture(ev_mem(out), (const unsigned char *)buf_cstr(&text), text.n, &n)
	                       : NULL;
	buf_release(&text);
	if (how != EV_MEASURED)
		return how;
	if (p == NULL || !scep_message_read(ev_mem(out), p, n, &m)) {
		ev_why(out, "%s: no SCEP message in it, which is CMS as DER, PEM or base64", path);
		return EV_UNREADABLE;
	}
	ev_str(out, "direction", scep_direction(&m));
	scep_tell_message(out, &m);
	if (m.pki_status >= 0)
		ev_fault(out, m.pki_status == 2);
	return EV_MEASURED;
}

static unsigned recognise(const struct sample *s)
{
	const unsigned char *p = s->bytes;
	struct scep_message m;
	struct arena *mem;
	size_t n = s->n;
	bool mine;

	if (n < 64 || (p[0] != 0x30 && (s->text == NULL || s->text_n < 64)))
		return 0;
	if (p[0] != 0x30 && strncmp(s->text, "-----BEGIN", 10) != 0 && strncmp(s->text, "MI", 2) != 0)
		return 0;
	mem = arena_new();
	if (p[0] != 0x30)
		p = scep_capture(mem, (const unsigned char *)s->text, s->text_n, &n);
	mine = p != NULL && scep_message_read(mem, p, n, &m) &&
	       (m.message_type >= 0 || m.pki_status >= 0 || m.enveloped);
	arena_free(mem);
	return mine ? 97 : 0;
}

const struct probe_impl probe_scep_message = {
        .desc = {.id = "scep.message",
                 .title = "SCEP message",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 10000,
                 .by_hand = "openssl asn1parse -inform DER -i -in {file}",
                 .source = "RFC 8894, sections 3.2 and 3.3; wincrypt.h: szOID_ENROLL_SCEP_ERROR",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
