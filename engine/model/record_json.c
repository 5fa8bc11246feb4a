/* One record as JSON and back: how the store keeps it and how a case travels. */
#include <casebook/casefile.h>

#include <string.h>

#include <casebook/clock.h>

static void body_json(struct jsonw *j, const struct record *r)
{
	switch (r->kind) {
	case REC_INPUT:
		jsonw_kstr(j, "key", r->u.input.key);
		jsonw_kstr(j, "value", r->u.input.value);
		jsonw_kstr(j, "by", answered_by_name(r->u.input.by));
		break;
	case REC_ANSWER:
		jsonw_kstr(j, "step", r->u.answer.step);
		jsonw_kstr(j, "answer", r->u.answer.answer);
		jsonw_kstr(j, "by", answered_by_name(r->u.answer.by));
		jsonw_kstr(j, "seen", r->u.answer.seen);
		jsonw_kint(j, "evidence", r->u.answer.evidence);
		break;
	case REC_RETRACT:
		jsonw_kint(j, "retracts", r->u.retract.pos);
		break;
	case REC_EVIDENCE:
		jsonw_key(j, "evidence");
		evidence_json(j, &r->u.evidence, true);
		break;
	case REC_NOTE:
		jsonw_kstr(j, "text", r->u.note.text);
		break;
	case REC_TICK:
		jsonw_kstr(j, "cause", r->u.tick.cause);
		jsonw_kint(j, "item", r->u.tick.item);
		jsonw_kbool(j, "done", r->u.tick.done);
		break;
	case REC_ABOUT:
		jsonw_kstr(j, "sha256", r->u.about.sha256);
		jsonw_kstr(j, "target", r->u.about.target);
		jsonw_kstr(j, "computer", r->u.about.computer);
		jsonw_kstr(j, "role", role_name(r->u.about.role));
		jsonw_kstr(j, "by", answered_by_name(r->u.about.by));
		break;
	case REC_EXPORT:
		jsonw_kstr(j, "what", r->u.export.what);
		jsonw_kstr(j, "format", r->u.export.format);
		jsonw_kstr(j, "redaction", r->u.export.level);
		jsonw_kstr(j, "sha256", r->u.export.sha256);
		jsonw_kstr(j, "seal", r->u.export.seal);
		break;
	case REC_PUT_OFF:
		jsonw_kstr(j, "step", r->u.put_off.step);
		jsonw_kstr(j, "wanted", r->u.put_off.wanted);
		jsonw_kstr(j, "by", answered_by_name(r->u.put_off.by));
		break;
	case REC_HAND:
		jsonw_kstr(j, "to", r->u.hand.to);
		jsonw_kstr(j, "left", r->u.hand.left);
		break;
	case REC__MAX:
		break;
	}
}

/* Last, and only where it changed: records of before have none. */
static void mark_json(struct jsonw *j, const struct case_mark *m)
{
	if (m == NULL)
		return;
	jsonw_key(j, "mark");
	jsonw_open(j, '{');
	jsonw_kstr(j, "title", m->title);
	jsonw_kstr(j, "place", m->place);
	jsonw_kstr(j, "state", case_state_name(m->state));
	jsonw_close(j, '}');
}

void record_json(struct buf *out, const struct record *r)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "pos", r->pos);
	jsonw_kstr(&j, "kind", record_kind_name(r->kind));
	jsonw_key(&j, "at");
	jsonw_time(&j, r->at_ms);
	body_json(&j, r);
	mark_json(&j, r->mark);
	jsonw_close(&j, '}');
}

static uint32_t pos_of(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_INT && v->u.i >= 0 && v->u.i <= UINT32_MAX ? (uint32_t)v->u.i : 0;
}

static int index_of(const char *name, const char *(*name_of)(int), int n)
{
	for (int i = 0; name != NULL && i < n; i++)
		if (strcmp(name, name_of(i)) == 0)
			return i;
	return -1;
}

