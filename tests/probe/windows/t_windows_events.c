/*
 * windows.events: event logs as Windows writes them (made by evtx_write.c), damaged ones, and the exports of
 * Event Viewer, wevtutil and PowerShell; each gives the facts it bears and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evtx_write.h"
#include "probe_seen.h"

#include <cmocka.h>

#define T0 1795344737000 /* 2026-11-22T10:52:17Z */
#define DM "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider"
#define CAPI2 "Microsoft-Windows-CAPI2"
#define CONN "Microsoft-Intune-CertificateConnectors"
#define NDES "Microsoft-Windows-NetworkDeviceEnrollmentService"
#define CLASSIC                                  \
	{                                        \
		"", "", "", "", "", "", "", NULL \
	}

static const struct evtx_event device[] = {
        {36,
         4,
         DM,
         DM "/Admin",
         T0,
         {"EKU", "NDESURL", NULL},
         {"1.3.6.1.5.5.7.3.2", "https://ndes.example/certsrv/mscep/mscep.dll/pkiclient.exe"}},
        {306, 4, DM, DM "/Admin", T0 + 1000, {NULL}, {NULL}},
};
/* The template asks for a value that the record has not. */
static const struct evtx_event device_short[] = {
        {36, 4, DM, DM "/Admin", T0, {"EKU", "NDESURL", NULL}, {"1.3.6.1.5.5.7.3.2", NULL}},
        {36, 4, DM, DM "/Admin", T0 + 1, {"NDESURL", "", "", NULL}, {NULL}},
};
static const struct evtx_event device_failed[] = {
        {32, 2, DM, DM "/Admin", T0, {"Result", NULL}, {"(Unknown Win32 Error code: 0x80072f8f)"}},
        {87,
         2,
         "Microsoft-Windows-CertificateServicesClient-CertEnroll",
         "Application",
         T0 + 5,
         {"Url", "ErrorCode", NULL},
         {"https://x.microsoftaik.azure.net/templates/Aik/scep", "0x80190194 (not found)"}},
};
static const struct evtx_event server[] = {
        {1000,
         2,
         "Application Error",
         "Application",
         T0,
         CLASSIC,
         {"w3wp.exe", "8.5.9600.16384", "5215df96", "ntdll.dll", "6.3.9600.18821", "59ba86db", "c0000005"}},
        {1000,
         2,
         "Application Error",
         "Application",
         T0 + 1,
         CLASSIC,
         {"notepad.exe", "1", "2", "evil.dll", "3", "4", "c0000374"}},
        {10, 2, NDES, "Application", T0 + 2, {"ErrorCode", NULL}, {"0x80070057"}},
        {1033,
         4,
         "MsiInstaller",
         "Application",
         T0 + 3,
         {"", "", "", "", "", NULL},
         {"Microsoft Intune Connector", "6.2109.51.0", "1033", "1603", "Microsoft"}},
        {5002, 2, "Microsoft-Windows-WAS", "System", T0 + 4, {"AppPoolID", NULL}, {"SCEP"}},
        {5057, 3, "Microsoft-Windows-WAS", "System", T0 + 5, {"AppPoolID", NULL}, {"OtherPool"}},
};
static const struct evtx_event capi2[] = {
        {11,
         2,
         CAPI2,
         CAPI2 "/Operational",
         T0,
         {"Result", NULL},
         {"The certificate is not valid 0x800B0101"}},
        {53,
         2,
         CAPI2,
         CAPI2 "/Operational",
         T0 + 1,
         {"URL", "Result", NULL},
         {"http://crl.example/ca.crl", "0x80092013"}},
        {30, 4, CAPI2, CAPI2 "/Operational", T0 + 2, {"Note", NULL}, {"fine"}},
};
static const struct evtx_event connector[] = {
        {4003, 4, CONN, CONN "/Operational", T0, {NULL}, {NULL}},
        {4005, 2, CONN, CONN "/Operational", T0 + 1, {NULL}, {NULL}},
};

