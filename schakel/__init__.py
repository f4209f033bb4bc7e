"""Where everything comes together: the command line, and the process that runs servers and services.

The only package that knows all services; nothing imports it.
"""
