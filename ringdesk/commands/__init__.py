"""The commands: each reads its arguments, calls what does the work, and prints. Heavy imports wait inside."""
