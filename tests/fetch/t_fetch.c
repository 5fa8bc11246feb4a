/* The table of collectors, its texts for both shells, what comes back, and an SFTP server that lies. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/clock.h>
#include <casebook/collect.h>

#include "learn.h"
#include "remote.h"
#include "shell.h"
#include "span.h"

static struct arena *mem;
static const struct collector *table;
static size_t rows;

static int setup(void **state)
{
	(void)state;
	mem = arena_new();
	rows = collectors(mem, &table);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static const struct collector *row(const char *id)
{
	for (size_t i = 0; i < rows; i++)
		if (strcmp(table[i].id, id) == 0)
			return &table[i];
	fail_msg("no row %s", id);
	return NULL;
}

/* ---- the table ---- */

/* Commands that change nothing; what writes says so in its row. */
static bool reads_only(const char *p)
{
	static const char *const known[] = {"reg query ",
	                                    "sc query ",
	                                    "netsh http show ",
	                                    "netsh winhttp show ",
	                                    "wevtutil qe ",
	                                    "wevtutil gl ",
	                                    "wevtutil el",
	                                    "setspn -L ",
	                                    "net user {SAM} ",
	                                    "findstr ",
	                                    "echo ",
	                                    "certutil -silent -v -store My",
	                                    "certutil -silent -store Root",
	                                    "certutil -config \"{CA}\" -ping",
	                                    "certutil -config \"{CA}\" -CAInfo",
	                                    "certutil -config \"{CA}\" -CATemplates",
	                                    "%windir%\\System32\\inetsrv\\appcmd.exe list "};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(p, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

static void check_command(const struct collector *c)
{
	const char *p = c->text;

	while (*p != '\0') {
		const char *next = strchr(p, '&');

		if (!reads_only(p) && !collector_writes(c))
			fail_msg(
			        "%s: \"%s\" is none of the commands that only read, and its row does not say what it writes",
			        c->id, p);
		p = next != NULL ? next + 1 + strspn(next + 1, " ") : "";
	}
	assert_null(strchr(c->text, '!'));
	assert_null(strstr(c->text, ">")); /* no redirection into a file */
}

static void check_script(const struct collector *c)
{
	static const char *const never[] = {
	        "Set-",    "New-Item", "Out-File",      "Add-",     "Start-", "Stop-",         "Restart-",
	        "Invoke-", "Remove-",  "WriteAllBytes", "certutil", "iex",    "DownloadString"};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(c->text, never[i]) != NULL && !collector_writes(c))
			fail_msg("%s: has %s, and its row does not say what it writes", c->id, never[i]);
	assert_null(strchr(c->text, '%'));
	assert_null(strchr(c->text, '!'));
}

static void test_rows(void **state)
{
	(void)state;
	assert_true(rows > 35);
	for (size_t i = 0; i < rows; i++) {
		const struct collector *c = &table[i];

		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(table[k].id, c->id);
			if (strcmp(c->file, "-") != 0)
				assert_string_not_equal(table[k].file, c->file);
		}
		assert_true(strlen(c->text) < 8000 && c->seconds >= 10 && c->seconds <= 300 && c->bytes != 0);
		for (const char *p = c->text; *p != '\0'; p++)
			assert_true(*p >= ' ' && *p < 0x7f);
		if (strcmp(c->powershell, "-") != 0)
			assert_null(strchr(c->powershell, '"')); /* the sshd of Server 2019 loses them */
		if (c->form == FORM_CMD || c->form == FORM_TEMP)
			check_command(c);
		else if (c->form == FORM_PS)
			check_script(c);
		assert_int_equal(c->form == FORM_TEMP,
		                 collector_writes(c) && strstr(c->text, "{TN}") != NULL);
		if (c->form == FORM_CMD && strcmp(c->powershell, "-") == 0)
			assert_null(strchr(c->text, '"'));
	}
}

