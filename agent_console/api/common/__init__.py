"""What the features share: who asks, the fields of their shapes, local days, and how errors are told."""
