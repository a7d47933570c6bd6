-- Groundswell's store, format 1. Open it with any SQLite tool, read-only:
--   sqlite3 -readonly data/groundswell.sqlite
-- Instants are whole microseconds since 1970 in UTC, days are counted from 1970-01-01 in UTC.
-- The views at the end show both as text.

-- The log: what one request to a source came to. Never changed, except that texts are taken out.
CREATE TABLE page (
    offset INTEGER PRIMARY KEY,     -- number in the log, from 1, without gaps
    source TEXT NOT NULL,
    query TEXT NOT NULL,
    instance TEXT,                  -- which site answered, where the source has several
    class TEXT NOT NULL,            -- class of the source
    fetched_at INTEGER NOT NULL,    -- ingest time
    imported_at INTEGER,            -- for imported history: when the import really ran
    first_row INTEGER NOT NULL,     -- its records are record.row first_row .. first_row+records-1
    records INTEGER NOT NULL,
    deleted TEXT,                   -- JSON: ids the source says are gone
    position TEXT,                  -- JSON: where to go on from
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    empty INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    seen INTEGER,                   -- all posts seen; NULL where a source has no total
    reading TEXT                    -- JSON: exchanges made for it, items, filled fields
);
CREATE INDEX page_by_ingest ON page (fetched_at);
CREATE INDEX page_by_source ON page (source, query, fetched_at) WHERE reading IS NOT NULL;

-- Every version of every record, as it was appended; `newest = 1` is the current one.
CREATE TABLE record (
    row INTEGER PRIMARY KEY,        -- in the order of the log
    key BLOB NOT NULL,              -- identity: 16 bytes
    offset INTEGER NOT NULL,        -- page.offset
    newest INTEGER NOT NULL,
    gone INTEGER NOT NULL,          -- 1: the text was deleted, forgotten or has expired
    event_time INTEGER NOT NULL,    -- when it counts: `time`, but never after it was fetched
    first_fetched_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,               -- the source's own id
    time INTEGER,                   -- as the page states it
    author INTEGER,                 -- pseudonym: printf('%016x', author)
    market TEXT,
    lang TEXT,
    title TEXT,
    text TEXT,
    url TEXT,
    thread TEXT,
    sku TEXT,
    list TEXT,
    rank INTEGER,
    paid INTEGER NOT NULL,
    price TEXT,                     -- decimal
    currency TEXT,
    rating REAL,
    rating_scale REAL,
    quantity INTEGER,
    reviews INTEGER,
    likes INTEGER,
    comments INTEGER,
    shares INTEGER,
    views INTEGER,
    sold INTEGER,
    residue TEXT                    -- JSON: what it counted for, once its text is gone
);
CREATE INDEX record_by_key ON record (key);
CREATE INDEX record_by_time ON record (event_time, kind, gone) WHERE newest = 1;

CREATE TABLE position (
    source TEXT NOT NULL,
    query TEXT NOT NULL,
    position TEXT NOT NULL,         -- JSON
    PRIMARY KEY (source, query)
) WITHOUT ROWID;

CREATE TABLE coverage (
    hour INTEGER NOT NULL,          -- start of the hour
    source TEXT NOT NULL,
    query TEXT NOT NULL,
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    empty INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    seen INTEGER,
    PRIMARY KEY (hour, source, query)
) WITHOUT ROWID;

-- What the crawler remembers, shared by all processes.
CREATE TABLE host (
    host TEXT PRIMARY KEY,
    memory TEXT NOT NULL            -- JSON: robots.txt, pace, circuit
) WITHOUT ROWID;

