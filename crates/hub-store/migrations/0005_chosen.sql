-- When a message was last chosen among its siblings. The branch that is shown follows the one that was written or chosen
-- last.
ALTER TABLE messages ADD COLUMN chosen_at INTEGER;
