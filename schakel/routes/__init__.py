"""The HTTP routes, one module per service, over the services of this process."""
