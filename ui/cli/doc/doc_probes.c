/* The manual page casebook-probes(7), from the table of checks. */
#include "doc.h"

#include <stdio.h>

#include <casebook/probe.h>

static void item(const char *name, const char *note)
{
	fputs(".TP\n\\fB", stdout);
	roff(name);
	fputs("\\fR", stdout);
	if (note != NULL)
		printf(" (%s)", note);
	putchar('\n');
}

static void line(const char *before, const char *text)
{
	fputs(before, stdout);
	roff(text);
	putchar('\n');
}

static void fact(const struct fact_def *f)
{
	item(f->key, NULL);
	roff(f->help);
	for (const char *const *v = f->values; v != NULL && *v != NULL; v++) {
		fputs(v == f->values ? "; one of " : ", ", stdout);
		roff(*v);
	}
	putchar('\n');
}

static void probe(const struct probe *p)
{
	line(".SS ", p->id);
	roff(p->title);
	printf(". A %s check, at most %u.%u s.\n", p->kind == PROBE_FILE ? "file" : "live",
	       p->timeout_ms / 1000, p->timeout_ms / 100 % 10);
	if (p->source != NULL)
		line("It rests on ", p->source);
	if (p->side_effect != NULL)
		line(".PP\nIt leaves a trace: ", p->side_effect);
	if (p->fetch != NULL) {
		puts(".PP\nThe file comes from\n.PP\n.nf");
		roff(p->fetch);
		puts("\n.fi");
	}
	puts(".PP\nIt asks for");
	for (const struct param_def *d = p->params; d->key != NULL; d++) {
		item(d->key, d->required ? "needed" : NULL);
		line("", d->help);
	}
	puts(".PP\nIt yields");
	for (const struct fact_def *f = p->facts; f->key != NULL; f++)
		fact(f);
}

void man_probes(void)
{
	puts(".TH CASEBOOK\\-PROBES 7 \"\" \"casebook " CASEBOOK_VERSION "\" \"Miscellaneous\"\n.SH NAME\n"
	     "casebook\\-probes \\- the checks of casebook and their facts\n.SH DESCRIPTION\n"
	     "A check measures one thing, live or in a file, and yields facts. A fact that was not measured is\n"
	     "unknown, neither true nor false. \\fBcasebook probe\\fR \\fIID\\fR runs one alone.\n.SH CHECKS");
	for (size_t i = 0; probe_table[i] != NULL; i++)
		probe(probe_table[i]);
	puts(".SH SEE ALSO\n.BR casebook (1),\n.BR casebook\\-flow (5)");
}
