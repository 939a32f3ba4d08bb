/** English words of the frame: top bar, trouble, signing out. */

export const words = {
  "app.skip": "Skip to the content",

  "nav.label": "Pages",

  "action.pause": "Pause",
  "action.pause_reason": "Reason for the pause",
  "action.leave_queues": "Leave the queues",
  "action.sign_out": "Sign out",

  "queues.label": "My queues",
  "queues.tile": "{title}: {n} waiting, longest {time}",
  "queues.more": "{n} more",
  "queues.waiting": "{n} waiting",
  "queues.tile_empty": "{title}: nobody waits",

  "status.own": "Your state",
  "status.ready_needs_phone": "Your phone is not connected, so no call could reach you",
  "status.phone": "phone",
  "status.server": "server",
  "status.title": "Connections",
  "status.asterisk_up": "Asterisk reports every event",
  "status.asterisk_down": "Asterisk cannot be heard",
  "status.asterisk_unknown": "No word about Asterisk yet",
  "status.storage_ok": "Records are written",
  "status.storage_trouble": "{n|one=record waits|other=records wait} to be written",
  "status.gaps": "Gaps in today's data",
  "status.no_gaps": "No gaps in today's data",
  "status.gap": "{from} to {to}",
  "status.gap_open": "since {from}",
  "status.gap_recovered": "filled from Asterisk's own records",
  "status.gap_lost": "incomplete",
  "status.line": "Audio of this call",
  "status.line_packets": "{sent} packets sent, {received} received, {lost} lost",
  "status.version": "Version {version}",

  "zone.why": "All times are by the clocks of the firm ({zone}), not of this computer.",

  "user.menu": "Account of {name}",

  "signout.title": "Sign out?",
  "signout.in_call": "You are in a call. Signing out takes this phone away and ends the call for you.",
  "signout.unsaved":
    "{n|one=note is|other=notes are} still only in this browser. They will be saved when you sign in here again.",

  "trouble.label": "Trouble",
  "trouble.more": "{n} more",
  "trouble.server_away": "The server has been away since {time}.",
  "trouble.server_away.cure":
    "Your call goes on, and the call buttons work this phone directly. Notes are kept here and saved when it is back. Reconnecting …",
  "trouble.refused_origin": "The server refuses this page's address.",
  "trouble.refused_origin.cure": "Open the console at the address that your administrator gave you.",
  "trouble.asterisk_away": "Asterisk has not been heard since {time}.",
  "trouble.asterisk_away.cure":
    "What you see may be old. A call in progress goes on, and the call buttons work this phone directly. It recovers by itself.",
  "trouble.gap_open": "Data is incomplete since {time}.",
  "trouble.gap_open.cure":
    "Figures and call states may miss something until Asterisk's own records are read.",
  "trouble.phone_elsewhere": "Another tab or browser has your phone.",
  "trouble.phone_elsewhere.cure": "Calls ring there.",
  "trouble.phone_elsewhere.cure_firefox": "Calls ring there, and Firefox can answer them only there.",
  "trouble.phone_unregistered": "Your phone is not registered: no call can reach you.",
  "trouble.phone_unregistered.cure":
    "It keeps trying. If this lasts, reload the page, then tell your supervisor.",
  "trouble.phone_unregistered.cure_certificate":
    "If this is your first time here, open the phone's address once and accept its certificate.",
  "trouble.phone_unregistered.cure_asks":
    "If the browser asks whether this page may reach your network, allow it. If this lasts, reload the page, then tell your supervisor.",
  "trouble.phone_unreachable": "Asterisk cannot reach your phone: no call can reach you.",
  "trouble.phone_unreachable.cure":
    "Another phone may have taken its place. It registers again by itself within half a minute; if not, tell your supervisor.",
  "trouble.phone_blocked.cure":
    "Allow access to the local network for this page beside its address; it connects by itself. Until then you get no calls.",
  "trouble.microphone_asking.cure": "Answer it beside the address. Until then you get no calls.",
  "trouble.microphone_asking.cure_firefox":
    "Answer what Firefox asks beside the address, and tick “Remember for all microphones”: otherwise it asks again, also when a call rings. Until then you get no calls.",
  "trouble.microphone_unfocused": "Firefox does not open the microphone while you are in another window.",
  "trouble.microphone_unfocused.cure":
    "Click anywhere in this page. If Firefox asks, tick “Remember for all microphones” and allow it.",
  "trouble.sound_blocked": "The browser keeps ringing silent until you use the page.",
  "trouble.sound_blocked.cure": "Click anywhere once.",
  "trouble.storage_trouble": "The database takes no records since {time}; {n|one=waits|other=wait}.",
  "trouble.storage_trouble.cure": "Calls go on. The records are kept on disk and written later.",
  "trouble.calls_refused": "{n|one=call has|other=calls have} not come in since {time}.",
  "trouble.calls_refused.cure":
    "Callers hear the busy tone or nothing. The list says why, and whom to call back.",
  "trouble.line_out": "The last {n|one=call|other=calls} out failed by the line, since {time}.",
  "trouble.line_out.cure": "Incoming calls go on. Tell your supervisor; ringdesk doctor names the cause.",
  "trouble.recordings_lost": "{n|one=recording was|other=recordings were} lost in the last 24 hours.",
  "trouble.recordings_lost.cure":
    "The history names the conversations and the cause. Look at the disk first.",
  "trouble.notes_waiting": "{n|one=note is|other=notes are} not saved on the server yet.",
  "trouble.notes_waiting.cure": "The text is kept in this browser and sent again until it is saved.",
  "trouble.notes_refused": "{n|one=note was|other=notes were} not accepted by the server.",
  "trouble.notes_refused.cure": "The text is still here.",

  "cure.take_over": "Take it over here",
  "cure.open_phone_address": "Open the phone's address",
  "cure.allow_microphone": "Check again",
  "cure.show_notes": "Show the notes",
  "cure.show_refused": "Show the calls",

  "call.current": "Current call",

  "announce.ringing": "Call from {name}, {queue}",
  "announce.state": "You are now: {state}",

  "notify.ringing": "Call from {name}",
  "notify.body": "{queue} · waited {time}",

  "upgrade.waits": "A new version of the console waits. It is loaded as soon as you are free.",
  "upgrade.stuck": "The server has another version of the console. Reload the page when you are free.",
} as const;
