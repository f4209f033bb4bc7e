"""Erasing people, proving it by scanning, and doing so on the clock (docs/wissen-en-bewaren.md)."""
