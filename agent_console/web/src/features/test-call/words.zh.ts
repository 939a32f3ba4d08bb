/** Chinese words of the test call. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "test.button": "拨打测试电话",
  "test.title": "拨打测试电话",
  "test.hint": "一通真实的电话：经中继进入，走语音菜单，按下按键，然后在就绪的坐席处振铃。",
  "test.hotline": "热线",
  "test.from": "主叫号码",
  "test.keys": "菜单中的按键",
  "test.submit": "拨打",
  "test.not_ready": "请先按“示闲”，否则来电会在队列中排队。",
  "test.follow_menu": "语音菜单中",
  "test.follow_queued": "在“{queue}”排队",
  "test.follow_ringing": "在 {agent} 处振铃",
  "test.follow_talking": "与 {agent} 通话中",
  "test.follow_ended": "已结束",
  "test.follow_unseen": "正在接入热线",
};
