"""The door of the web server: who gets a connection, what a request may be, and the files of the console."""
