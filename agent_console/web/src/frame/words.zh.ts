/** Chinese words of the frame: top bar, trouble, signing out. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "app.skip": "跳到正文",

  "nav.label": "页面",

  "action.pause": "示忙",
  "action.pause_reason": "示忙原因",
  "action.leave_queues": "签出",
  "action.sign_out": "退出登录",

  "queues.label": "我的队列",
  "queues.tile": "{title}：{n} 人排队，最长 {time}",
  "queues.more": "另 {n} 个",
  "queues.waiting": "{n} 人排队",
  "queues.tile_empty": "{title}：无人排队",

  "status.own": "您的状态",
  "status.ready_needs_phone": "您的话机未连接，来电无法接通",
  "status.phone": "话机",
  "status.server": "服务器",
  "status.title": "连接状态",
  "status.asterisk_up": "Asterisk 事件正常",
  "status.asterisk_down": "收不到 Asterisk 的消息",
  "status.asterisk_unknown": "尚无 Asterisk 的消息",
  "status.storage_ok": "记录正常写入",
  "status.storage_trouble": "{n} 条记录等待写入",
  "status.gaps": "今日数据缺口",
  "status.no_gaps": "今日数据无缺口",
  "status.gap": "{from} 至 {to}",
  "status.gap_open": "自 {from}",
  "status.gap_recovered": "已用 Asterisk 自身记录补全",
  "status.gap_lost": "不完整",
  "status.line": "本次通话的音频",
  "status.line_packets": "已发 {sent} 包，已收 {received} 包，丢失 {lost} 包",
  "status.version": "版本 {version}",

  "zone.why": "所有时间均为企业所在时区（{zone}），而非本机时区。",

  "user.menu": "{name} 的账户",

  "signout.title": "退出登录？",
  "signout.in_call": "您正在通话。退出登录会停用话机并结束本次通话。",
  "signout.unsaved": "{n} 条小结仍只保存在此浏览器中，下次在此登录时会自动保存。",

  "trouble.label": "故障",
  "trouble.more": "另有 {n} 项",
  "trouble.server_away": "服务器自 {time} 起连接中断。",
  "trouble.server_away.cure":
    "当前通话不受影响，通话按钮直接控制本机话机；小结暂存在此，恢复后自动保存。正在重新连接……",
  "trouble.refused_origin": "服务器拒绝了本页面的地址。",
  "trouble.refused_origin.cure": "请使用管理员提供的地址打开工作台。",
  "trouble.asterisk_away": "自 {time} 起收不到 Asterisk 的消息。",
  "trouble.asterisk_away.cure":
    "所显示的内容可能已过时。当前通话不受影响，通话按钮直接控制本机话机。会自动恢复。",
  "trouble.gap_open": "自 {time} 起数据不完整。",
  "trouble.gap_open.cure": "在读取 Asterisk 自身记录之前，统计与通话状态可能有遗漏。",
  "trouble.phone_elsewhere": "您的话机在另一标签页或浏览器中。",
  "trouble.phone_elsewhere.cure": "来电在那边振铃。",
  "trouble.phone_elsewhere.cure_firefox": "来电在那边振铃，Firefox 也只能在那边接听。",
  "trouble.phone_unregistered": "话机未注册，您接不到来电。",
  "trouble.phone_unregistered.cure": "正在不断重试。如长时间不恢复，请刷新页面，再联系班长。",
  "trouble.phone_unregistered.cure_certificate": "如果是首次使用，请打开话机地址并接受其证书。",
  "trouble.phone_unregistered.cure_asks":
    "如果浏览器询问是否允许本页面访问本地网络，请选择允许。如长时间不恢复，请刷新页面，再联系班长。",
  "trouble.phone_unreachable": "Asterisk 无法连通您的话机，您接不到来电。",
  "trouble.phone_unreachable.cure":
    "可能有另一部话机占用了它的注册。半分钟内会自动重新注册；如未恢复，请联系班长。",
  "trouble.phone_blocked.cure": "请在地址栏旁允许本页面访问本地网络，随后会自动连接；在此之前不会分配来电。",
  "trouble.microphone_asking.cure": "请在地址栏旁选择允许；在此之前不会分配来电。",
  "trouble.microphone_asking.cure_firefox":
    "请在地址栏旁回答 Firefox 的询问，并勾选“为所有麦克风记住此设置”，否则来电振铃时会再次询问；在此之前不会分配来电。",
  "trouble.microphone_unfocused": "您在其他窗口时，Firefox 不会打开麦克风。",
  "trouble.microphone_unfocused.cure":
    "请在本页面任意处点击一次。如果 Firefox 询问，请勾选“为所有麦克风记住此设置”并选择“允许”。",
  "trouble.sound_blocked": "在您操作页面之前，浏览器不会播放铃声。",
  "trouble.sound_blocked.cure": "请在页面任意处点击一次。",
  "trouble.storage_trouble": "数据库自 {time} 起无法写入，{n} 条记录等待中。",
  "trouble.storage_trouble.cure": "通话不受影响；记录暂存于磁盘，稍后写入。",
  "trouble.calls_refused": "自 {time} 起有 {n} 通来电未能接入。",
  "trouble.calls_refused.cure": "主叫听到忙音或直接断线。可在列表中查看原因并回拨。",
  "trouble.line_out": "自 {time} 起，最近 {n} 次呼出均因线路失败。",
  "trouble.line_out.cure": "来电不受影响。请联系班长；ringdesk doctor 会列出原因。",
  "trouble.recordings_lost": "最近 24 小时内有 {n} 段通话录音丢失。",
  "trouble.recordings_lost.cure": "通话记录中列有相关通话及原因；请先检查磁盘。",
  "trouble.notes_waiting": "{n} 条小结尚未保存到服务器。",
  "trouble.notes_waiting.cure": "内容已保存在此浏览器中，会不断重发直到保存成功。",
  "trouble.notes_refused": "{n} 条小结被服务器拒绝。",
  "trouble.notes_refused.cure": "内容仍保留在此。",

  "cure.take_over": "在此接管",
  "cure.open_phone_address": "打开话机地址",
  "cure.allow_microphone": "重新检查",
  "cure.show_notes": "查看小结",
  "cure.show_refused": "查看来电",

  "call.current": "当前通话",

  "announce.ringing": "来电：{name}，{queue}",
  "announce.state": "您现在的状态：{state}",

  "notify.ringing": "来电：{name}",
  "notify.body": "{queue} · 排队 {time}",

  "upgrade.waits": "工作台有新版本，将在您空闲时自动加载。",
  "upgrade.stuck": "服务器上的工作台版本与此页面不同，请在空闲时刷新页面。",
};
