"""The border: every disclosure and every refusal is decided here, at the moment of sending, and leaves a line.

`regel` is the line, `feiten` and `beslissing` decide (pure), `register` reads and writes. See docs/grens.md.
"""
