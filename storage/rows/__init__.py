"""What is asked of the repositories and what they answer, as plain values; no SQL, no session. Pure."""
