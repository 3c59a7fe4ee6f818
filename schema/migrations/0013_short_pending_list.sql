-- Words of new incidents wait in a list beside their index, and whoever fills the list puts them all where they belong: with
-- PostgreSQL's 4 MB that is some ten thousand incidents', in which one sender in ten thousand waits for all the others, and
-- every search reads the list from end to end. A short list costs no more for each incident.
ALTER INDEX lagesbild.incident_words SET (gin_pending_list_limit = 256);
