/* The lab flow and its probes: descriptions only, nothing that runs. */
#include "lab.h"

#include <string.h>

const char lab_flow[] =
        "flow: lab\n"
        "version: 1\n"
        "title: A laboratory of steps\n"
        "summary: Every kind of step once.\n"
        "source: {title: The lab, url: \"https://example.org/lab\"}\n"
        "start: profile\n"
        "inputs:\n"
        "  server_url: {type: url, label: SCEP server URL, ends_with: mscep.dll}\n"
        "  platform: {type: choice, label: Platform, choices: {android: Android, ios: iOS}}\n"
        "  iis_log: {type: file, label: IIS log, fetch: copy u_ex.log}\n"
        "  attempt: {type: time, label: Time of an attempt}\n"
        "steps:\n"
        "  profile:\n"
        "    label: Profile\n"
        "    form: [server_url, platform]\n"
        "    go: server-url\n"
        "  server-url:\n"
        "    label: Server URL\n"
        "    ask: What does the SCEP server URL answer?\n"
        "    source: Test the URL\n"
        "    checks:\n"
        "      - {probe: scep.url, url: $server_url}\n"
        "    answers:\n"
        "      refused: {label: \"403, refused\", when: {scep.url.status: 403}, go: log}\n"
        "      stopped: {label: \"503, stopped\", when: {scep.url.status: 503}, go: fix-pool}\n"
        "      other: {label: Something else, go: which}\n"
        "  which:\n"
        "    label: Which server\n"
        "    ask: Which server answers?\n"
        "    source: Test the URL\n"
        "    answers:\n"
        "      mine: {label: My NDES, go: log}\n"
        "      again: {label: Look once more, go: server-url}\n"
        "      unknown: {label: I cannot tell, go: unclear}\n"
        "  log:\n"
        "    label: IIS log\n"
        "    ask: What does the log show?\n"
        "    source: Review the log\n"
        "    checks:\n"
        "      - {probe: iis.log, file: $iis_log, attempt: $attempt}\n"
        "    answers:\n"
        "      none: {label: I have no log, when: {iis.log.status: {known: false}}, go: unclear}\n"
        "      good: {label: \"200\", when: {iis.log.status: 200}, go: reached}\n"
        "      right: {label: \"500\", when: {iis.log.status: 500}, go: fix-right}\n"
        "      other: {label: Another status, go: probing}\n"
        "  probing:\n"
        "    label: Enrolment\n"
        "    ask: Does a test enrolment pass?\n"
        "    source: Test the URL\n"
        "    checks:\n"
        "      - {probe: scep.try, url: $server_url}\n"
        "      - {probe: scep.caps, url: $server_url}\n"
        "    answers:\n"
        "      passes: {label: It passes, when: {scep.try.passed: true}, go: reached}\n"
        "      fails: {label: It fails, go: unclear}\n"
        "  fix-pool: {label: Pool, fix: app-pool-stopped, go: fix-right}\n"
        "  fix-right: {label: User right, fix: right-missing, go: unclear}\n"
        "  reached:\n"
        "    label: Reached\n"
        "    ask: The device reached the server\n"
        "    end: healthy\n"
        "    cause: reached\n"
        "    source: The lab\n"
        "  unclear:\n"
        "    label: Unclear\n"
        "    ask: Not found yet\n"
        "    end: inconclusive\n"
        "    source: The lab\n"
        "causes:\n"
        "  app-pool-stopped:\n"
        "    title: The pool is stopped\n"
        "    summary: Nobody answers behind IIS.\n"
        "    remedy: Start the pool.\n"
        "    supported: {scep.url.status: 503, httperr.log.reason: Disabled}\n"
        "    symptom: {scep.url.status: 503}\n"
        "    excluded: {scep.url.status: 403}\n"
        "    fix:\n"
        "      - {do: Start the pool., who: server admin, where: NDES server, changes: one pool}\n"
        "      - Look again.\n"
        "    source: The lab, pools\n"
        "    verify: server-url\n"
        "  right-missing:\n"
        "    title: The user right is missing\n"
        "    summary: A right of IIS_IUSRS.\n"
        "    remedy: Give the right back.\n"
        "    supported: [{iis.log.status: 500, iis.log.win32: 1346}, {user.rights.given: false}]\n"
        "    excluded: [{user.rights.given: true}, {iis.log.status: 200}]\n"
        "    fix: [Give the right., Restart.]\n"
        "    source: The lab, rights\n"
        "    verify: log\n"
        "  crash:\n"
        "    title: The pool crashes\n"
        "    severity: warning\n"
        "    summary: Two files together show it.\n"
        "    remedy: Read the crash.\n"
        "    supported: {events.was: true, events.crash: true}\n"
        "    excluded: {events.crash: false}\n"
        "    fix: [Read the crash.]\n"
        "    source: The lab, pools\n"
        "    verify: server-url\n"
        "  soon:\n"
        "    title: The certificate ends soon\n"
        "    severity: warning\n"
        "    summary: Days are few.\n"
        "    remedy: Renew it.\n"
        "    supported: {scep.caps.days_left: {lt: 30}}\n"
        "    excluded: {scep.caps.days_left: {ge: 30}}\n"
        "    fix: [Renew it.]\n"
        "    source: The lab, certificates\n"
        "    verify: server-url\n"
        "  reached:\n"
        "    title: The device reached the server\n"
        "    severity: note\n"
        "    summary: Look at the policy module next.\n"
        "    remedy: Look at the policy module next.\n"
        "    fix: [Look at the policy module next.]\n"
        "    source: The lab\n"
        "    verify: log\n";

