/*
 * The only file that knows curses.  Takes frames, writes the cells that changed and
 * lets curses find the cheapest way; gives keys.  Signals are the loop's: Ctrl-C and
 * Ctrl-Z stay signals (cbreak), and handlers set before newterm are left alone by it.
 */
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1

#include "display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include <curses.h>
#include <term.h>

#define ESC_WAIT_MS 25      /* a terminal sends the rest of a function key well within this */
#define PASTE_SILENCE_MS 50 /* what comes faster behind a paste is part of it */
#define PASTE_DRAIN_MS 500  /* then the loop has its turn, and dropping goes on at the next call */
#define KEY_PASTE_BEGIN (KEY_MAX + 1)
#define KEY_PASTE_END (KEY_MAX + 2)

struct display_curses {
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading from it refreshes nothing */
	FILE *in, *out;
	bool color, pasting, stale;
	bool deaf;   /* a paste has ended; no silence since */
	bool pastes; /* the terminal was told to mark pastes */
	bool mouse;  /* clicks are reported */
	attr_t attr[ST__MAX];
	short pair[ST__MAX];
	struct frame shown; /* what the terminal has */
};

static void choose_looks(struct display_curses *d)
{
	bool colors = d->color && has_colors() && start_color() == OK && use_default_colors() == OK;

	for (int s = 0; s < ST__MAX; s++) {
		const struct look *k = style_look((enum style)s);
		unsigned want = colors ? k->attrs : k->mono;

		d->attr[s] = A_NORMAL;
		d->pair[s] = 0;
		if ((want & LOOK_BOLD) != 0)
			d->attr[s] |= A_BOLD;
		if ((want & LOOK_DIM) != 0)
			d->attr[s] |= A_DIM;
		if ((want & LOOK_UNDERLINE) != 0)
			d->attr[s] |= A_UNDERLINE;
		if ((want & LOOK_REVERSE) != 0)
			d->attr[s] |= A_REVERSE;
		if (colors && k->colour >= 0) {
			d->pair[s] = (short)(k->colour + 1);
			init_pair(d->pair[s], (short)k->colour, -1);
		}
	}
}

/* Bracketed paste, where the terminal's description knows it. */
static void ask_for_pastes(struct display_curses *d, bool on)
{
	char *seq = tigetstr(on ? "BE" : "BD");

	if (seq == NULL || seq == (char *)-1 || (!on && !d->pastes))
		return;
	fputs(seq, d->out);
	fflush(d->out);
	d->pastes = on;
}

/* Clicks and the wheel as xterm reports them (SGR, 1006), where the terminal's description knows a mouse. */
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

static bool terminal_has_mouse(void)
{
	char *seq = tigetstr("kmous");

	return seq != NULL && seq != (char *)-1;
}

static void ask_for_mouse(struct display_curses *d, bool on)
{
	if (d->mouse == on || !terminal_has_mouse())
		return;
	fputs(on ? MOUSE_ON : MOUSE_OFF, d->out);
	fflush(d->out);
	d->mouse = on;
}

/* For the handler of a crash, which may call neither curses nor stdio. */
static struct {
	bool open;
	struct termios modes;
	char bytes[128];
	size_t n;
	char words[400]; /* said on stderr, once the screen is gone */
} rescue;

void display_curses_last_words(const char *text)
{
	snprintf(rescue.words, sizeof(rescue.words), "%s", text);
}

static void rescue_bytes(const char *seq)
{
	size_t n = strlen(seq);

	if (n == 0 || rescue.n + n > sizeof(rescue.bytes))
		return;
	memcpy(rescue.bytes + rescue.n, seq, n);
	rescue.n += n;
}

static void rescue_add(const char *capability)
{
	char *seq = tigetstr(capability);

	if (seq != NULL && seq != (char *)-1)
		rescue_bytes(seq);
}

static void rescue_prepare(void)
{
	static const char *const capabilities[] = {"BD", "sgr0", "cnorm", "rmkx", "rmcup"};

	rescue.n = 0;
	if (terminal_has_mouse())
		rescue_bytes(MOUSE_OFF);
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		rescue_add(capabilities[i]);
	rescue.open = true;
}

