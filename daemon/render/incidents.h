/*
 * A list of incidents, each given as the interface's JSON, in the forms a list comes in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* {"items": […], "next_cursor": "…" or null}. Returns 0 or -EIO. */
int incidents_json_write(const char *const *items, size_t count, const char *next_cursor, FILE *out);

/*
 * The others come a piece at a time, so that a list of any length can be written: begin, each incident, end. Writing an
 * incident returns 0, -ENOMEM, or -EBADMSG for an item that is not one; the stream keeps its own errors.
 *
 * GeoJSON is a FeatureCollection (RFC 7946): an incident's position as its geometry, null where it has none; everything
 * else as properties; it ends with numberReturned, how many they are (a foreign member, as OGC API Features has it).
 * CSV has a head, and several areas or flags in one field, with a space between; EXCEL is CSV as a Swedish Excel opens
 * it (csv_row.h), whose last row tells how many there were, so that a person sees whether the file is whole.
 */
typedef enum IncidentsForm { INCIDENTS_GEOJSON, INCIDENTS_CSV, INCIDENTS_EXCEL } IncidentsForm;

/* The columns of CSV: id, municipality, occurred_at, precision, areas, category, place, lat, lon, title, text, flags,
 * source, organisation, report_id, status, created_at. */
enum { INCIDENT_FIELDS = 17 };

void incidents_begin(IncidentsForm form, FILE *out);
int incidents_add(IncidentsForm form, const char *item, bool first, FILE *out);

/* The same for an incident given as its columns (NULL for what it has not), in CSV and EXCEL. */
void incidents_add_fields(IncidentsForm form, const char *const fields[static INCIDENT_FIELDS], FILE *out);

void incidents_end(IncidentsForm form, uint64_t count, FILE *out);
