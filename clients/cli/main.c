#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "command.h"
#include "util/clock.h"

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* JSON and CSV have points, whatever the terminal's language */
    /* A reader that goes away (`| head`) shows up as a write error and ends in exit code 1, with the outbox in order.
     */
    signal(SIGPIPE, SIG_IGN);
    Cli cli;
    if (cli_init(&cli, stdout, stderr) < 0) {
        fputs("lagesbild: minnet tog slut\n", stderr);
        return CLI_REFUSED;
    }
    if (clock_use_stockholm() < 0)
        cli_note(&cli, "lagesbild: tidszonen Europe/Stockholm saknas (paketet tzdata); tiderna blir fel");
    int status = command_main(&cli, argc, argv);
    cli_deinit(&cli);
    return status;
}
