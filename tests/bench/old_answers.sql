-- Answers of parents of earlier years, with all that stands beside an answer; the parents number 1 in 20.

CREATE TEMP TABLE old_run AS
WITH RECURSIVE numbers (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :first + :runs)
SELECT n, (SELECT min(joined_at) FROM door) AS at FROM numbers;

CREATE TEMP TABLE old_answer AS
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < :answers)
SELECT :first + i AS n, :first + i * :runs / :answers AS run, (SELECT min(joined_at) FROM door) AS at FROM numbers;

INSERT INTO person (id, roster_id, school_id, name, language, language_chosen)
SELECT n, 'old-p-' || n, (SELECT min(id) FROM school), 'Agnieszka', 'pl', 1 FROM old_run;

INSERT INTO child (id, roster_id, first_name, group_id, grade)
SELECT n, 'old-k-' || n, 'Kuba', (SELECT min(id) FROM school_group), 3 FROM old_run;

INSERT INTO guardianship (id, person_id, child_id, relation, authority)
SELECT n, n, n, 'mother', 1 FROM old_run;

INSERT INTO door (id, person_id, kind, address, joined_at, confirmed_at, welcomed_at, state)
SELECT n, n, 'telegram', '9' || n, at, at, at, '{}' FROM old_run;

INSERT INTO run (id, person_id, child_id, dialog, digest, state, started_at, touched_at, reviewed_at)
SELECT n, n, n, 'begin', (SELECT min(digest) FROM run), (SELECT min(state) FROM run), at, at, at FROM old_run;

INSERT INTO saying (id, author_id, child_id, original, language, message_key, said_at)
SELECT n, run, run, 'Moje dziecko jest spokojne i lubi budować z klocków.', 'pl', 'tg-9' || n, at FROM old_answer;

INSERT INTO answer
    (id, run_id, question, choices, saying_id, typed_by_id, sensitive, share, answered_at, shared_at)
SELECT n, run, 'question-' || n, '[]', n, run, 0, 'shared', at, at FROM old_answer;

INSERT INTO outgoing
    (id, door_id, door_kind, address, body, buttons, protect, macro, parameters, language,
     awaits_translation, state, edited, attempts, telegram_message_id, made_at, sent_at)
SELECT n, run, 'telegram', '9' || run, 'Pytanie 3 z 15. Co dziecko lubi robić?', '[]', 0, 'preparation.question',
       '{}', 'pl', 0, 'sent', 0, 0, n, at, at
FROM old_answer;

INSERT INTO received (key, taken_at)
SELECT 'tg-9' || n, at FROM old_answer;
