#include "commands.h"

const Command *const command_table[] = {
    &cmd_report, &cmd_observe, &cmd_import,   &cmd_list,      &cmd_show,       &cmd_edit,   &cmd_publish, &cmd_rhythm,
    &cmd_trends, &cmd_effect,  &cmd_hotspots, &cmd_incidents, &cmd_export,     &cmd_review, &cmd_retag,   &cmd_correct,
    &cmd_token,  &cmd_outbox,  &cmd_tag,      &cmd_train,     &cmd_completion, NULL,
};
