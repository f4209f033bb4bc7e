"""The quarantine for operators: what could not be used, what to do about it, and doing it."""
