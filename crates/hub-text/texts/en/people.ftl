# The members page, grants and "View as".
members-title = Members and access
members-about = A member may use an agent that is enabled and granted to the member's plan (not expired) or to one of the member's groups.
members-add = Add member
members-tabs = Members, plans and user groups
members-tab = Members
members-search = Search { $n } members by name, plan or group
members-none-found = Nothing matches “{ $text }”
members-table = Members
members-column-name = Member
members-column-plan = Plan
members-column-until = Expires
members-column-groups = User groups
members-expired = Expired { $n }
members-expired-on = Expired { $day }
members-empty-title = No members yet
members-empty-about = Add colleagues with a plan and groups, then grant agents to those.
member-no-plan = No plan
member-until = Last day of the plan
member-until-example = 2027-06-30
member-until-about = The plan ends with this day. Left empty, it does not end.
member-until-fault = Write the day like 2027-06-30, or leave it empty.
member-no-groups = There is no user group yet.
member-remove-about = The member leaves the list and cannot be brought back. Agents and grants stay as they are. A bundle that was imported works until its next update.

# Plans and user groups.
named-tab = { $kind ->
    [plan] Plans
   *[group] User groups
}
named-add = { $kind ->
    [plan] Add plan
   *[group] Add user group
}
named-search = { $kind ->
    [plan] Search plans
   *[group] Search user groups
}
named-column-members = Members
named-column-agents = Agents
named-rename-title = Rename “{ $name }”
named-name-about = { $kind ->
    [plan] For example: Trial, Standard, Professional.
   *[group] For example: Service, Quality, Partners.
}
named-empty-title = { $kind ->
    [plan] No plans yet
   *[group] No user groups yet
}
named-empty-about = { $kind ->
    [plan] Every member has one plan, which may end on a day. Granting an agent to a plan opens it to the members who have it.
   *[group] A member may be in several groups. Granting an agent to a group opens it to the members in it.
}
named-remove-unused = { $kind ->
    [plan] No member has this plan, and no agent is granted to it.
   *[group] No member is in this group, and no agent is granted to it.
}
named-remove-members = { $kind ->
    [plan]
        { $n ->
            [one] 1 member loses this plan:
           *[other] { $n } members lose this plan:
        }
   *[group]
        { $n ->
            [one] 1 member leaves this group:
           *[other] { $n } members leave this group:
        }
}
named-remove-agents =
    { $n ->
        [one] 1 agent loses this grant:
       *[other] { $n } agents lose this grant:
    }
people-remove-action = { $kind ->
    [member] Delete member
    [plan] Delete plan
   *[group] Delete user group
}
people-count =
    { $n ->
        [one] 1 member
       *[other] { $n } members
    }
list-comma = {", "}
list-or = {" or "}
list-more = { $names } and { $n } more
tick-all = All
tick-none = None
tick-search = Search { $what }

# Who may use an agent.
grants-title = Who may use it
grants-nobody = There is no plan and no user group to grant it to yet.
grants-to-members = Add them
grants-no-plans = There is no plan yet.
grants-operator-only = With nothing ticked, only the operator sees it.
grants-members = { $shown } of { $of } members can use it, by plan or by group.
grants-expired =
    { $n ->
        [one] 1 member whose plan has expired is not counted.
       *[other] { $n } members whose plan has expired are not counted.
    }
agents-operator-only = Operator only

# Looking through somebody else's eyes.
view-as-open = View as
view-as-action = View as
view-as-title = View as
view-as-about = Choose a member, or anybody with a plan or in a group, to see which agents are open to them, and why.
view-as-search = Search
view-as-kinds = As whom
view-as-nobody = Nobody to choose
view-as-more = { $n } more; search to find them.
view-as-whom = { $kind ->
    [plan] anybody with the plan “{ $name }”
    [group] anybody in the group “{ $name }”
   *[member] the member “{ $name }”
}
view-as-line = You are viewing as { $whom }.
view-as-own = Conversations and other pages are still your own.
view-as-change = Change
view-as-end = Stop viewing
view-as-none = No agent to chat with
view-as-none-about = The agents page says why each agent is locked.
seen-about = Agents as seen by { $whom }. Grants are a convenience, not a lock: a bundle that was handed out cannot be taken back.
seen-which = Which are shown
seen-all = All { $n }
seen-open = Usable { $n }
seen-closed = Locked { $n }
seen-none = No agents here
seen-locked = Locked
why-plan = Granted to the plan “{ $name }”
why-group = Granted to the group “{ $name }”
why-disabled = The agent is switched off
why-operator-only = Granted to nobody, operator only
why-needs-plan = Needs the plan { $plans }
why-needs-group = Needs the group { $groups }
why-needs-either = Needs the plan { $plans }, or the group { $groups }
why-expired = “{ $name }” expired on { $day }
