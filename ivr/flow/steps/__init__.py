"""The kinds of step, one a file: its entry in the document, its walk, its checks, its words."""
