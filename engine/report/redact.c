/* Redaction of a report as a whole: learn, seal, copy; and what a person is told about it. */
#include "redact_int.h"
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/json.h>
#include <casebook/residue.h>

#define LEFT_MAX 1000
#define LINE_LONG 65536 /* of one line, at a time */
#define WORD_LONG 4096  /* longer than what is looked at as a word */

void redact_report(struct report *r, const struct report_options *options)
{
	struct redaction *red;
	const struct flow *original = r->flow;

	if (r->level == REDACT_FULL || r->tokens_kept)
		return;
	red = redaction_new(r->level);
	for (size_t i = 0; options != NULL && i < options->nhide; i++) {
		struct secret *s = secret_add(red, S_WORD, options->hide[i], strlen(options->hide[i]), NULL);

		if (s != NULL)
			s->asked = true;
	}
	learn_case(red, original, r->cf);
	redaction_seal(red, original, r->cf);
	r->cf = redact_case(red, r->mem, original, r->cf);
	r->flow = redact_flow(red, r->mem, original);
	r->diag = redact_diagnosis(red, r->mem, r->flow, original, r->diag);
	r->redaction = red;
}

bool redaction_item(const struct redaction *r, size_t i, struct redact_item *out)
{
	const struct secret *s;

	/* Calls come last: they are made when everything else is known. */
	if (r == NULL || i >= r->n || r->all[i].kind == S_CALL)
		return false;
	s = &r->all[i];
	*out = (struct redact_item){s->token, secret_kind_name(s->kind), s->value, s->count, s->weak};
	return true;
}

void redaction_key(const struct report *r, struct buf *out)
{
	struct redact_item item;
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "case", r->cf->id);
	jsonw_key(&j, "tokens");
	jsonw_open(&j, '[');
	for (size_t i = 0; redaction_item(r->redaction, i, &item); i++) {
		jsonw_open_line(&j, i);
		jsonw_kstr(&j, "token", item.token);
		jsonw_kstr(&j, "value", item.value);
		jsonw_close(&j, '}');
	}
	jsonw_end_list(&j);
}

/* A search that is fed while a report is written. */
struct redaction_pass {
	struct leak_search *search;
	struct leak leak;
	bool found;
	struct redaction *red;
	const struct flow *flow; /* whose checks are no names */
	struct buf line;         /* what has not been looked at for residue */
};

/* "scep.url", "windows.events:", "scep.url.page": a check of the flow, and a fact of it. */
static bool of_a_check(const struct flow *f, const char *s, size_t n)
{
	char id[64];
	unsigned dots = 0;

	for (size_t i = 0; i <= n && i < sizeof(id); i++) {
		if (i == n || s[i] == '.' || s[i] == ':') {
			id[i] = '\0';
			dots += i < n && s[i] == '.';
			if ((dots == 2 || i == n || s[i] == ':') && flow_probe(f, id) != NULL)
				return true;
		}
		id[i] = i < n ? s[i] : '\0';
	}
	return false;
}

static bool keep_left(void *arg, const struct residue *found)
{
	const struct redaction_pass *p = arg;
	struct redaction *r = p->red;
	const char *text;

	if (of_a_check(p->flow, found->text, found->n))
		return true;
	text = arena_strndup(r->mem, found->text, found->n);
	if (r->nleft < LEFT_MAX && text_set_add(r->mem, &r->stays, text)) {
		if (r->nleft == r->cap_left) {
			struct left *more =
			        arena_array(r->mem, r->cap_left != 0 ? r->cap_left * 2 : 16, sizeof(*more));

			if (r->nleft != 0)
				memcpy(more, r->left, r->nleft * sizeof(*more));
			r->left = more;
			r->cap_left = r->cap_left != 0 ? r->cap_left * 2 : 16;
		}
		r->left[r->nleft++] = (struct left){text, found->kind};
	}
	return r->nleft < LEFT_MAX;
}

bool redaction_left(const struct redaction *r, size_t i, const char **text, const char **kind)
{
	if (r == NULL || i >= r->nleft)
		return false;
	*text = r->left[i].text;
	*kind = r->left[i].kind;
	return true;
}

/* Of a line that goes on, what ends with a blank or a quotation mark: no word goes on behind it. */
static size_t whole_words(const struct buf *line)
{
	for (size_t n = line->n; n > 0 && line->n - n < WORD_LONG; n--)
		if (line->p[n - 1] == ' ' || line->p[n - 1] == '"')
			return n;
	return line->n;
}

static void look_at_line(struct redaction_pass *p, size_t n)
{
	residue_find(buf_cstr(&p->line), n, keep_left, p);
	buf_shift(&p->line, n);
}

/* Whole lines; of one that is too long, whole words. */
static void look_for_residue(struct redaction_pass *p, const char *s, size_t n, bool last)
{
	size_t end = n;

	while (!last && end > 0 && s[end - 1] != '\n')
		end--;
	if (end == 0 && !last) {
		buf_put(&p->line, s, n);
		if (p->line.n > LINE_LONG)
			look_at_line(p, whole_words(&p->line));
		return;
	}
	if (p->line.n != 0) {
		buf_put(&p->line, s, end);
		look_at_line(p, p->line.n);
	} else {
		residue_find(s, end, keep_left, p);
	}
	buf_put(&p->line, s + end, n - end);
}

static struct redaction_pass *pass_of(struct redaction *red, const struct flow *flow)
{
	struct redaction_pass *p;

	if (red == NULL)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->search = leak_search_new(red);
	leak_begin(p->search);
	p->red = red;
	p->flow = flow;
	buf_init(&p->line, BUF_MAX_TEXT);
	return p;
}

