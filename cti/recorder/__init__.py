"""The recorder: writes what happened in batches, later when the database cannot take it now."""
