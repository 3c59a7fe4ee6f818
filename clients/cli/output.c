#include "output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

int output_open(Output *output, Cli *cli, const char *path)
{
    *output = (Output){.file = cli->out, .guarded = cli->width > 0};
    if (!path || strcmp(path, "-") == 0) return CLI_DONE;
    output->path = path;
    output->guarded = false;
    output->temporary = arena_printf(cli->arena, "%s.part", path);
    if (!output->temporary) return cli_out_of_memory(cli);
    output->file = fopen(output->temporary, "wbe");
    if (output->file) return CLI_DONE;
    return cli_fail(cli, CLI_REFUSED, "%s kan inte skrivas: %s", output->temporary, strerror(errno));
}

int output_sink(void *arg, const void *bytes, size_t len)
{
    Output *output = arg;
    if (!output->guarded) return fwrite(bytes, 1, len, output->file) == len ? 0 : -1;
    char piece[4096];
    for (const char *at = bytes; len;) {
        size_t n = len < sizeof piece ? len : sizeof piece;
        memcpy(piece, at, n);
        terminal_guard(piece, n, &output->guard_state);
        if (fwrite(piece, 1, n, output->file) != n) return -1;
        at += n;
        len -= n;
    }
    return 0;
}

int output_answer(Cli *cli, const char *body, size_t len)
{
    Output output;
    int status = output_open(&output, cli, NULL);
    if (status != CLI_DONE) return status;
    output_sink(&output, body, len);
    output_sink(&output, "\n", 1);
    return cli_finish(cli);
}

int output_close(Output *output, Cli *cli, int status)
{
    if (!output->path) {
        int written = cli_finish(cli);
        return status == CLI_DONE ? written : status;
    }
    bool ok = !ferror(output->file);
    ok = fclose(output->file) == 0 && ok;
    if (status == CLI_DONE && (!ok || rename(output->temporary, output->path) < 0))
        status = cli_fail(cli, CLI_REFUSED, "%s kan inte skrivas: %s", output->path, strerror(errno));
    if (status != CLI_DONE) unlink(output->temporary);
    return status;
}
