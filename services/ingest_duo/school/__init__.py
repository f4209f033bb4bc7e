"""Meldingen of schools that are not connected to DUO: from their own file, the same model, no status back to DUO."""
