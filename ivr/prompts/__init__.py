"""Spoken prompts: made by text to speech ahead of any call, kept as files that Asterisk plays."""

from ivr.prompts.folder import Prepared, Progress, PromptFolder, prepare, speaker

__all__ = ["Prepared", "Progress", "PromptFolder", "prepare", "speaker"]
