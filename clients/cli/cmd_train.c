/* `lagesbild train`: makes the category model anew, offline. */
#include <stdio.h>

#include "commands.h"
#include "core/category/train.h"
#include "knowledge_directory.h"
#include "table.h"

enum { INPUTS = 64 };

typedef struct Options {
    const char *inputs[INPUTS];
    size_t input_count;
    const char *knowledge, *output;
} Options;

static const struct argp_option option_table[] = {
    {"output", 'o', "KATALOG", 0, "Var model.bin läggs"},
    {"knowledge", 'k', "KATALOG", 0, "Kunskapens katalog (annars LAGESBILD_KNOWLEDGE, annars den som följer med)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'o':
        options->output = arg;
        return 0;
    case 'k':
        options->knowledge = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (options->input_count == INPUTS) command_error(state, "högst %d filer", INPUTS);
        options->inputs[options->input_count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (!options->input_count) command_error(state, "vilka filer? En JSON på varje rad: {\"text\", \"category\"}");
        if (!options->output) command_error(state, "--output: var ska modellen läggas?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp train_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "FIL...",
    .doc = "Tränar modellen som avgör en händelses kategori, ur texter vars kategori är känd: en JSON på varje rad, "
           "{\"text\", \"category\"}, äldst först. Samma filer ger samma modell. Det tar någon minut och ungefär en "
           "gigabyte minne för 35 000 texter.\v"
           "Exempel:\n"
           "  tests/eval/notices.py notiser.ndjson.gz > texter.ndjson\n"
           "  lagesbild train texter.ndjson --output /tmp/modell\n\n"
           "Siffrorna är från notiser som modellen inte hade sett när den bedömde dem.",
};

/* How sure the model says it is, and how often it is right then. */
static int show_reliability(Cli *cli, const TrainReport *report)
{
    static const TableColumn columns[] = {
        {"Säkerhet"}, {"Antal", .right = true}, {"I medeltal", .right = true}, {"Rätt", .right = true}};
    Table *table = table_new(cli->arena, columns, sizeof columns / sizeof *columns);
    if (!table) return cli_out_of_memory(cli);
    for (int i = 0; i < TRAIN_BINS; i++) {
        if (!report->reliability[i].count) continue;
        const TableCell cells[] = {
            {arena_printf(cli->arena, "%d–%d %%", i * 100 / TRAIN_BINS, (i + 1) * 100 / TRAIN_BINS)},
            {arena_printf(cli->arena, "%zu", report->reliability[i].count)},
            {arena_printf(cli->arena, "%.1f %%", report->reliability[i].confidence * 100)},
            {arena_printf(cli->arena, "%.1f %%", report->reliability[i].right * 100)},
        };
        if (table_add(table, cells) < 0) return cli_out_of_memory(cli);
    }
    table_print(table, cli->out, cli->width, cli->color);
    return CLI_DONE;
}

static int train_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&train_argp, argc, argv, &options);
    const TrainOptions wanted = {
        .inputs = options.inputs,
        .input_count = options.input_count,
        .knowledge = knowledge_directory(options.knowledge),
        .output = options.output,
    };
    TrainReport report;
    Error err;
    cli_note(cli, "Tränar; det tar någon minut …");
    if (train_model(&wanted, &report, &err) < 0) return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    fprintf(cli->out,
            "%zu texter och %zu exempel, %zu särdrag\n"
            "rätt: %.4f   makro-F1: %.4f   till granskning: %.4f   rätt av resten: %.4f\n"
            "exempel till granskning: %.4f   rätt av resten: %.4f\n",
            report.documents, report.examples, report.features, report.accuracy, report.macro_f1,
            report.doubt.review_share, report.doubt.right_without_review, report.examples_doubt.review_share,
            report.examples_doubt.right_without_review);
    int status = show_reliability(cli, &report);
    return status == CLI_DONE ? cli_finish(cli) : status;
}

const Command cmd_train = {
    .name = "train",
    .summary = "Träna om kategorimodellen, utan server",
    .argp = &train_argp,
    .run = train_run,
};