void display_curses_panic(void)
{
	if (!rescue.open)
		return;
	rescue.open = false;
	if (write(STDOUT_FILENO, rescue.bytes, rescue.n) < 0)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
	if (write(STDERR_FILENO, rescue.words, strlen(rescue.words)) < 0)
		return;
}

static int cur_open(void *self, struct err *err)
{
	struct display_curses *d = self;

	d->in = stdin;
	d->out = stdout;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, FAIL_USAGE, 0, "the wizard needs a terminal; use --plain, or run --auto");
	tcgetattr(STDIN_FILENO, &rescue.modes);
	d->screen = newterm(NULL, d->out, d->in);
	if (d->screen == NULL)
		return err_set(err, FAIL_USAGE, 0, "this terminal (TERM=%s) cannot be drawn on; use --plain",
		               getenv("TERM") != NULL ? getenv("TERM") : "");
	set_term(d->screen);
	cbreak();
	noecho();
	nonl();
	set_escdelay(ESC_WAIT_MS);
	d->keys = newpad(1, 1);
	keypad(d->keys, TRUE);
	nodelay(d->keys, TRUE);
	typeahead(-1); /* a frame goes out in one piece */
	leaveok(stdscr, FALSE);
	curs_set(0);
	choose_looks(d);
	define_key(NULL, KEY_MOUSE); /* its reports are taken apart here, as every sequence */
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	ask_for_pastes(d, true);
	rescue_prepare();
	d->stale = true;
	return 0;
}

static void cur_close(void *self)
{
	struct display_curses *d = self;

	if (d->screen == NULL)
		return;
	rescue.open = false;
	ask_for_mouse(d, false);
	ask_for_pastes(d, false);
	endwin();
	delwin(d->keys);
	delscreen(d->screen);
	d->screen = NULL;
}

static void cur_extent(void *self, int *rows, int *cols)
{
	(void)self;
	getmaxyx(stdscr, *rows, *cols);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->len == b->len && a->style == b->style && a->width == b->width &&
	       memcmp(a->ch, b->ch, a->len) == 0;
}

/* One run of cells of one style, from col to end. */
static void write_run(struct display_curses *d, const struct frame *f, int row, int col, int end)
{
	char bytes[1024];
	size_t n = 0;
	unsigned style = frame_at(f, row, col)->style;

	attr_set(d->attr[style], d->pair[style], NULL);
	move(row, col);
	for (int x = col; x < end; x++) {
		const struct cell *c = frame_at(f, row, x);

		if (n + c->len >= sizeof(bytes)) {
			addnstr(bytes, (int)n);
			n = 0;
		}
		memcpy(bytes + n, c->ch, c->len);
		n += c->len;
	}
	addnstr(bytes, (int)n);
}

static void write_row(struct display_curses *d, const struct frame *f, int row)
{
	int x = 0, end = f->cols;

	/* Most rows of most frames: not one byte differs. */
	if (end == 0 ||
	    memcmp(frame_at(f, row, 0), frame_at(&d->shown, row, 0), (size_t)end * sizeof(struct cell)) == 0)
		return;
	while (x < end && same_cell(frame_at(f, row, x), frame_at(&d->shown, row, x)))
		x++;
	while (end > x && same_cell(frame_at(f, row, end - 1), frame_at(&d->shown, row, end - 1)))
		end--;
	while (x > 0 && x < end && frame_at(f, row, x)->width == 0)
		x--;
	while (x < end) {
		int to = x + 1;

		while (to < end && frame_at(f, row, to)->style == frame_at(f, row, x)->style)
			to++;
		write_run(d, f, row, x, to);
		x = to;
	}
}

static void cur_present(void *self, const struct frame *f)
{
	struct display_curses *d = self;

	ask_for_mouse(d, f->mouse);
	if (d->shown.rows != f->rows || d->shown.cols != f->cols)
		d->stale = true;
	if (d->stale) {
		erase();
		frame_resize(&d->shown, f->rows, f->cols); /* and all blank, as the erased window is */
	}
	for (int y = 0; y < f->rows; y++)
		write_row(d, f, y);
	if (f->cursor_row >= 0)
		move(f->cursor_row, f->cursor_col);
	if (f->cursor_shown != d->shown.cursor_shown || d->stale)
		curs_set(f->cursor_shown ? 1 : 0);
	wnoutrefresh(stdscr);
	doupdate();
	frame_copy(&d->shown, f);
	d->stale = false;
}

