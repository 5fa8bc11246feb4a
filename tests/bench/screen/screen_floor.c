/*
 * The least that a curses program can do: a list of 40 lines, the chosen one marked and
 * highlighted, Up and Down move it.  What the wizard is measured against.
 */
#include <curses.h>
#include <locale.h>
#include <string.h>

static void row(int i, int chosen)
{
	static const char *const texts[] = {
	        "No, the device does not reach the server over the mobile network",
	        "Yes, the certificate request is issued by the CA"};

	attrset(i == chosen ? A_BOLD | COLOR_PAIR(1) : A_NORMAL);
	mvprintw(i + 2, 4, "%s %2d  %s", i == chosen ? ">" : " ", i + 1, texts[i % 2]);
	attrset(A_NORMAL);
}

int main(void)
{
	int chosen = 0, n;

	setlocale(LC_ALL, "");
	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	start_color();
	use_default_colors();
	init_pair(1, COLOR_CYAN, -1);
	n = LINES - 4 < 40 ? LINES - 4 : 40;
	mvprintw(0, 2, "floor");
	for (int i = 0; i < n; i++)
		row(i, chosen);
	mvprintw(LINES - 1, 2, "Up, Down choose   q quit");
	refresh();
	for (;;) {
		int key = getch(), was = chosen;

		if (key == 'q')
			break;
		chosen += key == KEY_DOWN && chosen + 1 < n;
		chosen -= key == KEY_UP && chosen > 0;
		row(was, chosen);
		row(chosen, chosen);
		refresh();
	}
	endwin();
	return 0;
}
