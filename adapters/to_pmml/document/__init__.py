"""The document that JPMML made: what we mend in it, and what it says of itself."""
