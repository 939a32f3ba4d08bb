"""What the owner of the machine sets: the model, its sources, and what is said of a wrong value."""