/* The password of NDES and those of the connector lie beside what is asked: never a whole key. */
static void test_secrets_are_not_asked_for(void **state)
{
	static const char *const never[] = {"MSCEP /s",          "MSCEP&",
	                                    "EncryptedPassword", "MicrosoftIntune /s",
	                                    "/text:*",           "processModel.password",
	                                    "/config",           "section:applicationPools"};

	(void)state;
	for (size_t i = 0; i < rows; i++)
		for (size_t k = 0; k < sizeof(never) / sizeof(never[0]); k++)
			if (strstr(table[i].text, never[k]) != NULL)
				fail_msg("%s asks for %s", table[i].id, never[k]);
	assert_non_null(strstr(row("iis-config")->text, "-replace '(?i)(?<=(password|"));
}

static void text_is(const char *id, enum shell_kind shell, const char *wanted)
{
	static const struct collect_fill fill[] = {
	        {"SITE", "Web"}, {"CA", "CA01\\X"}, {"SAM", "o"}, {"TN", "t.inf"}};
	struct buf b;

	buf_init(&b, 65536);
	collector_text(row(id), shell, fill, 4, &b);
	assert_string_equal(buf_cstr(&b), wanted);
	buf_release(&b);
}

static void test_texts(void **state)
{
	(void)state;
	text_is("ca-ping", SHELL_CMD, "certutil -config \"CA01\\X\" -ping 20");
	text_is("ca-ping", SHELL_POWERSHELL, "certutil -config 'CA01\\X' -ping 20");
	text_is("services", SHELL_POWERSHELL, "cmd /d /c 'sc query state= all bufsize= 262144'");
	text_is("user-rights", SHELL_CMD,
	        "secedit /export /areas USER_RIGHTS /cfg \"%TEMP%\\t.inf\" /log \"%TEMP%\\t.inf.log\" /quiet");
	text_is("account-net", SHELL_CMD, "net user o /domain");
	assert_null(collector_lacks(mem, row("services"), NULL, 0));
	assert_string_equal(collector_lacks(mem, row("account"), NULL, 0), "SAM");
	assert_true(collector_reads(row("iis-log"), "iis.log"));
	assert_false(collector_reads(row("iis-log"), "iis"));
}

