"""From one version to the next: which program this is, taking over, the database, a trial, the way back."""
