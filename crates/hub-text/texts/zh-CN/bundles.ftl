# 配置包：分发配置、导入配置、保持最新。
settings-bundles = 配置包
settings-bundles-about = 把智能体分发给没有账号、没有服务器的人，或导入管理员分发的配置。

# 配置包本身。
bundle-fingerprint = 指纹
bundle-for = 受众
bundle-for-member = 一位成员
bundle-for-grants = 等级与分组
bundle-made = 生成时间
bundle-serial = 序列号
bundle-serial-now = { $serial }（当前为 { $installed }）
bundle-issuer = 署名
bundle-issuer-about = 成员看到的名称，例如公司或团队名；随配置包一起签名。
bundle-until = 有效期至
bundle-until-never = 长期有效
bundle-comma = 、
bundle-and-more = { $names }等，另有 { $n } 个

# 管理员。
bundle-export-title = 导出配置包
bundle-export-about = 一个带签名的文件，发给一位成员，或拥有某些等级、分组的所有人；只包含他们可以使用的内容。
bundle-export-open = 导出…
bundle-publish-title = 发布配置包
bundle-publish-about = 写入共享文件夹。跟随该文件夹的成员会看到变更，确认后导入。
bundle-publish-open = 发布…
bundle-next = 下一步
bundle-busy = 请稍候
bundle-nobody = 还没有可以分发的对象
bundle-nobody-about = 请先添加成员、订阅等级或用户分组，并设置他们可以使用的智能体。
bundle-nobody-chosen = 请选择配置包的受众。
bundle-choose-member = 选择成员
bundle-member = 成员
bundle-member-about = 包含该成员的等级和分组可以使用的智能体，等级到期为止。
bundle-grants-about = 包含所选等级或分组可以使用的全部智能体，不含任何人的姓名。
bundle-plans = 订阅等级
bundle-groups = 用户分组
bundle-holds =
    { $agents ->
       *[other] 配置包含 { $agents } 个智能体，
    }{ $connections ->
       *[other] 来自 { $connections } 个连接。
    }
bundle-holds-nothing = 没有对他们开放的智能体
bundle-holds-nothing-advice = 请先把智能体授权给他们的等级或分组。
bundle-credentials = 携带哪些凭据？
bundle-credentials-about = 不携带时，成员导入后各自填写自己的凭据。
bundle-key-opens = 用于 { $agents }。打开配置包的人可以用这个密钥使用该{ $platform }账号允许的一切功能，费用由你承担，不限于本应用。
bundle-account-stays = 不携带
bundle-account-stays-about = 用于 { $agents }。已授权的账号不会分发：令牌会轮换，共用会失效。成员各自授权，或在此连接中改用平台令牌。
bundle-no-key = 未保存凭据
bundle-no-key-about = 用于 { $agents }。由成员各自填写。
bundle-carries = 配置包含有凭据，因此必须加密
bundle-carries-advice = 这只是方便，并不能防止成员取出密钥：能使用密钥的人，也能从自己的钥匙串中读出它。请使用有限额的密钥，并在人员离开后更换。
bundle-lock = 加密方式
bundle-lock-none = 不加密
bundle-lock-none-about = 仅签名，任何人都能读取智能体的名称、描述和提示词；不含凭据。
bundle-lock-keys = 可打开者的密钥
bundle-lock-keys-about = 每行一个。成员可在「设置 › 配置包」中查看自己的密钥，用任何方式发送都可以。
bundle-lock-keys-missing = 请至少填写一个密钥。
bundle-passphrase-lost = 忘记口令后请重新导出。四个不相关的词胜过一个复杂的词。
bundle-until-about = 到期后不能再导入；已导入的内容保留。
bundle-days =
    { $n ->
        [0] 长期有效
        [365] 一年
       *[other] { $n } 天
    }
bundle-folder = 文件夹
bundle-place-file-about = 要写入的文件的完整路径；同名文件会被替换。
bundle-place-folder-about = 成员可以访问的文件夹的完整路径；其中原有的配置包会被替换。
bundle-write = 写出配置包
bundle-written =
    { $n ->
       *[other] 已写出并签名：{ $n } 个智能体
    }
bundle-hand-file = 用任何方式发送文件：邮件、聊天或 U 盘。
bundle-hand-folder = 把文件夹告诉成员，在「设置 › 配置包」中跟随。
bundle-hand-passphrase = 口令请通过另一种方式告知，不要与文件一起发送。
bundle-hand-fingerprint = 通过电话或当面念出指纹；成员首次导入时核对一次。

