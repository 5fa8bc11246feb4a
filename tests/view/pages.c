/* Hand-made values, close to what a real case shows. */
#include "pages.h"

#include <string.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define WENT(m, l, a, n)                                      \
	{                                                     \
		.mark = m, .label = l, .answer = a, .node = n \
	}
static struct trail_item trail[] = {
        WENT(MARK_OK, "Profile", "Android", 0),
        WENT(MARK_OK, "Reverse proxy", "app proxy", 1),
        {.mark = MARK_WARN, .label = "IIS log", .answer = "not logged", .node = 2, .contradicts = true},
        WENT(MARK_OPEN, "Device log", "skipped", 3),
        {.label = "Server URL", .node = 4},
        {.mark = MARK_OPEN, .label = "App proxy", .answer = "is running", .node = 5, .kept = true},
};

static struct block question_blocks[] = {
        {BLOCK_TEXT, MARK_NONE, NULL,
         "A healthy NDES with the connector's policy module refuses a bare request: **HTTP 403**. Anything "
         "else\npoints to a cause.",
         0, 0},
        {BLOCK_SOURCE, MARK_NONE, NULL, "Test and troubleshoot the SCEP server URL", 0, 0},
        {BLOCK_CHECK, MARK_BAD, "SCEP URL", "504  \"GatewayTimeout: This corporate app can't be accessed\"",
         0, 0},
        {BLOCK_DETAIL, MARK_NONE, NULL,
         "name 12 ms · connect 31 ms · TLS 88 ms · first byte 140 ms · from console-7, no proxy, 14:02:11Z",
         0, 0},
        {BLOCK_CHECK, MARK_OPEN, "Capabilities", "not measured: the proxy answered instead", 0, 0},
};
static struct pick question_picks[] = {
        {.label = "403 Forbidden, from IIS"},
        {.label = "Network Device Enrollment Service page"},
        {.label = "503 Service Unavailable"},
        {.label = "GatewayTimeout", .hint = "what the check saw", .suggested = true},
        {.label = "414 or a long-URL refusal"},
        {.label = "This page can't be displayed"},
        {.label = "500 Internal server error"},
        {.label = "Something else", .hint = "Another status, another page, a login form."},
};
static struct pick measuring_picks[] = {
        {.label = "403 Forbidden, from IIS"},
        {.label = "Network Device Enrollment Service page"},
        {.label = "503 Service Unavailable"},
        {.label = "GatewayTimeout"},
        {.label = "414 or a long-URL refusal"},
        {.label = "This page can't be displayed"},
        {.label = "500 Internal server error"},
        {.label = "Something else", .hint = "Another status, another page, a login form."},
};
static const struct page question = {
        .kind = PAGE_ASK,
        .case_title = "#14 NDES01 · Android phones get no certificate",
        .status = "saved",
        .status_mark = MARK_OK,
        .step_number = 5,
        .label = "Server URL",
        .ask = "What does the SCEP server URL answer?",
        .blocks = question_blocks,
        .nblocks = N(question_blocks),
        .picks = question_picks,
        .npicks = N(question_picks),
        .trail = trail,
        .ntrail = N(trail),
        .supported = 1,
        .excluded = 5,
        .untested = 9,
};

/* What each answer says to the session. */
static void number_picks(struct pick *picks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		picks[i].intent = (struct intent){.kind = IN_CHOOSE, .n = (uint32_t)i};
}

const struct page *page_question(void)
{
	number_picks(question_picks, N(question_picks));
	return &question;
}

const struct page *page_measuring(void)
{
	static struct block blocks[] = {
	        {BLOCK_TEXT, MARK_NONE, NULL, "The newest log of the site; times in it are UTC.", 0, 0},
	        {BLOCK_CHECK, MARK_OPEN, "SCEP URL", "TLS handshake", 0, 0},
	        {BLOCK_CHECK, MARK_OPEN, "IIS log", "reading u_ex261122.log", 134000000, 212000000},
	};
	static struct page p;

	p = question;
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.busy = true;
	number_picks(measuring_picks, N(measuring_picks));
	p.picks = measuring_picks;
	p.status = "saving";
	p.status_mark = MARK_OPEN;
	return &p;
}

