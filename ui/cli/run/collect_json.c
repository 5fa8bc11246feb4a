/* What a server was asked, or would be, and what came of each: for programs (assets/collect.schema.json). */
#include "collect.h"

#include <string.h>

#include <casebook/json.h>

static void text_of(struct jsonw *j, const char *key, const struct collector *c, enum shell_kind shell)
{
	struct buf text;

	buf_init(&text, 65536);
	collector_text(c, shell, NULL, 0, &text);
	jsonw_kstr(j, key, buf_cstr(&text));
	buf_release(&text);
}

static void item(struct jsonw *j, const struct collector *c, const struct collect_got *got)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", c->id);
	jsonw_kstr(j, "why", c->why);
	jsonw_kstr(j, "file", strcmp(c->file, "-") != 0 ? c->file : NULL);
	jsonw_kstr(j, "writes", c->writes);
	jsonw_kstr(j, "discloses", c->discloses);
	jsonw_kbool(j, "admin", c->admin);
	jsonw_kbool(j, "verified", c->verified);
	jsonw_kbool(j, "by_sftp", c->form == FORM_LOG);
	text_of(j, "cmd", c, SHELL_CMD);
	text_of(j, "powershell", c, SHELL_POWERSHELL);
	jsonw_kstr(j, "outcome", got->outcome);
	jsonw_kstr(j, "words", got->words);
	jsonw_close(j, '}');
}

void collect_json(const struct collect_plan *p, const char *folder, struct buf *out)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "host", p->target.host);
	jsonw_kstr(&j, "folder", folder);
	jsonw_kstr(&j, "first", collect_first);
	jsonw_key(&j, "items");
	jsonw_open(&j, '[');
	for (size_t i = 0; i < p->n; i++)
		item(&j, p->rows[i], &p->got[i]);
	jsonw_close(&j, ']');
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}