static bool known_key(wint_t c, struct key *out)
{
	static const struct {
		wint_t code;
		enum key_kind kind;
	} table[] = {
	        {KEY_UP, K_UP},       {KEY_DOWN, K_DOWN},     {KEY_LEFT, K_LEFT},
	        {KEY_RIGHT, K_RIGHT}, {KEY_HOME, K_HOME},     {KEY_END, K_END},
	        {KEY_PPAGE, K_PGUP},  {KEY_NPAGE, K_PGDN},    {KEY_BACKSPACE, K_BACKSPACE},
	        {KEY_DC, K_DELETE},   {KEY_ENTER, K_ENTER},   {KEY_BTAB, K_BACKTAB},
	        {KEY_F(1), K_HELP},   {KEY_RESIZE, K_RESIZE},
	};

	out->kind = K_OTHER;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].code == c)
			out->kind = table[i].kind;
	return true;
}

static void plain_key(wint_t c, struct key *out)
{
	if (c == '\r' || c == '\n')
		out->kind = K_ENTER;
	else if (c == '\t')
		out->kind = K_TAB;
	else if (c == 27)
		out->kind = K_ESC;
	else if (c == 127 || c == 8)
		out->kind = K_BACKSPACE;
	else if (c >= 1 && c <= 26)
		*out = (struct key){K_CTRL, (uint32_t)('A' + c - 1), false};
	else if (utf8_is_unsafe((uint32_t)c))
		out->kind = K_OTHER;
	else
		*out = (struct key){K_CHAR, (uint32_t)c, false};
}

/*
 * Whether silence has come after a paste.  Some terminals (tmux) pass an end mark that stands inside the text
 * that is pasted, so what follows a mark may still be that text: it is dropped, or a paste could press Enter.
 */
static bool silent(struct display_curses *d)
{
	int64_t last = clock_monotonic_ms(), until = last + PASTE_DRAIN_MS, now = last;
	wint_t c;

	wtimeout(d->keys, PASTE_SILENCE_MS);
	while (now < until && now - last < PASTE_SILENCE_MS) {
		bool came = wget_wch(d->keys, &c) != ERR;

		now = clock_monotonic_ms();
		last = came ? now : last; /* a signal ends the wait as well */
	}
	d->deaf = now - last < PASTE_SILENCE_MS;
	nodelay(d->keys, TRUE);
	return !d->deaf;
}

/* Sequences that this terminal's description does not name: ECMA-48 5.4, final byte after parameters; the
 * numbers and letters are those of xterm, rxvt, the Linux console and screen.  What is unknown is K_OTHER. */
static enum key_kind sequence_kind(const char *parameters, wint_t end)
{
	static const struct {
		const char *parameters;
		wint_t end;
		enum key_kind kind;
	} table[] = {{"1", '~', K_HOME},   {"7", '~', K_HOME},   {"", 'H', K_HOME},   {"4", '~', K_END},
	             {"8", '~', K_END},    {"", 'F', K_END},     {"5", '~', K_PGUP},  {"6", '~', K_PGDN},
	             {"3", '~', K_DELETE}, {"", 'A', K_UP},      {"", 'B', K_DOWN},   {"", 'C', K_RIGHT},
	             {"", 'D', K_LEFT},    {"", 'Z', K_BACKTAB}, {"11", '~', K_HELP}, {"", 'P', K_HELP}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].end == end && strcmp(table[i].parameters, parameters) == 0)
			return table[i].kind;
	return K_OTHER;
}

/* "<0;12;7" and M: the left button went down in column 12 of row 7; 64 and 65 are the wheel. */
static bool mouse_report(const char *parameters, wint_t end, struct key *out)
{
	unsigned long part[3]; /* button, column, row */
	const char *p = parameters;
	char *after;

	if (*p != '<' || (end != 'M' && end != 'm'))
		return false;
	for (int i = 0; i < 3; i++) {
		if (*p++ != (i == 0 ? '<' : ';') || *p < '0' || *p > '9')
			return false;
		part[i] = strtoul(p, &after, 10);
		p = after;
	}
	if (*p != '\0' || part[2] > UINT16_MAX)
		return false;
	out->kind = end == 'm'      ? K_NONE
	            : part[0] == 0  ? K_CLICK
	            : part[0] == 64 ? K_WHEEL_UP
	            : part[0] == 65 ? K_WHEEL_DOWN
	                            : K_NONE;
	out->cp = part[2] > 0 ? (uint32_t)part[2] - 1 : 0;
	return true;
}

