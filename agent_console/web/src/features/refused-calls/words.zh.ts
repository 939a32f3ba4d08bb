/** Chinese words of the calls that did not come in. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "refused.title": "未接入来电",
  "refused.empty": "所有来电均已接入。",
  "refused.more": "显示更早的",
  "refused.at": "时间",
  "refused.times": "共 {n} 次",
  "refused.why": "原因",
  "refused.trunk": "中继",
  "refused.dialled": "被叫",
  "refused.number": "主叫",
  "refused.show": "显示号码",
  "refused.several": "多个主叫",
  "refused.cause.number_limit": "同一主叫号码并发呼入过多",
  "refused.cause.trunk_limit": "该中继并发呼入过多",
  "refused.cause.rate_limit": "每秒新呼入过多",
  "refused.cause.call_limit": "并发呼入总数已满",
  "refused.cause.full": "Asterisk 已满负荷",
  "refused.cause.unknown_number": "被叫号码不是热线",
  "refused.cause.codec": "语音编码不支持",
  "refused.cause.encrypted": "对方只支持加密语音",
  "refused.cause.no_sound": "语音端口已用尽",
  "refused.cause.stranger": "来源地址不属于任何中继",
  "refused.cause.forged": "主叫号码含伪造内容",
  "refused.cause.other": "被 Asterisk 拒绝",
};
