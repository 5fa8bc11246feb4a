/*
 * Logs of any size with known content, for measuring and for comparing: an IIS log
 * with a share of SCEP requests, an Android and an iOS log with few lines of interest.
 *
 *     make_log iis|android|ios MEGABYTES SHARE SEED FILE      prints what it holds as JSON
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static unsigned pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 20) % n;
}

#define ONE_OF(list) list[pick(sizeof(list) / sizeof((list)[0]))]

static const char *const ops[] = {"GetCACaps", "GetCACert", "PKIOperation"};
static const char *const statuses[] = {"200 0 0", "500 0 1346", "500 0 64", "403 0 0", "404 15 0", "503 0 0"};
static uint64_t by_op[3], by_status[6], scep, lines;
static int64_t clock_s;

static unsigned pick_status(void)
{
	unsigned r = pick(100);

	return r < 88 ? 0 : 1 + r % 5;
}

/* What a device sends as message: base64, its specials escaped. */
static void put_message(FILE *f, unsigned n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char text[6200];
	unsigned i = 0;

	while (i < n)
		if (pick(40) == 0) {
			memcpy(text + i, pick(2) ? "%2B" : "%2F", 3);
			i += 3;
		} else {
			text[i++] = letters[pick(62)];
		}
	fwrite(text, 1, i, f);
}

