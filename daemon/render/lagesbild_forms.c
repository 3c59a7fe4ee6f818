#include "render/lagesbild_forms.h"

#include "render/lagesbild_csv.h"
#include "render/lagesbild_html.h"
#include "render/lagesbild_json.h"
#include "render/lagesbild_pdf.h"
#include "render/lagesbild_text.h"

const LagesbildForm lagesbild_forms[] = {
    {"json", "application/json", "application/json", lagesbild_json_write, false},
    {"html", "text/html", "text/html; charset=utf-8", lagesbild_html_write, false},
    {"txt", "text/plain", "text/plain; charset=utf-8", lagesbild_text_write, false},
    {"csv", "text/csv", "text/csv; charset=utf-8; header=present", lagesbild_csv_write, false},
    {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present", lagesbild_excel_write, false},
    {"pdf", "application/pdf", "application/pdf", lagesbild_pdf_write, true},
};
const size_t lagesbild_form_count = sizeof lagesbild_forms / sizeof *lagesbild_forms;
