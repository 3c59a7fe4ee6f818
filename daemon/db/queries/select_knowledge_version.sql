-- What all municipalities' edits of the knowledge add up to: another number, and there is something to read again.
SELECT COALESCE(sum(version), 0)::bigint FROM lagesbild.knowledge_version;
