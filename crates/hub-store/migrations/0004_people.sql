-- Who may use which agent. `name_key` is the name as it is compared: two names that differ in case or spaces are one.
CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_groups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A plan without `until` does not end.
CREATE TABLE members (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    plan TEXT REFERENCES plans (id) ON DELETE SET NULL,
    until INTEGER,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX members_of_plan ON members (plan);

CREATE TABLE member_groups (
    member TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    user_group TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (member, user_group)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_groups_of_group ON member_groups (user_group);

-- Grants. An agent without any is the operator's alone.
CREATE TABLE agent_plans (
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    plan TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    PRIMARY KEY (agent, plan)
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_plans_of_plan ON agent_plans (plan);

CREATE TABLE agent_groups (
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    user_group TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (agent, user_group)
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_groups_of_group ON agent_groups (user_group);
