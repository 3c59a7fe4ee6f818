-- Who has reported when, also those whose reports told of nothing: by steps along this, as along incident_by_reporter.
CREATE INDEX report_by_reporter ON lagesbild.report (municipality, (COALESCE(organisation, source)), report_date)
    WHERE report_date IS NOT NULL;
