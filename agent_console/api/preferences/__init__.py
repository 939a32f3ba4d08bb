"""What users set for their own console."""
