"""What agents do with calls, and calls that they start."""