/* After an ESC: the whole sequence is taken, known or not; an ESC alone is the key. */
static void take_sequence(struct display_curses *d, struct key *out)
{
	char parameters[16] = "";
	size_t n = 0;
	wint_t c;
	int rc = wget_wch(d->keys, &c);

	if (rc == ERR)
		return;
	if (rc == KEY_CODE_YES || (c != '[' && c != 'O')) {
		if (rc != KEY_CODE_YES)
			unget_wch((wchar_t)c);
		else
			ungetch((int)c);
		return;
	}
	if (wget_wch(d->keys, &c) != OK) { /* Alt and the letter */
		out->kind = K_OTHER;
		return;
	}
	while (c >= 0x20 && c < 0x40) {
		if (n + 1 < sizeof(parameters))
			parameters[n++] = (char)c;
		if (wget_wch(d->keys, &c) != OK)
			break;
	}
	parameters[n] = '\0';
	if (mouse_report(parameters, c, out))
		return;
	out->kind = sequence_kind(parameters, c);
	if (c == 'M' && parameters[0] == '\0') /* the old report: three bytes that are no keys */
		for (int i = 0; i < 3 && wget_wch(d->keys, &c) != ERR; i++)
			;
}

static bool cur_next_key(void *self, struct key *out)
{
	struct display_curses *d = self;
	wint_t c;
	int rc;

	for (;;) {
		if (d->deaf && !silent(d))
			return false;
		*out = (struct key){0};
		rc = wget_wch(d->keys, &c);
		if (rc == ERR)
			return false;
		if (rc == KEY_CODE_YES && (c == KEY_PASTE_BEGIN || c == KEY_PASTE_END)) {
			d->pasting = c == KEY_PASTE_BEGIN;
			d->deaf = !d->pasting;
			continue;
		}
		if (rc == KEY_CODE_YES)
			return known_key(c, out);
		if (d->pasting && (c == '\r' || c == '\n' || c == '\t'))
			c = ' ';
		plain_key(c, out);
		if (out->kind == K_ESC && !d->pasting)
			take_sequence(d, out);
		out->pasted = d->pasting;
		return true;
	}
}

static int cur_fd(void *self)
{
	(void)self;
	return STDIN_FILENO;
}

static void cur_resized(void *self)
{
	struct display_curses *d = self;
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 && w.ws_col > 0)
		if (resizeterm(w.ws_row, w.ws_col) == ERR)
			die_oom(); /* it has changed half of its windows */
	d->stale = true;
}

static void cur_suspend(void *self)
{
	struct display_curses *d = self;

	ask_for_mouse(d, false);
	ask_for_pastes(d, false);
	endwin();
}

static void cur_redraw(void *self)
{
	struct display_curses *d = self;

	clearok(curscr, TRUE);
	d->stale = true;
}

static void cur_resume(void *self)
{
	struct display_curses *d = self;

	cur_resized(self); /* it may have changed meanwhile */
	ask_for_pastes(d, true);
	cur_redraw(self);
}

struct display_curses *display_curses_new(bool color)
{
	struct display_curses *d = xcalloc(1, sizeof(*d));

	d->color = color;
	return d;
}

void display_curses_free(struct display_curses *d)
{
	if (d == NULL)
		return;
	cur_close(d);
	frame_release(&d->shown);
	free(d);
}

struct display display_curses(struct display_curses *d)
{
	static const struct display_ops ops = {
	        .open = cur_open,
	        .close = cur_close,
	        .extent = cur_extent,
	        .present = cur_present,
	        .next_key = cur_next_key,
	        .fd = cur_fd,
	        .resized = cur_resized,
	        .suspend = cur_suspend,
	        .resume = cur_resume,
	        .redraw = cur_redraw,
	};

	return (struct display){&ops, d};
}
