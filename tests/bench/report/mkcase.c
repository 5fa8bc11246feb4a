/*
 * Makes the largest case that a store takes: 10,000 records, 500 of them pieces of
 * evidence with facts and lines of logs, the rest notes, inputs, answers and what
 * was taken back.  mkcase FILE.db
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/flow.h>
#include <casebook/store.h>

#define RECORDS 10000
#define EVIDENCE 500
#define OPENED INT64_C(1795356000000) /* 2026-11-22T14:00:00Z */

static char text[64][256]; /* strings of the record under way */
static size_t used;

static const char *say(const char *fmt, ...) PRINTF_LIKE(1, 2);
static const char *say(const char *fmt, ...)
{
	char *out = text[used++ % 64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out, sizeof(text[0]), fmt, ap);
	va_end(ap);
	return out;
}

static struct record evidence(unsigned n)
{
	static struct fact facts[12];
	static struct pin pins[3];
	static struct member reasons[4];
	struct record r = {.kind = REC_EVIDENCE};
	struct evidence *e = &r.u.evidence;

	facts[0] = (struct fact){"lines", value_int(1000 + n)};
	facts[1] = (struct fact){"scep_requests", value_int(n % 7)};
	facts[2] = (struct fact){"first_time", value_str("2026-11-22T13:00:00Z")};
	facts[3] = (struct fact){"last_time", value_str("2026-11-22T13:59:00Z")};
	facts[4] = (struct fact){"last_status", value_int(n % 2 != 0 ? 200 : 500)};
	facts[5] = (struct fact){"last_substatus", value_int(0)};
	facts[6] = (struct fact){"last_win32", value_int(1346)};
	facts[7] = (struct fact){"stage", value_str("cacert")};
	facts[8] = (struct fact){"client", value_str(say("10.20.%u.%u", n / 200, n % 200))};
	facts[9] = (struct fact){"user_agent", value_str("Dalvik/2.1.0 (Linux; U; Android 14; SM-A546B)")};
	for (unsigned i = 0; i < 4; i++)
		reasons[i] = (struct member){say("50%u", i), value_int(i * n)};
	facts[10] = (struct fact){"by_status", {.type = VAL_MAP, .u.map = {reasons, 4}}};
	facts[11] = (struct fact){"bad_lines", value_int(0)};
	for (unsigned i = 0; i < 3; i++) {
		pins[i] = (struct pin){
		        .fact = i == 0 ? "last_status" : "scep_requests",
		        .file = "u_ex261122.log",
		        .line = n * 3 + i + 1,
		        .offset = n * 400,
		        .at_ms = OPENED - 3600000 + n * 1000 + i,
		        .text = say("2026-11-22 13:%02u:00 10.20.0.5 GET /certsrv/mscep/mscep.dll "
		                    "operation=GetCACert&message=ca "
		                    "443 - 10.20.1.%u Dalvik/2.1.0+(Linux;+U;+Android+14) - 500 0 1346 31",
		                    n % 60, n % 200)};
	}
	e->probe = n % 5 == 0 ? "scep.url" : "iis.log";
	e->target =
	        n % 5 == 0 ? "https://ndes01.contoso.com/certsrv/mscep/mscep.dll" : say("u_ex%06u.log", n);
	e->step = "iis-log";
	e->started_ms = OPENED + n * 100;
	e->took_ms = n % 400;
	e->host = "ADMIN-PC7";
	e->sha256 = n % 5 == 0 ? NULL : "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f";
	e->by_hand = "grep -n mscep.dll u_ex261122.log | tail";
	e->facts = facts;
	e->nfacts = 12;
	e->pins = pins;
	e->npins = 3;
	return r;
}

static struct record other(unsigned n, uint32_t pos)
{
	struct record r = {.kind = REC_NOTE};

	switch (n % 4) {
	case 0:
		r.kind = REC_ANSWER;
		r.u.answer.step = "iis-log";
		r.u.answer.answer = "not-covered";
		r.u.answer.by = BY_PERSON;
		return r;
	case 1:
		r.kind = REC_RETRACT;
		r.u.retract.pos = pos - 1;
		return r;
	case 2:
		r.kind = REC_INPUT;
		r.u.input.key = "attempt";
		r.u.input.value = say("2026-11-22T13:%02u:%02uZ", n % 60, n / 60 % 60);
		r.u.input.by = BY_PERSON;
		return r;
	default:
		r.u.note.text = say("Attempt %u by Jane Doe (jane.doe@contoso.com) from 10.20.1.%u, again "
		                    "without a certificate.",
		                    n, n % 250);
		return r;
	}
}

static int fill(struct casefile *cf, struct err *err)
{
	uint32_t taken_back = 0;

	for (unsigned n = 0; n < RECORDS; n++) {
		struct record r = n % (RECORDS / EVIDENCE) == 7 ? evidence(n / (RECORDS / EVIDENCE))
		                                                : other(n, (uint32_t)cf->nlog + 1);

		if (r.kind == REC_RETRACT &&
		    (cf->nlog == 0 || cf->log[cf->nlog - 1].kind != REC_ANSWER || taken_back == cf->nlog))
			r = other(3, 0);
		r.at_ms = OPENED + n * 100;
		if (casefile_append(cf, &r, err) == NULL)
			return -1;
		taken_back = r.kind == REC_RETRACT ? (uint32_t)cf->nlog : taken_back;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct store *store = NULL;
	struct casefile cf;
	struct err err;
	uint32_t saved;
	int rc;

	if (argc != 2)
		return 2;
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", "intune-scep-ndes", NULL, OPENED);
	cf.title = "NDES01, ten thousand records";
	cf.host = "ADMIN-PC7";
	rc = store_open(argv[1], false, &store, &err);
	if (rc == 0)
		rc = store_begin(store, &cf, &err);
	if (rc == 0)
		rc = fill(&cf, &err);
	if (rc == 0)
		rc = store_append(store, &cf, 0, &saved, &err);
	if (rc == 0)
		store_idle(store);
	if (rc != 0)
		fprintf(stderr, "mkcase: %s\n", err.msg);
	store_close(store);
	casefile_release(&cf);
	return rc == 0 ? 0 : 1;
}
