#include "render/feed.h"

#include <errno.h>
#include <string.h>

#include "render/html.h"
#include "util/uuid.h"

/* html_text() escapes for XML too: what it writes are the five entities and characters XML allows. */
static void element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    html_text(out, text);
    fprintf(out, "</%s>\n", name);
}

/* Ids stay the same whatever address the feed is read at, so they are made from what is published, not from where. */
static void id(const Feed *feed, const FeedEntry *entry, FILE *out)
{
    char name[512], code[PERIOD_CODE_SIZE], uuid[UUID_TEXT_SIZE];
    snprintf(name, sizeof name, "lagesbild:%s:%s:%s:%d", feed->municipality, feed->area,
             entry ? period_code(&entry->period, code) : "", entry ? entry->version : 0);
    fprintf(out, "<id>urn:uuid:%s</id>\n", uuid_from_name(name, strlen(name), uuid));
}

static void link_to(const Feed *feed, const FeedEntry *entry, const char *form, const char *type, FILE *out)
{
    char code[PERIOD_CODE_SIZE];
    fprintf(out, "<link rel=\"alternate\" type=\"%s\" href=\"%s.%s?municipality=", type,
            period_code(&entry->period, code), form);
    html_text(out, feed->municipality);
    fprintf(out, "&amp;version=%d\"/>\n", entry->version);
}

static void entry(const Feed *feed, const FeedEntry *item, FILE *out)
{
    char label[PERIOD_LABEL_SIZE];
    fputs("<entry>\n", out);
    id(feed, item, out);
    fputs("<title>Lägesbild ", out);
    html_text(out, feed->area_name);
    fputs(", ", out);
    html_text(out, period_label(&item->period, label));
    if (item->version > 1) fprintf(out, ", rättad version %d", item->version);
    fputs("</title>\n", out);
    element(out, "updated", item->published_at);
    element(out, "published", item->published_at);
    fputs("<author><name>", out);
    html_text(out, item->published_by);
    fputs("</name></author>\n", out);
    link_to(feed, item, "html", "text/html", out);
    link_to(feed, item, "json", "application/json", out);
    fputs("</entry>\n", out);
}

int feed_write(const Feed *feed, FILE *out)
{
    fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"sv\">\n",
          out);
    id(feed, NULL, out);
    fputs("<title>Utgivna lägesbilder för ", out);
    html_text(out, feed->area_name);
    fputs("</title>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"atom.xml?municipality=", out);
    html_text(out, feed->municipality);
    fputs("\"/>\n", out);
    /* A feed must say when it changed; one without entries never has. */
    element(out, "updated", feed->count ? feed->entries[0].published_at : "1970-01-01T00:00:00Z");
    for (size_t i = 0; i < feed->count; i++)
        entry(feed, &feed->entries[i], out);
    fputs("</feed>\n", out);
    return ferror(out) ? -EIO : 0;
}