static const struct {
	const struct evtx_event *events;
	size_t n;
	const char *facts[24];
} logs[] = {
        {device, 2, {"event36",       "true",
                     "ndes_url",      "\"https://ndes.example/certsrv/mscep/mscep.dll/pkiclient.exe\"",
                     "records",       "2",
                     "by_id",         "{\"36\":1,\"306\":1}",
                     "damaged",       "false",
                     "w3wp_crashes",  "null",
                     "pool_disabled", "null",
                     "scep_failed",   "false",
                     "first_time",    "\"2026-11-22T10:52:17Z\"",
                     "times",         "\"utc\""}},
        {device_short, 2, {"records", "2", "event36", "true", "ndes_url", "null", "damaged", "false"}},
        {device_failed,
         2,
         {"event36", "false", "scep_failed", "true", "scep_codes", "[\"0x80072f8f\"]", "ndes_url", "null"}},
        {server,
         6,
         {"w3wp_crashes",
          "1",
          "crash_module",
          "\"ntdll.dll\"",
          "crash_code",
          "\"0xc0000005\"",
          "ndes_failed",
          "true",
          "ndes_code",
          "\"0x80070057\"",
          "setup_result",
          "1603",
          "pool_disabled",
          "true",
          "pool_identity_failed",
          "false",
          "event36",
          "null",
          "capi2_expired",
          "null",
          "connector_received",
          "null"}},
        {capi2,
         3,
         {"capi2_expired", "true", "revocation_failed", "true", "capi2_untrusted", "false", "failed_urls",
          "[\"http://crl.example/ca.crl\"]", "w3wp_crashes", "null", "capi2_errors",
          "[{\"event\":11,\"result\":\"0x800B0101\",\"subject\":null,\"url\":null,\"process\":null,\"record\":1},"
          "{\"event\":53,\"result\":\"0x80092013\",\"subject\":null,\"url\":\"http://crl.example/ca.crl\","
          "\"process\":null,\"record\":2}]"}},
        {connector, 2, {"connector_received", "1", "connector_refused", "1", "connector_issued", "0"}},
};

static void expect_facts(struct probe_seen *seen, const char *const *facts)
{
	for (size_t i = 0; facts[i] != NULL; i += 2) {
		const char *json =
		        evidence_fact(&seen->e, facts[i]) != NULL ? seen_json(seen, facts[i]) : "null";

		if (strcmp(json, facts[i + 1]) != 0)
			print_message("fact %s\n", facts[i]);
		assert_string_equal(json, facts[i + 1]);
	}
}

static const char *evtx_file(const struct evtx_event *events, size_t n, size_t per_chunk)
{
	size_t size;
	unsigned char *bytes = evtx_write(events, n, per_chunk, &size);
	const char *path = test_file("log.evtx", bytes, size);

	free(bytes);
	return path;
}

static void event_logs_give_their_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		/* all in one chunk, and one event a chunk */
		for (size_t per_chunk = 1; per_chunk <= logs[i].n; per_chunk += logs[i].n - 1) {
			struct probe_seen seen;

			probe_run(&seen, "windows.events", "file",
			          evtx_file(logs[i].events, logs[i].n, per_chunk), NULL);
			assert_int_equal(seen.e.outcome, EV_MEASURED);
			expect_facts(&seen, logs[i].facts);
			probe_seen_release(&seen);
		}
	}
}

