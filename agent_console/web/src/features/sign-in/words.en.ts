/** English words of the sign-in page. */

export const words = {
  "signin.title": "Sign in",
  "signin.login": "User name",
  "signin.password": "Password",
  "signin.submit": "Sign in",
  "signin.expired": "Your session has ended. Sign in again; nothing you typed is lost.",
  "signin.password_changed":
    "Your password was changed, so you and your phone were signed out. Sign in with the new one; nothing you typed is lost.",
  "signin.deactivated": "An administrator deactivated your account, so you and your phone were signed out.",
  "signin.call_goes_on": "Your call goes on in this tab.",
  "signin.starting": "Looking for the server …",
} as const;
