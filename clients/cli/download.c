#include "download.h"

#include "delivery.h"

int download(Cli *cli, const Download *wanted, HttpAnswer *answer)
{
    if (!wanted->path) return cli_out_of_memory(cli);
    _session_ Session session;
    Output output;
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    if ((status = output_open(&output, cli, wanted->file)) != CLI_DONE) return status;
    const HttpCall call = {
        .method = "GET",
        .path = wanted->path,
        .accept = wanted->accept,
        .sink = wanted->show ? NULL : output_sink,
        .sink_arg = &output,
    };
    status = session_call(&session, &call, answer);
    if (status == CLI_DONE && wanted->show) status = wanted->show(&session, answer, output.file, wanted->arg);
    return output_close(&output, cli, status);
}
