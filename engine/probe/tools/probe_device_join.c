/*
 * device.join: what `dsregcmd /status` says of a Windows device.  Its names are English everywhere.  A device
 * whose object was disabled or deleted gets no policy any more, so that no SCEP profile reaches it.
 */
#include "tool_read.h"

#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "output of dsregcmd /status"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"device", FACT_STR, NULL, "name of the device", SILENT},
        {"entra_joined", FACT_BOOL, NULL, "joined to Microsoft Entra",
         SPEAKS({"= true", "The device is joined to Microsoft Entra."},
                {"= false", "The device is not joined to Microsoft Entra."})},
        {"domain_joined", FACT_BOOL, NULL, "joined to a domain", SILENT},
        {"registered", FACT_BOOL, NULL, "a work account is registered on it (WorkplaceJoined)", SILENT},
        {"device_trusted", FACT_BOOL, NULL,
         "Entra accepts the device (DeviceAuthStatus); no: its object is disabled or deleted, so no policy reaches it",
         SPEAKS({"= true", "Entra accepts the device."},
                {"= false, device_status known",
                 "Entra does not accept the device ({device_status}): its object is disabled or deleted, so no policy reaches it."},
                {"= false",
                 "Entra does not accept the device: its object is disabled or deleted, so no policy reaches it."})},
        {"device_status", FACT_STR, NULL, "DeviceAuthStatus in its own words", SERVES},
        {"managed", FACT_BOOL, NULL, "an address for its management is known (MdmUrl)",
         SPEAKS({"= true, mdm_url known", "The device is managed by {mdm_url}."},
                {"= true", "The device is managed."},
                {"= false", "The device knows no address for its management."})},
        {"mdm_url", FACT_STR, NULL, "that address", SERVES},
        {"tenant", FACT_STR, NULL, "name of the tenant", SILENT},
        {"tpm_protected", FACT_BOOL, NULL, "its key lies in the TPM", SILENT},
        {"certificate_until", FACT_TIME, NULL, "end of the device's own certificate for Entra",
         SPEAKS({"known", "The device's own certificate for Entra ends {value}."})},
        {"errors", FACT_LIST, NULL, "lines that name a failure: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct join {
	const char *name;
	struct evidence_out *out;
	const char *file;
	struct value_builder errors;
	bool sign, mdm, tenant, tenant_ended, untrusted;
};

static void yes_no(struct join *j, const char *fact, struct slice value, const struct file_line *line)
{
	if (!slice_are(value, "YES") && !slice_are(value, "NO"))
		return;
	j->sign = true;
	ev_bool(j->out, fact, slice_are(value, "YES"));
	tool_pin(j->out, fact, j->file, line);
}

static bool flag(struct join *j, struct slice label, struct slice value, const struct file_line *line)
{
	static const struct {
		const char *label, *fact;
	} rows[] = {{"AzureAdJoined", "entra_joined"},
	            {"DomainJoined", "domain_joined"},
	            {"WorkplaceJoined", "registered"},
	            {"TpmProtected", "tpm_protected"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_are(label, rows[i].label)) {
			yes_no(j, rows[i].fact, value, line);
			return true;
		}
	return false;
}

static void trusted(struct join *j, struct slice value, const struct file_line *line)
{
	bool ok = slice_begin(value, "SUCCESS"), bad = slice_begin(value, "FAILED");

	j->sign = true;
	ev_strn(j->out, "device_status", value.p, value.n);
	if (!ok && !bad)
		return;
	ev_bool(j->out, "device_trusted", ok);
	tool_pin(j->out, "device_trusted", j->file, line);
	if (bad)
		tool_error(&j->errors, NULL, slice_of(line->p, line->n), line);
	j->untrusted = j->untrusted || bad;
}

/* "[ 2026-01-02 10:00:00.000 UTC -- 2036-01-02 10:30:00.000 UTC ]" */
static void validity(struct join *j, struct slice value)
{
	struct slice end = slice_after(value, "-- ");
	char iso[32];
	int64_t ms;

	if (end.n < 19)
		return;
	snprintf(iso, sizeof(iso), "%.10sT%.8sZ", end.p, end.p + 11);
	if (clock_parse_iso(iso, &ms))
		ev_time(j->out, "certificate_until", ms);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct join *j = arg;
	struct slice label, value;
	char code[11];

	if (slice_begin(w, "|")) /* the heading of the next part */
		j->tenant_ended = j->tenant;
	if (!tool_pair(w, &label, &value) || value.n == 0 || flag(j, label, value, line))
		return;
	if (slice_are(label, "DeviceAuthStatus"))
		trusted(j, value, line);
	else if (slice_are(label, "Device Name"))
		ev_str(j->out, "device", j->name = tool_keep(j->out, value));
	else if (slice_are(label, "TenantName")) {
		ev_strn(j->out, "tenant", value.p, value.n);
		j->tenant = true;
	} else if (slice_are(label, "MdmUrl")) {
		ev_strn(j->out, "mdm_url", value.p, value.n);
		j->mdm = true;
	} else if (slice_are(label, "DeviceCertificateValidity"))
		validity(j, value);
	else if (tool_code(value, code) && code[2] >= '8')
		tool_error(&j->errors, code, w, line);
}

static bool at_end(void *arg)
{
	struct join *j = arg;
	struct about a = about_nothing;

	if (!j->sign)
		return false;
	a.platform = "windows";
	a.traces = TRACE_DEVICE;
	a.computer = a.device = j->name;
	ev_part(j->out, 0, &a);
	/* The part about the tenant lists the address whenever there is one, if it is there to its end. */
	if (j->mdm || j->tenant_ended)
		ev_bool(j->out, "managed", j->mdm);
	if (j->errors.n != 0)
		ev_value(j->out, "errors", vb_list(&j->errors));
	if (j->untrusted)
		ev_fault(j->out, true);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct join j = {.out = out, .file = call_arg(call, "file")};

	vb_init(&j.errors, ev_mem(out));
	return tool_read(call, out, each, at_end, &j,
	                 "no state of a device in it; make it on the device with dsregcmd /status");
}

static unsigned recognise(const struct sample *s)
{
	return sample_has(s, "AzureAdJoined") &&
	                       (sample_has(s, "DomainJoined") || sample_has(s, "Device State"))
	               ? 92
	               : 0;
}

const struct probe_impl probe_device_join = {
        .desc = {.id = "device.join",
                 .title = "State of a Windows device",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "dsregcmd /status",
                 .source = "Microsoft: troubleshoot devices by using the dsregcmd command",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
