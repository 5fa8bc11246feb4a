/*
 * apppool.state: is the pool SCEP started?  Reads `appcmd list apppool`, Get-WebAppPoolState,
 * Get-IISAppPool and the listing of IIS:\AppPools.  The run state stands in no configuration file.
 */
#include "file_kind.h"
#include "slice.h"

#include <stdio.h>
#include <string.h>

#define POOLS_MAX 200

static const struct param_def params[] = {
        {"file", true, "output of appcmd list apppool or Get-IISAppPool"},
        {NULL, false, NULL},
};

static const char *const states[] = {"started", "stopped", "starting", "stopping", "unknown", NULL};

static const struct fact_def facts[] = {
        {"scep", FACT_STR, states, "state of the pool SCEP; unknown when it is not listed",
         SPEAKS({"= stopped", "The application pool SCEP is stopped, says appcmd."},
                {"= started", "The application pool SCEP is started, says appcmd."},
                {"= starting or stopping", "The application pool SCEP was {value} when appcmd was asked."},
                {"= unknown", "appcmd names a state of the pool SCEP that casebook does not know."})},
        {"scep_exists", FACT_BOOL, NULL,
         "a pool named SCEP is listed; unknown when only one nameless state is",
         SPEAKS({"= false", "There is no application pool named SCEP on that server."},
                {"= true", "There is an application pool named SCEP on that server."})},
        {"pools", FACT_MAP, NULL, "state by pool", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct pools {
	struct evidence_out *out;
	const char *file;
	struct value_builder map;
	bool scep, list, value_head;
	const char *nameless; /* the state below the word Value */
	struct file_line at;  /* where the last of them stands */
	bool differ;
	char listed[64]; /* Format-List: the name above its state */
};

static const char *state_of(struct slice w)
{
	for (size_t i = 0; states[i] != NULL; i++)
		if (slice_are(w, states[i]))
			return states[i];
	return NULL;
}

static void add(struct pools *p, struct slice name, const char *state, const struct file_line *line)
{
	if (p->map.n >= POOLS_MAX || name.n == 0)
		return;
	p->list = true;
	vb_add(&p->map, arena_strndup(ev_mem(p->out), name.p, name.n), value_str(state));
	if (!slice_are(name, "SCEP"))
		return;
	p->scep = true;
	ev_str(p->out, "scep", state);
	ev_fault(p->out, strcmp(state, "stopped") == 0);
	ev_pin(p->out, "scep", p->file, line->number, line->offset, PIN_NO_TIME, line->p, line->n);
}

/* APPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:Started) */
static bool appcmd_line(struct pools *p, struct slice w, const struct file_line *line)
{
	struct slice name, state;

	if (!slice_begin(w, "APPPOOL \""))
		return false;
	name = slice_after(w, "APPPOOL \"");
	state = slice_after(w, "state:");
	name = slice_cut(&name, '"');
	if (state_of(slice_cut(&state, ')')) != NULL) {
		state = slice_after(w, "state:");
		add(p, name, state_of(slice_cut(&state, ')')), line);
	}
	return true;
}

/* Get-WebAppPoolState prints states below the word Value, of several pools without saying whose. */
static void take_nameless(struct pools *p, const char *state, const struct file_line *line)
{
	p->differ = p->differ || (p->nameless != NULL && strcmp(p->nameless, state) != 0);
	p->nameless = state;
	p->at = *line;
	p->at.p = arena_strndup(ev_mem(p->out), line->p, line->n);
}

static void send_nameless(struct pools *p)
{
	if (p->nameless == NULL || p->differ || p->list)
		return;
	ev_str(p->out, "scep", p->nameless);
	ev_fault(p->out, strcmp(p->nameless, "stopped") == 0);
	ev_pin(p->out, "scep", p->file, p->at.number, p->at.offset, PIN_NO_TIME, p->at.p, p->at.n);
	p->scep = true;
}

/* Format-List: "Name : SCEP" and below it "State : Stopped" (Status of Get-IISAppPool). */
static bool list_line(struct pools *p, struct slice w, const struct file_line *line)
{
	struct slice rest = w, key = slice_trim(slice_cut(&rest, ':')), value;
	const char *state;

	if (memchr(w.p, ':', w.n) == NULL)
		return false;
	value = slice_trim(rest);
	if (slice_are(key, "Name")) {
		snprintf(p->listed, sizeof(p->listed), "%.*s", (int)value.n, value.p);
		return true;
	}
	if (!slice_are(key, "State") && !slice_are(key, "Status") && !slice_are(key, "Value"))
		return false;
	state = state_of(value);
	if (state != NULL && p->listed[0] != '\0')
		add(p, slice_of(p->listed, strlen(p->listed)), state, line);
	p->listed[0] = '\0';
	return state != NULL;
}

static void read_line(void *arg, const struct file_line *line)
{
	struct pools *p = arg;
	struct slice w = slice_trim(slice_of(line->p, line->n)), rest = w, first, second;
	const char *state;

	if (w.n == 0 || appcmd_line(p, w, line) || list_line(p, w, line))
		return;
	first = slice_next(&rest);
	second = slice_next(&rest);
	if (second.n == 0) {
		p->value_head = p->value_head || slice_are(first, "Value");
		state = state_of(first);
		if (state != NULL && p->value_head && !p->list)
			take_nameless(p, state, line);
		return;
	}
	/* Names of pools may hold blanks: the state is the first word that is one. */
	for (struct slice word = second; word.n != 0; word = slice_next(&rest)) {
		state = state_of(word);
		if (state == NULL)
			continue;
		add(p, slice_trim(slice_of(w.p, (size_t)(word.p - w.p))), state, line);
		return;
	}
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct pools p = {.out = out, .file = call_arg(call, "file")};
	enum evidence_outcome how;

	vb_init(&p.map, ev_mem(out));
	how = file_each_line(out, p.file, read_line, &p);
	send_nameless(&p);
	if (p.list) {
		ev_value(out, "pools", vb_map(&p.map));
		if (how == EV_MEASURED || p.scep)
			ev_bool(out, "scep_exists", p.scep);
	}
	if (how != EV_MEASURED || p.list || p.scep)
		return how;
	if (p.differ)
		ev_why(out,
		       "%s: states of several application pools without their names; make it with appcmd "
		       "list apppool",
		       p.file);
	else
		ev_why(out, "%s: no state of an application pool in it; make it with appcmd list apppool",
		       p.file);
	return EV_UNREADABLE;
}

/* A line for the pool by its name, as a table or a list shows it. */
static bool names_scep(const struct sample *s)
{
	const char *p = s->text, *end = p + s->text_n;

	while (p != NULL && p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct slice w = slice_trim(slice_of(p, (size_t)((nl != NULL ? nl : end) - p))), rest = w;

		if (slice_are(slice_next(&rest), "SCEP") && state_of(slice_next(&rest)) != NULL)
			return true;
		rest = w;
		if (slice_are(slice_trim(slice_cut(&rest, ':')), "Name") &&
		    slice_are(slice_trim(rest), "SCEP"))
			return sample_has(s, "Stopped") || sample_has(s, "Started");
		p = nl != NULL ? nl + 1 : end;
	}
	return false;
}

/* A state without a name is only read where a person says that it is SCEP's, or the command above it. */
static unsigned recognise(const struct sample *s)
{
	if (sample_has(s, "APPPOOL \"") && sample_has(s, "state:"))
		return 95;
	if (sample_has(s, "State") && sample_has(s, "Applications") && sample_has(s, "/CertSrv/mscep"))
		return 60; /* Get-ChildItem IIS:\\AppPools */
	if (sample_has(s, "Get-WebAppPoolState") && sample_has(s, "SCEP"))
		return 60;
	if (names_scep(s))
		return 55;
	return sample_has(s, "Managed Pipeline Mode") ||
	                       (sample_has(s, "AppPool") && sample_has(s, "Started"))
	               ? 55
	               : 0;
}

const struct probe_impl probe_apppool_state = {
        .desc = {.id = "apppool.state",
                 .title = "Application pools",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "%windir%\\System32\\inetsrv\\appcmd list apppool",
                 .source = "The article, HTTP Error 503",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & %windir%\\System32\\inetsrv\\appcmd list apppool > C:\\casebook\\apppools.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
