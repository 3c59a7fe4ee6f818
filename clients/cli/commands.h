/* The subcommands, one a file: cmd_<name>.c. */
#pragma once

#include "command.h"

extern const Command cmd_completion;