static const struct input_choice platforms[] = {
        {"android", "Android"}, {"ios", "iOS or iPadOS"}, {"windows", "Windows"}};
static const struct input_def server_url = {.key = "server_url",
                                            .label = "SCEP server URL",
                                            .help = "Copy it from the SCEP profile in Intune.",
                                            .type = INPUT_URL};
static const struct input_def platform = {.key = "platform",
                                          .label = "Platform of the device",
                                          .type = INPUT_CHOICE,
                                          .choices = platforms,
                                          .nchoices = N(platforms)};
static const struct input_def attempt = {.key = "attempt",
                                         .label = "Time of an attempt",
                                         .help = "When a device tried last.",
                                         .type = INPUT_TIME};
static const struct input_def iis_log = {
        .key = "iis_log",
        .label = "IIS log",
        .help = "On the NDES server, the newest file below %SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1.",
        .fetch = "copy %SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex*.log .",
        .type = INPUT_FILE};

const struct page *page_form(void)
{
	static struct trail_item form_trail[] = {{.mark = MARK_OPEN, .label = "Profile"}};
	static struct field fields[] = {
	        {&server_url, "https://ndes01-contoso.msappproxy.net/certsrv/mscep/mscep.dll", true, false},
	        {&platform, NULL, false, false},
	        {&attempt, NULL, false, true},
	};
	static struct block blocks[] = {
	        {BLOCK_TEXT, MARK_NONE, NULL, "Give what you have; everything may stay empty.", 0, 0},
	};
	static struct page p;

	p = question;
	p.kind = PAGE_FORM;
	p.label = "Profile";
	p.ask = "Which profile, which device?";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.picks = NULL;
	p.npicks = 0;
	p.fields = fields;
	p.nfields = N(fields);
	p.step_number = 1;
	p.trail = form_trail;
	p.ntrail = 1;
	return &p;
}

const struct page *page_file(void)
{
	static struct field fields[] = {{&iis_log, NULL, false, false}};
	static struct block blocks[] = {
	        {BLOCK_TEXT, MARK_NONE, NULL, "Times are UTC; the last minute may not be written yet.", 0, 0},
	};
	static struct pick picks[] = {
	        {.label = "Requests are logged, status 200"},
	        {.label = "Requests are logged, status 500"},
	        {.label = "Nothing is logged"},
	};
	static struct page p;

	p = question;
	p.label = "IIS log";
	p.ask = "Does the IIS log of the NDES server show the request?";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.fields = fields;
	p.nfields = N(fields);
	p.picks = picks;
	p.npicks = N(picks);
	return &p;
}

