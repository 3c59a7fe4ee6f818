/* `lagesbild completion`: a bash completion made from the table of commands and their argp options. */
#include <string.h>

#include "commands.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
    command_error(state, "inga argument behövs");
    return EINVAL;
}

static const struct argp completion_argp = {
    .parser = parse,
    .doc = "Skriver en komplettering för bash, gjord av kommandona som de är.\v"
           "Exempel:\n"
           "  source <(lagesbild completion)\n"
           "  lagesbild completion > ~/.local/share/bash-completion/completions/lagesbild",
};

static void names(FILE *out, const Command *const *table)
{
    for (const Command *const *at = table; *at; at++)
        fprintf(out, "%s%s", at == table ? "" : " ", (*at)->name);
}

/* The long options of a command: the words after which the shell may write. */
static void options(FILE *out, const struct argp *argp)
{
    fputs("--help", out);
    for (const struct argp_option *at = argp->options; at && (at->name || at->key || at->doc); at++)
        if (at->name && !(at->flags & OPTION_HIDDEN)) fprintf(out, " --%s", at->name);
}

/* An option whose value is named by its choices ("text|json|csv") completes to them. */
static void values(FILE *out, const Command *command)
{
    const struct argp *argp = command->argp;
    for (const struct argp_option *at = argp->options; at && (at->name || at->key || at->doc); at++) {
        if (!at->name || !at->arg || !strchr(at->arg, '|') || strstr(at->arg, "|-")) continue;
        fprintf(out, "        --%s) words=\"", at->name);
        for (const char *c = at->arg; *c; c++)
            fputc(*c == '|' ? ' ' : *c, out);
        fputs("\";;\n", out);
    }
}

static void one(FILE *out, const char *path, const Command *command)
{
    fprintf(out, "    \"%s\")\n        case \"$previous\" in\n", path);
    values(out, command);
    fputs("        *) words=\"", out);
    options(out, command->argp);
    fputs("\";;\n        esac;;\n", out);
}

static int completion_run(Cli *cli, int argc, char **argv)
{
    command_parse(&completion_argp, argc, argv, NULL);
    FILE *out = cli->out;
    fputs("# bash completion for lagesbild, made by `lagesbild completion`\n"
          "_lagesbild() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local path=${COMP_WORDS[1]} words=\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then path=; fi\n"
          "    case \"$path\" in\n",
          out);
    for (const Command *const *at = command_table; *at; at++)
        if ((*at)->children)
            fprintf(out, "    %s) if [ \"$COMP_CWORD\" -gt 2 ]; then path=\"$path ${COMP_WORDS[2]}\"; fi;;\n",
                    (*at)->name);
    fputs("    esac\n"
          "    case \"$path\" in\n    \"\") words=\"",
          out);
    names(out, command_table);
    fputs(" --help --version\";;\n", out);
    for (const Command *const *at = command_table; *at; at++) {
        if (!(*at)->children) {
            one(out, (*at)->name, *at);
            continue;
        }
        fprintf(out, "    %s) words=\"", (*at)->name);
        names(out, (*at)->children);
        fputs("\";;\n", out);
        for (const Command *const *child = (*at)->children; *child; child++) {
            const char *path = arena_printf(cli->arena, "%s %s", (*at)->name, (*child)->name);
            if (!path) return cli_out_of_memory(cli);
            one(out, path, *child);
        }
    }
    fputs("    esac\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
          "}\n"
          "complete -o default -F _lagesbild lagesbild\n",
          out);
    return cli_finish(cli);
}

const Command cmd_completion = {
    .name = "completion",
    .summary = "Skriv komplettering för bash",
    .argp = &completion_argp,
    .run = completion_run,
};