-- What was spent where a site allows so much a day or takes money for it.
CREATE TABLE account (
    bucket TEXT PRIMARY KEY,
    spent TEXT NOT NULL             -- JSON: calls, units, records and money, by the bucket's day
) WITHOUT ROWID;

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE note (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The seller's own tables.
CREATE TABLE sku (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    brand TEXT,
    line TEXT,
    category TEXT,
    detail TEXT NOT NULL            -- JSON: all of it, with aliases
) WITHOUT ROWID;

CREATE TABLE stock (
    sku TEXT NOT NULL,
    market TEXT NOT NULL,
    counted_on INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    inbound INTEGER NOT NULL,
    detail TEXT NOT NULL,           -- JSON: all of it, with lead times
    PRIMARY KEY (sku, market)
) WITHOUT ROWID;

-- Projections. Each generation was made by one model, catalogue and set of rules; rows of two
-- generations never mix. `retired` was live before and stays readable for those who began on
-- it; `dropped` is being removed.
CREATE TABLE generation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status TEXT NOT NULL CHECK (status IN ('live', 'building', 'retired', 'dropped')),
    model TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    rules TEXT NOT NULL,
    offset INTEGER NOT NULL,        -- log entries it has read
    closed INTEGER                  -- last day it has closed
);
CREATE UNIQUE INDEX generation_live ON generation (status) WHERE status = 'live';

-- Names of series, shared by all generations and never removed, so that numbers stay valid.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    sort TEXT NOT NULL,             -- total, sku, phrase
    subject TEXT NOT NULL,
    market TEXT NOT NULL,
    class TEXT NOT NULL
);
CREATE UNIQUE INDEX series_by_subject ON series (subject, sort, market, class);

CREATE TABLE member (               -- which series a generation has
    generation INTEGER NOT NULL,
    series INTEGER NOT NULL,
    PRIMARY KEY (generation, series)
) WITHOUT ROWID;

-- Days come first in the key: a step writes today's rows, which then lie side by side.
CREATE TABLE cell (
    generation INTEGER NOT NULL,
    day INTEGER NOT NULL,
    series INTEGER NOT NULL,
    n INTEGER NOT NULL,             -- the count the detector works on: distinct authors
    mentions INTEGER NOT NULL,
    doubtful INTEGER NOT NULL,
    negative INTEGER NOT NULL,
    neutral INTEGER NOT NULL,
    positive INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    purchases INTEGER NOT NULL,
    complaints INTEGER NOT NULL,
    units INTEGER NOT NULL,
    authors BLOB NOT NULL,          -- 0 and 8 bytes an author, or 1 and a HyperLogLog sketch
    PRIMARY KEY (generation, day, series)
) WITHOUT ROWID;

CREATE TABLE evidence (
    generation INTEGER NOT NULL,
    day INTEGER NOT NULL,
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    record BLOB NOT NULL,           -- record.key
    source TEXT NOT NULL,
    author INTEGER,
    polarity INTEGER,               -- -1, 0, 1; NULL: not told
    doubtful INTEGER NOT NULL,
    PRIMARY KEY (generation, day, series, time, record)
) WITHOUT ROWID;

CREATE TABLE tag (
    row INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,
    record BLOB NOT NULL,           -- record.key
    tags TEXT NOT NULL              -- JSON
);
CREATE UNIQUE INDEX tag_by_record ON tag (generation, record);

CREATE TABLE state (
    generation INTEGER NOT NULL,
    series INTEGER NOT NULL,
    state TEXT NOT NULL,            -- JSON: the detector's memory
    PRIMARY KEY (generation, series)
) WITHOUT ROWID;

CREATE TABLE fingerprint (
    generation INTEGER NOT NULL,
    print INTEGER NOT NULL,
    day INTEGER NOT NULL,
    record BLOB NOT NULL,
    author INTEGER,
    PRIMARY KEY (generation, print, day)
) WITHOUT ROWID;

CREATE TABLE rank (
    generation INTEGER NOT NULL,
    market TEXT NOT NULL,
    item TEXT NOT NULL,
    time INTEGER NOT NULL,
    source TEXT NOT NULL,
    list TEXT NOT NULL,
    paid INTEGER NOT NULL,
    rank INTEGER,
    price TEXT,
    reviews INTEGER,
    sku TEXT,
    PRIMARY KEY (generation, market, item, time, source, list, paid)
) WITHOUT ROWID;
CREATE INDEX rank_by_sku ON rank (generation, market, sku, time) WHERE sku IS NOT NULL;

