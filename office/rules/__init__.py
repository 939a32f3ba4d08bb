"""What holds for the firm, without input, output or clock."""