static void coverage_is_said_only_with_utc(void **state)
{
	static const struct {
		const char *attempt, *covers;
	} rows[] = {{"2026-11-22T10:52:17Z", "true"},
	            {"2026-11-22T10:52:18Z", "true"},
	            {"2026-11-22T11:00:00Z", "false"},
	            {"2026-11-22T10:00:00Z", "false"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen seen;

		probe_run(&seen, "windows.events", "file", evtx_file(device, 2, 2), "attempt",
		          rows[i].attempt, NULL);
		assert_string_equal(seen_json(&seen, "covers_attempt"), rows[i].covers);
		probe_seen_release(&seen);
	}
}

/* Chunk 2 of 3 loses its signature, a record its length, the file its end: the rest stays. */
static void damage_costs_only_what_it_touches(void **state)
{
	static const struct {
		size_t at;
		size_t cut; /* 0: the byte at `at` is changed */
		const char *records;
	} rows[] = {
	        {4096 + 65536, 0,
	         "6"}, /* signature of the second chunk: its records are found all the same */
	        {4096 + 65536 + 0x200 + 4, 0, "5"},       /* length of its first record */
	        {0, 4096 + 2 * 65536 + 0x200 + 100, "4"}, /* the file ends in the last chunk's first record */
	};
	struct evtx_event six[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		six[i] = server[i];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen seen;
		size_t size;
		unsigned char *bytes = evtx_write(six, 6, 2, &size);

		if (rows[i].cut != 0)
			size = rows[i].cut;
		else
			bytes[rows[i].at] ^= 0x5A;
		probe_run(&seen, "windows.events", "file", test_file("broken.evtx", bytes, size), NULL);
		assert_int_equal(seen.e.outcome, EV_MEASURED);
		assert_string_equal(seen_json(&seen, "records"), rows[i].records);
		assert_true(seen_bool(&seen, "damaged"));
		assert_non_null(strstr(seen_str(&seen, "damage"), "at byte"));
		/* What was not met may stand in the part that is lost. */
		if (rows[i].cut != 0)
			assert_null(evidence_fact(&seen.e, "pool_disabled"));
		probe_seen_release(&seen);
		free(bytes);
	}
}

#define XMLNS " xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define CRASH_XML                                                                                            \
	"<Event" XMLNS "><System><Provider Name='Application Error'/><EventID "                              \
	"Qualifiers='0'>1000</EventID><Level>2</Level>"                                                      \
	"<TimeCreated "                                                                                      \
	"SystemTime='2026-11-22T10:52:17.1234567Z'/><EventRecordID>77</EventRecordID><Channel>Application</" \
	"Channel>"                                                                                           \
	"<Computer>NDES01</Computer></System><EventData><Data>w3wp.exe</Data><Data>8.5</Data><Data>52</"     \
	"Data><Data>clr.dll</Data>"                                                                          \
	"<Data>4</Data><Data>5</Data><Data>e0434352</Data></EventData></Event>"
#define CHAIN_XML                                                                                  \
	"<Event" XMLNS                                                                             \
	"><System><Provider Name='Microsoft-Windows-CAPI2'/><EventID>30</EventID><Level>2</Level>" \
	"<TimeCreated "                                                                            \
	"SystemTime='2026-11-22T10:53:00Z'/><EventRecordID>4711</"                                 \
	"EventRecordID><Channel>Microsoft-Windows-CAPI2/Operational</Channel></"                   \
	"System><UserData>"                                                                        \
	"<CertVerifyCertificateChainPolicy><Certificate fileRef='AB.cer' "                         \
	"subjectName='NDES01-MSCEP-RA'/><EventAuxInfo "                                            \
	"ProcessName='w3wp.exe'/><Result value='800B0109'>A certificate "                          \
	"chain</Result></CertVerifyCertificateChainPolicy></UserData></Event>"

static const struct {
	const char *text;
	const char *facts[24];
} exports[] = {
        {"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events>" CRASH_XML CHAIN_XML
         "</Events>",
         {"format", "\"xml\"", "records", "2", "w3wp_crashes", "1", "crash_module", "\"clr.dll\"",
          "crash_code", "\"0xe0434352\"", "capi2_untrusted", "true", "capi2_errors",
          "[{\"event\":30,\"result\":\"0x800B0109\",\"subject\":\"NDES01-MSCEP-RA\",\"url\":null,\"process\":"
          "\"w3wp.exe\","
          "\"record\":4711}]",
          "last_time", "\"2026-11-22T10:53:00Z\""}},
        {CRASH_XML "\r\n" CHAIN_XML,
         {"format", "\"xml\"", "records", "2", "w3wp_crashes", "1"}}, /* wevtutil: no root */
        {CRASH_XML "<Event" XMLNS "><System><Provider",
         {"records", "1", "damaged", "true", "w3wp_crashes", "1", "capi2_untrusted", "null"}},
        {"Level,Date and Time,Source,Event ID,Task Category\r\nError,11/22/2026 2:05:00 PM,Application "
         "Error,1000,(100),\"Faulting application "
         "name: w3wp.exe, version: 8.5\r\nFaulting module name: ntdll.dll, version: 6.3\r\nException code: "
         "0xc0000005\"\r\n"
         "Information,11/22/2026 2:06:00 PM,MsiInstaller,1033,None,\"Windows Installer installed the "
         "product. Product Name: Microsoft Intune "
         "Connector. Installation success or error status: 0.\"\r\n",
         {"format", "\"csv\"", "records", "2", "w3wp_crashes", "1", "crash_module", "\"ntdll.dll\"",
          "crash_code", "\"0xc0000005\"", "setup_result", "0", "times", "\"local\"", "first_time", "null",
          "first_stamp", "\"2026-11-22 14:05:00\""}},
        {"Ebene;Datum und Uhrzeit;Quelle;Ereignis-ID;Aufgabenkategorie\r\nFehler;22.11.2026 "
         "14:05:00;Microsoft-Windows-WAS;5002;Keine;\"Der "
         "Anwendungspool \"\"SCEP\"\" wurde deaktiviert.\"\r\nFehler;22.11.2026 14:05:01;Application "
         "Error;1000;(100);\"w3wp.exe\"\r\n",
         {"format", "\"csv\"", "pool_disabled", "true", "last_stamp", "\"2026-11-22 14:05:01\""}},
        {"#TYPE "
         "System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Message\",\"Id\",\"Version\","
         "\"ProviderName\",\"LogName\",\"TimeCreated\"\r\n"
         "\"SCEP: Certificate request generated \"\"successfully\"\". NDES URL: "
         "(https://n.example/certsrv/mscep/mscep.dll/pkiclient.exe),\",\"36\",,"
         "\"" DM "\",\"" DM "/Admin\",\"11/22/2026 2:05:00 PM\"\r\n",
         {"format", "\"csv\"", "event36", "true", "ndes_url",
          "\"https://n.example/certsrv/mscep/mscep.dll/pkiclient.exe\""}},
        /* PowerShell 7 writes no #TYPE; an older one with other columns has nothing else to be known by. */
        {"\"Message\",\"Id\",\"ProviderName\",\"TimeCreated\"\r\n\"Application pool 'SCEP' is being automatically "
         "disabled\",\"5002\",\"Microsoft-Windows-WAS\",\"11/22/2026 2:05:00 PM\"\r\n",
         {"format", "\"csv\"", "records", "1", "pool_disabled", "true"}},
        {"#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Id\",\"Message\",\"TimeCreated\"\r\n"
         "\"5002\",\"Application pool 'SCEP' is being automatically disabled\",\"11/22/2026 2:05:00 PM\"\r\n",
         {"format", "\"csv\"", "records", "1"}},
        {"Event[0]:\r\n  Log Name: Application\r\n  Source: Application Error\r\n  Date: "
         "2026-11-22T14:05:00.000\r\n  Event ID: 1000\r\n  Task: "
         "Application Crashing Events\r\n  Level: Error\r\n  Description: \r\nFaulting application name: "
         "w3wp.exe, version: 8.5\r\nFaulting module "
         "name: ntdll.dll\r\nException code: 0xc0000005\r\n\r\nEvent[1]:\r\n  Log Name: Application\r\n  "
         "Source: MsiInstaller\r\n  Date: "
         "2026-11-22T14:06:00.000\r\n  Event ID: 1001\r\n  Description: \r\nnothing\r\n",
         {"format", "\"text\"", "records", "2", "w3wp_crashes", "1", "crash_code", "\"0xc0000005\"", "by_id",
          "{\"1000\":1,\"1001\":1}"}},
        /* as the article shows events: all on one line */
        {"Event ID: 36 Task Category: None Level: Information Keywords: User: <UserSid> Computer: <Computer "
         "Name> Description: SCEP: Certificate "
         "request generated successfully. NDES URL: "
         "(https://s.example/certsrv/mscep/mscep.dll/pkiclient.exe), Container Name: ()\r\n"
         "Log Name: Application Source: Application Error Event ID: 1000 Task Category: Application Crashing "
         "Events Level: Error Keywords: Classic "
         "Description: Faulting application name: w3wp.exe, version: 8.5 Faulting module name: ntdll.dll, "
         "version: 6.3 Exception code: 0xc0000005\r\n",
         {"records", "2", "event36", "true", "w3wp_crashes", "1", "crash_module", "\"ntdll.dll\"", "ndes_url",
          "\"https://s.example/certsrv/mscep/mscep.dll/pkiclient.exe\""}},
        {"\r\nTimeCreated  : 11/22/2026 2:05:00 PM\r\nProviderName : " CONN
         "\r\nId           : 4003\r\nMessage      : A request came in\r\n               "
         "for a device\r\n\r\nTimeCreated  : 11/22/2026 2:05:01 PM\r\nProviderName : " CONN
         "\r\nId           : 4006\r\nMessage      : issued\r\n",
         {"format", "\"text\"", "records", "2", "connector_received", "1", "connector_issued", "1",
          "connector_refused", "0"}},
        /* A text has no data: the message names the pool, and another pool is no matter of NDES. */
        {"Level,Date and Time,Source,Event ID,Task Category\r\nError,11/22/2026 2:05:00 "
         "PM,Microsoft-Windows-WAS,5002,None,\"Application pool 'DefaultAppPool' is being automatically "
         "disabled\"\r\n",
         {"format", "\"csv\"", "pool_disabled", "false"}},
        /* A translated crash keeps the order of its lines; the code in the second one is a time stamp. */
        {"Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\r\nFehler,22.11.2026 "
         "14:05:00,Application "
         "Error,1000,(100),\"Name der fehlerhaften Anwendung: w3wp.exe, Version: 10.0, Zeitstempel: "
         "0xcfdb13d8\r\nName des fehlerhaften Moduls: NDESPolicy.dll, Version: 6.1, Zeitstempel: "
         "0x58256cd0\r\nAusnahmecode: 0xc0000005\r\nFehleroffset: 0x01\"\r\n",
         {"w3wp_crashes", "1", "crash_module", "\"NDESPolicy.dll\"", "crash_code", "\"0xc0000005\""}},
        /* newer wevtutil states the zone, Get-WinEvent's table has no labels below its head */
        {"Event[0]\r\n  Log Name: System\r\n  Source: Microsoft-Windows-WAS\r\n  Date: "
         "2026-11-22T14:05:00.0000000Z\r\n  Event ID: 5002\r\n  Description: \r\nApplication pool 'SCEP' is "
         "being automatically disabled\r\n",
         {"times", "\"utc\"", "pool_disabled", "true", "first_time", "\"2026-11-22T14:05:00Z\""}},
        {"\r\n   ProviderName: Microsoft-Windows-WAS\r\n\r\nTimeCreated                     Id "
         "LevelDisplayName Message\r\n-----------                     -- ---------------- "
         "-------\r\n11/22/2026 2:05:00 PM         5002 Error            Application pool 'SCEP' is "
         "being...\r\n22.11.2026 14:06:00           5009 Warnung          x\r\n",
         {"format", "\"text\"", "times", "\"local\"", "records", "2", "pool_disabled", "true", "by_id",
          "{\"5002\":1,\"5009\":1}", "last_stamp", "\"2026-11-22 14:06:00\"", "last_time", "null"}},
        /* Labels of the event viewer in any language: log, source, date and id are known by their shape. */
        {"Nome registro: Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin\r\nOrigine:       " DM
         "\r\nData:          14/03/2026 09:20:01\r\nID evento:     36\r\nCategoria "
         "attivit\xC3\xA0:Nessuna\r\nLivello:       Informazioni\r\nParole chiave: \r\nUtente:        "
         "SYSTEM\r\nComputer:      PC-0417\r\nDescrizione:\r\nSCEP: richiesta. URL NDES: "
         "(https://n.example/certsrv/mscep/mscep.dll/pkiclient.exe).\r\n\r\nNome registro: " DM
         "/Admin\r\nOrigine:       " DM
         "\r\nData:          14/03/2026 09:21:01\r\nID evento:     37\r\nCategoria "
         "attivit\xC3\xA0:Nessuna\r\nLivello:       Informazioni\r\nParole chiave: \r\nUtente:        "
         "SYSTEM\r\nComputer:      PC-0417\r\nDescrizione:\r\nSCEP: inviata.\r\n",
         {"format", "\"text\"", "records", "2", "event36", "true", "request_sent", "true", "answer_received",
          "false", "last_stamp", "\"2026-03-14 09:21:01\"", "ndes_url",
          "\"https://n.example/certsrv/mscep/mscep.dll/pkiclient.exe\""}},
        {"\xE3\x83\xAD\xE3\x82\xB0\xE3\x81\xAE\xE5\x90\x8D\xE5\x89\x8D: System\r\n"
         "\xE3\x82\xBD\xE3\x83\xBC\xE3\x82\xB9: Microsoft-Windows-WAS\r\n\xE6\x97\xA5\xE4\xBB\x98: 2026/03/14 "
         "9:20:01\r\n\xE3\x82\xA4\xE3\x83\x99\xE3\x83\xB3\xE3\x83\x88 ID: 5002\r\na:b\r\nc:d\r\ne:\r\nf:g\r\nh:NDES01\r\n"
         "i:\r\n'SCEP'\r\n",
         {"records", "1", "pool_disabled", "true", "last_stamp", "\"2026-03-14 09:20:01\""}},
        /* 36 is generated only; a code of the network says that the device did not get through; a cut one
           says nothing */
        {"Log Name: " DM "/Admin\r\nSource: " DM
         "\r\nDate: 22.11.2026 14:05:00\r\nEvent ID: 32\r\nDescription:\r\nSCEP: "
         "failed (0x80072ee7)\r\n\r\nLog Name: " DM "/Admin\r\nSource: " DM
         "\r\nDate: 22.11.2026 14:06:00\r\nEvent ID: 309\r\nDescription:\r\nSCEP: failed (0x80072f7\r\n",
         {"scep_failed", "true", "network_failed", "true", "scep_codes", "[\"0x80072ee7\"]",
          "answer_received", "false"}},
        /* a handshake that Schannel gave up */
        {"Log Name: " DM "/Admin\r\nSource: " DM
         "\r\nDate: 22.11.2026 14:05:00\r\nEvent ID: 32\r\nDescription:\r\nSCEP: failed (0x80090326)\r\n",
         {"scep_failed", "true", "network_failed", "true", "scep_codes", "[\"0x80090326\"]"}},
        /* the CA's word is no fault of the connection */
        {"Log Name: " DM "/Admin\r\nSource: " DM
         "\r\nDate: 22.11.2026 14:05:00\r\nEvent ID: 32\r\nDescription:\r\nSCEP: failed (0x80094800)\r\n",
         {"scep_failed", "true", "scep_codes", "[\"0x80094800\"]", "device_refused", "true", "network_failed",
          "false"}},
        /* whose certificate has ended: NDES' own, or a client's */
        {"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" CAPI2
         "'/><EventID>11</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-22T14:05:00Z'/><Channel>" CAPI2
         "/Operational</Channel></System><UserData><C><Certificate subjectName='NDES07-MSCEP-RA'/><Result "
         "value='800B0101'>x</Result></C></UserData></Event>",
         {"capi2_expired", "true", "ra_expired", "true"}},
        {"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" CAPI2
         "'/><EventID>11</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-22T14:05:00Z'/><Channel>" CAPI2
         "/Operational</Channel></System><UserData><C><Certificate subjectName='PC-7.example'/><Result "
         "value='800B0101'>x</Result></C></UserData></Event>",
         {"capi2_expired", "true", "ra_expired", "null"}},
        /* neither is a store of keys a refusal by the CA */
        {"Log Name: " DM "/Admin\r\nSource: " DM
         "\r\nDate: 22.11.2026 14:05:00\r\nEvent ID: 32\r\nDescription:\r\nSCEP: failed (0x80090016)\r\n",
         {"scep_failed", "true", "scep_codes", "[\"0x80090016\"]", "device_refused", "null"}},
        /* the old connector rejected one challenge and verified the next */
        {"Log Name: Microsoft Intune Connector\r\nSource: Microsoft Intune Connector\r\nDate: 22.11.2026 "
         "14:05:00\r\nEvent ID: 20501\r\nDescription:\r\nCRP: rejected, 0x00000411\r\n\r\nLog Name: Microsoft "
         "Intune Connector\r\nSource: Microsoft Intune Connector\r\nDate: 22.11.2026 14:09:00\r\nEvent ID: "
         "20500\r\nDescription:\r\nCRP: verified\r\n",
         {"records", "2", "connector_refused", "1", "connector_received", "null"}},
        /* a result kept as a number, and a number that is none */
        {"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" DM
         "'/><EventID>32</EventID><TimeCreated SystemTime='2026-11-22T14:05:00Z'/><Channel>" DM
         "/Admin</Channel></System><EventData><Data Name='Port'>2147954402</Data>"
         "<Data Name='HRESULT'>2147954407</Data></EventData></Event>",
         {"scep_failed", "true", "network_failed", "true", "scep_codes", "[\"0x80072EE7\"]"}},
};

static void exports_give_their_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(exports) / sizeof(exports[0]); i++) {
		const char *path = test_file("export.txt", exports[i].text, SIZE_MAX);
		struct probe_seen seen;

		probe_run(&seen, "windows.events", "file", path, NULL);
		if (seen.e.outcome != EV_MEASURED)
			print_message("%zu: %s\n%s\n", i, seen.e.why, exports[i].text);
		assert_int_equal(seen.e.outcome, EV_MEASURED);
		expect_facts(&seen, exports[i].facts);
		probe_seen_release(&seen);
		probe_run(&seen, "file.recognise", "file", path, NULL);
		assert_string_equal(seen_str(&seen, "kind"), "windows.events");
		probe_seen_release(&seen);
	}
}

