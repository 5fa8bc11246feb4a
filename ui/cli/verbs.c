/* Verbs of commands.  Knows their table; each verb does its own work. */
#include "verbs.h"

#include <string.h>

/* "list, show and delete" */
static const char *names(const struct verb *v, const char *last, struct buf *out)
{
	for (size_t i = 0; v[i].name != NULL; i++)
		buf_fmt(out, "%s%s", i == 0 ? "" : v[i + 1].name != NULL ? ", " : last, v[i].name);
	return buf_cstr(out);
}

static int run_verb(struct cli *c, const struct verb *v)
{
	c->args++;
	c->nargs--;
	if (c->nargs >= v->least && c->nargs <= v->most)
		return v->run(c);
	return cli_usage(c, "write `casebook %s %s%s%s%s%s`%s", c->command->name, v->name,
	                 v->args[0] != '\0' ? " " : "", v->args, v->opts[0] != '\0' ? " " : "", v->opts,
	                 c->nargs > v->most ? ", and put text with blanks in quotes" : "");
}

int verbs_run(struct cli *c)
{
	const struct command *cmd = c->command;
	struct buf list;
	int rc;

	for (const struct verb *v = cmd->verbs; c->nargs > 0 && v->name != NULL; v++)
		if (strcmp(v->name, c->args[0]) == 0)
			return run_verb(c, v);
	buf_init(&list, BUF_MAX_LINE);
	if (c->nargs == 0)
		rc = cli_usage(c, "`%s` needs to know what to do: %s", cmd->name,
		               names(cmd->verbs, " or ", &list));
	else
		rc = cli_usage(c, "`%s` does not know '%s'; it knows %s", cmd->name, c->args[0],
		               names(cmd->verbs, " and ", &list));
	buf_release(&list);
	return rc;
}

void verbs_usage(const struct command *c, struct buf *out)
{
	for (const struct verb *v = c->verbs; v != NULL && v->name != NULL; v++)
		buf_fmt(out, "%s%s", v->name, v[1].name != NULL ? "|" : " ");
	buf_str(out, c->usage);
}

void verbs_more(const struct command *c, struct buf *out)
{
	for (const struct verb *v = c->verbs; v != NULL && v->name != NULL; v++) {
		size_t at = out->n;

		buf_fmt(out, "%s %s", v->name, v->args);
		buf_fmt(out, "%*s%s\n", out->n - at < 19 ? (int)(19 - (out->n - at)) : 1, "", v->help);
	}
	if (c->more != NULL)
		buf_fmt(out, "%s%s\n", c->verbs != NULL ? "\n" : "", c->more);
}
