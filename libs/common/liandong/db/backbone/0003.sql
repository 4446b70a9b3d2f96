-- Whose database this is. The service is written by its migrations, the rest by the first start;
-- from then on no other service, environment or topic takes it for its own by mistake.
CREATE TABLE backbone.belonging (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    service     text NOT NULL,
    environment text,
    id          uuid,
    oldest      text -- the revision that code must know to work with this schema; NULL: any
);