/* A character of two units that a block of the file cuts in half is still one. */
static void a_cut_pair_is_one_character(void **state)
{
	static const char head[] =
	        "<Events>" CRASH_XML "<Event" XMLNS
	        "><System><Provider Name='Application Error'/><EventID>1000</EventID><Level>2</Level>"
	        "<TimeCreated SystemTime='2026-11-22T10:59:00Z'/><EventRecordID>78</EventRecordID>"
	        "<Channel>Application</Channel></System><EventData><Data>w3wp.exe</Data><Data>8.5</Data>"
	        "<Data>";
	static const char module[] = "</Data><Data>an",
	                  tail[] = ".dll</Data><Data>4</Data><Data>5</Data>"
	                           "<Data>e0434352</Data></EventData></Event></Events>";
	static unsigned char text[160000];

	(void)state;
	/* Units before the pair: 32766 puts its first half at the end of a block of 65536 bytes, behind the
	 * BOM. */
	for (size_t units = 32764; units <= 32768; units++) {
		size_t pad = units - strlen(head) - strlen(module), n = 0;
		struct probe_seen seen;
		const char *path;

		text[n++] = 0xFF;
		text[n++] = 0xFE;
		for (size_t i = 0; i < units; i++, n += 2) {
			text[n] = (unsigned char)(i < strlen(head)         ? head[i]
			                          : i < strlen(head) + pad ? '5'
			                                                   : module[i - strlen(head) - pad]);
			text[n + 1] = 0;
		}
		memcpy(text + n, "\x3D\xD8\x00\xDE", 4); /* U+1F600 */
		n += 4;
		for (size_t i = 0; i < strlen(tail); i++, n += 2) {
			text[n] = (unsigned char)tail[i];
			text[n + 1] = 0;
		}
		path = test_file("pair.xml", text, n);
		probe_run(&seen, "windows.events", "file", path, NULL);
		assert_int_equal(seen_int(&seen, "records"), 2);
		assert_string_equal(seen_str(&seen, "crash_module"), "an\xF0\x9F\x98\x80.dll");
		probe_seen_release(&seen);
	}
}

