"""Incidents and reports put straight into the database, so that what is read can be known to the digit."""

import uuid


def put_incident(daemon, municipality, occurred, *, areas=(), category="skadegorelse", place=None, precision="minute",
                 source="polis", organisation=None, status="tagged", title="Händelse", text="Något hände.",
                 position=None, confidence=0.9, review=(), withdrawn=None):
    """`occurred` is Swedish local time, "2012-03-05 22:10". Gives the incident's id."""
    incident = str(uuid.uuid4())
    lat, lon = position or (None, None)
    daemon.sql(
        "INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence,"
        " category_rule, place, position, title, text, source, organisation, status, review, withdrawn_revision)"
        " VALUES (%s, %s, %s::timestamp AT TIME ZONE 'Europe/Stockholm', %s, %s, %s, 'cue', %s,"
        " ST_SetSRID(ST_MakePoint(%s::float8, %s::float8), 4326), %s, %s, %s, %s, %s, %s, %s)",
        (municipality, incident, occurred, precision, category, confidence, place, lon, lat, title, text, source,
         organisation, status, list(review), withdrawn),
    )
    for area in areas:
        daemon.sql(
            "INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, evidence)"
            " VALUES (%s, %s, %s, %s, 'place', 'här')",
            (municipality, incident, area, confidence),
        )
    return incident


def put_report(daemon, municipality, day, organisation="Kommunpolisen"):
    """A daily report without incidents: somebody reported that day."""
    daemon.sql(
        "INSERT INTO lagesbild.report (municipality, report, kind, source, organisation, report_date)"
        " VALUES (%s, %s, 'report', 'polis', %s, %s)",
        (municipality, str(uuid.uuid4()), organisation, day),
    )


def list_places(daemon, municipality):
    """Lists the places of every year of every area, also of those that the daemon finds too small to be worth it."""
    daemon.sql(
        "SELECT pg_advisory_xact_lock(hashtextextended('lagesbild.fold_tally', 0));"  # not while the daemon does
        " INSERT INTO lagesbild.place_year (municipality, area, year)"
        " SELECT DISTINCT municipality, area, year FROM lagesbild.tally WHERE municipality = %s AND area <> '*'"
        " ON CONFLICT (municipality, area, year) DO NOTHING;"
        " SELECT lagesbild.list_places(1000000, 1)",
        (municipality,),
    )
