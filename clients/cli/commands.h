/* The subcommands, one a file: cmd_<name>.c. */
#pragma once

#include "command.h"

extern const Command cmd_completion;
extern const Command cmd_correct;
extern const Command cmd_edit;
extern const Command cmd_effect;
extern const Command cmd_export;
extern const Command cmd_hotspots;
extern const Command cmd_import;
extern const Command cmd_incidents;
extern const Command cmd_list;
extern const Command cmd_observe;
extern const Command cmd_outbox;
extern const Command cmd_publish;
extern const Command cmd_report;
extern const Command cmd_retag;
extern const Command cmd_review;
extern const Command cmd_rhythm;
extern const Command cmd_show;
extern const Command cmd_tag;
extern const Command cmd_token;
extern const Command cmd_train;
extern const Command cmd_trends;
