/*
 * What Windows events show about a device that does not reach NDES.  One row per provider and id; a fact
 * is only known when its channel is in the file: an Application log says nothing of the System log.
 */
#include "win_events.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include "win_judge_int.h"

static const struct rule rules[] = {
        {"Application Error", 1000, LOG_APPLICATION, saw_crash},
        {"NetworkDeviceEnrollmentService", 0, LOG_APPLICATION, saw_ndes},
        {"CertificateServicesClient-CertEnroll", 86, LOG_APPLICATION, saw_scep_failure},
        {"CertificateServicesClient-CertEnroll", 87, LOG_APPLICATION, saw_scep_failure},
        {"MsiInstaller", 1033, LOG_APPLICATION, saw_setup},
        {"WAS", 5002, LOG_SYSTEM, saw_pool_disabled},
        {"WAS", 5021, LOG_SYSTEM, saw_pool_identity},
        {"WAS", 5057, LOG_SYSTEM, saw_pool_identity},
        {"WAS", 5059, LOG_SYSTEM, saw_pool_disabled},
        {"CAPI2", 11, LOG_CAPI2, saw_capi2},
        {"CAPI2", 30, LOG_CAPI2, saw_capi2},
        {"CAPI2", 41, LOG_CAPI2, saw_capi2},
        {"CAPI2", 53, LOG_CAPI2, saw_capi2},
        {"DeviceManagement-Enterprise-Diagnostic", 36, LOG_DEVICE, saw_request},
        {"DeviceManagement-Enterprise-Diagnostic", 37, LOG_DEVICE, saw_sent},
        {"DeviceManagement-Enterprise-Diagnostic", 38, LOG_DEVICE, saw_answer},
        {"DeviceManagement-Enterprise-Diagnostic", 308, LOG_DEVICE, saw_scep_failure},
        {"DeviceManagement-Enterprise-Diagnostic", 309, LOG_DEVICE, saw_scep_failure},
        {"DeviceManagement-Enterprise-Diagnostic", 32, LOG_DEVICE, saw_scep_failure},
        {"DeviceManagement-Enterprise-Diagnostic", 307, LOG_DEVICE, saw_scep_failure},
        {"CertificateConnectors", 4001, LOG__MAX, saw_connector_failure}, /* of the log Admin */
        {"CertificateConnectors", 4003, LOG_CONNECTOR, saw_connector},
        {"CertificateConnectors", 4004, LOG_CONNECTOR, saw_connector},
        {"CertificateConnectors", 4005, LOG_CONNECTOR, saw_connector},
        {"CertificateConnectors", 4006, LOG_CONNECTOR, saw_connector},
        {"CertificateConnectors", 4007, LOG_CONNECTOR, saw_connector},
        {"Microsoft Intune Connector", 20501, LOG__MAX, saw_old_refusal},
        {"Microsoft Intune Connector", 20502, LOG__MAX, saw_old_refusal},
};

/* Channels, by a part of their name. */
static const struct {
	const char *part;
	enum log_kind log;
} channels[] = {
        {"DeviceManagement-Enterprise-Diagnostic", LOG_DEVICE},
        {"CAPI2", LOG_CAPI2},
        {"CertificateConnectors/Admin", LOG__MAX}, /* it has no 4003 to 4007: their absence says nothing */
        {"CertificateConnectors", LOG_CONNECTOR},
        {"Application", LOG_APPLICATION},
        {"System", LOG_SYSTEM},
};

struct win_judge *win_judge_new(const char *file, int64_t attempt_ms, struct evidence_out *out)
{
	struct win_judge *j = xcalloc(1, sizeof(*j));

	j->file = file;
	j->out = out;
	j->attempt = attempt_ms;
	j->first = j->last = PIN_NO_TIME;
	j->setup_result = -1;
	j->rows = win_rows_new(j);
	vb_init(&j->channels, ev_mem(out));
	vb_init(&j->capi2, ev_mem(out));
	vb_init(&j->urls, ev_mem(out));
	vb_init(&j->codes, ev_mem(out));
	return j;
}

void win_judge_free(struct win_judge *j)
{
	if (j != NULL)
		win_rows_free(j->rows);
	free(j);
}

static const struct rule *rule_of(const char *provider, uint32_t id)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((rules[i].id == id || rules[i].id == 0) &&
		    strcasestr_(provider, rules[i].provider) != NULL)
			return &rules[i];
	return NULL;
}

bool win_judge_wants(const struct win_judge *j, const char *provider, const char *channel, uint32_t id)
{
	(void)j;
	(void)channel;
	return rule_of(provider, id) != NULL || win_rows_want(provider, id);
}

enum log_kind win_log_of(const char *channel)
{
	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
		if (strcasestr_(channel, channels[i].part) != NULL)
			return channels[i].log;
	return LOG__MAX;
}