struct redaction_pass *redaction_pass_new(const struct report *r)
{
	return pass_of(r->redaction, r->flow);
}

void redaction_pass_feed(struct redaction_pass *p, const void *mem, size_t n)
{
	p->found = p->found || leak_feed(p->search, mem, n, &p->leak);
	look_for_residue(p, mem, n, false);
}

int redaction_pass_end(struct redaction_pass *p, const char *what, struct err *err)
{
	int rc = 0;

	if (p == NULL)
		return 0;
	look_for_residue(p, "", 0, true);
	if (p->found || leak_end(p->search, &p->leak))
		rc = err_set(
		        err, FAIL_CONFLICT, 0,
		        "%s was not written: the value behind %s stands in it in line %u (%s), although it "
		        "should be replaced. `casebook report CASE --preview` lists the values; please "
		        "report this.",
		        what, p->leak.secret->token, p->leak.line, p->leak.form);
	leak_search_free(p->search);
	buf_release(&p->line);
	free(p);
	return rc;
}

int redaction_check(const struct report *r, const char *what, const void *mem, size_t n, struct err *err)
{
	struct redaction_pass *p = redaction_pass_new(r);

	if (p != NULL)
		redaction_pass_feed(p, mem, n);
	return redaction_pass_end(p, what, err);
}

/* ---- a comparison ---- */

static const struct value *redacted_copy(struct diff *d, const struct value *v)
{
	struct value *out;

	if (v == NULL)
		return NULL;
	out = arena_alloc(d->mem, sizeof(*out));
	*out = redact_value(d->redaction, d->mem, v);
	return out;
}

void diff_redact(struct diff *d, enum redact_level level)
{
	if (level == REDACT_FULL || d->redaction != NULL)
		return;
	d->redaction = redaction_new(level);
	learn_case(d->redaction, d->a->flow, d->a->cf);
	if (d->b != d->a)
		learn_case(d->redaction, d->b->flow, d->b->cf);
	redaction_seal(d->redaction, d->a->flow, d->a->cf);
	for (size_t i = 0; i < d->n; i++) {
		struct difference *x = &d->all[i];

		x->what = redact_text(d->redaction, d->mem, x->what);
		x->target = redact_field(d->redaction, d->mem, x->target);
		x->a = redacted_copy(d, x->a);
		x->b = redacted_copy(d, x->b);
	}
}

void diff_put(const struct diff *d, const struct buf *raw, struct buf *out)
{
	struct arena *mem = arena_new();
	const char *at = buf_cstr(raw), *nl;

	for (; d->redaction != NULL && (nl = strchr(at, '\n')) != NULL; at = nl + 1) {
		buf_str(out, redact_text(d->redaction, mem, arena_strndup(mem, at, (size_t)(nl - at))));
		buf_char(out, '\n');
		arena_reset(mem);
	}
	buf_str(out, at);
	arena_free(mem);
}

int diff_check(const struct diff *d, const void *mem, size_t n, struct err *err)
{
	struct redaction_pass *p = pass_of(d->redaction, d->a->flow);

	if (p != NULL)
		redaction_pass_feed(p, mem, n);
	return redaction_pass_end(p, "the comparison", err);
}

static void counts(const struct redaction *red, size_t *values, size_t *places, size_t *weak)
{
	*values = *places = *weak = 0;
	for (size_t i = 0; i < red->n; i++) {
		if (red->all[i].kind == S_CALL)
			continue;
		*values += red->all[i].count != 0;
		*places += red->all[i].count;
		*weak += red->all[i].weak;
	}
}

void tree_redaction(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "redaction", "Redaction");
	size_t values, places, weak;

	if (r->tokens_kept) {
		rn_fmt(r, s, R_PARA,
		       "This is a redacted copy, level %s: names were replaced by tokens where it was made, and "
		       "whoever made it holds the key.",
		       redact_level_name(r->level));
		return;
	}
	if (r->redaction == NULL) {
		rn_add(r, s, R_PARA,
		       "Level full: nothing is replaced. This report names hosts, addresses and people. What looked "
		       "like a password, a challenge, a token or a key was left out when it was recorded; such a place "
		       "reads <removed, N bytes>.");
		return;
	}
	counts(r->redaction, &values, &places, &weak);
	rn_fmt(r, s, R_PARA,
	       "Level %s: %zu values in %zu places are replaced by tokens such as NDES-1 or ACCOUNT-2. The same "
	       "value has the same token everywhere in this report and in every format of it.",
	       redact_level_name(r->level), values, places);
	rn_add(r, s, R_PARA,
	       "Replaced are names of people, hosts and domains, network addresses, SIDs, tenant and device "
	       "ids and names in certificates. Thumbprints, status codes, event ids and times are as "
	       "measured. Names that nothing but a free text mentions cannot be known and stay.");
	if (r->level == REDACT_STRICT)
		rn_fmt(r, s, R_PARA,
		       "File names, paths and user agents are replaced, too; %u texts that people or other "
		       "programs wrote are withheld.",
		       r->redaction->withheld);
	if (weak != 0)
		rn_fmt(r, s, R_PARA,
		       "%zu of the values are ordinary words of this report as well and are replaced only "
		       "where they stand alone as a name.",
		       weak);
	rn_add(r, s, R_PARA,
	       "Every file was searched for every original value after writing, as it is and "
	       "percent-encoded, HTML-escaped, in "
	       "base64 and in UTF-16. The key to the tokens is not part of it.");
}
