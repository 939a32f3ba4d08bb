/** Chinese words of the sign-in page. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "signin.title": "登录",
  "signin.login": "用户名",
  "signin.password": "密码",
  "signin.submit": "登录",
  "signin.expired": "会话已结束，请重新登录。您输入的内容没有丢失。",
  "signin.password_changed": "您的密码已更改，您和您的话机均已退出。请用新密码登录，您输入的内容没有丢失。",
  "signin.deactivated": "您的账号已被管理员停用，您和您的话机均已退出。",
  "signin.call_goes_on": "您的通话仍在本标签页中继续。",
  "signin.starting": "正在寻找服务器……",
};
