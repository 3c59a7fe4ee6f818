-- Fills a database that lagesbildd has migrated and seeded with believable incidents, for tests/bench/questions.py.
--   psql -v incidents=1000000 -v part=0 -v parts=1 -f tests/bench/make_incidents.sql CONNINFO
-- fill.py runs it, in several parts at a time, and without the indexes and triggers that it then puts back.
-- Skewed (the largest of 290 municipalities has about one in twelve of them, the commonest category one in five, one
-- area and one place in each far more than the others), seasonal (more in summer, more on late evenings, more at
-- weekends), over the ten years up to 2026-01-01. The same seed gives the same rows, but for the ids.
\set ON_ERROR_STOP 1
BEGIN;
-- No trigger and no check of keys: everything they would do is done here, or by fill.py afterwards.
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;
SET LOCAL search_path = lagesbild, public;
SELECT setseed(0.428);

CREATE TEMPORARY TABLE size ON COMMIT DROP AS
SELECT municipality,
       ceil(:incidents * power(rank, -0.8) / sum(power(rank, -0.8)) OVER ())::integer AS incidents,
       greatest(2, 16 - rank / 20)::integer AS areas,
       56 + 10 * random() AS lat, 12.5 + 5 * random() AS lon, rank % :parts = :part AS ours
  FROM (SELECT municipality, row_number() OVER (ORDER BY municipality <> 'stockholm', md5(municipality)) AS rank
          FROM municipality WHERE kind = 'municipality') AS ranked;
DELETE FROM size WHERE NOT ours;
SELECT setseed(0.428 + :part / 1000.0);

-- Each municipality has a bench-all that holds its areas bench-1, bench-2, …
INSERT INTO area (municipality, area, name, updated_by)
SELECT municipality, 'bench-all', 'Bänken', 'bench' FROM size ON CONFLICT DO NOTHING;
INSERT INTO area (municipality, area, parent, name, updated_by)
SELECT municipality, 'bench-' || n, 'bench-all', 'Bänk ' || n, 'bench' FROM size, generate_series(1, areas) AS n
ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE kind ON COMMIT DROP AS
SELECT array_agg(category ORDER BY md5(category)) AS codes, count(*)::integer AS many FROM category;

CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT s.municipality, gen_random_uuid() AS incident, s.lat, s.lon,
       1 + floor(s.areas * power(random(), 1.7))::integer AS area,
       CASE WHEN random() < 0.04 THEN 1 + floor(s.areas * random())::integer END AS second_area,
       CASE WHEN random() < 0.7 THEN 1 + floor(40 * power(random(), 2.2))::integer END AS place,
       kind.codes[1 + floor(kind.many * power(random(), 2))::integer] AS category,
       -- The warp in days makes summers fuller than winters; the one in hours, evenings than mornings.
       (timestamp '2016-01-01' + make_interval(days => least(3652, greatest(0, floor(d - 25 * sin(2 * pi() * (d - 105) / 365.25))))::integer)
        + make_interval(mins => ((20 * 60 + floor((random() + random() + random() - 1.5) * 12 * 60))::integer + 1440) % 1440))
           AT TIME ZONE 'Europe/Stockholm' AS occurred_at,
       random() AS chance, n
  FROM size s, kind, generate_series(1, s.incidents) AS n, LATERAL (SELECT 3652 * random() + n * 0 AS d) AS day;

INSERT INTO incident (municipality, incident, occurred_at, precision, category, category_confidence, category_rule, place,
                      position, title, text, source, organisation, status, received_at)
SELECT m.municipality, m.incident, m.occurred_at, CASE WHEN chance < 0.1 THEN 'day' ELSE 'minute' END, m.category, 0.9, 'cue',
       'Bänkplats ' || m.area || '-' || m.place,
       CASE WHEN m.place IS NOT NULL
            THEN ST_SetSRID(ST_MakePoint(m.lon + 0.01 * m.area + 0.0007 * (m.place % 7) + 0.0002 * random(),
                                         m.lat + 0.004 * (m.place / 7) + 0.0001 * random()), 4326) END,
       c.name,
       c.name || ' ' || (SELECT string_agg((ARRAY['två ungdomar','en okänd man','vid entrén','på parkeringen','ett fönster krossat',
           'klotter på väggen','polis på platsen','vittnen hörda','ingen skadad','en moped','cykel stulen','bråk mellan flera personer',
           'ordningsvakt larmade','väktare grep','butiken stängd','ett grönt garage','rökutveckling','container brann','larm från granne',
           'föräldrar underrättade','narkotika påträffad','kniv beslagtagen','trappuppgång','biljettspärrar','skolgården','centrumtorget'])
           [1 + floor(26 * power(random(), 1.4))::integer], ', ') FROM generate_series(1, 6 + m.n % 9))
           || CASE WHEN m.n % 2500 = 0 THEN ', flyttkartong' ELSE '' END || '.',
       (ARRAY['polis','ordningsvakt','skola','bostadsbolag','faltgrupp'])[1 + floor(5 * power(random(), 2.5))::integer],
       (ARRAY['Kommunpolisen','Ordningsvakterna','Skolan','Bostadsbolaget','Fältgruppen'])[1 + floor(5 * power(random(), 2.5))::integer],
       CASE WHEN chance > 0.99 THEN 'rejected' WHEN chance > 0.9 THEN 'review' ELSE 'tagged' END, m.occurred_at
  FROM made m JOIN category c ON c.category = m.category;

INSERT INTO incident_area (municipality, incident, area, confidence, rule, occurred_at, category, counts)
SELECT municipality, incident, 'bench-' || area, 0.9, 'place', occurred_at, category, chance <= 0.99
  FROM made WHERE chance > 0.02 -- the others nobody could place
UNION ALL
SELECT municipality, incident, 'bench-' || second_area, 0.5, 'place', occurred_at, category, chance <= 0.99
  FROM made WHERE chance > 0.02 AND second_area <> area;

INSERT INTO knowledge_version (municipality, version) SELECT municipality, 1 FROM size
ON CONFLICT (municipality) DO UPDATE SET version = knowledge_version.version + 1;
COMMIT;
