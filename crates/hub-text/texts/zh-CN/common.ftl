# 各页面共用的词：动作、导航、状态、时间。
nav-main = 主导航
nav-site = 站点配置
nav-chat = 对话
nav-agents = 智能体
nav-platforms = 平台
nav-models = 模型
nav-members = 成员
nav-settings = 设置

action-add = 添加
action-add-connection = 添加连接
action-authorize = 授权
action-back = 上一步
action-cancel = 取消
action-check-again = 重新检查
action-clear = 清空
action-close = 关闭
action-copy-named = 复制{ $name }
action-delete = 删除
action-disable = 停用
action-discard = 放弃修改
action-rename = 重命名
action-edit = 编辑
action-edit-connection = 编辑连接
action-enable = 启用
action-enter-key = 填写密钥
action-got-it = 知道了
action-keep-editing = 继续编辑
action-manage = 管理
action-models = 模型
action-open-folder = 打开目录
action-open-settings = 打开设置
action-replace = 更换
action-replace-named = 更换{ $name }
action-retry = 重试
action-save = 保存
action-test = 测试
action-undo = 撤销
action-walk = 诊断
action-why = 查看原因
copied = 已复制
deleting = 正在删除
loading = 正在载入
saving = 正在保存
testing = 测试中

dialog-unsaved = 修改还没有保存。
field-optional = 可不填
field-missing = 填写「{ $name }」。
list-width = 列表栏宽度
quit-title = 还有 { $n } 条回答没有写完
quit-about = 退出会停止这些回答，已经写出的内容会保留。
quit-stop = 停止并退出
quit-stay = 留在这里
quit-busy = 正在退出
secret-help =
    { $vault ->
        [session] 只放在内存里，退出后要重新填写。
        [passphrase] 存入用口令加密的文件，保存后不再显示，只能更换。
       *[keychain] 只存入系统钥匙串，保存后不再显示，只能更换。
    }
secret-keep = 保留已存的
secret-placeholder = 粘贴密钥
secret-stored =
    { $vault ->
        [session] 只在本次使用
        [passphrase] 已加密保存
       *[keychain] 已存入钥匙串
    }
secret-ends = 末四位 { $last4 }

error-details = 详情
error-copy-details = 复制详情
error-fact-code = 错误码
error-fact-platform = 平台
error-fact-host = 主机
error-fact-status = HTTP 状态
error-fact-platform-code = 平台错误码
error-fact-request-id = 请求 ID
error-fact-words = 平台原话
error-fact-message = 说明

time-just-now = 刚刚
time-minutes-ago = { $n } 分钟前
time-hours-ago = { $n } 小时前
time-days-ago = { $n } 天前

data-kept-in = 数据保存在 { $path }
recovered-title = 外观设置的文件已损坏，已恢复默认设置。
recovered-advice = 会话、连接和凭据没有受影响。在「设置 - 语言与外观」里可以重新选择。
blocked-running = Hub Desktop 已经打开
blocked-newer = 数据来自更新的版本
blocked-damaged = 数据库已损坏
rescue-about = 无论选哪种，损坏的数据库都会保留。
start-anew = 从空的开始
start-anew-open = 从空的 Hub 开始…
start-anew-title = 从空的 Hub 开始
start-anew-empty = 这个 Hub 里不再有连接、智能体和会话；备份还在，以后可以恢复。
start-anew-kept = 损坏的数据库会移到 backups 下单独的目录，留给能处理它的人。
blocked-other = 数据打不开
not-found-title = 没有这个页面
not-found-back = 回到对话
more = 更多

# 首次启动
welcome-title = 从哪里开始？
welcome-about = 把各个平台上的智能体和模型接进来，取名、分组、授权，然后对话。
welcome-bundle = 导入团队配置包
welcome-bundle-about = 管理员发来的 .hubbundle 文件。先看清内容和签名，再决定导入。
welcome-bundle-action = 选择文件…
welcome-platform = 接入平台
welcome-platform-about = 扣子、千帆 AppBuilder、Dify、FastGPT 等智能体与云平台，以及大模型平台。
welcome-platform-action = 选择平台
welcome-model = 添加模型密钥
welcome-model-about = OpenAI、硅基流动、深度求索，或任意兼容 OpenAI 接口的地址。
welcome-model-action = 填写密钥
welcome-look-first = 先看看界面，稍后再接入
welcome-promise = 不需要账号。在你点击之前，不会发出任何网络请求。
progress-collect = 正在收集内容…
progress-lock = 正在处理加密…
progress-write = 正在写入…
progress-verify = 正在读取并校验…
progress-put-aside = 正在保留现有数据…
progress-apply = 正在应用…
progress-percent = { $step } { $percent }%
