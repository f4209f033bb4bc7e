"""The runtime every service shares: messaging, stores, settings, telemetry, time.

It knows no service and no leerplicht rule. Services import from here; nothing here imports a service.
"""
