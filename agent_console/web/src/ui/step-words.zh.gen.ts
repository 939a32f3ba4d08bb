/** Voice-menu steps and their exits: written by scripts/step_words.py from ivr/flow/steps. */

export const stepWords = {
  "step.goodbye": "结束语",
  "exit.ended": "已播完",
  "step.hours": "营业时间",
  "exit.open": "营业中",
  "exit.closed": "非营业时间",
  "step.language": "语言",
  "exit.changed": "已选择",
  "exit.kept": "未更改",
  "step.menu": "菜单",
  "exit.no_input": "未按键",
  "exit.wrong_key": "按键错误",
  "step.queue": "队列",
  "exit.queued": "已进入",
  "step.say": "播报",
  "exit.done": "已播完",
};
