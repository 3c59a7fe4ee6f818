#include "progress.h"

#include <string.h>
#include <unistd.h>

#include "util/clock.h"

enum { BAR = 30, PAUSE_MS = 100 };

void progress_start(Progress *progress, FILE *out, const char *what, uint64_t total)
{
    *progress = (Progress){.out = out, .what = what, .total = total, .started_ms = clock_now_ms()};
    progress->visible = isatty(fileno(out));
    progress_update(progress, 0);
}

static void amount(uint64_t bytes, char text[static 32])
{
    if (bytes < 10 * 1024)
        snprintf(text, 32, "%llu byte", (unsigned long long)bytes);
    else if (bytes < 10 * 1024 * 1024)
        snprintf(text, 32, "%llu kB", (unsigned long long)(bytes / 1024));
    else
        snprintf(text, 32, "%llu MB", (unsigned long long)(bytes / 1024 / 1024));
}

char *progress_line(const Progress *progress, uint64_t done, int64_t elapsed_ms, char line[static PROGRESS_LINE_SIZE])
{
    char moved[32];
    amount(done, moved);
    if (!progress->total) {
        snprintf(line, PROGRESS_LINE_SIZE, "%s  %s", progress->what, moved);
        return line;
    }
    if (done > progress->total) done = progress->total;
    double part = (double)done / (double)progress->total;
    int full = (int)(part * BAR);
    char bar[BAR * 4 + 1] = "", *at = bar;
    for (int i = 0; i < BAR; i++)
        at = stpcpy(at, i < full ? "█" : "░");
    bool whole = done >= progress->total;
    int64_t left = part > 0 ? (int64_t)((double)elapsed_ms / part * (1 - part)) / 1000 : 0;
    int n = snprintf(line, PROGRESS_LINE_SIZE, "%s  %s %3d %%  %s", progress->what, bar, (int)(part * 100), moved);
    if (n > 0 && n < PROGRESS_LINE_SIZE && whole)
        snprintf(line + n, PROGRESS_LINE_SIZE - (size_t)n, "  väntar på svar");
    if (n > 0 && n < PROGRESS_LINE_SIZE && left > 0 && elapsed_ms > 1000)
        snprintf(line + n, PROGRESS_LINE_SIZE - (size_t)n, "  %lld:%02lld kvar", (long long)left / 60,
                 (long long)left % 60);
    return line;
}

void progress_update(Progress *progress, uint64_t done)
{
    if (!progress->visible) return;
    int64_t now = clock_now_ms();
    if (progress->shown_ms && now - progress->shown_ms < PAUSE_MS) return;
    progress->shown_ms = now;
    char line[PROGRESS_LINE_SIZE];
    fprintf(progress->out, "\r\033[K%s", progress_line(progress, done, now - progress->started_ms, line));
    fflush(progress->out);
}

void progress_end(Progress *progress)
{
    if (!progress->visible) return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->visible = false;
}
