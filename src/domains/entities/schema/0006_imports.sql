-- What a file is about: operators, licences, relations.
ALTER TABLE operator_imports ADD COLUMN kind text NOT NULL DEFAULT 'operators';