static void pins_name_the_record(void **state)
{
	struct probe_seen seen;
	const struct pin *pin;

	(void)state;
	probe_run(&seen, "windows.events", "file", evtx_file(server, 6, 6), NULL);
	pin = seen_pin(&seen, "ndes_failed");
	assert_int_equal(pin->line, 3);
	assert_int_equal(pin->at_ms, T0 + 2);
	assert_non_null(strstr(pin->text, "0x80070057"));
	probe_seen_release(&seen);
}

/* A line of an event is shown without what is secret in it, its code as it is. */
static void pins_hold_no_secret(void **state)
{
	static const struct evtx_event event[] = {
	        {2,
	         2,
	         NDES,
	         "Application",
	         T0,
	         {"ErrorMessage", "client_secret", NULL},
	         {"0x80070057 password=Hw9pLs2rQ", "Zt6kWn3vB"}},
	};
	struct probe_seen seen;
	const struct pin *pin;

	(void)state;
	probe_run(&seen, "windows.events", "file", evtx_file(event, 1, 1), NULL);
	pin = seen_pin(&seen, "ndes_failed");
	assert_non_null(strstr(pin->text, "0x80070057"));
	assert_null(strstr(pin->text, "Hw9pLs2rQ"));
	assert_null(strstr(pin->text, "Zt6kWn3vB"));
	probe_seen_release(&seen);
}

