-- 试导入: an import that tells what would become of each row, and changes nothing.
ALTER TABLE backbone.import_job ADD COLUMN dry_run boolean NOT NULL DEFAULT false;