const struct page *page_fix(void)
{
	static struct block blocks[] = {
	        {BLOCK_CAUSE, MARK_BAD, "The SCEP application pool is not started",
	         "Requests are refused by HTTP.sys before IIS sees them.", 0, 0},
	        {BLOCK_BECAUSE, MARK_NONE, NULL,
	         "scep.url.page = service-unavailable (was service-unavailable: yes)", 0, 0},
	        {BLOCK_BECAUSE, MARK_NONE, "scep.url", "status 503, page service-unavailable", 0, 0},
	        {BLOCK_DETAIL, MARK_NONE, NULL, "from console-7, no proxy, 2026-11-22T14:02:11Z, 184 ms", 0,
	         0},
	        {BLOCK_BECAUSE, MARK_NONE, "httperr.log", "reason Disabled", 0, 0},
	        {BLOCK_DETAIL, MARK_NONE, NULL, "line 88: 2026-11-22 13:58:40 ... 503 1 Disabled SCEP", 0, 0},
	        {BLOCK_SOURCE, MARK_NONE, NULL, "Troubleshooting device to NDES, \"HTTP Error 503\"", 0, 0},
	        {BLOCK_HINT, MARK_NONE, NULL,
	         "\"Fixed\" goes back to \"Server URL\" and checks it the same way again:", 0, 0},
	        {BLOCK_COMMAND, MARK_NONE, NULL,
	         "curl -sS -o /dev/null -w '%{http_code}' "
	         "https://ndes01-contoso.msappproxy.net/certsrv/mscep/mscep.dll",
	         0, 0},
	};
	static struct tick ticks[] = {
	        {"IIS Manager, Application Pools, SCEP: Start.", "Server admin, NDES server",
	         "starts the pool", "%windir%\\System32\\inetsrv\\appcmd start apppool /apppool.name:SCEP",
	         true},
	        {"The identity of the pool is not locked and its password is valid.",
	         "Domain admin, Active Directory", "only looks", NULL, false},
	};
	static struct pick picks[] = {
	        {.label = "Check again", .hint = "Server URL: 503 Service Unavailable at 14:02:11 UTC"},
	        {.label = "It is something else", .hint = "Why does the pool stop?"},
	        {.label = "Hand over", .hint = "ends here, with all that was found"},
	};
	static struct page p;

	p = question;
	p.kind = PAGE_FIX;
	p.label = "Application pool";
	p.ask = "The SCEP application pool is not started";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.ticks = ticks;
	p.nticks = N(ticks);
	p.picks = picks;
	p.npicks = N(picks);
	p.status = "NOT SAVED: the disk is full";
	p.status_mark = MARK_BAD;
	return &p;
}

const struct page *page_end(void)
{
	static struct block blocks[] = {
	        {BLOCK_HINT, MARK_OK, NULL, "No fault was found.", 0, 0},
	        {BLOCK_TEXT, MARK_NONE, NULL,
	         "The request reached NDES and was answered. Look next at the policy module:\n\n"
	         "- the events of the certificate connector\n"
	         "- the log of the CA for denied requests\n",
	         0, 0},
	        {BLOCK_HINT, MARK_NONE, NULL, "Questions decided: 4 by checks, 1 by files, 0 by you.", 0, 0},
	};
	static struct pick picks[] = {
	        {.label = "Read the report",
	         .hint = "as it would be handed over",
	         .suggested = true,
	         .opens = "report"},
	        {.label = "Look at the causes", .hint = "24 were not tested", .opens = "causes"},
	        {.label = "Close the case", .hint = "back to the list; all is saved", .closes = true},
	};
	static struct page p;

	p = question;
	p.kind = PAGE_END;
	p.label = "Reached";
	p.ask = "The device reached NDES";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.picks = picks;
	p.npicks = N(picks);
	return &p;
}

const struct page *page_confirm(void)
{
	static struct block blocks[] = {
	        {BLOCK_WARNING, MARK_WARN, NULL,
	         "You say \"403 Forbidden, from IIS\"; the check saw \"GatewayTimeout\".", 0, 0},
	        {BLOCK_TEXT, MARK_NONE, NULL,
	         "The record keeps both, and the report shows the contradiction.", 0, 0},
	};
	static struct pick picks[] = {{.label = "Yes, record my answer"},
	                              {.label = "No, back to the question"}};
	static struct page p;

	p = question;
	p.kind = PAGE_CONFIRM;
	p.ask = "Answer against what the check saw?";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.picks = picks;
	p.npicks = N(picks);
	return &p;
}

