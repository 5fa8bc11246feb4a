/*
 * windows.events: .evtx as Windows writes it, and what Event Viewer, wevtutil and Get-WinEvent export: XML,
 * CSV, text.  The judgement is win_judge.c's; this file chooses the reader and names damage.
 */
#include "file_kind.h"
#include "win_events.h"

#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "a .evtx file, or an export as XML, CSV or text"},
        {"attempt", false, "UTC time of a device's attempt, to tell \"not logged\" from \"not covered\""},
        {NULL, false, NULL},
};

static const char *const formats[] = {"evtx", "xml", "csv", "text", "json", "description", "table", NULL};
static const char *const bases[] = {"utc", "local", NULL};

static const struct fact_def facts[] = {
        {"records", FACT_INT, NULL, "events read", SILENT},
        {"first_time", FACT_TIME, NULL, "the earliest event", SILENT},
        {"last_time", FACT_TIME, NULL, "the latest event", SILENT},
        {"first_stamp", FACT_STR, NULL,
         "the earliest event by the clock of that machine, where no zone is stated", SILENT},
        {"last_stamp", FACT_STR, NULL,
         "the latest event by the clock of that machine, where no zone is stated", SILENT},
        {"times", FACT_STR, bases,
         "whether the times are UTC, or local time of that machine without a zone (CSV and text)",
         SPEAKS({"= local",
                 "The export writes local times without a zone; they were not compared with the others."},
                {"= utc", "The export writes UTC."})},
        {"date_order", FACT_STR, win_orders,
         "the order of day and month in a text's dates; unknown where no date proves it", SILENT},
        {"covers_attempt", FACT_BOOL, NULL,
         "the file's first and last event enclose the attempt; unknown without one or with local times",
         SPEAKS({"= false", "The event log does not cover the attempt; what it lacks proves nothing."},
                {"= true", "The event log covers the attempt."})},
        {"by_id", FACT_MAP, NULL, "events by id", SILENT},
        {"channels", FACT_LIST, NULL, "logs that the events come from", SILENT},
        {"format", FACT_STR, formats, "form of the file", SILENT},
        {"damaged", FACT_BOOL, NULL, "some of the file could not be read",
         SPEAKS({"= true, damage known", "Part of the event log could not be read: {damage}."},
                {"= true", "Part of the event log could not be read."})},
        {"damage", FACT_STR, NULL, "what is damaged and where", SERVES},
        {"bad_records", FACT_INT, NULL, "events that could not be read", SILENT},
        {"event36", FACT_BOOL, NULL,
         "the device made its certificate request (device management log); unknown when that log is not in "
         "the file",
         SPEAKS({"= true, ndes_url known", "The device made its request and names {ndes_url} (event 36)."},
                {"= true", "The device made its request (event 36)."},
                {"= false, scep_failed = false, covers_attempt = true, attempt known",
                 "The device made no request around {attempt}: event 36 is missing."},
                {"= false", "The device made no request that this log holds: event 36 is missing."})},
        {"request_sent", FACT_BOOL, NULL, "the device sent its request to the SCEP server (event 37)",
         SPEAKS({"= true", "The device sent its request to the SCEP server (event 37)."},
                {"= false", "The device did not send its request: event 37 is missing."})},
        {"answer_received", FACT_BOOL, NULL, "the device got an answer to it (event 38)",
         SPEAKS({"= true", "The device got an answer to its request (event 38)."},
                {"= false", "The device got no answer to its request: event 38 is missing."})},
        {"network_failed", FACT_BOOL, NULL,
         "the enrolment failed with a code of the network: the device did not get through (0x80072EE7 and the like)",
         SPEAKS({"= true", "The device's connection failed: it did not get through."},
                {"= false", "The device reports no failed connection."})},
        {"ndes_url", FACT_STR, NULL, "the NDES URL that the device named",
         SPEAKS({"known", "The device used {ndes_url}."})},
        {"url_matches", FACT_BOOL, NULL,
         "whether that is the URL under test; a case tells, the file alone does not know it",
         SPEAKS({"= false, ndes_url known", "The device used {ndes_url}, not the URL that was checked."},
                {"= false", "The device used another URL than the one that was checked."},
                {"= true", "The device used the URL that was checked."})},
        {"scep_failed", FACT_BOOL, NULL, "an event says that the SCEP enrolment failed (32, 307, 86, 87)",
         SPEAKS({"= true, scep_codes not empty",
                 "The device reports that the enrolment failed: {scep_codes}."},
                {"= true", "The device reports that the enrolment failed."},
                {"= false", "The device reports no enrolment that failed."})},
        {"device_refused", FACT_BOOL, NULL,
         "the enrolment failed with a code of certificate services (0x80094...): the CA did not issue",
         FACT_OCCURRED,
         SPEAKS({"= true", "The device reports that the CA refused its request."},
                {"= false", "The device's own log reports no refusal by the CA that holds."})},
        {"scep_codes", FACT_LIST, NULL, "HRESULTs in those events", SERVES},
        {"w3wp_crashes", FACT_INT, NULL,
         "event 1000 of w3wp.exe; unknown when the Application log is not in the file",
         SPEAKS({"> 0, crash_module known, crash_code known",
                 "The worker process crashed {n} {n?time|times}, the last in {crash_module} with {crash_code}."},
                {"> 0", "The worker process crashed {n} {n?time|times}."},
                {"= 0", "The Application log holds no crash of the worker process."})},
        {"crash_module", FACT_STR, NULL, "faulting module of the last one", SERVES},
        {"crash_code", FACT_STR, NULL, "exception code of the last one", SERVES},
        {"pool_disabled", FACT_BOOL, NULL,
         "WAS disabled the pool SCEP (5002, 5059); unknown without the System log",
         SPEAKS({"= true", "Windows disabled the pool SCEP after repeated failures (WAS 5002 or 5059)."},
                {"= false", "Windows did not disable the pool SCEP."})},
        {"pool_identity_failed", FACT_BOOL, NULL, "the pool's account cannot log on (5021, 5057)",
         SPEAKS({"= true", "The pool's account could not log on (WAS 5021 or 5057)."},
                {"= false", "No logon of the pool's account failed."})},
        {"ndes_failed", FACT_BOOL, NULL, "NDES could not start (its events 2 or 10)",
         SPEAKS({"= true, ndes_code = 0x80070057",
                 "NDES could not start (events 2 and 10, 0x80070057): its RA certificates cannot be used."},
                {"= true, ndes_code known", "NDES could not start, {ndes_code}: {hresult:ndes_code}."},
                {"= true, ndes_code not empty", "NDES could not start, {ndes_code}."},
                {"= true", "NDES could not start (events 2 or 10)."},
                {"= false", "NDES reported no failure to start."})},
        {"ndes_code", FACT_STR, NULL, "the code in the last of them", SERVES},
        {"setup_result", FACT_INT, NULL, "status of the connector's last set-up (MsiInstaller 1033)",
         SPEAKS({"= 0", "The last set-up of the connector ended with status 0 (MsiInstaller 1033)."},
                {"known",
                 "The last set-up of the connector failed with status {value} (MsiInstaller 1033)."})},
        {"capi2_errors", FACT_LIST, NULL,
         "CAPI2 errors: event, result, subject, url, process, record (of an event log and its XML)", SILENT},
        {"capi2_expired", FACT_BOOL, NULL, "a certificate was outside its validity (0x800B0101)",
         SPEAKS({"= true", "A certificate was outside its validity (0x800B0101)."},
                {"= false", "No certificate was outside its validity."})},
        {"ra_expired", FACT_BOOL, NULL,
         "a certificate of NDES itself (its subject ends in -MSCEP-RA) was outside its validity (0x800B0101)",
         FACT_OCCURRED,
         SPEAKS({"= true", "A certificate of NDES itself was outside its validity (0x800B0101)."},
                {"= false", "No certificate of NDES itself was outside its validity."})},
        {"capi2_untrusted", FACT_BOOL, NULL, "a chain ended in an untrusted root (0x800B0109)",
         SPEAKS({"= true", "A chain ended in a root that the server does not trust (0x800B0109)."},
                {"= false", "No chain ended in an untrusted root."})},
        {"revocation_failed", FACT_BOOL, NULL, "revocation could not be checked (0x80092012, 0x80092013)",
         SPEAKS({"= true", "Revocation of a certificate could not be checked."},
                {"= false", "No check of revocation failed."})},
        {"failed_urls", FACT_LIST, NULL, "addresses that could not be fetched (event 53)",
         SPEAKS({"not empty", "The server could not fetch {list} (CAPI2 53)."})},
        {"connector_received", FACT_INT, NULL,
         "requests that reached the policy module (4003); unknown without the connector's log",
         SPEAKS({"> 0",
                 "The connector received {n} {n?request|requests} of devices (4003), the last {time}: step 2 is passed."},
                {"> 0",
                 "The connector received {n} {n?request|requests} of devices (4003): step 2 is passed."},
                {"= 0", "The connector received no request of a device."})},
        {"connector_verified", FACT_INT, NULL, "challenges verified (4004)",
         SPEAKS({"> 0", "The connector verified the challenge of {n} {n?request|requests} (4004)."},
                {"= 0", "The connector verified no challenge."})},
        {"connector_refused", FACT_INT, NULL, "challenges refused (4005; of the old connector 20501, 20502)",
         SPEAKS({"> 0",
                 "The connector refused the challenge of {n} {n?request|requests} (4005), the last {time}."},
                {"> 0", "The connector refused the challenge of {n} {n?request|requests} (4005)."},
                {"= 0", "The connector refused no challenge."})},
        {"connector_issued", FACT_INT, NULL, "certificates issued (4006)",
         SPEAKS({"> 0", "{n} {n?certificate was|certificates were} issued (4006), the last {time}."},
                {"> 0", "{n} {n?certificate was|certificates were} issued (4006)."},
                {"= 0", "The connector reports no certificate issued."})},
        {"connector_failed", FACT_INT, NULL, "requests that the CA or NDES refused (4007)",
         SPEAKS({"> 0", "The CA or NDES refused {n} {n?request|requests} (4007), the last {time}."},
                {"> 0", "The CA or NDES refused {n} {n?request|requests} (4007)."},
                {"= 0", "The connector reports no request that the CA or NDES refused."})},
        {"certificate_installed", FACT_BOOL, NULL,
         "the device installed its certificate (device management 39)", FACT_OCCURRED,
         SPEAKS({"= true", "The device installed its certificate (event 39)."},
                {"= false", "The device installed no certificate."})},
        {"worker_failed", FACT_BOOL, NULL,
         "a worker process of the pool SCEP could not start (W3SVC-WP 2276, 2280, 2281, WAS 5139)",
         FACT_STATE,
         SPEAKS({"= true",
                 "A worker process of the pool SCEP could not start (W3SVC-WP 2276, 2280, 2281 or WAS 5139)."},
                {"= false", "No worker process failed to start."})},
        {"worker_died", FACT_INT, NULL,
         "worker processes of the pool SCEP that ended by themselves (WAS 5009, 5011)", FACT_OCCURRED,
         SPEAKS({"> 0",
                 "A worker process of the pool SCEP ended by itself {n} {n?time|times} (WAS 5009 or 5011)."},
                {"= 0", "No worker process of the pool SCEP ended by itself."})},
        {"pool_logon", FACT_STR, win_logons,
         "why the pool's account could not log on (Security 4625 beside WAS 5021 or 5057)", FACT_OCCURRED,
         SPEAKS({"= locked", "The pool's account is locked (Security 4625)."},
                {"= disabled", "The pool's account is disabled (Security 4625)."},
                {"= expired", "The pool's account has expired (Security 4625)."},
                {"= password-expired", "The password of the pool's account has expired (Security 4625)."},
                {"= wrong-password", "The pool has a wrong password for its account (Security 4625)."},
                {"= not-granted", "The pool's account may not log on as a batch job (Security 4625)."},
                {"= other", "The pool's account could not log on for another reason (Security 4625)."})},
        {"ndes_password_refused", FACT_INT, NULL,
         "requests whose password NDES could not verify (its event 29); unknown without the Application log",
         FACT_OCCURRED,
         SPEAKS({"> 0", "NDES could not verify the password of {n} {n?request|requests} (event 29)."},
                {"= 0", "NDES refused no password."})},
        {"ndes_submit_failed", FACT_INT, NULL,
         "requests that NDES could not hand to the CA (its event 31); unknown without the Application log",
         FACT_OCCURRED,
         SPEAKS({"> 0", "NDES could not hand {n} {n?request|requests} to the CA (event 31)."},
                {"= 0", "NDES handed every request to the CA."})},
        {"ca_denied", FACT_INT, NULL, "requests that the CA denied (CertificationAuthority 53)",
         FACT_OCCURRED,
         SPEAKS({"> 0", "The CA denied {n} {n?request|requests} (CertificationAuthority 53)."},
                {"= 0", "The CA denied no request."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct seen {
	struct evidence_out *out;
	const char *file;
	int64_t attempt;
};

static enum evidence_outcome end_damaged(struct seen *s, const char *what, uint64_t at, uint64_t bad)
{
	struct buf text;

	buf_init(&text, 400);
	buf_fmt(&text, "%s at byte %llu", what, (unsigned long long)at);
	ev_bool(s->out, "damaged", true);
	ev_str(s->out, "damage", buf_cstr(&text));
	ev_int(s->out, "bad_records", (int64_t)bad);
	ev_why(s->out, "%s: %s; everything else was read", s->file, buf_cstr(&text));
	buf_release(&text);
	return EV_MEASURED;
}

static enum evidence_outcome read_binary(struct seen *s, struct file_src *src)
{
	struct win_judge *j = win_judge_new(s->file, s->attempt, s->out);
	enum evidence_outcome ended = EV_MEASURED;
	struct evtx_stats stats = {0};
	struct err err;
	int got = win_read_evtx(src, j, s->out, &stats, &err);

	if (stats.chunks == 0) {
		if (got == 0)
			err_set(&err, FAIL_FORMAT, 0, "%s: holds the head of an event log and no events",
			        s->file);
		ended = file_refuse(s->out, &err);
	} else {
		win_judge_end(j, WIN_EVTX, got == 0 && stats.damage == NULL);
		ev_str(s->out, "format", "evtx");
		if (got != 0)
			ended = end_damaged(s, err.msg, file_taken(src), stats.bad_records);
		else if (stats.damage != NULL)
			ended = end_damaged(s, stats.damage, stats.first_bad, stats.bad_records);
		else
			ev_bool(s->out, "damaged", false);
	}
	win_judge_free(j);
	return ended;
}

static enum evidence_outcome read_export(struct seen *s, struct file_src *src, struct file_text *text,
                                         enum win_format format)
{
	struct win_judge *j = win_judge_new(s->file, s->attempt, s->out);
	uint64_t bad = 0, odd;
	bool none;
	struct err err;
	int got;

	if (format == WIN_XML)
		got = win_read_xml(src, j, s->out, &bad, &err);
	else if (format == WIN_CSV)
		got = win_read_csv(text, j, &bad, &err);
	else if (format == WIN_JSON)
		got = win_read_json(text, j, &bad, &err);
	else if (format == WIN_DESC)
		got = win_read_desc(text, j, &err);
	else if (format == WIN_TABLE)
		got = win_read_table(text, j, &err);
	else
		got = win_read_text(text, j, &err);
	/* A pasted description is what somebody chose to paste, a table shows cut texts. */
	win_judge_end(j, format, got == 0 && bad == 0 && format != WIN_DESC && format != WIN_TABLE);
	ev_str(s->out, "format", formats[format]);
	odd = win_judge_odds(j);
	none = win_judge_records(j) == 0;
	win_judge_free(j);
	ev_bool(s->out, "damaged", got != 0 || bad != 0 || odd != 0);
	if (odd != 0) {
		ev_str(s->out, "damage", "a time that no event can have");
		ev_why(s->out, "%s: the times of %llu events cannot be; everything else was read", s->file,
		       (unsigned long long)odd);
	}
	if (bad != 0) {
		ev_int(s->out, "bad_records", (int64_t)bad);
		ev_why(s->out, "%s: %llu events could not be read", s->file, (unsigned long long)bad);
	}
	if (got != 0)
		ev_why(s->out, "%s", err.msg);
	else if (none && format == WIN_DESC)
		ev_why(s->out,
		       "%s: the text of an event without its number, in a language that is not known; copy the "
		       "event with its header (Event Viewer, Copy, Copy details as text)",
		       s->file);
	else if (none)
		ev_why(s->out, "%s: no event could be read in it", s->file);
	return none ? EV_UNREADABLE : EV_MEASURED;
}

static enum evidence_outcome read_any(struct seen *s, struct file_src *src, enum win_format format)
{
	enum evidence_outcome ended;
	struct file_text *text;
	char sha[SHA256_HEX];

	if (format != WIN_EVTX && format != WIN_XML) {
		text = file_text_over(src, s->out);
		ended = read_export(s, NULL, text, format);
		file_text_close(text);
	} else {
		ended = format == WIN_EVTX ? read_binary(s, src) : read_export(s, src, NULL, format);
	}
	if (file_sha256(src, sha))
		ev_sha256(s->out, sha);
	file_close(src);
	return ended;
}

static bool is_evtx(const struct sample *s)
{
	return s->n >= 8 && memcmp(s->bytes, "ElfFile", 8) == 0;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct seen s = {out, call_arg(call, "file"), PIN_NO_TIME};
	const char *attempt = call_arg(call, "attempt");
	struct sample_text sample;
	enum evidence_outcome ended;
	enum win_format format;
	struct file_src *src;
	struct err err;
	bool evtx;

	ev_target(out, s.file);
	if (attempt != NULL && !clock_parse_iso(attempt, &s.attempt))
		s.attempt = PIN_NO_TIME;
	if (file_open(s.file, true, &src, &err) != 0)
		return file_refuse(out, &err);
	sample_of(src, &sample);
	evtx = is_evtx(&sample.s);
	format = win_text_format(&sample.s);
	sample_release(&sample);
	if (evtx || format != WIN_EVTX)
		return read_any(&s, src, evtx ? WIN_EVTX : format);
	ended = file_refuse_kind(out, src, "an event log", "save it in Event Viewer as .evtx or XML");
	file_close(src);
	return ended;
}

static unsigned recognise(const struct sample *s)
{
	if (is_evtx(s))
		return 100;
	switch (win_text_format(s)) {
	case WIN_XML:
		return 95;
	case WIN_CSV:
		return 85;
	case WIN_TEXT:
	case WIN_JSON:
	case WIN_TABLE:
		return 80;
	case WIN_DESC:
		return 40; /* any log may quote such a sentence */
	case WIN_EVTX:
		break;
	}
	return 0;
}

const struct probe_impl probe_windows_events = {
        .desc = {.id = "windows.events",
                 .title = "Windows event log",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 120000,
                 .by_hand =
                         "wevtutil qe Application /f:text /c:20 /rd:true\nwevtutil qe System /f:text /c:20 /rd:true",
                 .source =
                         "The article, Windows devices and HTTP Error 503; MS-EVEN6 for the form of the file",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & wevtutil epl Application C:\\casebook\\Application.evtx & wevtutil epl System "
                         "C:\\casebook\\System.evtx & "
                         "wevtutil epl Microsoft-Windows-CAPI2/Operational C:\\casebook\\CAPI2.evtx & "
                         "wevtutil epl Microsoft-Intune-CertificateConnectors/Operational "
                         "C:\\casebook\\connector.evtx"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