static void put_stamp(FILE *f)
{
	int64_t day = clock_s / 86400, s = clock_s % 86400;

	fprintf(f, "2026-%02d-%02d %02d:%02d:%02d ", (int)(day / 28 % 12) + 1, (int)(day % 28) + 1,
	        (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static void put_scep(FILE *f)
{
	static const char *const stems[] = {"/certsrv/mscep/mscep.dll",
	                                    "/certsrv/mscep/mscep.dll/pkiclient.exe",
	                                    "/CertSrv/mscep/mscep.dll"};
	static const char *const agents[] = {
	        "Dalvik/2.1.0+(Linux;+U;+Android+14;+SM-S918B+Build/UP1A.231005.007)",
	        "Dalvik/2.1.0+(Linux;+U;+Android+13;+Pixel+7a+Build/TP1A.220624.014)",
	        "profiled/1.0+CFNetwork/1494.0.7+Darwin/23.4.0",
	        "profiled/1.0+CFNetwork/1410.0.3+Darwin/22.6.0",
	        "Mozilla/4.0+(compatible;+Win32;+NDES+client+10.0.22621.1/ni_release)",
	};
	unsigned op = pick(3), st = pick_status(), device = pick(20000);
	int get = op == 2 && pick(5) < 3;

	fprintf(f, "10.20.30.41 %s %s operation=%s%s", op == 2 && !get ? "POST" : "GET", ONE_OF(stems),
	        ops[op], op == 2 && !get ? "" : "&message=");
	if (get)
		put_message(f, 3000 + pick(3000));
	else if (op != 2)
		fputs("default", f);
	fprintf(f, " 443 - 10.%u.%u.%u %s - %s %u\r\n", 40 + device / 8000, device / 256 % 256, device % 256,
	        agents[device % 5], statuses[st], pick(900));
	by_op[op]++;
	by_status[st]++;
	scep++;
}

static void put_other(FILE *f)
{
	static const char *const stems[] = {"/",
	                                    "/favicon.ico",
	                                    "/certsrv/",
	                                    "/CertEnroll/CONTOSO-CA.crl",
	                                    "/Microsoft-Server-ActiveSync/default.eas",
	                                    "/owa/auth/logon.aspx",
	                                    "/api/v2/devices/status",
	                                    "/assets/app.6f1e.js"};
	static const char *const queries[] = {"-", "-", "-", "id=77&tab=general",
	                                      "Cmd=Ping&User=CONTOSO%5Cuser7&DeviceType=iPhone"};
	static const char *const agents[] = {
	        ("Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
	         "126.0.0.0+Safari/"
	         "537.36+Edg/126.0.0.0"),
	        ("Mozilla/5.0+(iPhone;+CPU+iPhone+OS+17_4+like+Mac+OS+X)+AppleWebKit/"
	         "605.1.15+(KHTML,+like+Gecko)+Version/17.4"),
	        "ELB-HealthChecker/2.0", "Apple-iPhone15C2/2101.66", "-"};
	static const char *const ends[] = {"200 0 0", "200 0 0", "200 0 0", "304 0 0", "404 0 2", "401 2 5"};

	fprintf(f, "10.20.30.41 GET %s %s 443 - 10.%u.%u.%u %s - %s %u\r\n", ONE_OF(stems), ONE_OF(queries),
	        pick(20), pick(256), pick(256), ONE_OF(agents), ONE_OF(ends), pick(900));
}

static void make_iis(FILE *f, uint64_t size, double share)
{
	while ((uint64_t)ftello(f) < size) {
		if (lines % 40000 == 0)
			fputs("#Software: Microsoft Internet Information Services 10.0\r\n#Version: "
			      "1.0\r\n#Date: 2026-01-01 00:00:00\r\n"
			      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
			      "c-ip cs(User-Agent) "
			      "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n",
			      f);
		clock_s += pick(10) == 0;
		put_stamp(f);
		if (pick(10000) < share * 10000)
			put_scep(f);
		else
			put_other(f);
		lines++;
	}
}

static void make_device(FILE *f, uint64_t size, double share, int ios)
{
	static const char *const words[] = {"session", "state",   "sync",     "policy",    "device",
	                                    "update",  "value",   "received", "queue",     "task",
	                                    "account", "network", "handler",  "completed", "setting"};
	static const char *const key_android[] = {
	        "There are 1 requests", "Signing pkiMessage using key belonging to [dn=CN=x]",
	        "Received '200 OK' when sending GetCACaps(ca) to https://h/mscep.dll?x"};
	static const char *const key_ios[] = {
	        "Attempting to retrieve issued certificate...", "Sending CSR via GET.",
	        "Performing request: https://h/mscep.dll?operation=GetCACert&message=x"};

	while ((uint64_t)ftello(f) < size) {
		clock_s += pick(4) == 0;
		if (ios)
			fprintf(f, "%s\t%02d:%02d:%02d.%06u +0000\t%s\t", pick(2) ? "debug" : "default",
			        (int)(clock_s / 3600 % 24), (int)(clock_s / 60 % 60), (int)(clock_s % 60),
			        pick(1000000), pick(3) ? "SpringBoard" : "profiled");
		else
			fprintf(f,
			        "2026-11-22T%02d:%02d:%02d.%07u\t%s\tEvent\tcom.microsoft.omadm.client."
			        "OMADMClientService\t18327\t%u\t",
			        (int)(clock_s / 3600 % 24), (int)(clock_s / 60 % 60), (int)(clock_s % 60),
			        pick(10000000), pick(2) ? "VERB" : "INFO", pick(400));
		if (pick(10000) < share * 10000) {
			fputs(ios ? ONE_OF(key_ios) : ONE_OF(key_android), f);
			scep++;
		} else {
			for (unsigned n = 6 + pick(14); n > 0; n--)
				fprintf(f, "%s%s", ONE_OF(words), n > 1 ? " " : "");
		}
		fputc('\n', f);
		lines++;
	}
}

int main(int argc, char **argv)
{
	static char space[1u << 20];
	FILE *f;

	if (argc != 6 || (f = fopen(argv[5], "wb")) == NULL) {
		fprintf(stderr, "make_log iis|android|ios MEGABYTES SHARE SEED FILE\n");
		return 2;
	}
	setvbuf(f, space, _IOFBF, sizeof(space));
	state = strtoull(argv[4], NULL, 10) * 0x9E3779B97F4A7C15u + 1;
	if (strcmp(argv[1], "iis") == 0)
		make_iis(f, strtoull(argv[2], NULL, 10) * 1000000, strtod(argv[3], NULL));
	else
		make_device(f, strtoull(argv[2], NULL, 10) * 1000000, strtod(argv[3], NULL),
		            argv[1][0] == 'i');
	if (fclose(f) != 0) {
		perror(argv[5]);
		return 1;
	}
	printf("{\"lines\":%" PRIu64 ",\"scep\":%" PRIu64 ",\"by_operation\":{", lines, scep);
	for (int i = 0; i < 3; i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "", ops[i], by_op[i]);
	printf("},\"by_status\":{");
	for (int i = 0; i < 6; i++) {
		char key[32];

		snprintf(key, sizeof(key), "%s", statuses[i]);
		for (char *p = key; *p; p++)
			*p = *p == ' ' ? '.' : *p;
		printf("%s\"%s\":%" PRIu64, i ? "," : "", key, by_status[i]);
	}
	printf("}}\n");
	return 0;
}
