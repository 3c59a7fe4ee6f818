-- Which municipalities a login may read through the views of schema analysis. A login that stands in no row reads those of
-- all; so one that is to read a single municipality's has to have its row before it is told its password.

SET LOCAL search_path = lagesbild, public;

CREATE TABLE reader (
    municipality text NOT NULL REFERENCES municipality,
    login        text NOT NULL CHECK (login <> ''),
    PRIMARY KEY (municipality, login)
);
COMMENT ON TABLE reader IS 'Logins of PostgreSQL with the role lagesbild_read, and the municipalities each is bound to.';
ALTER TABLE reader OWNER TO lagesbild_owner;
