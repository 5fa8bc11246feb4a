/*
 * clock.skew: this machine's clock against the Date header of a server.  The
 * header has whole seconds and the way has a length; both bound what is known.
 */
#include "http.h"

#include <stdlib.h>

#define LIMIT_MS 300000 /* five minutes: Kerberos (RFC 4120 1.6), and more than certificates forgive */
#define TICK_MS 1000    /* Date has no fractions (RFC 9110 5.6.7) */
#define SOME_BODY 4096  /* only the headers matter */

static const struct param_def params[] = {
        {"url", true, "an address of the server, http or https"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"skew_ms", FACT_INT, NULL, "milliseconds by which this machine's clock is ahead of the server's",
         SILENT},
        {"uncertainty_ms", FACT_INT, NULL, "the true skew lies within this many milliseconds of it", SILENT},
        {"date", FACT_TIME, NULL, "the server's Date header",
         SPEAKS({"known", "The server gives its time as {date}."})},
        {"beyond", FACT_BOOL, NULL, "the clocks differ by more than five minutes for certain",
         SPEAKS({"= false", "The clocks of {host} and {from} agree within five minutes."},
                {"= true, skew_ms > 0",
                 "This machine's clock is {skew} ahead of {host}; times of the two do not compare without that."},
                {"= true, skew_ms < 0",
                 "This machine's clock is {skew} behind {host}; times of the two do not compare without that."},
                {"= true", "The clocks of {host} and {from} differ by more than five minutes."})},
        {"status", FACT_INT, NULL, "HTTP status of the answer that bore the date", SILENT},
        {"error", FACT_STR, http_errors, "where it failed", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

/* A cache says for how long it has kept the answer; its date is as old. */
static int64_t age_ms(const struct http_reply *r)
{
	const char *age = http_header(r, "age");
	long s = age != NULL ? strtol(age, NULL, 10) : 0;

	return s > 0 && s < 31536000 ? (int64_t)s * 1000 : 0;
}

static void judge(struct evidence_out *out, const struct http_reply *r, int64_t date)
{
	int64_t age = age_ms(r), rtt = r->answered_at_ms - r->sent_at_ms;
	int64_t tick = age != 0 ? 2 * TICK_MS : TICK_MS;
	int64_t half, skew;

	if (rtt < 0)
		rtt = 0; /* the local clock was set meanwhile */
	/* The server wrote its date between our two readings, and up to a tick after what it wrote. */
	half = (rtt + tick + 1) / 2;
	skew = r->sent_at_ms + rtt / 2 - (date + age + tick / 2);
	ev_int(out, "skew_ms", skew);
	ev_int(out, "uncertainty_ms", half);
	ev_bool(out, "beyond", llabs(skew) - half > LIMIT_MS);
	ev_fault(out, llabs(skew) - half > LIMIT_MS);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct http_request q = http_request(call, out, call_arg(call, "url"));
	struct http_reply r;
	int64_t date;
	bool dated;

	/* A clock that is wrong makes good certificates look bad: they are not the question here. */
	q.any_certificate = true;
	q.max_body = SOME_BODY;
	(void)http_fetch(&q, &r);
	ev_str(out, "error", http_errors[r.error]);
	if (r.status == 0)
		return http_outcome(&r, out);
	ev_int(out, "status", r.status);
	dated = http_date(&r, &date);
	if (!dated) {
		ev_why(out, "the server answered without a Date that can be read");
		return EV_UNREACHED;
	}
	ev_time(out, "date", date);
	judge(out, &r, date);
	return EV_MEASURED;
}

const struct probe_impl probe_clock_skew = {
        .desc =
                {
                        .id = "clock.skew",
                        .title = "Clock difference",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 15000,
                        .by_hand = "date -u; curl -skI {--proxy} {url}",
                        .source = "RFC 9110 section 6.6.1",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