const struct page *page_long(void)
{
	static struct block blocks[30];
	static struct pick picks[16];
	static struct page p;

	for (size_t i = 0; i < N(blocks); i++)
		blocks[i] = (struct block){
		        i % 5 == 4 ? BLOCK_CHECK : BLOCK_TEXT,
		        MARK_OK,
		        "A check with a long name",
		        "A paragraph that goes on for longer than a line of most screens, so that it wraps, "
		        "with a "
		        "path in it: `C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config`.",
		        0,
		        0};
	for (size_t i = 0; i < N(picks); i++)
		picks[i] = (struct pick){
		        .label = "An answer whose words do not fit into one line of a narrow screen",
		        .hint = i % 3 == 0 ? "a note beneath it" : NULL};
	p = question;
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.picks = picks;
	p.npicks = N(picks);
	return &p;
}

/* ---- the start screen ---- */

static const struct flow_card flows[] = {
        {"intune-scep-ndes", "Device does not reach NDES",
         "An Intune SCEP profile is assigned, but no certificate arrives: is the NDES server reached at all?",
         "Certificates"},
        {"https-service", "An HTTPS service does not answer",
         "Name, connection, TLS and answer of a service, one after the other.", "Network"},
};

const struct start_data *start_full(void)
{
	static const struct case_card rows[] = {
	        {"01A", "NDES01 · Android phones get no certificate", "intune-scep-ndes", "Server URL", 14,
	         PAGES_NOW_MS - 130000, CARD_OPEN},
	        {"01B", "contoso-ndes · 503 since patch night", "intune-scep-ndes", "Application pool", 12,
	         PAGES_NOW_MS - 90000000, CARD_OPEN},
	        {"01C", "Lab", "intune-scep-ndes", "Device log", 11, PAGES_NOW_MS - 280000000, CARD_WAITING},
	        {"01D", "", "intune-scep-ndes", "Reached", 9, PAGES_NOW_MS - 1400000000, CARD_CLOSED},
	};
	static const struct start_data d = {rows, N(rows), 2, 1, 11, true, NULL, NULL, flows, N(flows)};

	return &d;
}

const struct start_data *start_empty(void)
{
	static const struct start_data d = {NULL, 0, 0, 0, 0, true, NULL, NULL, flows, N(flows)};

	return &d;
}

/* ---- panels ---- */

static const struct cause causes[] = {
        {.id = "impersonation-right-missing", .title = "Impersonation right missing"},
        {.id = "app-pool-stopped", .title = "The SCEP application pool is not started"},
        {.id = "crl-unreachable", .title = "A revocation list cannot be reached"},
        {.id = "ra-certificate-expired", .title = "An RA certificate has expired"},
};

static struct replay *some_causes(void)
{
	static struct cause_row rows[] = {
	        {&causes[0], CAUSE_EXCLUDED, "user.rights.impersonate_iis_iusrs = yes (was yes)", NULL, 0},
	        {&causes[1], CAUSE_SUPPORTED,
	         "scep.url.page = service-unavailable (was service-unavailable: yes); httperr.log.by_reason "
	         "has Disabled",
	         NULL, 0},
	        {&causes[2], CAUSE_UNTESTED, "needs the CAPI2 log, or --allow-external", NULL, 0},
	        {&causes[3], CAUSE_EXCLUDED, "scep.cacert.ra_days_left > 0 (was 412: yes)", NULL, 0},
	};
	static struct diagnosis d = {.rows = rows, .nrows = N(rows), .looked_ahead = true};
	static struct replay r = {.diag = &d};

	return &r;
}

static const struct fact facts[] = {
        {"lines", {VAL_INT, {.i = 91822}}},     {"scep_requests", {VAL_INT, {.i = 2114}}},
        {"last_status", {VAL_INT, {.i = 500}}}, {"last_win32", {VAL_INT, {.i = 1346}}},
        {"gap", {VAL_NULL, {.i = 0}}},
};
static const struct pin pins[] = {
        {"last_status", "/home/jo/u_ex261122.log", 91820, 21900311, 1795355920000,
         "2026-11-22 13:58:40 10.1.2.3 GET /certsrv/mscep/mscep.dll operation=GetCACert&message=ca 443 - "
         "10.5.14.22 "
         "profiled/1.0+CFNetwork - 500 0 1346 31"},
        {NULL, "/home/jo/u_ex261122.log", 4, 120, PIN_NO_TIME,
         "#Fields: date time s-ip cs-method cs-uri-stem"},
};
static const struct evidence evidence = {
        .id = 5,
        .probe = "iis.log",
        .target = "/home/jo/Downloads/tickets/2026/u_ex261122.log",
        .started_ms = PAGES_NOW_MS,
        .took_ms = 184,
        .outcome = EV_MEASURED,
        .host = "console-7",
        .sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        .by_hand = "findstr /i mscep.dll u_ex261122.log",
        .facts = facts,
        .nfacts = N(facts),
        .pins = pins,
        .npins = N(pins)};

