"""The log: one pipeline for everything, with secrets and phone numbers masked."""
