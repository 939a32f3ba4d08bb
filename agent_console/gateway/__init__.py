"""The live websocket: a numbered picture of the floor for every console, and instructions to its phone."""
