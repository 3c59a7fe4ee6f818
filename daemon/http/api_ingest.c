#include "http/api_ingest.h"

#include <string.h>

void api_ingest_refuse(Request *request, int status, const char *title, const Faults *faults)
{
    ProblemError errors[FAULTS_MAX];
    for (size_t i = 0; i < faults->count; i++)
        errors[i] = (ProblemError){.pointer = faults->items[i].pointer, .detail = faults->items[i].detail};
    request_problem_errors(request, status, title, NULL, errors, faults->count);
}

void api_ingest_answer(Request *request, const IngestResult *result, const char *path)
{
    switch (result->verdict) {
    case INGEST_STORED: {
        char *location = arena_printf(request_arena(request), "%s%s", path, result->id);
        if (location) request_add_header(request, "Location", location);
        request_reply(request, 201, "application/json", result->json, strlen(result->json));
        return;
    }
    case INGEST_KNOWN:
    case INGEST_REVISED:
        request_reply(request, 200, "application/json", result->json, strlen(result->json));
        return;
    case INGEST_KEY_REUSED:
        request_problem(
            request, 422, NULL,
            "Nyckeln i Idempotency-Key har använts förut, med annat innehåll. En ny text behöver en ny nyckel.");
        return;
    case INGEST_NOT_FOUND:
        request_problem(request, 404, NULL, "Det finns ingen sådan rapport som du får se.");
        return;
    case INGEST_OVERTAKEN:
        request_problem(request, 412, NULL,
                        "Rapporten har rättats sedan den upplaga som If-Match nämner. Hämta den och rätta den nya.");
        return;
    case INGEST_BUSY:
        request_problem(request, 503, NULL,
                        "Databasen kan inte ta emot just nu. Skicka igen; inget sparas två gånger.");
        return;
    case INGEST_FAILED:
        break;
    }
    request_problem(request, 500, NULL, "Det gick inte att spara. Felet är vårt och har loggats.");
}

MunicipalityId api_ingest_municipality(const Request *request, const Knowledge *knowledge)
{
    const char *code = request_actor(request)->municipality;
    return code ? knowledge_find_municipality(knowledge, code) : MUNICIPALITY_NONE;
}

MunicipalityId api_ingest_otherwise(const Request *request, const Knowledge *knowledge)
{
    const char *code = request_worker(request)->daemon->config.municipality;
    MunicipalityId id = knowledge_find_municipality(knowledge, code);
    return id == MUNICIPALITY_NONE ? 0 : id;
}

const char *api_ingest_source(const Request *request)
{
    switch (request_actor(request)->role) {
    case ROLE_POLICE:
        return "polis";
    case ROLE_COORDINATOR:
    case ROLE_ADMIN:
        return "kommun";
    default:
        return "okand";
    }
}

bool api_ingest_key(Request *request, const char **key)
{
    *key = request_header(request, "idempotency-key");
    if (!*key) return true;
    size_t len = strlen(*key);
    bool printable = len > 0 && len <= 255;
    for (size_t i = 0; i < len; i++)
        printable = printable && (*key)[i] >= 0x20 && (*key)[i] < 0x7f;
    if (printable) return true;
    request_problem(request, 400, NULL, "Idempotency-Key ska ha 1 till 255 skrivbara ASCII-tecken.");
    return false;
}

bool api_ingest_refuses_pii(const Request *request)
{
    return strcmp(request_worker(request)->daemon->config.pii, "refuse") == 0;
}
