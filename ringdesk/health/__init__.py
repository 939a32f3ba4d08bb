"""How the service is: the door at which it says so, whoever asks there, and what silence means."""
