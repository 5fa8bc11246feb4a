/*
 * service.state: sc query, sc qc, Get-Service, tasklist /svc.  Services are known by their short names,
 * since display names were changed by Microsoft and are translated; of `sc` the number of the state
 * counts (4 runs, 1 is stopped), since its words are translated as well.
 */
#include "file_json.h"
#include "file_kind.h"
#include "slice.h"

#include <string.h>
#include <strings.h>

#define SERVICES_MAX 600

static const struct param_def params[] = {
        {"file", true, "output of sc query, tasklist /svc, or Get-Service, also as CSV and JSON"},
        {NULL, false, NULL},
};

static const char *const states[] = {"running", "stopped", "starting", "stopping", "paused", "other", NULL};

static const struct fact_def facts[] = {
        {"services", FACT_MAP, NULL, "state by short name", SILENT},
        {"iis", FACT_STR, states, "World Wide Web Publishing (W3SVC); unknown when not listed",
         SPEAKS({"= running", "The World Wide Web Publishing service is running."},
                {"= other",
                 "The World Wide Web Publishing service is in a state that casebook does not know."},
                {"other", "The World Wide Web Publishing service is {value}."})},
        {"was", FACT_STR, states, "Windows Process Activation (WAS)",
         SPEAKS({"= running", "The Windows Process Activation service is running."},
                {"= other",
                 "The Windows Process Activation service is in a state that casebook does not know."},
                {"other",
                 "The Windows Process Activation service is {value}; no pool can start without it."})},
        {"app_proxy_connector", FACT_STR, states,
         "Entra private network connector, also named application proxy connector (WAPCSvc)",
         SPEAKS({"= running",
                 "The private network connector of the application proxy is installed and running."},
                {"= stopped",
                 "The private network connector of the application proxy is installed and stopped."},
                {"= other",
                 "The private network connector of the application proxy is installed, in a state that casebook does not know."},
                {"other",
                 "The private network connector of the application proxy is installed and {value}."})},
        {"certificate_connector", FACT_STR, states,
         "Certificate Connector for Microsoft Intune (PFXCertificateConnectorSvc)",
         SPEAKS({"= running", "The Certificate Connector for Microsoft Intune is installed and running."},
                {"= stopped", "The Certificate Connector for Microsoft Intune is installed and stopped."},
                {"= other",
                 "The Certificate Connector for Microsoft Intune is installed, in a state that casebook does not know."},
                {"other", "The Certificate Connector for Microsoft Intune is installed and {value}."},
                {"unknown",
                 "The list of services does not name the Certificate Connector for Microsoft Intune."})},
        {"old_connector", FACT_STR, states,
         "Intune Connector Service of the old connector (NDESConnectorSvc)",
         SPEAKS({"= running",
                 "The old connector (6.x), out of support since 2022, is installed and running."},
                {"= stopped",
                 "The old connector (6.x), out of support since 2022, is installed and stopped."},
                {"= other",
                 "The old connector (6.x), out of support since 2022, is installed, in a state that casebook does not know."},
                {"other", "The old connector (6.x), out of support since 2022, is installed and {value}."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

static const struct {
	const char *name, *fact;
} wanted[] = {
        {"W3SVC", "iis"},
        {"WAS", "was"},
        {"WAPCSvc", "app_proxy_connector"},
        {"WAPCService", "app_proxy_connector"},
        {"PFXCertificateConnectorSvc", "certificate_connector"},
        {"NDESConnectorSvc", "old_connector"},
};

struct services {
	struct evidence_out *out;
	const char *file;
	struct value_builder map;
	struct slice pending; /* of sc query and Get-Service | Format-List: the name waits for its state */
	const char *early;    /* a state that came before its name */
	bool fault;
	char delimiter; /* of CSV whose header was met; 0: none was */
	int name_cell, state_cell;
};

/* Get-Service cuts a long name at its column: "PFXCertificateC...". */
static bool is_name(struct slice w, const char *name)
{
	static const char *const dots[] = {"...", "\xE2\x80\xA6"};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++) {
		size_t k = strlen(dots[i]);

		if (w.n > k + 7 && w.n - k < n && memcmp(w.p + w.n - k, dots[i], k) == 0)
			return strncasecmp(w.p, name, w.n - k) == 0;
	}
	return slice_are(w, name);
}

static void add(struct services *s, struct slice name, const char *state, const struct file_line *line)
{
	if (name.n == 0 || s->map.n >= SERVICES_MAX)
		return;
	vb_add(&s->map, arena_strndup(ev_mem(s->out), name.p, name.n), value_str(state));
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (!is_name(name, wanted[i].name))
			continue;
		ev_str(s->out, wanted[i].fact, state);
		ev_pin(s->out, wanted[i].fact, s->file, line->number, line->offset, PIN_NO_TIME, line->p,
		       line->n);
		s->fault = s->fault || strcmp(state, "stopped") == 0;
	}
}

/* SERVICE_STATUS.dwCurrentState (winsvc.h) */
static const char *state_of_number(int64_t n)
{
	static const char *const by_number[] = {"other",   "stopped",  "starting", "stopping",
	                                        "running", "starting", "stopping", "paused"};

	return n >= 1 && n <= 7 ? by_number[n] : "other";
}

static const char *state_of_word(struct slice w)
{
	static const struct {
		const char *word, *state;
	} rows[] = {{"Running", "running"},       {"Stopped", "stopped"},        {"StartPending", "starting"},
	            {"StopPending", "stopping"},  {"Start Pending", "starting"}, /* Win32_Service */
	            {"Stop Pending", "stopping"}, {"Paused", "paused"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_are(w, rows[i].word))
			return rows[i].state;
	return NULL;
}

/* SERVICE_NAME: W3SVC ... STATE : 4  RUNNING.  The second number line after the name is the state. */
static bool sc_line(struct services *s, struct slice w, const struct file_line *line)
{
	struct slice value = w, label;
	int64_t number;

	if (slice_begin(w, "SERVICE_NAME")) {
		value = slice_after(w, ":");
		s->pending = slice_of(arena_strndup(ev_mem(s->out), value.p, value.n), value.n);
		return true;
	}
	if (s->pending.n == 0)
		return false;
	label = slice_trim(slice_cut(&value, ':'));
	value = slice_trim(value);
	/* TYPE is hexadecimal or 10 and more, the exit codes hold a bracket; the state is 1 to 7 and a word.
	 */
	if (slice_begin(label, "TYPE") || slice_begin(label, "TYP") || !slice_int(value, &number) ||
	    number < 1 || number > 7 || slice_have(label, "EXIT") || slice_have(value, "0x") ||
	    slice_have(value, "("))
		return false;
	add(s, s->pending, state_of_number(number), line);
	s->pending = slice_of("", 0);
	return true;
}

/* Get-Service | Format-List prints property names, which are English everywhere; Status may come first. */
static bool list_line(struct services *s, struct slice w, const struct file_line *line)
{
	struct slice value = w, label = slice_trim(slice_cut(&value, ':'));
	const char *state;

	if (label.n == w.n)
		return false;
	value = slice_trim(value);
	if (slice_are(label, "Name") && value.n != 0) {
		s->pending = slice_of(arena_strndup(ev_mem(s->out), value.p, value.n), value.n);
		if (s->early != NULL)
			add(s, s->pending, s->early, line);
		if (s->early != NULL)
			s->pending = slice_of("", 0);
		s->early = NULL;
		return true;
	}
	if (!slice_are(label, "Status") || (state = state_of_word(value)) == NULL)
		return false;
	if (s->pending.n != 0)
		add(s, s->pending, state, line);
	else
		s->early = state;
	s->pending = slice_of("", 0);
	return true;
}

/* "Name" and "Status", or "State" of Win32_Service: names of properties, which nobody translates. */
static bool csv_header(struct services *s, struct slice w)
{
	static const char delimiters[] = ",;\t";

	for (const char *d = delimiters; *d != '\0'; d++) {
		struct slice rest = w;

		s->name_cell = s->state_cell = -1;
		for (int i = 0; rest.n != 0; i++) {
			struct slice cell = slice_cell(&rest, *d);

			if (slice_are(cell, "Name"))
				s->name_cell = i;
			else if (slice_are(cell, "Status") || slice_are(cell, "State"))
				s->state_cell =
				        slice_are(cell, "State") || s->state_cell < 0 ? i : s->state_cell;
		}
		if (s->name_cell >= 0 && s->state_cell >= 0) {
			s->delimiter = *d;
			return true;
		}
	}
	return false;
}

/* A row of Get-Service | Export-Csv; false when it is none. */
static bool csv_line(struct services *s, struct slice w, const struct file_line *line)
{
	struct slice rest = w, name = slice_of("", 0), state = name;
	const char *known;
	int64_t number;

	if (s->delimiter == 0)
		return csv_header(s, w);
	for (int i = 0; rest.n != 0; i++) {
		struct slice cell = slice_trim(slice_cell(&rest, s->delimiter));

		if (i == s->name_cell)
			name = cell;
		else if (i == s->state_cell)
			state = cell;
	}
	known = slice_int(state, &number) ? state_of_number(number) : state_of_word(state);
	if (known == NULL)
		return false;
	add(s, name, known, line);
	return true;
}

static void read_line(void *arg, const struct file_line *line)
{
	struct services *s = arg;
	struct slice w = slice_trim(slice_of(line->p, line->n)), rest = w, first, second;
	const char *state;
	int64_t pid;

	if (w.n == 0 || csv_line(s, w, line) || sc_line(s, w, line) || list_line(s, w, line))
		return;
	first = slice_next(&rest);
	second = slice_next(&rest);
	state = state_of_word(first);
	if (state != NULL && second.n != 0) {
		add(s, second, state, line); /* Get-Service: Status Name DisplayName */
	} else if (slice_end(first, ".exe") && slice_int(second, &pid)) {
		/* tasklist /svc lists what runs. */
		while (rest.n != 0) {
			struct slice name = slice_trim(slice_cut(&rest, ','));

			if (!slice_are(name, "N/A"))
				add(s, name, "running", line);
		}
	}
}

/* Get-Service or Get-CimInstance Win32_Service | ConvertTo-Json: a number or a word for the state. */
static void json_service(struct services *s, const struct value *v, const struct file_line *line)
{
	const struct value *name = file_json_find(v, "Name");
	const char *known = NULL;
	const struct value *state = file_json_find(v, "State");

	if (state == NULL || (state->type != VAL_STR && state->type != VAL_INT))
		state = file_json_find(v, "Status"); /* of Win32_Service it is "OK" */
	if (state != NULL && state->type == VAL_INT)
		known = state_of_number(state->u.i);
	else if (state != NULL && state->type == VAL_STR)
		known = state_of_word(slice_of(state->u.s, strlen(state->u.s)));
	if (name != NULL && name->type == VAL_STR && known != NULL)
		add(s, slice_of(name->u.s, strlen(name->u.s)), known, line);
}

/* Objects when it is JSON, else lines. */
static enum evidence_outcome read_services(struct services *s)
{
	struct file_json *json;
	struct file_text *text;
	struct sample_text t;
	struct file_line line;
	struct value v;
	struct err err;
	bool is_json;
	int got;

	if (file_text_open(s->file, s->out, &text, &err) != 0)
		return file_refuse(s->out, &err);
	sample_of(file_text_src(text), &t);
	is_json = file_json_is(&t.s);
	sample_release(&t);
	if (!is_json) {
		file_text_close(text);
		return file_each_line(s->out, s->file, read_line, s);
	}
	json = file_json_over(text);
	while ((got = file_json_next(json, &v, &line, &err)) > 0)
		json_service(s, &v, &line);
	file_json_free(json);
	file_text_close(text);
	return got < 0 ? file_refuse(s->out, &err) : EV_MEASURED;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct services s = {.out = out, .file = call_arg(call, "file"), .pending = {"", 0}};
	enum evidence_outcome how;

	vb_init(&s.map, ev_mem(out));
	how = read_services(&s);
	if (s.map.n != 0) {
		ev_value(out, "services", vb_map(&s.map));
		ev_fault(out, s.fault);
	}
	if (how != EV_MEASURED || s.map.n != 0)
		return how;
	ev_why(out, "%s: no service in it; make it with sc query state= all", s.file);
	return EV_UNREADABLE;
}

/* Get-Service | select Name, DisplayName, Status has no other sign than the services of this field. */
static bool names_service(const struct sample *s)
{
	static const char *const names[] = {"\"WAPCSvc\"", "\"W3SVC\"",      "\"WAS\"",
	                                    "\"CertSvc\"", "ConnectorSvc\"", NULL};

	for (size_t i = 0; names[i] != NULL; i++)
		if (sample_has(s, names[i]))
			return true;
	return false;
}

static unsigned recognise(const struct sample *s)
{
	if (sample_count(s, "SERVICE_NAME", 2) > 0)
		return 95;
	if (file_json_is(s))
		return sample_has(s, "\"Name\"") &&
		                       (sample_has(s, "\"ServiceType\"") || sample_has(s, "\"StartMode\"") ||
		                        (sample_has(s, "\"DisplayName\"") && sample_has(s, "\"Status\"") &&
		                         (sample_has(s, "\"StartType\"") || names_service(s))))
		               ? 78
		               : 0;
	if (sample_has(s, "svchost.exe") && sample_has(s, "PID"))
		return 80;
	if (sample_has(s, "Win32_Service") && sample_has(s, "StartName") && sample_has(s, "State"))
		return 75;
	return sample_has(s, "DisplayName") && sample_has(s, "Status") &&
	                       (sample_has(s, "Running") || sample_has(s, "Stopped"))
	               ? 75
	               : 0;
}

const struct probe_impl probe_service_state = {
        .desc = {.id = "service.state",
                 .title = "Services",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "sc query WAPCSvc & sc query W3SVC",
                 .source = "The article, GatewayTimeout; Entra pages for the service's names; winsvc.h for "
                           "the numbers of states",
                 .fetch = "mkdir C:\\casebook 2>nul & sc query state= all > C:\\casebook\\services.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
