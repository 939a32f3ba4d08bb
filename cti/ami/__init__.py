"""The link to Asterisk over its manager interface (AMI): the only code that knows AMI's field names."""
