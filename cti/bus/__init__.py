"""The bus: how facts reach everyone who needs them, with one contract for every implementation."""