static struct replay *one_piece(void)
{
	static struct record log[1] = {{.pos = 1, .kind = REC_EVIDENCE}};
	static struct casefile cf = {.title = "", .log = log, .nlog = N(log)};
	static struct replay r = {.cf = &cf};

	log[0].u.evidence = evidence;
	return &r;
}

static struct value certificate(struct arena *mem, const char *subject, const char *not_after,
                                const char *role, const char *sha256)
{
	struct value_builder b;

	vb_init(&b, mem);
	vb_add(&b, "subject", value_str(subject));
	vb_add(&b, "not_after", value_str(not_after));
	if (role != NULL)
		vb_add(&b, "role", value_str(role));
	if (sha256 != NULL)
		vb_add(&b, "sha256", value_str(sha256));
	return vb_map(&b);
}

/* One certificate of each kind: ended, due, with time; and one that two checks have seen. */
static struct replay *some_certificates(struct arena *mem)
{
	static const struct flow flow = {.id = "x"};
	static struct record log[2];
	static struct casefile cf = {.title = "", .log = log, .nlog = N(log)};
	static struct replay r = {.flow = &flow, .cf = &cf};
	const char *ra = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
	struct value_builder b;
	struct fact *fact;

	for (int i = 0; i < 2; i++) {
		vb_init(&b, mem);
		vb_add(&b, NULL,
		       certificate(mem, "CN=NDES01-MSCEP-RA, C=US", "2026-11-20T08:00:00Z", "ra-signing",
		                   ra));
		if (i == 1) {
			vb_add(&b, NULL,
			       certificate(mem, "CN=ndes01.contoso.com", "2026-12-24T12:00:00Z", "other",
			                   NULL));
			vb_add(&b, NULL,
			       certificate(mem, "CN=Contoso Issuing CA 2, DC=contoso, DC=com",
			                   "2031-01-31T00:00:00Z", "ca", NULL));
		}
		fact = arena_array(mem, 1, sizeof(*fact));
		*fact = (struct fact){"certificates", vb_list(&b)};
		log[i] = (struct record){.pos = (uint32_t)i + 1,
		                         .kind = REC_EVIDENCE,
		                         .u.evidence = {.id = (uint32_t)i + 1,
		                                        .probe = i == 0 ? "scep.cacert" : "certificate.store",
		                                        .outcome = EV_MEASURED,
		                                        .facts = fact,
		                                        .nfacts = 1}};
	}
	return &r;
}

