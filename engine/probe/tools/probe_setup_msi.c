/*
 * setup.msi: SetupMsi.log of the old connector, and any verbose log of msiexec.  Several installations
 * may stand in one file; the last one counts.  Texts of Windows Installer are translated, property
 * lines and the return of the engine are not, so the number is taken from whichever is there.
 */
#include "file_kind.h"
#include "msi_end.h"
#include "slice.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true, "SetupMsi.log or another msiexec log"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"result", FACT_INT, NULL, "status of the last installation in the file: 0 success, 1603 failure",
         SERVES},
        {"completed", FACT_BOOL, NULL, "the last installation ended with success",
         SPEAKS({"= true, product_version known",
                 "The last set-up of the connector, version {product_version}, ended without an error."},
                {"= true", "The last set-up of the connector ended without an error."},
                {"= false, result known, failed_action known",
                 "The last set-up of the connector failed with status {result}, in {failed_action}."},
                {"= false, result known", "The last set-up of the connector failed with status {result}."},
                {"= false", "The last set-up of the connector failed."})},
        {"product_version", FACT_STR, NULL, "version of the product last installed", SERVES},
        {"product", FACT_STR, NULL, "name of the product last installed", SILENT},
        {"old_connector", FACT_BOOL, NULL, "it is the old connector (Microsoft Intune Connector)", SILENT},
        {"current_connector", FACT_BOOL, NULL,
         "it is the current connector (Certificate Connector for Microsoft Intune)", SILENT},
        {"supported_version", FACT_BOOL, NULL,
         "the old connector is 6.2101.13.0 or newer; older ones cannot issue",
         SPEAKS({"= false",
                 "The old connector is too old to issue certificates; 6.2101.13.0 was the first that may."},
                {"= true", "The old connector is new enough to issue certificates."})},
        {"installations", FACT_INT, NULL, "installations that the file holds an end of", SILENT},
        {"failed_action", FACT_STR, NULL, "custom action that broke the last installation", SERVES},
        {"failed_code", FACT_INT, NULL, "the error code of that action", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define NAME_MAX_LEN 160

struct msi {
	struct evidence_out *out;
	const char *file;
	char product[NAME_MAX_LEN], version[40], action[NAME_MAX_LEN];
	int64_t result, code, ends;
	bool have_result, msi_line, fresh; /* fresh: the next end belongs to a new installation */
	bool removing;
};

/* "Property(S): ProductVersion = 1.2": what a verbose log says at its end in every language (Windows
 * Installer, logging option p, terminal properties). */
static void read_terminal(struct msi *m, struct slice line)
{
	struct slice name = slice_after(line, "): ProductName = ");
	struct slice version = slice_after(line, "): ProductVersion = ");

	if (!slice_begin(line, "Property("))
		return;
	if (name.n != 0)
		slice_copy(m->product, sizeof(m->product), slice_trim(name));
	if (version.n != 0)
		slice_copy(m->version, sizeof(m->version), slice_trim(version));
}

static void end_of(struct msi *m, const struct file_line *line, int64_t status)
{
	if (m->removing)
		return;
	m->ends += m->fresh;
	m->fresh = false;
	m->result = status;
	m->have_result = true;
	ev_pin(m->out, "result", m->file, line->number, line->offset, PIN_NO_TIME, line->p, line->n);
}

static void read_end(struct msi *m, struct slice w, const struct file_line *line)
{
	static const char *const numbers[] = {"Installation success or error status:",
	                                      "MainEngineThread is returning "};
	struct msi_end end;
	int64_t status;

	if (msi_end_read(w, &end)) {
		if (end.removal) /* of the version before, on the way to the next */
			return;
		slice_copy(m->product, sizeof(m->product), end.product);
		slice_copy(m->version, sizeof(m->version), end.version);
		end_of(m, line, end.status);
		return;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!slice_int(slice_after(w, numbers[i]), &status))
			continue;
		end_of(m, line, status);
		return;
	}
}

static void read_said(struct msi *m, struct slice w, const struct file_line *line)
{
	struct msi_said said;

	if (!msi_said_read(w, &said))
		return;
	slice_copy(m->product, sizeof(m->product), said.product);
	if (said.how > 0)
		end_of(m, line, 0);
	else if (said.how < 0 && !m->have_result)
		end_of(m, line, 1603);
}

/* "returned actual error code 1603 (note ...": in any language the number, and the note in brackets; one that
 * is translated to success has none. */