CREATE TABLE alert (
    generation INTEGER NOT NULL,
    id TEXT NOT NULL,
    day INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    market TEXT NOT NULL,
    class TEXT NOT NULL,            -- class of the series
    reading TEXT NOT NULL,          -- hit, mixed, crisis ...
    observed INTEGER NOT NULL,
    expected REAL NOT NULL,
    lift REAL NOT NULL,
    score REAL NOT NULL,
    alert TEXT NOT NULL,            -- JSON: all of it
    PRIMARY KEY (generation, id)
) WITHOUT ROWID;
CREATE INDEX alert_by_day ON alert (generation, day);

-- Views for people: instants and days as text, the live generation only.
CREATE VIEW post_view AS
SELECT lower(hex(r.key)) AS key, r.source, p.query, p.class, r.kind, r.id,
       strftime('%Y-%m-%d %H:%M:%S', r.event_time / 1000000, 'unixepoch') AS time_utc,
       strftime('%Y-%m-%d %H:%M:%S', r.first_fetched_at / 1000000, 'unixepoch') AS first_fetched_utc,
       r.market, r.lang, printf('%016x', r.author) AS author, r.title, r.text, r.url, r.sku,
       r.list, r.rank, r.paid, r.price, r.currency, r.rating, r.quantity,
       r.reviews, r.likes, r.comments, r.shares, r.views, r.sold, r.gone
FROM record r JOIN page p ON p.offset = r.offset WHERE r.newest = 1;

CREATE VIEW coverage_view AS
SELECT strftime('%Y-%m-%d %H:00', hour / 1000000, 'unixepoch') AS hour_utc, source, query,
       asked, answered, empty, refused, failed, seen
FROM coverage;

CREATE VIEW mention_by_day AS
SELECT date(c.day * 86400, 'unixepoch') AS day, s.sort, s.subject, s.market, s.class,
       c.n AS authors, c.mentions, c.doubtful, c.negative, c.neutral, c.positive,
       c.questions, c.purchases, c.complaints, c.units
FROM cell c JOIN series s ON s.id = c.series
WHERE c.generation = (SELECT id FROM generation WHERE status = 'live');

CREATE VIEW alert_view AS
SELECT id, date(day * 86400, 'unixepoch') AS day,
       strftime('%Y-%m-%d %H:%M:%S', raised_at / 1000000, 'unixepoch') AS raised_utc,
       sort, subject, market, class, reading, observed, expected, lift, score
FROM alert WHERE generation = (SELECT id FROM generation WHERE status = 'live');

CREATE VIEW evidence_view AS
SELECT date(e.day * 86400, 'unixepoch') AS day, s.sort, s.subject, s.market, s.class,
       e.source, e.polarity, e.doubtful, lower(hex(e.record)) AS key, r.title, r.text, r.url
FROM evidence e JOIN series s ON s.id = e.series
LEFT JOIN record r ON r.key = e.record AND r.newest = 1
WHERE e.generation = (SELECT id FROM generation WHERE status = 'live');

CREATE VIEW tag_view AS
SELECT lower(hex(t.record)) AS key,
       t.tags ->> '$.language.code' AS language, t.tags ->> '$.market.market' AS market,
       CASE WHEN t.tags ->> '$.sentiment.abstain' THEN NULL
            ELSE t.tags ->> '$.sentiment.label' END AS sentiment,
       t.tags -> '$.keyphrases' AS keyphrases, t.tags -> '$.mentions' AS mentions,
       t.tags -> '$.doubt' AS doubt
FROM tag t WHERE t.generation = (SELECT id FROM generation WHERE status = 'live');