static void every_flipped_byte_ends_well(void **state)
{
	size_t size;
	unsigned char *good = evtx_write(server, 6, 3, &size);
	const char *path = test_file("flip.evtx", good, size);

	(void)state;
	for (size_t at = 0; at < size; at += at < 8192 ? 13 : 1009) {
		struct probe_seen seen;
		unsigned char was = good[at];

		FILE *f = fopen(path, "wb");

		good[at] = (unsigned char)(was ^ 0xFF);
		assert_non_null(f);
		assert_int_equal(fwrite(good, 1, size, f), size);
		fclose(f);
		probe_run(&seen, "windows.events", "file", path, NULL);
		assert_true(seen.e.outcome == EV_MEASURED || seen.e.outcome == EV_UNREADABLE);
		probe_seen_release(&seen);
		good[at] = was;
	}
	free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(event_logs_give_their_facts),
	        cmocka_unit_test(coverage_is_said_only_with_utc),
	        cmocka_unit_test(damage_costs_only_what_it_touches),
	        cmocka_unit_test(exports_give_their_facts),
	        cmocka_unit_test(a_cut_pair_is_one_character),
	        cmocka_unit_test(pins_name_the_record),
	        cmocka_unit_test(pins_hold_no_secret),
	        cmocka_unit_test(every_flipped_byte_ends_well),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
