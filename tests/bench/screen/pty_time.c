/*
 * Runs a program on a pseudo-terminal and says, as one JSON object, how long its first frame took,
 * what a key costs in bytes, time and CPU, and whether it sleeps when nothing happens:
 * pty_time COLSxROWS KEYS COMMAND...   KEYS: d and u for Down and Up, "-" for none.
 */
#define _GNU_SOURCE /* ppoll, forkpty */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 40  /* silence this long ends what follows a start */
#define BURST_MS 1.5 /* silence this long ends the first frame */
#define KEY_QUIET_MS 8
#define GIVE_UP_MS 5000
#define IDLE_MS 1500

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

struct heard {
	double first, burst, last; /* ms since the start of listening; burst: end of the first burst */
	size_t bytes, reads;
};

/* Everything until `quiet` ms of silence. */
static struct heard listen_until(int fd, double start, double quiet)
{
	struct heard h = {-1, -1, -1, 0, 0};
	static char part[65536];

	for (;;) {
		double t = now_ms() - start, end = h.last < 0 ? GIVE_UP_MS : h.last + quiet;
		struct pollfd p = {fd, POLLIN, 0};
		struct timespec wait;
		ssize_t n;

		if (t >= end)
			return h;
		wait.tv_sec = (time_t)((end - t) / 1e3);
		wait.tv_nsec = (long)((end - t) * 1e6) % 1000000000L;
		if (ppoll(&p, 1, &wait, NULL) <= 0)
			continue;
		n = read(fd, part, sizeof(part));
		t = now_ms() - start;
		if (n <= 0)
			return h;
		if (h.first < 0)
			h.first = t;
		if (h.burst < 0 && h.last >= 0 && t - h.last > BURST_MS)
			h.burst = h.last;
		h.last = t;
		h.bytes += (size_t)n;
		h.reads++;
	}
}

/* CPU of the process in ms so far, and how often it gave the CPU up by itself. */
static double cpu_ms(pid_t pid, long *switches)
{
	char path[64], line[256];
	unsigned long long ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	f = fopen(path, "r");
	if (f != NULL) {
		if (fgets(line, sizeof(line), f) != NULL)
			ns = strtoull(line, NULL, 10);
		fclose(f);
	}
	*switches = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
			*switches = strtol(line + 24, NULL, 10);
	if (f != NULL)
		fclose(f);
	return (double)ns / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void press(int fd, pid_t pid, const char *keys)
{
	size_t n = strlen(keys);
	double *bytes = calloc(n + 1, sizeof(double)), *ms = calloc(n + 1, sizeof(double));
	long switches;
	double cpu = cpu_ms(pid, &switches);

	for (size_t i = 0; i < n; i++) {
		double t = now_ms();
		struct heard h;

		if (write(fd, keys[i] == 'u' ? "\033OA" : "\033OB", 3) != 3)
			break;
		h = listen_until(fd, t, KEY_QUIET_MS);
		bytes[i] = (double)h.bytes;
		ms[i] = h.last;
	}
	cpu = cpu_ms(pid, &switches) - cpu;
	qsort(bytes, n, sizeof(double), by_value);
	qsort(ms, n, sizeof(double), by_value);
	printf(",\"key_bytes\":%.0f,\"key_bytes_max\":%.0f,\"key_ms\":%.3f,\"key_ms_p99\":%.3f,\"key_cpu_"
	       "us\":%.1f",
	       bytes[n / 2], bytes[n - 1], ms[n / 2], ms[n * 99 / 100], cpu * 1e3 / (double)n);
	free(bytes);
	free(ms);
}

int main(int argc, char **argv)
{
	struct winsize size = {0};
	struct rusage used;
	struct heard h, idle;
	long before, after;
	double start, cpu;
	char *x;
	int fd;
	pid_t pid;

	if (argc < 4)
		return 2;
	size.ws_col = (unsigned short)strtol(argv[1], &x, 10);
	size.ws_row = (unsigned short)strtol(x + 1, NULL, 10);
	start = now_ms();
	pid = forkpty(&fd, NULL, NULL, &size);
	if (pid < 0)
		return 1;
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	h = listen_until(fd, start, QUIET_MS);
	cpu = cpu_ms(pid, &before);
	printf("{\"first_byte_ms\":%.3f,\"first_frame_ms\":%.3f,\"quiet_ms\":%.3f,\"bytes\":%zu,\"cpu_ms\":%."
	       "3f",
	       h.first, h.burst >= 0 ? h.burst : h.last, h.last, h.bytes, cpu);
	if (strcmp(argv[2], "-") != 0)
		press(fd, pid, argv[2]);
	(void)listen_until(fd, now_ms(), 2000); /* whatever is put off for a quiet moment */
	cpu = cpu_ms(pid, &before);
	usleep(IDLE_MS * 1000);
	(void)cpu_ms(pid, &after);
	idle = (struct heard){0};
	printf(",\"idle_wakeups\":%ld,\"idle_bytes\":%zu", after - before, idle.bytes);
	kill(pid, SIGKILL);
	wait4(pid, NULL, 0, &used);
	printf(",\"rss_kib\":%ld}\n", used.ru_maxrss);
	return 0;
}
