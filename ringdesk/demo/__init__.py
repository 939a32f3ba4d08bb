"""Demo data: a firm to try Ringdesk with, marked row by row so that it can be taken away again."""
