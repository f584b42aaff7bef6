-- Conversations that began with one question to several at once carry the same value.
ALTER TABLE conversations ADD COLUMN comparison TEXT;
CREATE INDEX conversations_compared ON conversations (comparison) WHERE comparison IS NOT NULL;
