"""Computer-telephony integration: from what Asterisk reports to what agents see, and back."""