static void note_channel(struct win_judge *j, const char *channel)
{
	if (channel[0] == '\0' || strcmp(channel, j->last_channel) == 0)
		return;
	snprintf(j->last_channel, sizeof(j->last_channel), "%s", channel);
	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
		if (strcasestr_(channel, channels[i].part) == NULL)
			continue;
		j->seen[channels[i].log] = true;
		break;
	}
	for (size_t i = 0; i < j->channels.n; i++)
		if (strcmp(j->channels.items[i].value.u.s, channel) == 0)
			return;
	if (j->channels.n < CHANNELS_MAX)
		vb_add(&j->channels, NULL, value_str(channel));
}

void win_judge_count(struct win_judge *j, uint32_t id, int64_t time_ms, const char *channel)
{
	j->records++;
	j->by_id[id < IDS ? id : 0]++;
	note_channel(j, channel);
	if (time_ms == PIN_NO_TIME)
		return;
	if (j->first == PIN_NO_TIME || time_ms < j->first)
		j->first = time_ms;
	if (j->last == PIN_NO_TIME || time_ms > j->last)
		j->last = time_ms;
}

void win_judge_zoned(struct win_judge *j, bool zoned)
{
	j->local_now = !zoned;
	j->zoned += zoned;
}

void win_judge_dates(struct win_judge *j, const char *s, size_t n)
{
	enum win_order o = win_date_order(s, n);

	if (o != WIN_ORDER_NONE)
		j->orders |= 1u << o;
}

void win_judge_odd(struct win_judge *j, bool odd)
{
	j->odd += odd;
}

uint64_t win_judge_odds(const struct win_judge *j)
{
	return j->odd;
}

uint64_t win_judge_records(const struct win_judge *j)
{
	return j->records;
}

/* The part of the event; the last one takes what there are too many of. */
static struct win_part *part_of(struct win_judge *j, const char *computer, const char *channel)
{
	struct win_part *p = &j->parts[j->part];

	if (j->nparts != 0 && strcmp(p->computer, computer) == 0 && strcmp(p->channel, channel) == 0)
		return p;
	for (j->part = 0; j->part < j->nparts; j->part++) {
		p = &j->parts[j->part];
		if (strcmp(p->computer, computer) == 0 && strcmp(p->channel, channel) == 0)
			return p;
	}
	if (j->nparts == WIN_PARTS) {
		j->part = WIN_PARTS - 1;
		return &j->parts[j->part];
	}
	p = &j->parts[j->nparts++];
	snprintf(p->computer, sizeof(p->computer), "%s", computer);
	snprintf(p->channel, sizeof(p->channel), "%s", channel);
	p->log = win_log_of(channel);
	p->from = p->to = PIN_NO_TIME;
	return p;
}

void win_judge_whose(struct win_judge *j, const char *computer, const char *channel, int64_t time_ms,
                     uint32_t id)
{
	struct win_part *p = part_of(j, computer != NULL ? computer : "", channel);

	p->several |= p->records != 0 && p->id != id;
	p->id = p->records++ == 0 ? id : p->id;
	if (time_ms == PIN_NO_TIME)
		return;
	if (p->from == PIN_NO_TIME || time_ms < p->from)
		p->from = time_ms;
	if (p->to == PIN_NO_TIME || time_ms > p->to)
		p->to = time_ms;
}

void win_judge_event(struct win_judge *j, const struct win_event *e)
{
	const struct rule *r = rule_of(e->provider, e->id);

	if (r != NULL && j->nparts != 0 && j->parts[j->part].log == LOG__MAX)
		j->parts[j->part].log = r->log;
	if (r != NULL) {
		j->seen[r->log] = true;
		r->saw(j, e);
	}
	win_rows_event(j->rows, e);
}

void win_judge_take(struct win_judge *j, const struct win_event *e)
{
	win_judge_count(j, e->id, e->time_ms, e->channel);
	win_judge_whose(j, e->computer, e->channel, e->time_ms, e->id);
	win_judge_event(j, e);
}

/* ---- facts at the end ---- */
static void send_by_id(struct win_judge *j)
{
	struct value_builder map;
	char key[16];

	vb_init(&map, ev_mem(j->out));
	for (uint32_t id = 0; id < IDS && map.n < IDS_SHOWN; id++) {
		if (j->by_id[id] == 0)
			continue;
		snprintf(key, sizeof(key), "%u", (unsigned)id);
		vb_add(&map, key, value_int((int64_t)j->by_id[id]));
	}
	ev_value(j->out, "by_id", vb_map(&map));
}

/* What was met is true; what was not is false only in a whole file that holds the log. */
static void send_flag(struct win_judge *j, const char *fact, enum log_kind log, bool met, bool complete)
{
	if (met || (j->seen[log] && complete))
		ev_bool(j->out, fact, met);
}

