#include "commands.h"

const Command *const command_table[] = {
    &cmd_completion,
    NULL,
};
