"""What a valid report is: the form, its rules, and the judge."""