static const struct param_def url_params[] = {{"url", true, "address"}, {NULL, false, NULL}};
static const struct param_def file_params[] = {
        {"file", true, "file"}, {"attempt", false, "time"}, {NULL, false, NULL}};

#define END                                 \
	{                                   \
		NULL, FACT_BOOL, NULL, NULL \
	}
static const struct fact_def url_facts[] = {{"status", FACT_INT, NULL, "status"},
                                            {"page", FACT_STR, NULL, "page"},
                                            {"rtt_ms", FACT_INT, NULL, "ms"},
                                            END};
static const struct fact_def caps_facts[] = {
        {"caps", FACT_LIST, NULL, "capabilities"}, {"days_left", FACT_INT, NULL, "days"}, END};
static const struct fact_def try_facts[] = {{"passed", FACT_BOOL, NULL, "whether"}, END};
static const struct fact_def log_facts[] = {
        {"status", FACT_INT, NULL, "last status"}, {"win32", FACT_INT, NULL, "last win32"}, END};
static const struct fact_def reason_facts[] = {{"reason", FACT_STR, NULL, "reason"}, END};
static const struct fact_def right_facts[] = {{"given", FACT_BOOL, NULL, "whether"}, END};
static const struct fact_def event_facts[] = {
        {"was", FACT_BOOL, NULL, "WAS events"}, {"crash", FACT_BOOL, NULL, "crashes"}, END};

static const struct probe probes[] = {
        {"scep.url", "SCEP URL", PROBE_LIVE, url_params, url_facts, 1000, NULL, "curl {url}", "article",
         NULL},
        {"scep.caps", "Capabilities", PROBE_LIVE, url_params, caps_facts, 1000, NULL, "curl {url}", "RFC",
         NULL},
        {"scep.try", "Test enrolment", PROBE_LIVE, url_params, try_facts, 1000,
         "an entry in the server's log", "curl", "RFC", NULL},
        {"iis.log", "IIS log", PROBE_FILE, file_params, log_facts, 1000, NULL, "type {file}", "article",
         "copy log"},
        {"httperr.log", "HTTPERR log", PROBE_FILE, file_params, reason_facts, 1000, NULL, "type", "article",
         "copy"},
        {"user.rights", "User rights", PROBE_FILE, file_params, right_facts, 1000, NULL, "secedit", "article",
         "secedit"},
        {"events", "Events", PROBE_FILE, file_params, event_facts, 1000, NULL, "wevtutil", "article",
         "wevtutil"},
};

const struct probe *lab_probe(const char *id)
{
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (strcmp(probes[i].id, id) == 0)
			return &probes[i];
	return NULL;
}
