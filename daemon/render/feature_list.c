#include "render/feature_list.h"

#include <errno.h>

int feature_list_write(const Feature *features, size_t count, bool geojson, FILE *out)
{
    fputs(geojson ? "{\"type\":\"FeatureCollection\",\"features\":[" : "{\"items\":[", out);
    for (size_t i = 0; i < count; i++) {
        const Feature *f = &features[i];
        if (i) fputs(",\n", out);
        if (geojson)
            fprintf(out, "{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":%s,\"properties\":%s}", f->id,
                    f->geometry ? f->geometry : "null", f->json);
        else
            fputs(f->json, out);
    }
    fputs("]}\n", out);
    return ferror(out) ? -EIO : 0;
}
