#include "render/lagesbild_forms.h"

#include "render/lagesbild_csv.h"
#include "render/lagesbild_html.h"
#include "render/lagesbild_json.h"
#include "render/lagesbild_text.h"

const LagesbildForm lagesbild_forms[] = {
    {"json", "application/json", "application/json", lagesbild_json_write},
    {"html", "text/html", "text/html; charset=utf-8", lagesbild_html_write},
    {"txt", "text/plain", "text/plain; charset=utf-8", lagesbild_text_write},
    {"csv", "text/csv", "text/csv; charset=utf-8; header=present", lagesbild_csv_write},
    {"pdf", "application/pdf", "application/pdf", NULL},
};
const size_t lagesbild_form_count = sizeof lagesbild_forms / sizeof *lagesbild_forms;
