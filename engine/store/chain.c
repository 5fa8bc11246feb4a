/*
 * The hash chain of a case: every record's hash covers the one before it, the
 * case's id and the record's own text, so a change, a gap or a cut shows.  Pure;
 * what is hashed here is a file format and never changes for old cases.
 */
#include "store_int.h"

#include <string.h>

#include <casebook/json.h>

void chain_opening(const struct casefile *cf, struct buf *text)
{
	struct jsonw j;

	jsonw_init(&j, text);
	jsonw_open(&j, '{');
	jsonw_kstr(&j, "id", cf->id);
	jsonw_kstr(&j, "flow", cf->flow_id);
	jsonw_kstr(&j, "flow_hash", cf->flow_hash);
	jsonw_kint(&j, "opened_ms", cf->opened_ms);
	jsonw_kstr(&j, "host", cf->host);
	jsonw_kstr(&j, "tool", cf->tool);
	jsonw_close(&j, '}');
}

void chain_begin(const struct casefile *cf, char out[SHA256_HEX])
{
	struct buf text;

	buf_init(&text, BUF_MAX_LINE);
	chain_opening(cf, &text);
	sha256_of(buf_cstr(&text), text.n, out);
	buf_release(&text);
}

void chain_add(char hash[SHA256_HEX], const char *case_id, const char *json, size_t n)
{
	struct sha256 *sum = sha256_new();

	sha256_add(sum, hash, SHA256_HEX - 1);
	sha256_add(sum, case_id, strlen(case_id));
	sha256_add(sum, json, n);
	sha256_finish(sum, hash);
}