static const char *kind_at(int i)
{
	return record_kind_name((enum record_kind)i);
}

static const char *by_at(int i)
{
	return answered_by_name((enum answered_by)i);
}

static int need_text(const struct record *r, const char *s, const char *what, struct err *err)
{
	if (s != NULL)
		return 0;
	return err_set(err, FAIL_FORMAT, 0, "record %u (%s) has no %s", r->pos, record_kind_name(r->kind),
	               what);
}

static int answer_from(const struct value *v, struct record *r, struct err *err)
{
	int by = index_of(value_find_str(v, "by"), by_at, BY__MAX);

	r->u.answer.step = value_find_str(v, "step");
	r->u.answer.answer = value_find_str(v, "answer");
	r->u.answer.seen = value_find_str(v, "seen");
	r->u.answer.evidence = pos_of(v, "evidence");
	if (by < 0)
		return err_set(err, FAIL_FORMAT, 0, "record %u does not say who answered", r->pos);
	r->u.answer.by = (enum answered_by)by;
	if (need_text(r, r->u.answer.step, "step", err) != 0)
		return -1;
	return need_text(r, r->u.answer.answer, "answer", err);
}

static int input_from(const struct value *v, struct record *r, struct err *err)
{
	int by = index_of(value_find_str(v, "by"), by_at, BY__MAX);

	r->u.input.key = value_find_str(v, "key");
	r->u.input.value = value_find_str(v, "value");
	if (by < 0)
		return err_set(err, FAIL_FORMAT, 0, "record %u does not say who gave the input", r->pos);
	r->u.input.by = (enum answered_by)by;
	return need_text(r, r->u.input.key, "key", err);
}

static int about_of(const struct value *v, struct record *r, struct err *err)
{
	int by = index_of(value_find_str(v, "by"), by_at, BY__MAX);
	const char *role = value_find_str(v, "role");
	struct rec_about *a = &r->u.about;

	*a = (struct rec_about){.sha256 = value_find_str(v, "sha256"),
	                        .target = value_find_str(v, "target"),
	                        .computer = value_find_str(v, "computer")};
	if (by < 0 || role == NULL || role_from(role) < 0)
		return err_set(err, FAIL_FORMAT, 0, "record %u does not say whose it is, or who says so",
		               r->pos);
	a->by = (enum answered_by)by;
	a->role = (enum role)role_from(role);
	return need_text(r, a->computer != NULL ? a->computer : a->target, "file and no computer", err);
}