static void test_values(void **state)
{
	static const char *const good[][2] = {{"SITE", "Default Web Site"},
	                                      {"CA", "CA01.contoso.com\\Contoso CA"},
	                                      {"SAM", "svc_ndes$"},
	                                      {"SITEID", "12"}};
	static const char *const bad[][2] = {
	        {"SITE", "a\" & calc"}, {"SITE", ""},     {"CA", "x%PATH%"}, {"SAM", "a b"},
	        {"SAM", "D\\u"},        {"SITEID", "1a"}, {"SITE", "-x"},    {"LOGDIR", "/C:/../x"},
	        {"SITE", "it's"},       {"SITE", "a\nb"}, {"SITE", "a^b"},   {"SITE", "$(x)`"}};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(collect_value_ok(good[i][0], good[i][1]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (collect_value_ok(bad[i][0], bad[i][1]))
			fail_msg("%s may be \"%s\"", bad[i][0], bad[i][1]);
}

/* ---- the shell ---- */

static void test_which_shell(void **state)
{
	static const struct {
		const char *answer;
		enum shell_kind shell;
	} of[] = {{"casebook C:\\Windows\\system32\\cmd.exe $PSHOME\r\n", SHELL_CMD},
	          {"AutoRun says hello\r\ncasebook C:\\Windows\\system32\\cmd.exe $PSHOME\r\n", SHELL_CMD},
	          {"casebook\r\n%ComSpec%\r\nC:\\Windows\\System32\\WindowsPowerShell\\v1.0\r\n",
	           SHELL_POWERSHELL},
	          {"casebook %ComSpec%\n", SHELL_OTHER},
	          {"casebook C:\\x\n", SHELL_OTHER},
	          {"", SHELL_UNKNOWN},
	          {"Permission denied", SHELL_UNKNOWN}};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		assert_int_equal(shell_from(of[i].answer, strlen(of[i].answer)), of[i].shell);
}

static void unwraps(const char *raw, size_t n, const char *body, size_t nbody, bool ended, long code)
{
	struct shell_output o = shell_unwrap(raw, n);

	assert_int_equal(o.n, nbody);
	assert_memory_equal(o.p, body, nbody);
	assert_int_equal(o.ended, ended);
	if (ended)
		assert_int_equal(o.code, code);
}

#define UNWRAPS(raw, body, ended, code) unwraps(raw, sizeof(raw) - 1, body, sizeof(body) - 1, ended, code)

static void test_what_comes_back(void **state)
{
	(void)state;
	UNWRAPS("#begin\r\nabc\r\n#exit=0\r\n", "abc\r\n", true, 0);
	UNWRAPS("hello\r\n#begin\r\nabc#exit=-2147024891\r\n", "abc", true, -2147024891L);
	UNWRAPS("#begin\r\n\xff\xfe"
	        "a\0b\0#exit=15007\r\n",
	        "\xff\xfe"
	        "a\0b\0",
	        true, 15007);
	UNWRAPS("#begin\r\n#exit=9009\r\n", "", true, 9009);
	UNWRAPS("#begin\r\nhalf", "half", false, 0);
	UNWRAPS("#begin\r\n#exit=\r\n", "", true, 0); /* no program ran: PowerShell has no code */
	assert_false(shell_unwrap("half", 4).begun);
}

/* ---- what one row says for another ---- */

static void learn(struct learned *l, const char *id, const char *text)
{
	learn_from(l, id, text, strlen(text));
}

static void test_learning(void **state)
{
	static const char config[] =
	        "<sites><site name=\"Other\" id=\"1\"></site><site name=\"SCEP Site\" id=\"7\" serverAutoStart=\"true\">"
	        "<logFile logFormat=\"W3C\" directory=\"%SystemDrive%\\Logs\" /></site>"
	        "<siteDefaults><logFile logFormat=\"W3C\" directory=\"D:\\all\" /></siteDefaults></sites>";
	struct learned l;

	(void)state;
	learn_begin(&l, mem);
	learn(&l, "iis-config", config); /* before the site is known */
	assert_null(learn_get(&l, "SITEID"));
	learn(&l, "places", "C:\\Windows\r\nE:\r\nC:\\Users\\a\\Temp\r\n");
	learn(&l, "iis-apps",
	      "<APP APP.NAME=\"SCEP Site/CertSrv/mscep\" path=\"/CERTSRV/mscep\" SITE.NAME=\"SCEP Site\" />");
	learn(&l, "apppool-scep", "SpecificUser\r\nsvc_ndes@contoso.com\r\ntrue\r\n");
	learn(&l, "mscep-ca", "x\r\n    Configuration    REG_SZ    CA01\\Contoso CA \r\n");
	learn(&l, "about",
	      "computer=NDES01\r\nfqdn=NDES01.x.com\r\nutc=2026-11-30T08:31:07Z\r\nzone=UTC\r\nmscep=True\r\n");
	assert_string_equal(learn_get(&l, "SITE"), "SCEP Site");
	assert_string_equal(learn_get(&l, "SITEID"), "7");
	assert_string_equal(learn_get(&l, "LOGDIR"), "/E:/Logs");
	assert_string_equal(learn_get(&l, "SAM"), "svc_ndes");
	assert_string_equal(learn_get(&l, "CA"), "CA01\\Contoso CA");
	assert_string_equal(l.computer, "NDES01.x.com");
	assert_true(l.mscep);
	learn_begin(&l, mem);
	learn(&l, "iis-apps", "<APP path=\"/CertSrv/mscep\" SITE.NAME=\"a&quot;&amp;b\" />");
	assert_null(learn_get(&l, "SITE"));
	assert_string_equal(l.refused, "SITE");
	learn(&l, "apppool-scep", "ApplicationPoolIdentity\r\n\r\n");
	assert_null(learn_get(&l, "SAM"));
}

static void test_newest_log(void **state)
{
	(void)state;
	assert_true(span_compare("httperr9.log", "httperr12.log") < 0);
	assert_true(span_compare("u_ex261130.log", "u_ex261129.log") > 0);
	assert_int_equal(span_compare("a1", "a1"), 0);
}

/* ---- addresses ---- */

static void test_addresses(void **state)
{
	struct ssh_target t;
	struct err err;

	(void)state;
	assert_int_equal(ssh_target_parse("ssh://CONTOSO\\adm@ndes01:2222", &t, &err), 0);
	assert_string_equal(t.user, "CONTOSO\\adm");
	assert_string_equal(t.host, "ndes01");
	assert_int_equal(t.port, 2222);
	assert_int_equal(ssh_target_parse("ssh://a@contoso.com@[fe80::1%eth0]:22/", &t, &err), 0);
	assert_string_equal(t.user, "a@contoso.com");
	assert_string_equal(t.host, "fe80::1%eth0");
	assert_int_equal(ssh_target_parse("ssh://h", &t, &err), 0);
	assert_int_equal(t.port, 0);
}

static void test_addresses_refused(void **state)
{
	static const char *const bad[] = {"ssh://",       "ssh://u:p@h",   "ssh://-x",  "ssh://h/p",
	                                  "ssh://h:0",    "ssh://h:65536", "ssh://h:",  "ssh://u@",
	                                  "ssh://[::1",   "ssh://[::1]x",  "ssh://h h", "ssh://h;id",
	                                  "ssh://$(x)@h", "ssh://`x`@h",   "ssh://h\n", "ssh://@h",
	                                  "ssh://h?x",    "ssh://h#x",     "SSH://h",   "ssh://\xc3\xa4"};
	struct ssh_target t;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ssh_target_parse(bad[i], &t, &err) == 0)
			fail_msg("%s was taken: user %s, host %s", bad[i], t.user, t.host);
}

/* ---- an SFTP server that lies: each answer is refused, none is believed, none hangs ---- */

static int try_answer(const char *answer, size_t n, int what)
{
	static const char version[] = "\0\0\0\5\2\0\0\0\3";
	int to[2], from[2], rc;
	struct sftp s;
	struct sftp_file f = {"h", 1, 100};
	struct sftp_name names[4];
	struct buf b;
	size_t got;

	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	if (what != 0)
		assert_int_equal(write(from[1], version, 9), 9);
	assert_int_equal(write(from[1], answer, n), (ssize_t)n);
	close(from[1]);
	rc = sftp_begin(&s, to[1], from[0], clock_monotonic_ms() + 5000);
	buf_init(&b, 1000);
	if (rc == 0 && what == 1)
		rc = sftp_open(&s, "/x", &f);
	if (rc == 0 && what == 2)
		rc = sftp_read(&s, &f, 0, 10, &b);
	if (rc == 0 && what == 3)
		rc = sftp_list(&s, "/x", names, 4, &got);
	assert_true(b.n <= 10);
	buf_release(&b);
	sftp_end(&s);
	close(to[0]);
	close(to[1]);
	close(from[0]);
	return rc;
}

#define LIE(what, bytes) assert_int_equal(try_answer(bytes, sizeof(bytes) - 1, what), -1)
#define HANDLE_1 "\0\0\0\12\146\0\0\0\1\0\0\0\1h"

static void test_lying_server(void **state)
{
	(void)state;
	LIE(0, "");
	LIE(0, "\0\0\0\0");
	LIE(0, "\377\377\377\377\2");
	LIE(0, "\0\0\0\5\2\0\0\0\2"); /* version 2 */
	LIE(0, "SSH-2.0-x\r\n");
	LIE(1, "\0\0\0\12\146\0\0\0\2\0\0\0\1h"); /* another id */
	LIE(1, "\0\0\0\12\146\0\0\0\1\377\377\377\377h");
	LIE(1, "\0\0\0\11\146\0\0\0\1\0\0\0\0");  /* a handle of no bytes */
	LIE(1, "\0\0\0\12\147\0\0\0\1\0\0\0\1h"); /* data in its place */
	LIE(2, "\0\0\0\12\147\0\0\0\1\377\377\377\377x");
	LIE(2, "\0\0\0\24\147\0\0\0\1\0\0\0\13xxxxxxxxxxx"); /* eleven bytes of ten */
	LIE(2, "\0\0\0\11\147\0\0\0\1\0\0\0\0");             /* none, for ever */
	LIE(2, "\0\0\0\12\147\0\0\0\7\0\0\0\1x");
	LIE(3, HANDLE_1 "\0\0\0\11\150\0\0\0\2\377\377\377\377"); /* four thousand million names */
	LIE(3, HANDLE_1 "\0\0\0\25\150\0\0\0\2\0\0\0\1\0\0\0\1a\377\377\377\377");
}

/* ---- an ssh that hangs, floods or is cut ---- */

static void fake_ssh(char path[64], const char *command)
{
	char folder[] = "/tmp/t_fetch-XXXXXX";
	FILE *f;

	assert_non_null(mkdtemp(folder));
	snprintf(path, 64, "%s/ssh", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	/* With -M it is the connection: the word after -S is its socket. */
	fprintf(f,
	        "#!/bin/sh\ns=\nwhile [ $# -gt 0 ]; do case $1 in -S) s=$2 ;; -M) : >\"$s\"; exec sleep 60 ;; esac; shift; done\n%s\n",
	        command);
	fclose(f);
	assert_int_equal(chmod(path, 0755), 0);
	setenv("CASEBOOK_SSH", path, 1);
}

static struct remote_job run_fake(const char *command, unsigned seconds, size_t bytes)
{
	struct ssh_target target = {"", "h", 0};
	struct remote_job job, *const one[] = {&job};
	struct remote r;
	struct err err;
	char path[64];

	fake_ssh(path, command);
	if (remote_open(&r, &target, &err) != 0 || remote_start(&r, "x", seconds, bytes, &job, &err) != 0)
		fail_msg("%s", err.msg);
	while (job.end == REMOTE_RUNS && remote_wait(&r, one, 1))
		;
	remote_close(&r);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	return job;
}

static void test_commands_that_do_not_end(void **state)
{
	struct remote_job job;

	(void)state;
	job = run_fake("echo some; exec sleep 60", 1, 1000);
	assert_int_equal(job.end, REMOTE_LATE);
	assert_string_equal(buf_cstr(&job.output), "some\n"); /* what it has seen stays */
	remote_release(&job);
	job = run_fake("exec cat /dev/zero", 60, 100000);
	assert_int_equal(job.end, REMOTE_CUT);
	assert_true(job.output.n <= 100001);
	remote_release(&job);
	job = run_fake("echo no >&2; exit 255", 60, 1000);
	assert_int_equal(job.end, REMOTE_ENDED);
	assert_int_equal(job.code, 255);
	assert_string_equal(buf_cstr(&job.words), "no\n");
	remote_release(&job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_rows),         cmocka_unit_test(test_secrets_are_not_asked_for),
	        cmocka_unit_test(test_texts),        cmocka_unit_test(test_values),
	        cmocka_unit_test(test_which_shell),  cmocka_unit_test(test_what_comes_back),
	        cmocka_unit_test(test_learning),     cmocka_unit_test(test_newest_log),
	        cmocka_unit_test(test_addresses),    cmocka_unit_test(test_addresses_refused),
	        cmocka_unit_test(test_lying_server), cmocka_unit_test(test_commands_that_do_not_end)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
