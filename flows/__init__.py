"""What we do with reports: from the inbox to the indicator tables."""