static bool action_failed(struct slice w, int64_t *code)
{
	for (size_t i = 0; i < w.n; i++) {
		struct slice rest = slice_of(w.p + i, w.n - i);
		size_t n = 0;

		while (n < rest.n && isdigit((unsigned char)rest.p[n]))
			n++;
		if (n == 0)
			continue;
		return slice_int(rest, code) && n + 1 < rest.n && rest.p[n] == ' ' && rest.p[n + 1] == '(';
	}
	return false;
}

static void read_line(struct msi *m, const struct file_line *line)
{
	struct slice w = slice_trim(slice_of(line->p, line->n)), action, name;
	int64_t code;

	m->msi_line = m->msi_line || slice_begin(w, "MSI (") || msi_heading(w);
	if (msi_heading(w)) {
		/* The next installation begins: what was known of the one before gives way. */
		m->fresh = true;
		m->have_result = m->removing = false;
		m->action[0] = '\0';
	}
	/* An upgrade removes the version before within its own log. */
	if (slice_have(w, "REMOVE=ALL") && slice_have(w, "Line: "))
		m->removing = m->removing || !slice_have(w, "UPGRADINGPRODUCTCODE");
	action = slice_after(w, "CustomAction ");
	name = slice_next(&action);
	if (name.n != 0 && m->action[0] == '\0' && action_failed(action, &code)) {
		slice_copy(m->action, sizeof(m->action), name);
		m->code = code;
		ev_pin(m->out, "failed_action", m->file, line->number, line->offset, PIN_NO_TIME, line->p,
		       line->n);
	}
	read_terminal(m, w);
	read_said(m, w, line);
	read_end(m, w, line);
}

/* Is a.b.c at least 6.2101.13 ? (Microsoft: certificate connector overview) */
static bool supported(const char *version)
{
	static const int64_t least[] = {6, 2101, 13};
	struct slice rest = slice_of(version, strlen(version));

	for (size_t i = 0; i < 3; i++) {
		int64_t part = 0;

		if (!slice_int(slice_cut(&rest, '.'), &part) || part < least[i])
			return false;
		if (part > least[i])
			return true;
	}
	return true;
}

static void conclude(struct msi *m)
{
	bool old = strstr(m->product, "Microsoft Intune Connector") != NULL;

	ev_int(m->out, "installations", m->ends);
	if (m->product[0] != '\0') {
		ev_str(m->out, "product", m->product);
		ev_bool(m->out, "old_connector", old);
		ev_bool(m->out, "current_connector",
		        strstr(m->product, "Certificate Connector for Microsoft Intune") != NULL);
	}
	if (m->version[0] != '\0')
		ev_str(m->out, "product_version", m->version);
	if (old && m->version[0] != '\0')
		ev_bool(m->out, "supported_version", supported(m->version));
	if (!m->have_result)
		return;
	ev_int(m->out, "result", m->result);
	ev_bool(m->out, "completed", m->result == 0 || m->result == 3010);
	ev_fault(m->out, m->result != 0 && m->result != 3010);
	if (m->result != 0 && m->action[0] != '\0') {
		ev_str(m->out, "failed_action", m->action);
		ev_int(m->out, "failed_code", m->code);
	}
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct msi m = {.out = out, .file = call_arg(call, "file"), .fresh = true};
	struct file_text *text;
	struct file_line line;
	struct err err;
	int got;

	if (file_text_open(m.file, out, &text, &err) != 0)
		return file_refuse(out, &err);
	while ((got = file_text_next(text, &line, &err)) > 0)
		read_line(&m, &line);
	conclude(&m);
	file_text_close(text);
	if (got < 0)
		return file_refuse(out, &err);
	if (m.msi_line || m.have_result)
		return EV_MEASURED;
	ev_why(out,
	       "%s: not a log of Windows Installer; the old connector wrote "
	       "C:\\NDESConnectorSetup\\SetupMsi.log",
	       m.file);
	return EV_UNREADABLE;
}

static unsigned recognise(const struct sample *s)
{
	if (sample_has(s, "=== Verbose logging started") || sample_has(s, "=== Logging started") ||
	    (sample_has(s, "SHIP UNICODE") && sample_has(s, "msiexec.exe")))
		return 95;
	if (sample_count(s, "MSI (c)", 3) + sample_count(s, "MSI (s)", 3) > 0)
		return 80;
	return sample_has(s, "Installation success or error status") ? 70 : 0;
}

const struct probe_impl probe_setup_msi = {
        .desc = {.id = "setup.msi",
                 .title = "Connector set-up log",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 60000,
                 .by_hand =
                         "type C:\\NDESConnectorSetup\\SetupMsi.log | findstr /C:\"Installation success or error status\"",
                 .source = "The article, General NDES message; certificate connector overview for the oldest "
                           "version that may issue",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & copy C:\\NDESConnectorSetup\\SetupMsi.log C:\\casebook\\"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