static void send_count(struct win_judge *j, const char *fact, enum log_kind log, int64_t n, bool complete)
{
	if (n != 0 || (j->seen[log] && complete))
		ev_int(j->out, fact, n);
}

static void send_server(struct win_judge *j, bool complete)
{
	send_count(j, "w3wp_crashes", LOG_APPLICATION, j->crashes, complete);
	if (j->crashes != 0 && j->crash_module[0] != '\0')
		ev_str(j->out, "crash_module", j->crash_module);
	if (j->crashes != 0 && j->crash_code[0] != '\0')
		ev_str(j->out, "crash_code", j->crash_code);
	send_flag(j, "pool_disabled", LOG_SYSTEM, j->pool_disabled, complete);
	send_flag(j, "pool_identity_failed", LOG_SYSTEM, j->pool_identity, complete);
	send_flag(j, "ndes_failed", LOG_APPLICATION, j->ndes_failed, complete);
	if (j->ndes_code[0] != '\0')
		ev_str(j->out, "ndes_code", j->ndes_code);
	if (j->setup_result >= 0)
		ev_int(j->out, "setup_result", j->setup_result);
	send_flag(j, "capi2_expired", LOG_CAPI2, j->expired, complete);
	if (j->ra_expired)
		ev_bool(j->out, "ra_expired", true);
	send_flag(j, "capi2_untrusted", LOG_CAPI2, j->untrusted, complete);
	send_flag(j, "revocation_failed", LOG_CAPI2, j->revocation, complete);
	if (j->seen[LOG_CAPI2]) {
		ev_value(j->out, "capi2_errors", vb_list(&j->capi2));
		ev_value(j->out, "failed_urls", vb_list(&j->urls));
	}
	send_count(j, "connector_received", LOG_CONNECTOR, j->connector[0], complete);
	send_count(j, "connector_verified", LOG_CONNECTOR, j->connector[1], complete);
	send_count(j, "connector_refused", LOG_CONNECTOR, j->connector[2], complete);
	send_count(j, "connector_issued", LOG_CONNECTOR, j->connector[3], complete);
	send_count(j, "connector_failed", LOG_CONNECTOR, j->connector[4], complete);
}

/* A local time without a zone is no moment: it is given as the machine's clock showed it. */
static void send_stamp(struct win_judge *j, const char *time, const char *stamp, int64_t ms, bool local)
{
	char iso[CLOCK_TEXT];

	if (ms == PIN_NO_TIME)
		return;
	if (!local) {
		ev_time(j->out, time, ms);
		return;
	}
	clock_iso(ms, iso);
	iso[strcspn(iso, "Z.")] = '\0';
	iso[strcspn(iso, "T")] = ' ';
	ev_str(j->out, stamp, iso);
}

void win_judge_end(struct win_judge *j, enum win_format format, bool complete)
{
	bool local = format != WIN_EVTX && format != WIN_XML && (j->zoned == 0 || j->zoned != j->records);

	ev_int(j->out, "records", (int64_t)j->records);
	send_stamp(j, "first_time", "first_stamp", j->first, local);
	send_stamp(j, "last_time", "last_stamp", j->last, local);
	ev_str(j->out, "times", local ? "local" : "utc");
	if (j->orders == 1u << WIN_ORDER_MONTH || j->orders == 1u << WIN_ORDER_DAY)
		ev_str(j->out, "date_order", win_orders[j->orders == 1u << WIN_ORDER_DAY]);
	/* Local times without a zone cannot be set against a UTC time. */
	if (j->attempt != PIN_NO_TIME && !local && j->first != PIN_NO_TIME)
		ev_bool(j->out, "covers_attempt", j->first <= j->attempt && j->attempt <= j->last);
	send_by_id(j);
	ev_value(j->out, "channels", vb_list(&j->channels));
	send_flag(j, "event36", LOG_DEVICE, j->request, complete);
	send_flag(j, "request_sent", LOG_DEVICE, j->sent, complete);
	send_flag(j, "answer_received", LOG_DEVICE, j->answered, complete);
	send_flag(j, "network_failed", j->seen[LOG_DEVICE] ? LOG_DEVICE : LOG__MAX, j->network_failed,
	          complete);
	if (j->device_refused)
		ev_bool(j->out, "device_refused", true);
	send_flag(j, "scep_failed", j->seen[LOG_DEVICE] ? LOG_DEVICE : LOG__MAX, j->scep_failed, complete);
	if (j->codes.n != 0)
		ev_value(j->out, "scep_codes", vb_list(&j->codes));
	if (j->ndes_url[0] != '\0')
		ev_str(j->out, "ndes_url", j->ndes_url);
	send_server(j, complete);
	win_rows_send(j->rows, local, complete);
	ev_fault(j->out, j->crashes != 0 || j->pool_disabled || j->pool_identity || j->ndes_failed ||
	                         j->expired || j->untrusted || j->revocation || j->scep_failed);
}
