"""Every event the services say, one module per stream; the class docstrings are the catalogue.

A class name, its subject and its document use the same Dutch words; a test keeps them equal.
"""
