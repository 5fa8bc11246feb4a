/* Whose a source is: what was said before it was read, and what a person answers when it matters. */
#include "session_int.h"

#include <string.h>

#include <casebook/host.h>

static bool in_folder(const char *target, const char *folder)
{
	size_t n = strlen(folder);

	while (n > 1 && folder[n - 1] == '/')
		n--;
	return strncmp(target, folder, n) == 0 && (target[n] == '\0' || target[n] == '/');
}

/* "server/app.evtx" of "/home/me/server/app.evtx". */
static bool ends_with_name(const char *target, const char *name)
{
	size_t n = strlen(name), all = strlen(target);

	return n < all && target[all - n - 1] == '/' && strcmp(target + all - n, name) == 0;
}

static const char *computer_named(const struct said_of *s, const struct evidence *e)
{
	for (size_t i = 0; s->loose && i < e->nparts; i++)
		if (e->parts[i].about.computer != NULL && host_same(e->parts[i].about.computer, s->name))
			return e->parts[i].about.computer;
	return NULL;
}

static bool file_named(const struct said_of *s, const struct evidence *e)
{
	return e->target != NULL &&
	       (in_folder(e->target, s->name) || (s->loose && ends_with_name(e->target, s->name)));
}

bool said_of_fits(const struct said_of *s, const struct evidence *e)
{
	return file_named(s, e) || computer_named(s, e) != NULL;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The newest word about the same thing says the same already. */
static bool known(const struct session *s, const struct rec_about *a)
{
	for (size_t i = s->cf.nlog; i > 0; i--) {
		const struct rec_about *b = &s->cf.log[i - 1].u.about;

		if (s->cf.log[i - 1].kind == REC_ABOUT && !s->now.retracted[i - 1] &&
		    same(a->computer, b->computer) &&
		    (a->computer != NULL || (same(a->sha256, b->sha256) && same(a->target, b->target))))
			return a->role == b->role;
	}
	return false;
}

void whose_note(struct apply *x)
{
	struct session *s = x->s;
	const struct evidence e = s->cf.log[s->cf.nlog - 1].u.evidence;

	for (size_t i = 0; i < s->opt.nsaid; i++) {
		const struct said_of *said = &s->opt.said[i];
		struct record r = {.kind = REC_ABOUT};

		if (!said_of_fits(said, &e))
			continue;
		r.u.about = (struct rec_about){e.sha256, e.target, NULL, said->role, said->by};
		if (!file_named(said, &e))
			r.u.about = (struct rec_about){
			        .computer = computer_named(said, &e), .role = said->role, .by = said->by};
		if (!known(s, &r.u.about))
			session_append(x, &r);
	}
}

void apply_about(struct apply *x)
{
	struct session *s = x->s;
	const struct whose *w = replay_asks_whose(&s->now);
	int role = x->in->text != NULL ? role_from(x->in->text) : -1;
	struct record r = {.kind = REC_ABOUT};

	if (w == NULL || x->in->key == NULL || strcmp(w->computer, x->in->key) != 0 || role < 0) {
		session_say(s, "Nothing depends on whose that is.");
		return;
	}
	r.u.about = (struct rec_about){.sha256 = w->in->sha256,
	                               .target = w->in->target,
	                               .computer = w->computer,
	                               .role = (enum role)role,
	                               .by = BY_PERSON};
	session_append(x, &r);
}
