"""The interface over HTTP: one room for each feature, with its routes and the shapes of what is said."""
