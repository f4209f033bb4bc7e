"""What crosses a border between services or to a partner: event types, subjects, schemas and examples.

Start at `events/` (what is said), then `subjects.py` (who says it, on which stream, and who listens).
Nothing in this package imports another part of the project.
"""
