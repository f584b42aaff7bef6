# 成员页、授权与“以…身份查看”。
members-title = 成员与权限
members-about = 智能体已启用，且成员的等级（未到期）或任一分组被授权，成员才能使用。
members-add = 添加成员
members-tabs = 成员、订阅等级和用户分组
members-tab = 成员
members-search = 搜索 { $n } 位成员：姓名、等级或分组
members-none-found = 没有符合「{ $text }」的结果
members-table = 成员列表
members-column-name = 成员
members-column-plan = 订阅等级
members-column-until = 到期
members-column-groups = 用户分组
members-expired = 已到期 { $n }
members-expired-on = { $day } 已到期
members-empty-title = 还没有成员
members-empty-about = 添加同事，给他们等级和分组；再在智能体上授权，他们就能使用。
member-no-plan = 没有等级
member-until = 到期日
member-until-example = 2027-06-30
member-until-about = 等级在这一天结束时到期。留空则不到期。
member-until-fault = 按 2027-06-30 的写法填写日期，或留空。
member-no-groups = 还没有用户分组。
member-remove-about = 这位成员从列表移除，不能恢复。智能体和授权不受影响。已导入的配置包在下次更新前仍可使用。

# 订阅等级与用户分组
named-tab = { $kind ->
    [plan] 订阅等级
   *[group] 用户分组
}
named-add = { $kind ->
    [plan] 添加订阅等级
   *[group] 添加用户分组
}
named-search = { $kind ->
    [plan] 搜索订阅等级
   *[group] 搜索用户分组
}
named-column-members = 成员
named-column-agents = 智能体
named-rename-title = 重命名「{ $name }」
named-name-about = { $kind ->
    [plan] 例如：体验版、标准版、专业版。
   *[group] 例如：售后组、质量部、外部服务商。
}
named-empty-title = { $kind ->
    [plan] 还没有订阅等级
   *[group] 还没有用户分组
}
named-empty-about = { $kind ->
    [plan] 每位成员有一个等级，可以设到期日。给智能体授权一个等级，有这个等级的成员就能使用。
   *[group] 成员可以在多个分组里。给智能体授权一个分组，分组里的成员就能使用。
}
named-remove-unused = { $kind ->
    [plan] 没有成员有这个等级，也没有智能体授权给它。
   *[group] 没有成员在这个分组里，也没有智能体授权给它。
}
named-remove-members = { $kind ->
    [plan] { $n } 位成员会失去这个等级：
   *[group] { $n } 位成员会离开这个分组：
}
named-remove-agents = { $n } 个智能体会失去这项授权：
people-remove-action = { $kind ->
    [member] 删除成员
    [plan] 删除订阅等级
   *[group] 删除用户分组
}
people-count = { $n } 人
list-comma = 、
list-or = 或
list-more = { $names } 等，另有 { $n } 个
tick-all = 全选
tick-none = 全不选
tick-search = 搜索{ $what }

# 谁可以使用
grants-title = 谁可以使用
grants-nobody = 还没有可以授权的订阅等级和用户分组。
grants-to-members = 去添加
grants-no-plans = 还没有订阅等级。
grants-operator-only = 不勾选任何一项时，只有运营者自己能看到。
grants-members = { $shown } / { $of } 位成员可以使用，等级与分组满足其一即可。
grants-expired = { $n } 位成员的等级已到期，不计入。
agents-operator-only = 仅运营者可见

# 以别人的身份查看
view-as-open = 以成员身份查看
view-as-action = 以此身份查看
view-as-title = 以成员身份查看
view-as-about = 选一位成员，或任何有某个等级、在某个分组里的人，看看哪些智能体对其开放，以及原因。
view-as-search = 搜索
view-as-kinds = 以谁的身份
view-as-nobody = 没有可选的
view-as-more = 还有 { $n } 个，请用搜索查找。
view-as-whom = { $kind ->
    [plan] 有「{ $name }」等级的人
    [group] 「{ $name }」分组的人
   *[member] 成员「{ $name }」
}
view-as-line = 正以{ $whom }的身份查看。
view-as-own = 对话与其他页面仍是你自己的。
view-as-change = 换一个
view-as-end = 结束查看
view-as-none = 没有可以对话的智能体
view-as-none-about = 智能体页写着每个智能体为什么锁定。
seen-about = { $whom }看到的智能体。授权用来方便管理，不是加密：已交付的配置包无法收回。
seen-which = 显示哪些
seen-all = 全部 { $n }
seen-open = 可用 { $n }
seen-closed = 锁定 { $n }
seen-none = 这里没有智能体
seen-locked = 锁定
why-plan = 订阅等级「{ $name }」已授权
why-group = 用户分组「{ $name }」已授权
why-disabled = 智能体已停用
why-operator-only = 没有授权给任何人，仅运营者可见
why-needs-plan = 需要{ $plans }
why-needs-group = 需要加入{ $groups }
why-needs-either = 需要{ $plans }，或加入{ $groups }
why-expired = 「{ $name }」已于 { $day } 到期
