/* Writes the probes' descriptions as C, so that the wizard knows them without their libraries. */
#include "describe.h"

#include "probe_int.h"

static void put_text(FILE *f, const char *s)
{
	if (s == NULL) {
		fputs("NULL", f);
		return;
	}
	fputc('"', f);
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < 0x20 || c >= 0x7F ||
		         c == '?') /* octal: three digits end it; '?' for trigraphs */
			fprintf(f, "\\%03o", c);
		else
			fputc(c, f);
	}
	fputc('"', f);
}

static const char *const type_names[] = {"FACT_BOOL", "FACT_INT",  "FACT_STR",
                                         "FACT_TIME", "FACT_LIST", "FACT_MAP"};
static const char *const kind_names[] = {"FACT_BY_PROBE", "FACT_OF_SOURCE", "FACT_OCCURRED",
                                         "FACT_STATE",    "FACT_SNAPSHOT",  "FACT_LIVE"};

static void put_values(FILE *f, size_t n, const struct probe *p)
{
	size_t k = 0;

	for (const struct fact_def *d = p->facts; d->key != NULL; d++, k++) {
		if (d->values == NULL)
			continue;
		fprintf(f, "static const char *const v%zu_%zu[] = {", n, k);
		for (const char *const *v = d->values; *v != NULL; v++) {
			put_text(f, *v);
			fputs(", ", f);
		}
		fputs("NULL};\n", f);
	}
}

static void put_tables(FILE *f, size_t n, const struct probe *p)
{
	size_t k = 0;

	put_values(f, n, p);
	fprintf(f, "static const struct fact_def f%zu[] = {\n", n);
	for (const struct fact_def *d = p->facts; d->key != NULL; d++, k++) {
		fputs("\t{", f);
		put_text(f, d->key);
		fprintf(f, ", %s, ", type_names[d->type]);
		if (d->values != NULL)
			fprintf(f, "v%zu_%zu, ", n, k);
		else
			fputs("NULL, ", f);
		put_text(f, d->help);
		fprintf(f, ", %s},\n", kind_names[d->kind]);
	}
	fprintf(f, "\t{NULL, FACT_BOOL, NULL, NULL},\n};\nstatic const struct param_def a%zu[] = {\n", n);
	for (const struct param_def *d = p->params; d->key != NULL; d++) {
		fputs("\t{", f);
		put_text(f, d->key);
		fprintf(f, ", %s, ", d->required ? "true" : "false");
		put_text(f, d->help);
		fputs("},\n", f);
	}
	fputs("\t{NULL, false, NULL},\n};\n", f);
}

static void put_probe(FILE *f, size_t n, const struct probe *p)
{
	put_tables(f, n, p);
	fprintf(f, "static const struct probe p%zu = {\n\t.id = ", n);
	put_text(f, p->id);
	fputs(",\n\t.title = ", f);
	put_text(f, p->title);
	fprintf(f,
	        ",\n\t.kind = %s,\n\t.params = a%zu,\n\t.facts = f%zu,\n\t.timeout_ms = %u,\n\t.side_effect "
	        "= ",
	        p->kind == PROBE_FILE ? "PROBE_FILE" : "PROBE_LIVE", n, n, p->timeout_ms);
	put_text(f, p->side_effect);
	fputs(",\n\t.by_hand = ", f);
	put_text(f, p->by_hand);
	fputs(",\n\t.source = ", f);
	put_text(f, p->source);
	fputs(",\n\t.fetch = ", f);
	put_text(f, p->fetch);
	fputs(",\n};\n\n", f);
}

void describe_c(FILE *f)
{
	size_t n;

	fputs("/* Written by casebook-probe --describe-c. */\n#include <casebook/probe.h>\n\n#include "
	      "<string.h>\n\n",
	      f);
	for (n = 0; probe_impls[n] != NULL; n++)
		put_probe(f, n, &probe_impls[n]->desc);
	fputs("const struct probe *const probe_table[] = {", f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "&p%zu, ", i);
	fputs("NULL};\n\n"
	      "const struct probe *probe_find(const char *id)\n"
	      "{\n"
	      "\tfor (size_t i = 0; id != NULL && probe_table[i] != NULL; i++)\n"
	      "\t\tif (strcmp(probe_table[i]->id, id) == 0)\n"
	      "\t\t\treturn probe_table[i];\n"
	      "\treturn NULL;\n"
	      "}\n",
	      f);
}
