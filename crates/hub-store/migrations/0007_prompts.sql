-- Role prompts are long and lists of agents do not need them, so they stand behind everything that lists read.
ALTER TABLE agents ADD COLUMN prompt TEXT;
ALTER TABLE agents ADD COLUMN parameters TEXT;
UPDATE agents SET
    prompt = coalesce(source ->> '$.prompt', ''),
    parameters = coalesce(source -> '$.parameters', 'null'),
    source = json_remove(source, '$.prompt', '$.parameters')
WHERE source ->> '$.type' = 'prompt';