# 导入。
bundle-import-title = 导入配置包
bundle-import-about = 导入后由另一个 Hub 管理。仅当本 Hub 没有自己的智能体、等级、分组和成员时可用。
bundle-import-open = 导入…
bundle-path-about = 管理员发来的 .hubbundle 文件的完整路径。
bundle-passphrase-about = 管理员告诉你的口令。
bundle-look = 查看内容
bundle-looking = 正在读取并校验
bundle-trusted = 签名有效，来自已信任的「{ $issuer }」
bundle-first = 签名有效，但这里还不认识「{ $issuer }」
bundle-new-key = 「{ $issuer }」更换了密钥
bundle-compare = 请通过电话或当面向管理员询问指纹的六个词。如果不一致，不要导入。
bundle-compared = 管理员念出的六个词与此一致
bundle-compare-first = 请先核对指纹
bundle-is-older = 这个配置包比当前的旧
bundle-older-anyway = 仍要退回到它
bundle-installed = 当前安装的就是这个配置包，无需导入。
bundle-no-changes = 没有任何改动
bundle-changes = 变更
bundle-filter =
    { $change ->
        [add] 新增 { $n }
        [change] 修改 { $n }
        [remove] 移除 { $n }
       *[all] 全部变更 { $n }
    }
bundle-change =
    { $change ->
        [add] 新增
        [remove] 移除
       *[change] 修改
    }
bundle-kind =
    { $kind ->
        [agent] 智能体
        [connection] 连接
        [model] 模型
        [plan] 订阅等级
        [group] 用户分组
        [member] 成员
       *[credential] 凭据
    }
bundle-field =
    { $field ->
        [name] 名称
        [platform] 平台
        [base_url] 服务器地址
        [fields] 其他字段
        [plain_http_allowed] 明文 HTTP
        [group] 分组
        [description] 描述
        [grants] 开放给
        [opening] 开场白
        [suggestions] 建议问题
        [inputs] 输入项
        [mode] 类型
        [icon] 图标
        [connection] 连接
        [position] 排序
        [remote_id] 应用
        [workflow] 工作流
        [model] 模型
        [prompt] 提示词
        [parameters] 参数
        [plan] 订阅等级
        [until] 等级到期
       *[groups] 用户分组
    }
bundle-also = 另有
bundle-danger = 服务器地址改变
bundle-danger-about = 提问将发往另一台服务器。原有凭据会移除，不会发往新地址。
bundle-more-changes = 还有 { $n } 项
bundle-look-alikes = 这些名称混用了外形相近的字母：{ $names }
bundle-needed = 缺少你自己的凭据：{ $names }
bundle-needed-later = 导入后再填写或授权。
bundle-needed-where = 请在「平台」页填写或授权。
bundle-needed-own = 在此之前，相关智能体无法回答。你填写的内容只保存在这台电脑上。
bundle-needed-open = 填写或授权
bundle-all-or-nothing = 要么全部生效，要么一项都不变。
bundle-apply =
    { $n ->
        [0] 导入
       *[other] 导入 { $n } 项变更
    }
bundle-applying = 正在导入
bundle-imported =
    { $n ->
       *[other] 已导入：来自「{ $issuer }」的 { $n } 个智能体
    }

# 成员的 Hub。
bundle-managed = 由「{ $issuer }」管理
bundle-managed-about = 配置包中的内容只读。会话、设置和你填写的凭据归你所有。
bundle-read-only = 这里的智能体和连接只读
bundle-managed-more = 配置包
bundle-imported-at = 导入时间
bundle-follow = 配置更新
bundle-follow-title = 跟随一个位置
bundle-follow-about = 应用会在那里查找更新的配置包，显示变更，由你确认后导入。
bundle-follow-open = 跟随…
bundle-follow-change = 更改…
bundle-unfollow = 停止
bundle-follow-address = 文件夹或地址
bundle-follow-address-about = 文件夹的完整路径，或 .hubbundle 文件的 HTTPS 地址。
bundle-follow-missing = 请填写文件夹或地址。
bundle-follow-every = 查找频率
bundle-follow-every-about = 每次启动后也会查找。未经你确认不会导入。
bundle-follow-passphrase = 用于由口令加密的配置包，与你的凭据保存在一起。
bundle-every-never = 仅在我要求时
bundle-every-hour = 每小时
bundle-every-hours = 每 { $n } 小时
bundle-every-day = 每天一次
bundle-every-minutes = 每 { $n } 分钟
bundle-checked = 上次查找：{ $when }
bundle-never-checked = 尚未查找
bundle-check-now = 立即查找
bundle-check-title = 配置更新
bundle-no-news = 没有更新的配置包
bundle-newer = 有更新的配置包：序列号 { $serial }
bundle-newer-look = 查看变更

# 密钥。
bundle-keys = 密钥
bundle-keys-title = 本 Hub 的密钥
bundle-keys-about = 都可以公开：为本 Hub 加密配置包用的密钥，以及本 Hub 签名的指纹。
bundle-keys-show = 查看
bundle-recipient = 密钥
