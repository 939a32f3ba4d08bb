/** Chinese words of the settings. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "settings.title": "设置",
  "settings.microphone": "麦克风",
  "settings.microphone_level": "麦克风音量",
  "settings.microphone_try": "测试麦克风",
  "settings.microphone_stop": "停止",
  "settings.speaker": "通话扬声器",
  "settings.ringer": "振铃设备",
  "settings.ring_test": "试听振铃",
  "settings.default_device": "系统默认",
  "settings.no_choice": "此浏览器不能选择播放设备。",
  "settings.device_gone": "未连接：{name}",
  "settings.firefox":
    "一小时没有通话后，Firefox 会再次询问麦克风，来电振铃时也会。请在询问时勾选“为所有麦克风记住此设置”。",
  "settings.allow_names": "允许使用麦克风后可看到设备名称。",
  "settings.notifications": "通知",
  "settings.notifications_ask": "允许桌面通知",
  "settings.notifications_granted": "已允许桌面通知。",
  "settings.notifications_denied": "浏览器已阻止通知：请在地址栏旁允许本页面的通知。",
  "settings.appearance": "外观",
  "settings.language": "语言",
  "settings.theme": "浅色或深色",
};
