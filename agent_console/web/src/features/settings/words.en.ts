/** English words of the settings. */

export const words = {
  "settings.title": "Settings",
  "settings.microphone": "Microphone",
  "settings.microphone_level": "Microphone level",
  "settings.microphone_try": "Try the microphone",
  "settings.microphone_stop": "Stop",
  "settings.speaker": "Speaker for the caller's voice",
  "settings.ringer": "Device for ringing",
  "settings.ring_test": "Ring",
  "settings.default_device": "System default",
  "settings.no_choice": "This browser cannot choose the device for playing.",
  "settings.device_gone": "Not connected: {name}",
  "settings.firefox":
    "Firefox asks for the microphone again after an hour without a call, also when the next one rings. Tick “Remember for all microphones” when it asks.",
  "settings.allow_names": "Allow the microphone to see the names of the devices.",
  "settings.notifications": "Notifications",
  "settings.notifications_ask": "Allow desktop notifications",
  "settings.notifications_granted": "Desktop notifications are allowed.",
  "settings.notifications_denied":
    "The browser blocks them: allow notifications for this page beside its address.",
  "settings.appearance": "Appearance",
  "settings.language": "Language",
  "settings.theme": "Light or dark",
} as const;
