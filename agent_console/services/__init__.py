"""What the routes work with, built once from what the web application is given."""