static bool one_of(const char *s, const char *const *list)
{
	for (; s != NULL && *list != NULL; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}

static bool is_hash(const char *s)
{
	return strlen(s) == CASE_HASH - 1 && strspn(s, "0123456789abcdef") == CASE_HASH - 1;
}

/* Nothing in it is free text: it could not pass for anything else. */
static int export_of(const struct value *v, struct record *r, struct err *err)
{
	static const char *const whats[] = {"report", "bundle", "case", NULL};
	static const char *const levels[] = {"full", "standard", "strict", NULL};
	struct rec_export *e = &r->u.export;

	*e = (struct rec_export){value_find_str(v, "what"), value_find_str(v, "format"),
	                         value_find_str(v, "redaction"), value_find_str(v, "sha256"),
	                         value_find_str(v, "seal")};
	if (one_of(e->what, whats) && one_of(e->level, levels) && e->format != NULL &&
	    strlen(e->format) < 9 && strspn(e->format, "abcdefghijklmnopqrstuvwxyz") == strlen(e->format) &&
	    e->sha256 != NULL && is_hash(e->sha256) && (e->seal == NULL || is_hash(e->seal)))
		return 0;
	return err_set(err, FAIL_FORMAT, 0, "record %u does not say what was exported", r->pos);
}

static int put_off_of(const struct value *v, struct record *r, struct err *err)
{
	int by = index_of(value_find_str(v, "by"), by_at, BY__MAX);
	struct rec_put_off *p = &r->u.put_off;

	*p = (struct rec_put_off){.step = value_find_str(v, "step"), .wanted = value_find_str(v, "wanted")};
	if (by < 0)
		return err_set(err, FAIL_FORMAT, 0, "record %u does not say who put it off", r->pos);
	p->by = (enum answered_by)by;
	return need_text(r, p->step, "step", err) != 0 ? -1 : need_text(r, p->wanted, "wanted", err);
}

/* The branches are hashes and nothing else: they could not pass for anything. */
static int hand_of(const struct value *v, struct record *r, struct err *err)
{
	struct rec_hand *h = &r->u.hand;

	*h = (struct rec_hand){.to = value_find_str(v, "to"), .left = value_find_str(v, "left")};
	if (h->left != NULL && strspn(h->left, "0123456789abcdef ") != strlen(h->left))
		return err_set(err, FAIL_FORMAT, 0, "record %u does not name the branches that were left",
		               r->pos);
	return need_text(r, h->to, "to", err);
}

static int mark_from(struct arena *mem, const struct value *v, struct record *r, struct err *err)
{
	const struct value *m = value_find(v, "mark");
	const char *title, *place;
	int state;

	if (m == NULL)
		return 0;
	title = value_find_str(m, "title");
	place = value_find_str(m, "place");
	state = case_state_from(value_find_str(m, "state"));
	if (title == NULL || place == NULL || state < 0)
		return err_set(err, FAIL_FORMAT, 0, "record %u marks the case with no title, place or state",
		               r->pos);
	r->mark = case_mark_new(mem, title, place, (enum case_state)state);
	return 0;
}

static int body_from(struct arena *mem, const struct value *v, struct record *r, struct err *err)
{
	const struct value *inner;

	switch (r->kind) {
	case REC_INPUT:
		return input_from(v, r, err);
	case REC_ANSWER:
		return answer_from(v, r, err);
	case REC_RETRACT:
		r->u.retract.pos = pos_of(v, "retracts");
		return 0;
	case REC_EVIDENCE:
		inner = value_find(v, "evidence");
		if (inner == NULL || evidence_from_value(mem, inner, &r->u.evidence, err) != 0)
			return inner == NULL ? need_text(r, NULL, "evidence", err) : -1;
		r->u.evidence.id = r->pos;
		return 0;
	case REC_NOTE:
		r->u.note.text = value_find_str(v, "text");
		return need_text(r, r->u.note.text, "text", err);
	case REC_TICK:
		r->u.tick.cause = value_find_str(v, "cause");
		r->u.tick.item = pos_of(v, "item");
		inner = value_find(v, "done");
		r->u.tick.done = inner != NULL && inner->type == VAL_BOOL && inner->u.b;
		return need_text(r, r->u.tick.cause, "cause", err);
	case REC_ABOUT:
		return about_of(v, r, err);
	case REC_EXPORT:
		return export_of(v, r, err);
	case REC_PUT_OFF:
		return put_off_of(v, r, err);
	case REC_HAND:
		return hand_of(v, r, err);
	case REC__MAX:
		break;
	}
	return err_set(err, FAIL_FORMAT, 0, "record %u has an unknown kind", r->pos);
}

int record_from_json(struct arena *mem, const char *text, size_t n, struct record *out, struct err *err)
{
	const char *at;
	struct value v;
	int kind;

	memset(out, 0, sizeof(*out));
	if (value_parse_json(mem, text, n, &v, err) != 0)
		return -1;
	out->pos = pos_of(&v, "pos");
	kind = index_of(value_find_str(&v, "kind"), kind_at, REC__MAX);
	at = value_find_str(&v, "at");
	if (kind < 0 || at == NULL || !clock_parse_iso(at, &out->at_ms))
		return err_set(err, FAIL_FORMAT, 0, "record %u has no known kind or no readable time",
		               out->pos);
	out->kind = (enum record_kind)kind;
	return body_from(mem, &v, out, err) == 0 ? mark_from(mem, &v, out, err) : -1;
}
