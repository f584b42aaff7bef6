# 平台接入：卡片、连接表单、管理与删除。
platforms-title = 平台接入
platforms-about = 智能体在各平台上开发和发布，在这里接入、命名和授权。
platforms-search = 搜索平台或连接
platforms-test-all = 全部检测
platforms-test-none = 还没有连接可以检测
platforms-none-found = 没有名称包含「{ $text }」的平台或连接
section-agent-platforms = 智能体平台
section-agent-platforms-about = 扣子、千帆 AppBuilder 整体授权；其余逐一添加应用
section-cloud-platforms = 云计算平台
section-cloud-platforms-about = 云厂商控制台里发布的应用
section-model-platforms = 通用大模型
section-model-platforms-about = 大模型平台的基座模型，可直接对话，也可作为提示词智能体的底座

status-not-connected = 未接入
status-connected = 已接入
status-apps = 已接入 { $n } 个应用
status-agents = { $n } 个智能体
status-models = { $n } 个模型已启用
status-connections-models = { $connections } 个连接 · { $n } 个模型已启用
status-key-missing = 缺少密钥
status-unauthorized = 未授权
status-authorize-again = 需重新授权
status-list-failed = 已授权 · 列表获取失败
status-failed = 连接失败
status-works = 可用
shared-account = 共用账号
shared-account-about = 与千帆 AppBuilder 同一账号
manage-title = 管理{ $name }
manage-empty = 还没有连接
way-title = 到这个连接的每一步
way-about = 「诊断」从本机一直走到停止一条回答，会提一两个很短的问题，平台可能计费。
pick-title = 选择模型接入

guide-title = 操作指引
guide-open = 打开平台页面
guide-address = 平台页面地址
connect-managed = 只有凭据和代理可以由你更改。
connect-title = 接入{ $name }
connect-edit-title = 编辑「{ $name }」
connect-name = 连接名称
connect-proxy-hub = 与设置相同
connect-proxy-own = 单独设置
connect-proxy-about = 只用于这个连接。这台电脑上的地址总是直接访问。
connect-models = 启用模型
connect-models-about = 可以先填模型 ID，每行一个。留空也行，保存后从平台的列表里勾选。
connect-models-placeholder = 每行一个模型 ID
connect-saved = 已保存「{ $name }」
connect-save-anyway = 不测试，直接保存
connect-test-on-save = 保存时会测试。已存的密钥不会交给界面，修改后的地址要保存才能测试。
connect-origin-changes = 主机或端口改变后，已存的密钥不再使用。
connect-key-again = 为新地址重新填写密钥。

address-before = 填写
address-after = 使用
address-final = 请求发往
address-empty = 填写地址。
address-spaces = 地址里有空格，删除后再试。
address-no-scheme = 缺少 http:// 或 https://
address-other-scheme = 只能用 http:// 或 https:// 开头的地址。
address-credentials = 地址里不能带用户名和密码，把密钥填在密钥栏。
address-not-an-address = 这不是一个地址，例如 https://api.example.com/v1
address-plain-http = 公网主机使用 http，密钥会以明文发送。改用 https，或在下面确认。
address-as-typed = 按填写的地址使用
address-as-typed-about = 不补 /v1，也不去掉任何部分。
address-allow-http = 仍然使用 http
address-allow-http-about = 只在你信任整条网络时勾选。
address-trimmed = 去掉了首尾的空格或斜杠。
address-operation-removed = 去掉了接口路径，例如 /chat/completions。
address-version-doubled = 重复的版本号合并成了一个。
address-version-added = 补上了 /v1。

test-never = 还没有测试
test-passed = 测试通过
test-models = { $n } 个模型
test-key-unproven = 这个服务不检查密钥，所以密钥没有得到验证。
key-stored =
    { $vault ->
        [session] 密钥只在内存里
        [passphrase] 密钥已加密保存
       *[keychain] 密钥已存入钥匙串
    }
key-stored-hint = { key-stored } · 末四位 { $last4 }
key-not-needed = 无需密钥

delete-title = 删除「{ $name }」
delete-action = 删除连接
delete-done = 已删除「{ $name }」
delete-models = { $n } 个已启用的模型不再可用。
delete-secret =
    { $vault ->
        [session] 密钥从内存里删除，不能恢复。
        [passphrase] 密钥从加密文件里删除，不能恢复。
       *[keychain] 密钥从钥匙串里删除，不能恢复。
    }
delete-conversations = 会话记录保留，可以查看，不能继续。
delete-agents = { $n } 个智能体依赖这个连接
delete-agents-disable = 停用这些智能体
delete-agents-disable-about = 名称、分组和授权保留，换一个连接后可以再启用。
delete-agents-remove = 删除这些智能体
delete-agents-remove-about = 智能体和它们的授权一起删除，不能恢复。

# 授权。
authorize-title = 授权 · { $name }
authorize-register = 在平台上填写
authorize-addresses = 重定向 URL
authorize-addresses-about = 把要用的地址填到扣子的 OAuth 应用里，最多三个，一字不差。
authorize-address = 重定向地址
authorize-through-relay = 中转页
authorize-this-computer = 本机
authorize-permissions = 勾选权限
authorize-permissions-copy = 复制权限
authorize-way = 授权方式
authorize-way-about = 浏览器里点「授权」后，答复怎样回到这里。
authorize-way-link = 自动回到本程序（经中转页）
authorize-way-loopback = 本机地址
authorize-way-device = 设备码：在另一台设备上确认
authorize-way-paste = 粘贴最终地址
authorize-without-pkce = 不用 PKCE
authorize-without-pkce-about = 只有 Web 后端应用拒绝 PKCE 时才勾选。
authorize-opening = 正在打开浏览器…
authorize-waiting = 等待授权：请在浏览器里点「授权」
authorize-type-code = 在打开的页面里输入这个代码：
authorize-code = 代码
authorize-not-open = 浏览器没有打开？复制这个地址：
authorize-page = 授权页地址
authorize-reopen = 重新打开
authorize-paste = 粘贴最终地址
authorize-paste-about = 如果没有自动回来，把浏览器地址栏里的完整地址粘贴到这里。
authorize-paste-send = 完成授权
authorize-give-up = 取消授权
authorize-exchanging = 已收到答复，正在换取令牌…
authorize-other = 这次授权的是另一个账号：{ $now }
authorize-other-advice = 之前是 { $before }。替换后，智能体将使用 { $now } 的账号。
authorize-keep = 保留原账号
authorize-replace = 替换账号
authorize-done = 授权成功
authorize-account = 账号：{ $account }
authorize-list-failed = 令牌已保存，但列表获取失败
authorize-go-on = 添加智能体