struct replay *some_replay(void)
{
	static const struct answer_def answers[] = {
	        {.id = "no", .label = "Not logged", .go = 2},
	        {.id = "yes", .label = "Logged with status 200", .go = 4}};
	static const struct answer_def statuses[] = {
	        {.id = "ok", .label = "403 Forbidden, from IIS", .go = 4},
	        {.id = "stopped", .label = "503 Service Unavailable", .go = 3},
	        {.id = "long", .label = "414 or a refusal of long URLs", .go = 4},
	        {.id = "other", .label = "Something else", .go = 4}};
	static const struct cause pool[] = {{.id = "pool", .title = "The application pool is not started"}};
	static const struct node nodes[] = {
	        {.id = "profile", .kind = NODE_INPUT, .label = "Profile", .go = 1},
	        {.id = "log", .kind = NODE_ASK, .label = "IIS log", .answers = answers, .nanswers = 2},
	        {.id = "url", .kind = NODE_ASK, .label = "Server URL", .answers = statuses, .nanswers = 4},
	        {.id = "fix", .kind = NODE_FIX, .label = "Pool", .go = 2},
	        {.id = "end", .kind = NODE_END, .ask = "The server is reached", .cause = CAUSE_NONE},
	};
	static const struct flow flow = {
	        .id = "x", .nodes = nodes, .nnodes = N(nodes), .causes = pool, .ncauses = 1};
	static struct record log[3];
	static struct casefile cf = {.title = "", .log = log, .nlog = N(log)};
	static struct visit path[] = {
	        {.node = 0}, {.node = 1, .answer = &log[1], .contradicts = true}, {.node = 2}};
	static bool retracted[3];
	static struct replay r = {
	        .flow = &flow, .cf = &cf, .at = 2, .path = path, .npath = N(path), .retracted = retracted};

	log[0] = (struct record){
	        .pos = 1, .kind = REC_EVIDENCE, .at_ms = PAGES_NOW_MS - 60000, .u.evidence = evidence};
	log[1] = (struct record){.pos = 2,
	                         .kind = REC_ANSWER,
	                         .at_ms = PAGES_NOW_MS - 40000,
	                         .u.answer = {.step = "log", .answer = "no", .by = BY_PERSON, .seen = "yes"}};
	log[2] = (struct record){
	        .pos = 3, .kind = REC_EVIDENCE, .at_ms = PAGES_NOW_MS, .u.evidence = evidence};
	log[2].u.evidence.probe = "scep.url";
	log[2].u.evidence.target = "https://ndes01-contoso.msappproxy.net/certsrv/mscep/mscep.dll";
	log[2].u.evidence.outcome = EV_TIMEOUT;
	log[2].u.evidence.why = "no answer within 10 s";
	return &r;
}

struct replay *replay_for(const struct panel *p, struct arena *mem)
{
	if (p == &panel_causes)
		return some_causes();
	if (p == &panel_expiry)
		return some_certificates(mem);
	return p == &panel_piece ? one_piece() : some_replay();
}

const char *some_report(void)
{
	return "Case #14: NDES01\n================\n\nVerdict: a fault was found.\n\nFindings\n--------\n"
	       "The SCEP application pool is not started, because the server answers 503 and HTTPERR has "
	       "Disabled.\n\nSteps\n=====\n 1  Profile\n 2  IIS log: Not logged\n";
}

const char *some_replaced(void)
{
	return "! still stands, looks like a name: SRV-OLD7 (computer)\n"
	       "41 places are replaced. Times, status codes, versions and product names stay.\n"
	       "ndes01.contoso.example becomes HOST-1 (23)\n"
	       "10.5.14.22 becomes ADDRESS-1 (9)\n";
}

const char *some_copy(void)
{
	return "mkdir C:\\casebook 2>nul & %windir%\\System32\\inetsrv\\appcmd list apppool > C:\\casebook\\apppools.txt & "
	       "copy %SystemRoot%\\System32\\LogFiles\\HTTPERR\\httperr*.log C:\\casebook\\";
}

const char *some_explained(void)
{
	return "iis 500.0.1346\n    NDES may not act for the caller.\n    Seen: the IIS log of the NDES server\n"
	       "    Next: the right to impersonate of IIS_IUSRS\n\n"
	       "win32 1346  ERROR_BAD_IMPERSONATION_LEVEL\n    A required impersonation level was not given.\n\n";
}

const char *some_about(void)
{
	return "This page asks one question. Where checks could tell, their answer is marked.\n"
	       "o shows all answers, m why it is asked, r runs the checks again.\n"
	       "HTTP.sys: The part of Windows that takes web requests and hands them to IIS.\n";
}
