"""Property Service: the service desk of a residential property manager, as a Frappe app."""

__version__ = "0.1.0"
