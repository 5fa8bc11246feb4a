/* Who is another witness: the kinds of "the same again", each as two sources of one fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/replay.h>

struct source {
	const char *probe, *fact, *sha, *computer, *device;
};
static const struct {
	const char *what;
	struct source a, b;
	size_t witnesses;
} pairs[] = {
        {"two days of one server's log",
         {"iis.log", "last_status", "a", "NDES01", NULL},
         {"iis.log", "last_status", "b", "NDES01", NULL},
         1},
        {"a log and its longer copy, of no name",
         {"iis.log", "last_status", "a", NULL, NULL},
         {"iis.log", "stage", "b", NULL, NULL},
         1},
        {"one that names its server, one that does not",
         {"iis.log", "last_status", "a", "NDES01", NULL},
         {"iis.log", "last_status", "b", NULL, NULL},
         1},
        {"the logs of two servers",
         {"iis.log", "last_status", "a", "NDES01", NULL},
         {"iis.log", "last_status", "b", "NDES02", NULL},
         2},
        {"a server by its short and its long name",
         {"httperr.log", "last_reason", "a", "NDES01", NULL},
         {"httperr.log", "last_reason", "b", "ndes01.contoso.example", NULL},
         1},
        {"servers of one name in two domains",
         {"iis.log", "last_status", "a", "ndes01.contoso.example", NULL},
         {"iis.log", "last_status", "b", "ndes01.fabrikam.example", NULL},
         2},
        {"a log of IIS and one of HTTP.sys",
         {"iis.log", "last_status", "a", "NDES01", NULL},
         {"httperr.log", "last_reason", "b", "NDES01", NULL},
         2},
        {"an event in .evtx and in its text",
         {"windows.events", "ndes_failed", "a", "NDES01", NULL},
         {"windows.events", "ndes_failed", "b", "NDES01", NULL},
         1},
        {"the same text, of no name",
         {"windows.events", "ndes_failed", "a", NULL, NULL},
         {"windows.events", "ndes_failed", "b", NULL, NULL},
         1},
        {"two logs in one export",
         {"windows.events", "connector_failed", "a", "NDES01", NULL},
         {"windows.events", "capi2_errors", "a", "NDES01", NULL},
         2},
        {"two facts of one log in one export",
         {"windows.events", "capi2_errors", "a", "NDES01", NULL},
         {"windows.events", "revocation_errors", "a", "NDES01", NULL},
         1},
        {"one act in the logs of two machines",
         {"windows.events", "ca_denied", "a", "CA01", NULL},
         {"windows.events", "connector_failed", "b", "NDES01", NULL},
         2},
        {"two facts of one file",
         {"iis.log", "last_status", "a", NULL, NULL},
         {"iis.log", "last_win32", "a", NULL, NULL},
         1},
        {"a file and its copy, read as two things",
         {"certutil.output", "ra_expired", "a", NULL, NULL},
         {"certificate.store", "ra_expired", "a", NULL, NULL},
         1},
        {"two commands",
         {"apppool.state", "scep", "a", NULL, NULL},
         {"service.state", "w3svc", "b", NULL, NULL},
         2},
        {"a command run twice on one server",
         {"apppool.state", "scep", "a", NULL, NULL},
         {"apppool.state", "scep", "b", NULL, NULL},
         1},
        {"two devices",
         {"android.omadm", "failed", "a", NULL, "Tab-1"},
         {"android.omadm", "failed", "b", NULL, "Tab-2"},
         2},
        {"two logs of one device",
         {"android.omadm", "failed", "a", NULL, "Tab-1"},
         {"android.omadm", "failed", "b", NULL, "tab-1"},
         1},
        {"two requests to one listener",
         {"scep.url", "status", NULL, NULL, NULL},
         {"http.get", "status", NULL, NULL, NULL},
         1},
        {"a log and the live answer",
         {"iis.log", "last_status", "a", "NDES01", NULL},
         {"scep.url", "status", NULL, NULL, NULL},
         2},
};

struct made {
	struct evpart part;
	struct evidence e;
	struct proof p;
};

static const struct proof *make(struct made *m, const struct source *s, uint32_t id)
{
	memset(m, 0, sizeof(*m));
	m->part.about = about_nothing;
	m->part.about.computer = s->computer;
	m->part.about.device = s->device;
	m->e = (struct evidence){
	        .id = id, .probe = s->probe, .sha256 = s->sha, .parts = &m->part, .nparts = 1};
	m->p = (struct proof){.probe = s->probe, .fact = s->fact, .e = &m->e};
	return &m->p;
}

static void the_same_again_is_no_other_witness(void **state)
{
	struct made a, b;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		const struct proof *both[] = {make(&a, &pairs[i].a, 1), make(&b, &pairs[i].b, 2)},
		                   *turned[] = {both[1], both[0]};
		size_t n = proofs_witnesses(both, 2), back = proofs_witnesses(turned, 2);

		if (n != pairs[i].witnesses || back != n)
			fail_msg("%s: %zu witnesses, from the other side %zu", pairs[i].what, n, back);
	}
}

/* The nameless one may be of either: in whatever order they come, two were shown to be two. */
static void a_nameless_file_adds_nothing(void **state)
{
	static const struct source of[] = {{"iis.log", "last_status", "a", NULL, NULL},
	                                   {"iis.log", "last_status", "b", "NDES01", NULL},
	                                   {"iis.log", "last_status", "c", "NDES02", NULL}};
	struct made m[3];

	(void)state;
	for (size_t turn = 0; turn < 3; turn++) {
		const struct proof *all[3];

		for (size_t i = 0; i < 3; i++)
			all[i] = make(&m[i], &of[(i + turn) % 3], (uint32_t)i + 1);
		assert_int_equal(proofs_witnesses(all, 3), 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_same_again_is_no_other_witness),
	        cmocka_unit_test(a_nameless_file_adds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
