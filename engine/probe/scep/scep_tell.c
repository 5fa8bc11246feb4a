/* What a SCEP message says, as facts. */
#include "scep_tell.h"

const char *scep_direction(const struct scep_message *m)
{
	if (m->message_type == 3 || m->pki_status >= 0)
		return scep_directions[1];
	/* A request always has an envelope; one that was cut has no attributes any more. */
	return m->message_type >= 0 || (m->enveloped && m->cut) ? scep_directions[0] : scep_directions[2];
}

static void send_recipients(struct evidence_out *out, const struct scep_message *m)
{
	struct value_builder list, one;

	vb_init(&list, ev_mem(out));
	for (size_t i = 0; i < m->nto; i++) {
		vb_init(&one, ev_mem(out));
		vb_add(&one, "issuer", value_str(m->to[i].issuer));
		vb_add(&one, "serial", value_str(m->to[i].serial));
		vb_add(&list, NULL, vb_map(&one));
	}
	ev_value(out, "recipients", vb_list(&list));
}

void scep_tell_status(struct evidence_out *out, const struct scep_message *m)
{
	ev_str(out, "pki_status", scep_status_name(m->pki_status));
	ev_str(out, "fail_info", scep_failure_name(m->fail_info));
	ev_str(out, "fail_info_meaning", scep_failure_text(m->fail_info));
	ev_str(out, "fail_info_text", m->fail_text);
	if (m->hresult != 0)
		ev_str(out, "hresult", arena_fmt(ev_mem(out), "0x%08X", (unsigned)m->hresult));
}

void scep_tell_message(struct evidence_out *out, const struct scep_message *m)
{
	ev_str(out, "message_type", scep_type_name(m->message_type));
	ev_bool(out, "complete", !m->cut);
	ev_int(out, "message_bytes", (int64_t)m->bytes);
	if (m->inner_claimed > 0)
		ev_int(out, "enveloped_bytes", (int64_t)m->inner_claimed);
	ev_str(out, "transaction", m->transaction);
	ev_str(out, "digest", m->digest);
	ev_str(out, "cipher", m->cipher);
	if (m->enveloped)
		send_recipients(out, m);
	ev_str(out, "signer_serial", m->signer.serial);
	if (!m->cut)
		ev_int(out, "certificates", (int64_t)m->certificates);
	scep_tell_status(out, m);
}
