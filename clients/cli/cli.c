#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static int terminal_width(FILE *out)
{
    struct winsize size;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
    return 80;
}

int cli_init(Cli *cli, FILE *out, FILE *err)
{
    *cli = (Cli){.out = out, .err = err, .arena = arena_new()};
    if (!cli->arena) return -ENOMEM;
    const char *url = environment("LAGESBILD_URL");
    if (!url) url = "http://127.0.0.1:8080";
    size_t len = strlen(url);
    while (len && url[len - 1] == '/')
        len--;
    cli->url = arena_strndup(cli->arena, url, len);
    cli->token = environment("LAGESBILD_TOKEN");
    if (isatty(fileno(out))) {
        cli->width = terminal_width(out);
        cli->color = !environment("NO_COLOR");
    }
    return cli->url ? 0 : -ENOMEM;
}

void cli_deinit(Cli *cli)
{
    arena_free(cli->arena);
    cli->arena = NULL;
}

int cli_fail(Cli *cli, int status, const char *format, ...)
{
    va_list args;
    fputs("lagesbild: ", cli->err);
    va_start(args, format);
    vfprintf(cli->err, format, args);
    va_end(args);
    fputc('\n', cli->err);
    return status;
}

int cli_out_of_memory(Cli *cli)
{
    return cli_fail(cli, CLI_REFUSED, "minnet tog slut");
}

void cli_note(Cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(cli->err, format, args);
    va_end(args);
    fputc('\n', cli->err);
}

int cli_finish(Cli *cli)
{
    if (fflush(cli->out) == 0 && !ferror(cli->out)) return CLI_DONE;
    if (errno == EPIPE) return CLI_REFUSED; /* whoever reads has had enough (`| head`), and knows it */
    return cli_fail(cli, CLI_REFUSED, "allt kunde inte skrivas ut: %s", strerror(errno));
}
