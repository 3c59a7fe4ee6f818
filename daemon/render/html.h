/*
 * HTML5, written piece by piece. Every text from outside goes through html_text(); nothing else writes one.
 */
#pragma once

#include <stdio.h>

/* Writes `text` so that it is text in an element or in a quoted attribute; control characters but line ends and tabs,
 * which HTML forbids, become spaces. NULL writes nothing. */
void html_text(FILE *out, const char *text);

/* <name class="…">text</name>; `class` may be NULL. */
void html_element(FILE *out, const char *name, const char *class_name, const char *text);
